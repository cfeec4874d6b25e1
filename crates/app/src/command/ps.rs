//! `ps`: processes, or those that ended while it looked.

use crate::exit::Answer;
use crate::look::{Eyes, Rates};
use crate::masking::Masking;
use crate::output::{Around, Layout, Listing, View};
use anyhow::Result;
use clap::Args;
use model::metric::{ExitEntity, ProcessEntity};
use probe::{ProbeOptions, Reading};

/// Options of `ps`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listing: Listing,
    /// List processes that ended while it looked, those too short-lived to be sampled included
    #[arg(long)]
    short_lived: bool,
    #[command(flatten)]
    masking: Masking,
}

const PROCESSES: Layout = Layout {
    name: "processes",
    columns: &[
        ("pid", 0),
        ("username", 3),
        ("status", 4),
        ("cpu_percent", 1),
        ("memory_percent", 6),
        ("memory_rss", 2),
        ("num_threads", 9),
        ("io_read_per_sec", 8),
        ("io_write_per_sec", 7),
        ("name", 0),
        ("cmdline", 5),
    ],
    order: "-cpu_percent",
};

const EXITS: Layout = Layout {
    name: "exits",
    columns: &[
        ("pid", 0),
        ("ppid", 6),
        ("uid", 5),
        ("exit_status", 1),
        ("lifetime", 2),
        ("cpu_time_user", 3),
        ("cpu_time_system", 4),
        ("memory_rss_peak", 7),
        ("name", 0),
    ],
    order: "-end_time",
};

pub(crate) fn run(options: &Options) -> Result<Answer> {
    if options.short_lived {
        return ended(&options.listing);
    }
    let view = View::<ProcessEntity>::new(&options.listing, &PROCESSES)?;
    let options = ProbeOptions {
        // Only what stands around the processes tells the names of containers.
        surroundings: if view.needs("container_name") { Reading::Yes } else { Reading::No },
        scrub: options.masking.rules()?,
        ..ProbeOptions::default()
    };
    let mut eyes = Eyes::open(&options, view.rates())?;
    view.show(|page| {
        let delta = eyes.look()?;
        page.print(delta.process_rows().collect(), &Around::of(delta))
    })
}

fn ended(listing: &Listing) -> Result<Answer> {
    let view = View::<ExitEntity>::new(listing, &EXITS)?;
    let options = ProbeOptions { lives: Reading::Yes, ..ProbeOptions::default() };
    let mut eyes = Eyes::open(&options, Rates::Wanted)?;
    view.show(|page| {
        let delta = eyes.look()?;
        let mut around = Around::of(delta);
        around.foot.push(format!("known from {}", delta.lives.source.word()));
        around.extra.insert("source".to_owned(), delta.lives.source.word().into());
        page.print(delta.lives.exits.iter().collect(), &around)
    })
}
