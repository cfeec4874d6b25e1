//! What hearing of ends costs: runs short programs as fast as it can and samples once a second.
//!
//! `cargo run --release -p topmast-probe --example lives -- 10`
#![allow(clippy::print_stdout, reason = "this program prints what it measures")]

use model::Snapshot;
use probe::{Probe, ProbeOptions, Reading, SystemClock};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let seconds = std::env::args().nth(1).map_or(Ok(10), |count| count.parse())?;
    let options = ProbeOptions { lives: Reading::Yes, ..ProbeOptions::default() };
    let mut probe = Probe::with(&options)?;
    let mut snapshot = Snapshot::default();
    let (stop, runs) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) && Command::new("true").status().is_ok() {
                    runs.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let begin = Instant::now();
        let mut heard = 0;
        for second in 1..=seconds {
            std::thread::sleep(Duration::from_secs(second).saturating_sub(begin.elapsed()));
            probe.sample(&mut snapshot, &SystemClock);
            let lives = &snapshot.lives;
            heard += lives.exits.iter().filter(|exit| &*exit.name == "true").count();
            println!(
                "{} runs, {heard} ends heard by {}, {} lost, {} overflows, {:.2} ms the sample, \
                 {:.2} ms the thread so far",
                runs.load(Ordering::Relaxed),
                lives.source.word(),
                lives.lost,
                lives.overflows,
                snapshot.cost.cpu_nanos as f64 / 1e6,
                thread_millis("lives"),
            );
        }
        stop.store(true, Ordering::Relaxed);
    });
    Ok(())
}

/// CPU time of the thread of this name, by the scheduler's own count.
fn thread_millis(name: &str) -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let is_named = |path: &std::path::Path| {
        std::fs::read_to_string(path.join("comm")).is_ok_and(|comm| comm.trim_end() == name)
    };
    let path = tasks.map(|task| task.path()).find(|path| is_named(path));
    let text = path.and_then(|path| std::fs::read_to_string(path.join("schedstat")).ok());
    let nanos = text.and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
    nanos.map_or(f64::NAN, |nanos| nanos as f64 / 1e6)
}
