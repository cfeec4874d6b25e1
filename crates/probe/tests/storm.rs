//! While processes come and go by the hundred beside it, a probe loses none that stays, leaks no
//! descriptor and does not grow.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::{Delta, Snapshot};
use probe::{Probe, SystemClock};
use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const LASTING: usize = 300;

/// Samples after which everything that is kept has been opened, and those that follow.
const SAMPLES: (usize, usize) = (10, 60);

struct Lasting(Vec<Child>);

impl Drop for Lasting {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Two threads that start a program again and again until they are told to stop.
struct Storm {
    stop: Arc<AtomicBool>,
    begun: Arc<AtomicUsize>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl Storm {
    fn rage() -> Self {
        let (stop, begun) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let threads = (0..2).map(|_| {
            let (stop, begun) = (Arc::clone(&stop), Arc::clone(&begun));
            std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    Command::new("true").status().expect("true is there");
                    begun.fetch_add(1, Ordering::Relaxed);
                }
            })
        });
        Self { threads: threads.collect(), stop, begun }
    }
}

impl Drop for Storm {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.threads.drain(..).for_each(|thread| thread.join().unwrap());
    }
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn what_stays_is_seen_in_every_sample_of_a_storm() {
    let spawn = |_| Command::new("sleep").arg("600").spawn().expect("sleep is there");
    let lasting = Lasting((0..LASTING).map(spawn).collect());
    let pids: BTreeSet<u32> = lasting.0.iter().map(Child::id).collect();
    let mut probe = Probe::new().unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    let mut delta = Delta::default();
    let storm = Storm::rage();
    let mut kept = None;
    let (mut births, mut deaths) = (0, 0);
    for sample in 0..SAMPLES.0 + SAMPLES.1 {
        probe.sample(&mut now, &SystemClock);
        delta.refill(Some(&before), &now);
        let seen = pids.iter().filter(|pid| now.processes.find(**pid).is_some()).count();
        assert_eq!(seen, pids.len(), "in sample {sample}");
        assert!(!now.gaps.iter().any(|gap| gap.what == "processes"), "{:?}", now.gaps);
        if sample > 0 {
            let died = |key: &&model::ProcessKey| pids.contains(&key.pid);
            assert_eq!(delta.deaths.iter().find(died), None, "nobody of the lasting died");
            births += delta.births.len();
            deaths += delta.deaths.len();
        }
        if sample == SAMPLES.0 {
            kept = Some(descriptors());
        }
        std::mem::swap(&mut before, &mut now);
    }
    let begun = storm.begun.load(Ordering::Relaxed);
    assert!(begun > 20 && births > 0 && deaths > 0, "a storm: {begun} begun, {births} seen");
    drop(storm);
    // The storm itself holds a few pipes while it starts a program.
    let grown = descriptors().saturating_sub(kept.unwrap());
    assert!(grown < 20, "{grown} descriptors more after {} samples", SAMPLES.1);
}
