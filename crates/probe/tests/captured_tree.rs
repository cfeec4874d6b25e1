//! What a probe makes of a procfs that stands still until it is changed here.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::Snapshot;
use probe::{Clock, Probe};
use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

const SECOND: u64 = 1_000_000_000;

/// Begins an hour after boot and passes when it is told to.
struct Hands(Cell<u64>);

impl Clock for Hands {
    fn boot_nanos(&self) -> u64 {
        self.0.get()
    }

    fn unix_nanos(&self) -> i64 {
        self.0.get().cast_signed()
    }

    fn thread_cpu_nanos(&self) -> u64 {
        0
    }
}

struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("topmast-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("7")).unwrap();
        let tree = Self(path);
        tree.write("7/stat", "7 (sh) S 1 7 7 0 7 0 1 0 0 0 5 6 0 0 20 0 1 0 4711 1 2 9 1 1 77 0\n");
        tree
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join(file), text).unwrap();
    }

    fn written(&self, bytes: u64) {
        self.write("7/io", &format!("read_bytes: 0\nwrite_bytes: {bytes}\n"));
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn storage_io_that_costs_no_tick_is_seen_in_every_sample_once_it_flows() {
    let tree = Tree::new("io");
    let clock = Hands(Cell::new(3600 * SECOND));
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    let mut seen = Vec::new();
    for sample in 0..40 {
        tree.written(sample * 1000);
        probe.sample(&mut snapshot, &clock);
        seen.push(snapshot.processes.io[0].write_bytes);
        clock.0.set(clock.0.get() + SECOND);
    }
    // CPU time and faults never move here, so that it flows is noticed within ten samples.
    let late: Vec<u64> = (12..40).map(|sample| sample * 1000).collect();
    assert_eq!(seen[12..], late);
}

#[test]
fn a_process_that_is_there_but_cannot_be_read_is_a_gap() {
    let tree = Tree::new("unread");
    fs::create_dir_all(tree.0.join("8/stat")).unwrap();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &Hands(Cell::new(3600 * SECOND)));
    assert_eq!(snapshot.processes.len(), 1);
    let gap = snapshot.gaps.iter().find(|gap| gap.what == "processes").unwrap();
    assert_eq!(gap.count, Some(1), "{gap:?}");
}
