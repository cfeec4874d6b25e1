//! Running out of descriptors makes no process vanish, and none leaks.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::Snapshot;
use model::snapshot::NamespaceAccess;
use probe::{Probe, SystemClock};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::fs::File;
use std::process::{Child, Command, Stdio};

/// So few that all can be used up quickly.
const LIMIT: u64 = 256;

/// Starting other programs is what moves a shell.
const MOVING: &str = "while :; do sleep 0.02; done";

struct Crowd(Vec<Child>);

impl Crowd {
    fn of(count: usize, script: &str) -> Self {
        let spawn = |_| {
            Command::new("sh").args(["-c", script]).stdin(Stdio::null()).spawn().expect("a shell")
        };
        Self((0..count).map(spawn).collect())
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn open_descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Descriptors that a snapshot says are kept: of processes, and two for each network namespace
/// that was entered.
fn kept(snapshot: &Snapshot) -> usize {
    let namespaces = &snapshot.sockets.namespaces;
    let entered = namespaces.iter().filter(|ns| ns.access == NamespaceAccess::Entered).count();
    snapshot.cost.kept_descriptors as usize + 2 * entered
}

/// Opens files until there is no descriptor left.
fn use_up() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

/// The test changes what the whole process may do, so it is alone in this file.
#[test]
fn exhausted_descriptors_make_no_process_vanish_and_none_leaks() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(LIMIT), ..limit }).unwrap();
    let moving = Crowd::of(20, MOVING);
    let mut probe = Probe::new().unwrap();
    let mut snapshot = Snapshot::default();
    let before = open_descriptors();
    let mut most = 0;
    while most == 0 {
        probe.sample(&mut snapshot, &SystemClock);
        most = snapshot.cost.kept_descriptors;
    }
    assert!(u64::from(most) <= LIMIT / 4, "{most} kept");
    assert!(open_descriptors() <= before + kept(&snapshot) + 1);

    // Some begin that were never seen, then there is nothing left.
    let new = Crowd::of(5, MOVING);
    let all = use_up();
    for _ in 0..3 {
        probe.sample(&mut snapshot, &SystemClock);
        for child in moving.0.iter().chain(&new.0) {
            assert!(snapshot.processes.find(child.id()).is_some(), "{} vanished", child.id());
        }
        assert_eq!(snapshot.cost.kept_descriptors, 0);
        let unread = snapshot.gaps.iter().filter(|gap| gap.what == "processes").count();
        assert_eq!(unread, 0, "the spare descriptor is enough: {:?}", snapshot.gaps);
    }
    // Now even the spare one is taken by somebody else.
    let rest = use_up();
    probe.sample(&mut snapshot, &SystemClock);
    for child in moving.0.iter().chain(&new.0) {
        assert!(snapshot.processes.find(child.id()).is_some(), "{} vanished", child.id());
    }
    drop((all, rest));
    drop((moving, new));
    probe.sample(&mut snapshot, &SystemClock);
    let lost = open_descriptors().saturating_sub(before + kept(&snapshot));
    assert!(lost <= 1, "{lost} descriptors leaked");
}
