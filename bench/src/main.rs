//! Measures Topmast beside `top -b` and a psutil loop, on the same thousand processes, one after
//! the other in one run, and writes docs/budgets.md. `cargo xtask bench` builds what it needs.

mod cost;
mod hub;
mod load;
mod peers;
mod report;

use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::time::Duration;

/// Processes added to those that run anyway.
const PROCESSES: usize = 1000;

/// How long each program is measured.
const SPAN: Duration = Duration::from_secs(20);

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next(), args.next()) {
        (Some("load"), Some(kind), None) => load::live(&kind),
        (Some(topmast), Some(python), Some(report)) => {
            measure(&PathBuf::from(topmast), &python, &PathBuf::from(report))
        }
        _ => bail!("usage: topmast-bench TOPMAST PYTHON REPORT (run by `cargo xtask bench`)"),
    }
}

fn measure(topmast: &std::path::Path, python: &str, report: &std::path::Path) -> Result<()> {
    println!("starting {PROCESSES} processes");
    let crowd = load::Crowd::gather(PROCESSES)?;
    let processes = cost::processes()?;
    println!("measuring at {processes} processes, {} s each", SPAN.as_secs());
    let hub = hub::measure(topmast, SPAN).context("topmast serve")?;
    let top = peers::top(SPAN).context("top")?;
    let psutil = peers::psutil(python, SPAN).context("psutil")?;
    drop(crowd);
    let binary_bytes = std::fs::metadata(topmast)?.len();
    let figures = report::Figures { processes, hub, top, psutil, binary_bytes };
    let text = report::text(&figures);
    print!("{text}");
    std::fs::write(report, text).with_context(|| format!("cannot write {}", report.display()))?;
    Ok(())
}
