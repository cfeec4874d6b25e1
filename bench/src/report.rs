//! The table of docs/budgets.md.

use crate::hub::HubCost;
use crate::peers::Cost;
use std::time::Duration;

pub struct Figures {
    pub processes: usize,
    pub hub: HubCost,
    pub top: Cost,
    pub psutil: Cost,
    pub binary_bytes: u64,
}

const HEAD: &str = "\
# What Topmast costs

Written by `cargo xtask bench`: one run, one machine, one program after the other on the same processes, each refreshing
once a second. CPU is user and kernel time as the scheduler counts it. Ratios hold elsewhere, absolute times do not.
";

pub fn text(figures: &Figures) -> String {
    let Figures { processes, hub, top, psutil, binary_bytes } = figures;
    let per_process = |cpu: Duration| cpu.as_secs_f64() * 1e6 / *processes as f64;
    let mine = per_process(hub.sampler);
    let row = |name: &str, cpu: Duration, rss: u64| {
        let micros = per_process(cpu);
        format!(
            "| {name} | {micros:.1} | {:.2} % | {:.1} | {:.1} |\n",
            cpu.as_secs_f64() * 100.0,
            rss as f64 / 1048576.0,
            micros / mine
        )
    };
    let budget = |name: &str, budget: &str, found: String, holds: bool| {
        format!(
            "| {name} | {budget} | {found} | {} |\n",
            if holds { "holds" } else { "**broken**" }
        )
    };
    let kib = |bytes: usize| bytes as f64 / 1024.0;
    let mib = |bytes: u64| bytes as f64 / 1048576.0;
    let mut text = format!("{HEAD}\n## Sampling {processes} processes once a second\n\n");
    text += "| program | CPU µs per process and sample | of one core | RSS MiB | times Topmast's sampler |\n";
    text += "|---|---|---|---|---|\n";
    text += &row("topmast, sampling thread (procfs)", hub.sampler, hub.rss_bytes);
    text += &row("topmast serve, whole program, nobody looking", hub.alone, hub.rss_bytes);
    text += &row("topmast serve, whole program, one viewer", hub.watched, hub.rss_bytes);
    text += &row(&format!("{} (-b -d 1)", top.version), top.cpu_per_sample, top.rss_bytes);
    text += &row(
        &format!("{} (12 attributes)", psutil.version),
        psutil.cpu_per_sample,
        psutil.rss_bytes,
    );
    text += "\n## Budgets\n\n| what | budget | found | |\n|---|---|---|---|\n";
    text += &budget(
        "sampling by procfs, per process and sample",
        "≤ 15 µs (6 µs once descriptors are kept)",
        format!("{mine:.1} µs"),
        mine <= 15.0,
    );
    let per_row = hub.process_part_bytes as f64 / hub.rows_changed.max(1) as f64;
    text += &budget(
        "process part of a WebSocket delta, as sent, per changed row",
        "≤ 31 B (1.5 KB at 50 rows)",
        format!(
            "{per_row:.1} B ({:.2} KB, {} rows)",
            kib(hub.process_part_bytes),
            hub.rows_changed
        ),
        per_row <= 31.0,
    );
    text += &budget(
        "binary, stripped, dashboard included",
        "≤ 25 MB",
        format!("{:.1} MB", *binary_bytes as f64 / 1e6),
        *binary_bytes <= 25_000_000,
    );
    text += &format!(
        "\nWithout a budget yet: a viewer's first frame {:.1} KB; whole delta frames (sockets and host included) \
         {:.1} KB median, {:.1} KB largest; hub RSS with one viewer {:.1} MiB, at its highest {:.1} MiB.\n",
        kib(hub.full_bytes),
        kib(hub.delta_bytes.0),
        kib(hub.delta_bytes.1),
        mib(hub.rss_bytes),
        mib(hub.rss_peak_bytes),
    );
    text
}
