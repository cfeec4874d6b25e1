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
    let line: serde_json::Value = serde_json::from_str(&line)?;
    let number = |name: &str| line[name].as_u64().with_context(|| format!("{name} is missing"));
    Ok((cost, Kept { descriptors: number("kept")?, late: number("left")? }))
}

/// CPU time of samples with many sockets, milliseconds, and how many sockets there were.
pub struct Sockets {
    pub count: u64,
    /// Median of the samples that read them.
    pub reading_ms: f64,
    /// Mean of all samples: where reading is dear it is done less often.
    pub mean_ms: f64,
}

/// Samples beside a program that holds many connections.
pub fn sockets(span: Duration) -> Result<Sockets> {
    let mut holders = [holder()?, holder()?];
    let mut child = own_loop("probe").stdout(Stdio::piped()).spawn()?;
    let lines = lines_during(&mut child, span);
    for child in holders.iter_mut().chain([&mut child]) {
        child.kill()?;
        child.wait()?;
    }
    let lines = lines?;
    let count = lines.iter().filter_map(|line| line["sockets"].as_u64()).max().unwrap_or(0);
    // The first samples find the owners of all at once.
    let mut costs: Vec<f64> =
        lines.iter().skip(4).filter_map(|line| line["cpu_ms"].as_f64()).collect();
    ensure!(costs.len() > 4, "too few samples");
    let mean_ms = costs.iter().sum::<f64>() / costs.len() as f64;
    let most = costs.iter().copied().fold(0.0, f64::max);
    costs.retain(|cost| *cost > most / 4.0);
    costs.sort_by(f64::total_cmp);
    Ok(Sockets { count, reading_ms: costs[costs.len() / 2], mean_ms })
}

/// A process that holds many connections, once all are open.
fn holder() -> Result<Child> {
    let mut command = Command::new("sh");
    command.args(["-c", "ulimit -n \"$(ulimit -Hn)\" && exec \"$0\" load sockets"]);
    command.arg(std::env::current_exe()?).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn()?;
    let mut ready = String::new();
    BufReader::new(child.stdout.take().context("its output")?).read_line(&mut ready)?;
    ensure!(ready == "ready\n", "the connections were not opened");
    Ok(child)
}

/// What one of our loops prints meanwhile.
fn lines_during(child: &mut Child, span: Duration) -> Result<Vec<serde_json::Value>> {
    let lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let seen = std::thread::spawn(move || lines.map_while(Result::ok).collect::<Vec<_>>());
    std::thread::sleep(span);
    child.kill()?;
    let lines = seen.join().map_err(|_| anyhow::anyhow!("the reader panicked"))?;
    Ok(lines.iter().map(|line| serde_json::from_str(line)).collect::<Result<_, _>>()?)
}

/// A round of a storm: what the probe was like while processes came and went beside it.
pub struct Round {
    /// The latest sample was ready this long after it was due, milliseconds.
    pub latest_ms: f64,
    /// Open descriptors in the first and the last sample.
    pub descriptors: (u64, u64),
    /// Resident memory after a quarter of the round and at its end, bytes.
    pub rss: (u64, u64),
}

/// Samples through a storm of `span`.
pub fn storm(span: Duration) -> Result<Round> {
    let mut storm = Command::new(std::env::current_exe()?);
    let mut storm = storm.args(["load", "storm"]).stdin(Stdio::piped()).spawn()?;
    let mut child = own_loop("probe").stdout(Stdio::piped()).spawn()?;
    let lines = lines_during(&mut child, span);
    for child in [&mut storm, &mut child] {
        child.kill()?;
        child.wait()?;
    }
    let lines = lines?;
    ensure!(lines.len() > 8, "only {} samples in {} s", lines.len(), span.as_secs());
    let number = |line: &serde_json::Value, name: &str| line[name].as_u64().unwrap_or(0);
    let (first, quarter, last) = (&lines[1], &lines[lines.len() / 4], &lines[lines.len() - 1]);
    // The first sample reads what later ones keep.
    let ready = lines[1..].iter().filter_map(|line| line["ready_ms"].as_f64());
    Ok(Round {
        latest_ms: ready.fold(0.0, f64::max),
        descriptors: (number(first, "descriptors"), number(last, "descriptors")),
        rss: (number(quarter, "rss"), number(last, "rss")),
    })
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
