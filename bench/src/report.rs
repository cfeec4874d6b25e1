//! The tables of docs/budgets.md.

use crate::hub::HubCost;
use crate::load::STORM_PER_SECOND;
use crate::peers::{Cost, Kept, Round, Sockets};
use std::fmt::Write;
use std::time::Duration;

/// Everything that was measured.
pub struct Figures {
    pub crowds: Vec<Crowd>,
    pub sockets: Sockets,
    pub storm: Vec<Round>,
    pub hub_processes: usize,
    pub hub: HubCost,
    pub binary_bytes: u64,
}

/// One crowd of processes, and what watching it costs.
pub struct Crowd {
    pub processes: usize,
    pub probe: Cost,
    pub kept: Kept,
    pub peers: Vec<Cost>,
}

const HEAD: &str = "\
# What Topmast costs

Written by `cargo xtask bench`: one run, one machine, one program after the other on the same processes, each refreshing
once a second. CPU is user and kernel time as the scheduler counts it. Ratios hold elsewhere, absolute times do not.
In the crowd one process in fifty works now and then, one in five holds two connections, the others sleep.
btop and htop draw a terminal of 200 by 50 and sleep a second after each refresh; the others refresh each second.
";

/// Kernel memory of a kept descriptor of `/proc/PID/stat`: its file, dentry and inode.
const DESCRIPTOR_KERNEL_BYTES: u64 = 5300;

pub fn text(figures: &Figures) -> String {
    let mut text = HEAD.to_owned();
    for crowd in &figures.crowds {
        sampling(&mut text, crowd);
    }
    storm(&mut text, &figures.storm);
    whole_program(&mut text, figures);
    budgets(&mut text, figures);
    text
}

fn micros(cpu: Duration, processes: usize) -> f64 {
    cpu.as_secs_f64() * 1e6 / processes as f64
}

fn mib(bytes: u64) -> f64 {
    bytes as f64 / 1_048_576.0
}

fn kib(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}

/// Writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($format:tt)*) => { let _ = writeln!($text, $($format)*); };
}

fn sampling(text: &mut String, crowd: &Crowd) {
    line!(text, "\n## Sampling {} processes once a second\n", crowd.processes);
    line!(
        text,
        "| program | CPU µs per process and sample | of one core | RSS MiB | times Topmast |"
    );
    line!(text, "|---|---|---|---|---|");
    let mine = micros(crowd.probe.cpu_per_sample, crowd.processes);
    for cost in std::iter::once(&crowd.probe).chain(&crowd.peers) {
        let each = micros(cost.cpu_per_sample, crowd.processes);
        let share = cost.cpu_per_sample.as_secs_f64() * 100.0;
        let (name, rss) = (&cost.name, mib(cost.rss_bytes));
        line!(text, "| {name} | {each:.1} | {share:.2} % | {rss:.1} | {:.1} |", each / mine);
    }
    let kernel = mib(crowd.kept.descriptors * DESCRIPTOR_KERNEL_BYTES);
    line!(
        text,
        "\nTopmast keeps {} descriptors of processes open here, about {kernel:.1} MiB of kernel memory, and left {} rows \
         for later in its last sample.",
        crowd.kept.descriptors,
        crowd.kept.late
    );
}

fn storm(text: &mut String, rounds: &[Round]) {
    line!(text, "\n## A storm of {STORM_PER_SECOND} processes a second beside the larger crowd\n");
    line!(
        text,
        "| round of a minute | latest sample ready after, ms | descriptors, first and last | RSS MiB, early and last |"
    );
    line!(text, "|---|---|---|---|");
    for (number, round) in rounds.iter().enumerate() {
        let (first, last) = round.descriptors;
        let (early, end) = (mib(round.rss.0), mib(round.rss.1));
        let latest = round.latest_ms;
        line!(text, "| {} | {latest:.0} | {first}, {last} | {early:.1}, {end:.1} |", number + 1);
    }
}

fn whole_program(text: &mut String, figures: &Figures) {
    let Figures { hub, hub_processes, .. } = figures;
    line!(text, "\n## `topmast serve` at {hub_processes} processes\n");
    line!(text, "| what | CPU µs per process and sample | of one core |");
    line!(text, "|---|---|---|");
    for (name, cpu) in [
        ("sampling thread", hub.sampler),
        ("whole program, nobody looking", hub.alone),
        ("whole program, one viewer", hub.watched),
    ] {
        let share = cpu.as_secs_f64() * 100.0;
        line!(text, "| {name} | {:.1} | {share:.2} % |", micros(cpu, *hub_processes));
    }
    line!(
        text,
        "\nA viewer's first frame {:.1} KB; whole delta frames (sockets and host included) {:.1} KB median, {:.1} KB \
         largest; RSS with one viewer {:.1} MiB, at its highest {:.1} MiB (password hashing).",
        kib(hub.full_bytes),
        kib(hub.delta_bytes.0),
        kib(hub.delta_bytes.1),
        mib(hub.rss_bytes),
        mib(hub.rss_peak_bytes),
    );
}

fn budgets(text: &mut String, figures: &Figures) {
    line!(text, "\n## Budgets\n\n| what | budget | found | |\n|---|---|---|---|");
    let mut row = |what: &str, budget: &str, found: String, holds: bool| {
        let verdict = if holds { "holds" } else { "**broken**" };
        line!(text, "| {what} | {budget} | {found} | {verdict} |");
    };
    for crowd in &figures.crowds {
        let each = micros(crowd.probe.cpu_per_sample, crowd.processes);
        let what = format!("sampling by procfs at {} processes, over a minute", crowd.processes);
        row(&what, "≤ 6 µs each", format!("{each:.1} µs"), each <= 6.0);
    }
    if let Some(crowd) = figures.crowds.last() {
        let rss = crowd.probe.rss_bytes;
        let what = format!("memory of the probe at {} processes", crowd.processes);
        row(&what, "≤ 8 MB", format!("{:.1} MB", rss as f64 / 1e6), rss <= 8_000_000);
    }
    let sockets = &figures.sockets;
    row(
        &format!("whole sample with {} sockets", sockets.count),
        "≤ 40 ms CPU",
        format!(
            "{:.1} ms when they are read, {:.1} ms on average",
            sockets.reading_ms, sockets.mean_ms
        ),
        sockets.reading_ms <= 40.0,
    );
    let best = figures.storm.iter().map(|round| round.latest_ms).fold(f64::INFINITY, f64::min);
    row(
        "latest sample of a minute in a storm, best of five",
        "≤ 200 ms",
        format!("{best:.0} ms"),
        best <= 200.0,
    );
    let hub = &figures.hub;
    let per_row = hub.process_part_bytes as f64 / hub.rows_changed.max(1) as f64;
    row(
        "process part of a WebSocket delta, as sent, per changed row",
        "≤ 31 B (1.5 KB at 50 rows)",
        format!(
            "{per_row:.1} B ({:.2} KB, {} rows)",
            kib(hub.process_part_bytes),
            hub.rows_changed
        ),
        per_row <= 31.0,
    );
    let binary = figures.binary_bytes;
    row(
        "binary, stripped, dashboard included",
        "≤ 25 MB",
        format!("{:.1} MB", binary as f64 / 1e6),
        binary <= 25_000_000,
    );
}
