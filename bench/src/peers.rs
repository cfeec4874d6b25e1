//! The peers: `top -b` and a psutil loop, each refreshing once a second.

use crate::cost;
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What one program costs.
pub struct Cost {
    /// CPU time per refresh.
    pub cpu_per_sample: Duration,
    /// Resident memory, bytes.
    pub rss_bytes: u64,
    /// Its version, as it says.
    pub version: String,
}

/// `top -b -d 1`, whole lines thrown away.
pub fn top(span: Duration) -> Result<Cost> {
    let version = Command::new("top").arg("-V").output()?.stdout;
    let mut command = Command::new("top");
    command.args(["-b", "-d", "1"]).stdout(Stdio::null());
    let version = String::from_utf8_lossy(&version).trim().replace("procps-ng", "procps");
    observe(&mut command.spawn().context("top is of the package procps")?, span, version)
}

const LOOP: &str = "
import psutil, time
print(psutil.__version__, flush=True)
attributes = ['pid', 'ppid', 'name', 'username', 'status', 'cpu_times', 'memory_info',
              'num_threads', 'nice', 'create_time', 'io_counters', 'cpu_percent']
due = time.monotonic()
while True:
    for process in psutil.process_iter(attributes):
        pass
    due += 1
    time.sleep(max(0, due - time.monotonic()))
";

/// A loop over twelve attributes of every process, as monitoring agents in Python do.
pub fn psutil(python: &str, span: Duration) -> Result<Cost> {
    let mut command = Command::new(python);
    let mut child = command.args(["-c", LOOP]).stdout(Stdio::piped()).spawn()?;
    let mut version = String::new();
    BufReader::new(child.stdout.take().context("its output")?).read_line(&mut version)?;
    ensure!(!version.trim().is_empty(), "{python} has no psutil");
    observe(&mut child, span, format!("psutil {}", version.trim()))
}

fn observe(child: &mut Child, span: Duration, version: String) -> Result<Cost> {
    // The first refresh reads what later ones keep.
    std::thread::sleep(Duration::from_secs(4));
    let before = cost::cpu_time(child.id(), |_| true)?;
    std::thread::sleep(span);
    let after = cost::cpu_time(child.id(), |_| true)?;
    let (rss_bytes, _) = cost::memory(child.id())?;
    child.kill()?;
    child.wait()?;
    let cpu_per_sample = (after - before).div_f64(span.as_secs_f64());
    Ok(Cost { cpu_per_sample, rss_bytes, version })
}
