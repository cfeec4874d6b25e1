//! Programs that refresh once a second, ours and others, each measured alike.

use crate::{cost, terminal};
use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What one program costs.
pub struct Cost {
    /// Its name and version.
    pub name: String,
    /// CPU time per refresh.
    pub cpu_per_sample: Duration,
    /// Resident memory, bytes.
    pub rss_bytes: u64,
}

/// What our probe keeps beside its memory.
pub struct Kept {
    /// Descriptors kept open.
    pub descriptors: u64,
    /// Rows left for later in the last sample.
    pub late: u64,
}

/// Our probe without a hub around it.
pub fn probe(span: Duration) -> Result<(Cost, Kept)> {
    let mut child = own_loop("probe").stdout(Stdio::piped()).spawn()?;
    let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let last = std::thread::spawn(move || lines.map_while(Result::ok).last());
    let cost = observe(&mut child, span, "topmast-probe, reading and delta".to_owned())?;
    let line = last.join().ok().flatten().context("the probe printed nothing")?;
    let mut words = line.split(' ').map(str::parse);
    let mut next = || words.next().context("a number is missing")?.context("no number");
    Ok((cost, Kept { descriptors: next()?, late: next()? }))
}

/// All peers, one after the other.
pub fn all(python: &str, span: Duration) -> Result<Vec<Cost>> {
    let btop = version("btop", "--version")?;
    let htop = version("htop", "--version")?;
    let top = version("top", "-V")?.replace("procps-ng", "procps");
    Ok(vec![
        on_terminal("btop", &["--utf-force", "-p", "0"], &btop, span)?,
        observe(
            &mut Command::new("top").args(["-b", "-d", "1"]).stdout(Stdio::null()).spawn()?,
            span,
            format!("{top} (-b -d 1)"),
        )?,
        on_terminal("htop", &["-d", "10"], &format!("{htop} (-d 10)"), span)?,
        observe(&mut own_loop("procfs").spawn()?, span, "crate procfs (stat, status, io)".into())?,
        observe(&mut own_loop("sysinfo").spawn()?, span, "crate sysinfo (without threads)".into())?,
        psutil(python, span)?,
    ])
}

fn own_loop(kind: &str) -> Command {
    let program = std::env::current_exe().unwrap_or_default();
    let mut command = Command::new(program);
    command.args(["loop", kind]);
    command
}

fn version(program: &str, option: &str) -> Result<String> {
    let output = Command::new(program).arg(option).output();
    let output = output.with_context(|| format!("{program} is not installed"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let line = text.lines().next().unwrap_or(program).replace("version:", "").replace("  ", " ");
    Ok(line.trim().to_owned())
}

fn on_terminal(program: &str, options: &[&str], name: &str, span: Duration) -> Result<Cost> {
    let settings = std::env::temp_dir().join(format!("topmast-bench-{}", std::process::id()));
    // btop refreshes every two seconds unless told otherwise.
    std::fs::create_dir_all(settings.join("btop"))?;
    std::fs::write(settings.join("btop/btop.conf"), "update_ms=1000\n")?;
    let mut command = Command::new(program);
    command.args(options).env("XDG_CONFIG_HOME", &settings);
    let cost = observe(&mut terminal::start(&mut command)?, span, name.to_owned());
    let _ = std::fs::remove_dir_all(settings);
    cost
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
fn psutil(python: &str, span: Duration) -> Result<Cost> {
    let mut command = Command::new(python);
    let mut child = command.args(["-c", LOOP]).stdout(Stdio::piped()).spawn()?;
    let mut version = String::new();
    BufReader::new(child.stdout.take().context("its output")?).read_line(&mut version)?;
    ensure!(!version.trim().is_empty(), "{python} has no psutil");
    observe(&mut child, span, format!("psutil {} (12 attributes)", version.trim()))
}

fn observe(child: &mut Child, span: Duration, name: String) -> Result<Cost> {
    let seen = watch(child, span).with_context(|| name.clone());
    child.kill()?;
    child.wait()?;
    let (cpu_per_sample, rss_bytes) = seen?;
    Ok(Cost { name, cpu_per_sample, rss_bytes })
}

fn watch(child: &mut Child, span: Duration) -> Result<(Duration, u64)> {
    // The first refreshes read what later ones keep.
    std::thread::sleep(Duration::from_secs(5));
    let before = cost::cpu_time(child.id(), |_| true)?;
    std::thread::sleep(span);
    let after = cost::cpu_time(child.id(), |_| true)?;
    let (rss_bytes, _) = cost::memory(child.id())?;
    Ok((after.saturating_sub(before).div_f64(span.as_secs_f64()), rss_bytes))
}
