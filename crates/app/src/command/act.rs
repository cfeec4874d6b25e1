//! `term`, `kill`, `stop`, `cont` and `nice`: acting on processes, each by its identity.

use crate::exit::{Answer, Failure};
use anyhow::Result;
use clap::Args;
use model::request::Action;

/// Options of the commands that send a signal.
#[derive(Args)]
pub(crate) struct Options {
    /// Which processes
    #[arg(required = true)]
    pub(crate) pids: Vec<u32>,
}

/// Options of `nice`.
#[derive(Args)]
pub(crate) struct NiceOptions {
    /// Which process
    pub(crate) pid: u32,
    /// Its new nice value, -20 to 19
    #[arg(allow_hyphen_values = true)]
    pub(crate) nice: i8,
}

pub(crate) fn run(action: Action, options: &Options) -> Result<Answer> {
    let _ = (action, &options.pids);
    Err(Failure::usage("not built yet".to_owned()).into())
}

pub(crate) fn renice(options: &NiceOptions) -> Result<Answer> {
    let _ = (options.pid, options.nice);
    Err(Failure::usage("not built yet".to_owned()).into())
}
