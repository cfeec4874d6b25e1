//! What a process uses, as the scheduler counts it: nanoseconds, not ticks.

use anyhow::{Context, Result};
use std::path::Path;
use std::time::Duration;

/// Processes on this machine now.
pub fn processes() -> Result<usize> {
    let is_pid = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    let names = std::fs::read_dir("/proc")?.flatten().map(|entry| entry.file_name());
    Ok(names.filter(|name| name.to_str().is_some_and(is_pid)).count())
}

/// CPU time of all threads of a process whose name passes `wanted`.
pub fn cpu_time(pid: u32, wanted: impl Fn(&str) -> bool) -> Result<Duration> {
    let mut total = 0;
    for task in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        let path = task?.path();
        if let Ok(name) = std::fs::read_to_string(path.join("comm"))
            && wanted(name.trim())
        {
            total += run_time(&path).unwrap_or(0);
        }
    }
    Ok(Duration::from_nanos(total))
}

fn run_time(task: &Path) -> Result<u64> {
    let text = std::fs::read_to_string(task.join("schedstat"))?;
    Ok(text.split(' ').next().context("an empty schedstat")?.parse()?)
}

/// Resident memory now and at its highest, bytes.
pub fn memory(pid: u32) -> Result<(u64, u64)> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.map(|kib| kib * 1024).with_context(|| format!("no {name} of process {pid}"))
    };
    Ok((field("VmRSS:")?, field("VmHWM:")?))
}
