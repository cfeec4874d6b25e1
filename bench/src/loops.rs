//! Loops that refresh once a second, each in a process of its own, so that all are measured alike:
//! our own probe, and the two crates that Rust programs read processes with.

use crate::cost;
use anyhow::{Result, bail};
use model::{Delta, Snapshot};
use probe::{Probe, ProbeOptions, Reading, SystemClock};
use std::time::{Duration, Instant};
use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, UpdateKind};

/// Runs until it is killed.
pub fn run(kind: &str) -> Result<()> {
    match kind {
        "probe" => sample(),
        "procfs" => every_second(read_by_procfs),
        "sysinfo" => {
            let mut system = System::new()?;
            every_second(|| read_by_sysinfo(&mut system))
        }
        other => bail!("no such loop: {other}"),
    }
}

fn every_second(mut work: impl FnMut()) -> Result<()> {
    let mut due = Instant::now();
    loop {
        work();
        due += Duration::from_secs(1);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// What the sampling thread of the recorder does: read, and tell what changed. Each second it
/// prints a line of JSON about itself.
fn sample() -> Result<()> {
    let options = ProbeOptions { lives: Reading::Yes, ..ProbeOptions::default() };
    let mut probe = Probe::with(&options)?;
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    let mut delta = Delta::default();
    let mut due = Instant::now();
    loop {
        probe.sample(&mut now, &SystemClock);
        delta.refill(Some(&before), &now);
        let late = Instant::now().saturating_duration_since(due);
        let line = serde_json::json!({
            "kept": delta.cost.kept_descriptors,
            "left": delta.cost.rows_late,
            "processes": delta.processes.len(),
            "cpu_ms": delta.cost.cpu_nanos as f64 / 1e6,
            "sockets": delta.sockets.len(),
            "ready_ms": late.as_secs_f64() * 1e3,
            "descriptors": std::fs::read_dir("/proc/self/fd")?.count(),
            "rss": cost::memory(std::process::id())?.0,
        });
        println!("{line}");
        std::mem::swap(&mut before, &mut now);
        due += Duration::from_secs(1);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
}

/// The same fields as nearly as the crate has them: `stat`, `status` and `io`.
fn read_by_procfs() {
    let Ok(all) = procfs::process::all_processes() else { return };
    for process in all.flatten() {
        let _ = (process.stat(), process.status(), process.io());
    }
}

/// Everything but threads, whose listing would count against it.
fn read_by_sysinfo(system: &mut System) {
    let wanted = ProcessRefreshKind::nothing()
        .with_cpu()
        .with_memory()
        .with_disk_usage()
        .with_user(UpdateKind::OnlyIfNotSet)
        .with_cmd(UpdateKind::OnlyIfNotSet)
        .with_exe(UpdateKind::OnlyIfNotSet);
    system.refresh_processes_specifics(ProcessesToUpdate::All, true, wanted);
}
