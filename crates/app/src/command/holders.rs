//! `holders`: who holds a path, a port, or the space of deleted files.

use crate::exit::{Answer, Failure};
use anyhow::Result;
use clap::Args;

/// Options of `holders`.
#[derive(Args)]
pub(crate) struct Options {
    /// A path, or a port number
    pub(crate) what: String,
}

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let _ = &options.what;
    Err(Failure::usage("not built yet".to_owned()).into())
}
