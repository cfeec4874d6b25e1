//! Measures Topmast beside its peers on the same crowds of processes, one after the other in one
//! run, and writes docs/budgets.md. `cargo xtask bench` builds what it needs.

mod cost;
mod hub;
mod load;
mod loops;
mod peers;
mod report;
mod terminal;

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Processes added to those that run anyway: what the budgets speak of, from the lower end to the
/// upper.
const CROWDS: [usize; 2] = [1000, 5000];

/// How long a peer is measured.
const SPAN: Duration = Duration::from_secs(20);

/// How long a round of a storm lasts, and how many there are: the best one counts.
const STORM: (Duration, usize) = (Duration::from_secs(60), 5);

/// How long Topmast is measured: what it leaves for later comes round within this time.
const OWN_SPAN: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1);
    match (args.next().as_deref(), args.next(), args.next()) {
        (Some("load"), Some(kind), None) => load::live(&kind),
        (Some("loop"), Some(kind), None) => loops::run(&kind),
        (Some(topmast), Some(python), Some(report)) => {
            measure(Path::new(topmast), &python, &PathBuf::from(report))
        }
        _ => bail!("usage: topmast-bench TOPMAST PYTHON REPORT (run by `cargo xtask bench`)"),
    }
}

fn measure(topmast: &Path, python: &str, report: &Path) -> Result<()> {
    println!("measuring with {} sockets", 2 * load::SOCKETS);
    let sockets = peers::sockets(SPAN)?;
    let mut crowds = Vec::new();
    let mut hub = None;
    let mut storm = Vec::new();
    for count in CROWDS {
        println!("starting {count} processes");
        let _crowd = load::Crowd::gather(count)?;
        let processes = cost::processes()?;
        println!("measuring at {processes} processes");
        let (probe, kept) = peers::probe(OWN_SPAN)?;
        if hub.is_none() {
            hub = Some((processes, hub::measure(topmast, SPAN).context("topmast serve")?));
        }
        let peers = peers::all(python, SPAN)?;
        let is_last = crowds.len() + 1 == CROWDS.len();
        if is_last {
            println!("{} rounds of {} s in a storm", STORM.1, STORM.0.as_secs());
            storm = (0..STORM.1).map(|_| peers::storm(STORM.0)).collect::<Result<_>>()?;
        }
        crowds.push(report::Crowd { processes, probe, kept, peers });
    }
    let (hub_processes, hub) = hub.context("no crowd was measured")?;
    let binary_bytes = std::fs::metadata(topmast)?.len();
    let figures = report::Figures { crowds, sockets, storm, hub_processes, hub, binary_bytes };
    let text = report::text(&figures);
    print!("{text}");
    std::fs::write(report, text).with_context(|| format!("cannot write {}", report.display()))?;
    Ok(())
}
