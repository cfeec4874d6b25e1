//! What sampling costs: `sweep [--seconds 60] [--sleepers 1000] [--busy 20]` starts that many
//! processes, samples once a second and prints the CPU time a process and sample took.
#![allow(clippy::print_stdout, reason = "its output is its purpose")]
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use model::{Delta, Snapshot};
use probe::{Clock, Probe, SystemClock};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A busy process works this long, ten times a second.
const WORK: Duration = Duration::from_millis(2);
const PAUSE: Duration = Duration::from_millis(98);

/// Samples until every process that stands still is known to.
const WARM: u64 = 20;

struct Crowd(Vec<Child>);

impl Drop for Crowd {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|child| drop(child.kill()));
        self.0.iter_mut().for_each(|child| drop(child.wait()));
    }
}

/// Runs until whoever started it ends.
fn be_busy() {
    let parent = std::os::unix::process::parent_id();
    while std::os::unix::process::parent_id() == parent {
        let begun = Instant::now();
        while begun.elapsed() < WORK {
            std::hint::spin_loop();
        }
        std::thread::sleep(PAUSE);
    }
}

fn option(name: &str, default: u64) -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).map_or(default, |value| value.parse().unwrap())
}

fn crowd(sleepers: u64, busy: u64) -> Crowd {
    let mut children = Vec::new();
    let mut start = |command: &mut Command| {
        children.push(command.stdin(Stdio::null()).spawn().unwrap());
    };
    (0..sleepers).for_each(|_| start(Command::new("sleep").arg("3600")));
    let this = std::env::current_exe().unwrap();
    (0..busy).for_each(|_| start(Command::new(&this).arg("--be-busy")));
    Crowd(children)
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

fn main() {
    if std::env::args().any(|argument| argument == "--be-busy") {
        return be_busy();
    }
    let seconds = option("--seconds", 60);
    let _crowd = crowd(option("--sleepers", 1000), option("--busy", 20));
    // What is read twice of processes that have just begun is no part of a steady cost.
    std::thread::sleep(Duration::from_secs(5));
    let resident_before = resident_kib();
    let mut probe = Probe::new().unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    let mut delta = Delta::default();
    let begun = Instant::now();
    let (mut nanos, mut rows, mut late, mut births) = (0, 0, 0, 0);
    let (mut warm_nanos, mut warm_rows) = (0, 0);
    let (mut first, mut worst) = (0, 0);
    for second in 0..=seconds {
        std::thread::sleep(Duration::from_secs(second).saturating_sub(begun.elapsed()));
        let start = SystemClock.thread_cpu_nanos();
        probe.sample(&mut now, &SystemClock);
        let spent = SystemClock.thread_cpu_nanos() - start;
        delta.refill(Some(&before), &now);
        if second == 0 {
            first = spent;
        } else {
            nanos += spent;
            if second > WARM {
                (warm_nanos, warm_rows) = (warm_nanos + spent, warm_rows + now.processes.len());
            }
            worst = worst.max(spent);
            rows += now.processes.len() as u64;
            late += u64::from(now.cost.rows_late);
            births += delta.births.len() as u64;
        }
        std::mem::swap(&mut before, &mut now);
    }
    let per_row = nanos as f64 / rows.max(1) as f64 / 1e3;
    println!(
        "{} processes, {seconds} samples: {per_row:.2} µs CPU per process and sample",
        before.processes.len()
    );
    let warm = warm_nanos as f64 / warm_rows.max(1) as f64 / 1e3;
    println!("{warm:.2} µs of it once {WARM} samples had told who stands still");
    println!("first sample {:.1} ms, worst later {:.1} ms", first as f64 / 1e6, worst as f64 / 1e6);
    let cost = before.cost;
    println!(
        "{} rows late and {} new on average, {} kept descriptors",
        late / seconds.max(1),
        births / seconds.max(1),
        cost.kept_descriptors
    );
    let resident = resident_kib();
    println!("resident {resident} KiB, {} of it for sampling", resident - resident_before);
}
