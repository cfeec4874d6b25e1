//! `show`: everything about one process.

use crate::exit::{Answer, Failure};
use anyhow::Result;
use clap::Args;

/// Options of `show`.
#[derive(Args)]
pub(crate) struct Options {
    /// Which process
    pub(crate) pid: u32,
}

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let _ = options.pid;
    Err(Failure::usage("not built yet".to_owned()).into())
}
