//! `completions` and `man`: made from the same definitions as the help.

use crate::args::Args;
use crate::exit::Answer;
use anyhow::{Context, Result};
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;
use std::io::Write;
use std::path::PathBuf;

/// Options of `completions`.
#[derive(clap::Args)]
pub(crate) struct Completions {
    /// For which shell
    shell: Shell,
}

/// Options of `man`.
#[derive(clap::Args)]
pub(crate) struct Manual {
    /// Write a page for every command into this directory instead
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn completions(options: &Completions) -> Result<Answer> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Args::command(), "topmast", &mut script);
    let mut out = std::io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Answer::Yes)
}

pub(crate) fn manual(options: &Manual) -> Result<Answer> {
    if let Some(dir) = &options.dir {
        std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
        clap_mangen::generate_to(Args::command(), dir)
            .with_context(|| format!("cannot write into {}", dir.display()))?;
        return Ok(Answer::Yes);
    }
    let mut page = Vec::new();
    Man::new(Args::command()).render(&mut page)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&page)?;
    out.flush()?;
    Ok(Answer::Yes)
}
