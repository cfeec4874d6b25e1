//! The release binary: `cargo xtask build` makes it, `cargo xtask run` starts it.

use crate::dashboard;
use crate::place::{Output, Place};
use crate::tools::{self, Tools};
use anyhow::{Context, Result, bail};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

/// `cargo xtask build`.
pub(crate) fn build() -> Result<ExitCode> {
    let place = Place::find()?;
    make(&place)?;
    let binary = place.binary();
    let size = std::fs::metadata(&binary)
        .with_context(|| format!("cannot look at {}", binary.display()))?
        .len();
    println!("{} ({}.{} MB)", binary.display(), size / 1_000_000, size / 100_000 % 10);
    Ok(ExitCode::SUCCESS)
}

/// `cargo xtask run [-- ARGS]`: becomes `topmast serve ARGS`, so that Ctrl-C reaches it directly.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let serve_arguments = match arguments.split_first() {
        None => &[],
        Some((dashes, rest)) if dashes == "--" => rest,
        Some((other, _)) => bail!("put arguments for `topmast serve` after `--`: run -- {other}"),
    };
    let place = Place::find()?;
    make(&place)?;
    let error = Command::new(place.binary()).arg("serve").args(serve_arguments).exec();
    Err(error).with_context(|| format!("cannot start {}", place.binary().display()))
}

fn make(place: &Place) -> Result<()> {
    tools::check(Tools::RustAndWeb)?;
    dashboard::build(place, &Output::Terminal)?;
    release(place, &Output::Terminal)
}

/// The binary alone; the dashboard must have been built.
pub(crate) fn release(place: &Place, output: &Output) -> Result<()> {
    output.run(&mut place.cargo(&["build", "--release", "--locked", "--package", "topmast"]))
}
