//! `du`: what fills file systems and directories.

use crate::exit::{Answer, Failure};
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;

/// Options of `du`.
#[derive(Args)]
pub(crate) struct Options {
    /// Directories to name
    pub(crate) paths: Vec<PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let _ = &options.paths;
    Err(Failure::usage("not built yet".to_owned()).into())
}
