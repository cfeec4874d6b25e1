//! `show`: everything about one process.

mod document;
mod lists;
mod sections;
mod sheet;

use super::which::{Which, thread_hint, which};
use crate::exit::{Answer, Failure};
use crate::look::{Eyes, Rates};
use crate::masking::Masking;
use crate::output::{Pace, Screen, print_document};
use anyhow::{Context, Result};
use clap::Args;
use model::delta::ProcessRow;
use model::request::{DetailWish, ProcessDetail, Refusal, Target, Wanted};
use model::{Delta, Observed};
use probe::{Control, ProbeOptions};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const EXAMPLES: &str = "\
Examples:
  topmast show 4711          what it is, does, may and holds
  topmast show 4711 --all    every thread, file and connection, however many
  topmast show 4711 --maps   with its memory maps
  topmast show 4711 --environment   its environment too, secrets masked
  topmast show 4711 --json   for scripts; null and `gaps` for what is not known";

/// Options of `show`.
#[derive(Args)]
pub(crate) struct Options {
    /// Which process: PID, or PID@START for one life of it only
    #[arg(value_name = "PID", value_parser = which)]
    pub(crate) pid: Which,
    /// Every row of long lists
    #[arg(long)]
    pub(crate) all: bool,
    /// Memory maps too
    #[arg(long)]
    pub(crate) maps: bool,
    /// Environment too, secrets masked; for root and the process's own user
    #[arg(long)]
    pub(crate) environment: bool,
    /// Print JSON: everything, maps included
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    masking: Masking,
}

/// Time for a process with very many files and maps.
const PATIENCE: Duration = Duration::from_secs(5);

/// All there is to say.
struct Whole<'a> {
    delta: &'a Delta,
    row: ProcessRow<'a>,
    detail: &'a ProcessDetail,
}

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let scrub = options.masking.rules()?;
    let control = Control::with(Arc::clone(&scrub)).context("nothing can be read here")?;
    let target = options.pid.target();
    // First of all, so that a mistake is told at once.
    let seen = control.detail(target, DetailWish::cheap());
    let seen = seen.map_err(|refusal| refused(&control, target, &refusal))?;
    if options.environment {
        may_see_environment(&seen)?;
    }
    let mut eyes = Eyes::open(&ProbeOptions { scrub, ..ProbeOptions::default() }, Rates::Wanted)?;
    let delta = eyes.look()?;
    let target = Target { pid: seen.key.pid, start_time: Some(seen.key.start_time()) };
    let detail = control.detail(target, wish(options));
    let detail = detail.map_err(|refusal| refused(&control, target, &refusal))?;
    let row = delta.process_by_pid(target.pid).filter(|row| row.key() == seen.key);
    let Some(row) = row else {
        return Err(refused(&control, target, &Refusal::AnotherProcess));
    };
    let whole = Whole { delta, row, detail: &detail };
    if options.json {
        print_document(&document::of(&whole), Pace::Once)?;
        return Ok(Answer::Yes);
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in sections::lines(&whole, options.all, Screen::of_stdout()) {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    Ok(Answer::Yes)
}

fn wish(options: &Options) -> DetailWish {
    let wanted = |is_wanted: bool| if is_wanted { Wanted::Yes } else { Wanted::No };
    DetailWish {
        maps: wanted(options.maps || options.json),
        environment: wanted(options.environment),
        patience: PATIENCE,
        ..DetailWish::everything()
    }
}

/// Whatever else allows us to read it: it may hold what signs its user in somewhere.
fn may_see_environment(detail: &ProcessDetail) -> Result<()> {
    let own = rustix::process::geteuid();
    let is_own = matches!(detail.uids, Observed::Known(uids) if uids[0] == own.as_raw());
    if own.is_root() || is_own {
        return Ok(());
    }
    let why = "--environment is for root and for the user the process belongs to";
    Err(Failure::denied(why))
}

fn refused(control: &Control, target: Target, refusal: &Refusal) -> anyhow::Error {
    let pid = target.pid;
    if let Some(hint) = thread_hint(control, pid, "show") {
        return Failure::not_found(hint);
    }
    match refusal {
        Refusal::NoSuchProcess | Refusal::AnotherProcess | Refusal::Ended(_) => {
            Failure::not_found(format!("{pid}: {refusal}"))
        }
        Refusal::NotPermitted(_) | Refusal::Protected(_) | Refusal::SwitchedOff(_) => {
            Failure::denied(format!("{pid}: {refusal}"))
        }
        Refusal::Unavailable(_) => anyhow::anyhow!("{pid}: {refusal}"),
    }
}
