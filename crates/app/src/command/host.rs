//! `host`: the machine as a whole.

mod reply;
mod sections;

use crate::exit::Answer;
use crate::look::{Eyes, Rates};
use crate::output::{Form, Pace, Screen, print_document, print_lines, redraw, tell_gaps, turns};
use anyhow::Result;
use clap::Args;
use model::{Delta, Gap};
use probe::{ProbeOptions, Reading};
use std::time::Duration;

/// Options of `host`.
#[derive(Args)]
pub(crate) struct Options {
    /// Print JSON with stable field names
    #[arg(long)]
    json: bool,
    /// Print again and again until Ctrl-C, in this time [default: 2s]
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "2s",
        value_parser = crate::args::interval)]
    watch: Option<Duration>,
}

/// Widest it gets: bars say no more when they are longer.
const WIDTH_MAX: usize = 100;

/// Where the width is not known.
const WIDTH_USUAL: usize = 80;

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let form = if options.json { Form::Json } else { Form::Table };
    let pace = options.watch.map_or(Pace::Once, Pace::Every);
    let wanted = ProbeOptions { surroundings: Reading::Yes, ..ProbeOptions::default() };
    let mut eyes = Eyes::open(&wanted, Rates::Wanted)?;
    let mut turn = 0;
    turns(pace, || {
        turn += 1;
        let delta = eyes.look()?;
        let gaps = gaps(delta);
        if form == Form::Json {
            print_document(&reply::HostReply::of(delta, &gaps), pace)?;
            return Ok(Answer::Yes);
        }
        let real = Screen::of_stdout();
        let width = if real.width == usize::MAX { WIDTH_USUAL } else { real.width };
        let screen = Screen { width: width.min(WIDTH_MAX), ..real };
        let lines = sections::lines(delta, screen);
        match pace {
            Pace::Once => print_lines(&lines).and_then(|()| tell_gaps(&gaps))?,
            Pace::Every(_) => redraw(&lines, &[], screen, turn)?,
        }
        Ok(Answer::Yes)
    })
}

/// What is said of single processes and sockets elsewhere.
const OF_ROWS: [&str; 7] = [
    "block_delay_seconds",
    "exe",
    "io_read_bytes",
    "lives",
    "net_rx_per_sec",
    "network_connections",
    "pid",
];

/// The sample's gaps and those of what stands around it, as far as they concern the machine.
fn gaps(delta: &Delta) -> Vec<Gap> {
    let all = delta.gaps.iter().chain(&delta.host.surroundings.gaps);
    all.filter(|gap| !OF_ROWS.contains(&gap.what)).cloned().collect()
}
