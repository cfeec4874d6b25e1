//! `cargo xtask bench`: what Topmast costs beside its peers, measured in one run.

use crate::equipment::{self, Equipment};
use crate::place::{Output, Place};
use crate::program;
use anyhow::Result;
use std::process::ExitCode;

/// The peers, psutil in a Python of the tests' own.
const PEERS: [Equipment; 4] =
    [Equipment::Procps, Equipment::Python, Equipment::Htop, Equipment::Btop];

/// Builds what is measured and what measures, then writes docs/budgets.md.
pub(crate) fn run() -> Result<ExitCode> {
    program::build()?;
    let place = Place::find()?;
    equipment::provide(&place, &PEERS)?;
    // A package of its own: measuring needs clients that the product does not.
    let target = place.own("bench")?;
    let mut bench = place.cargo(&["run", "--release", "--locked", "--quiet"]);
    bench.env("CARGO_TARGET_DIR", target).arg("--manifest-path");
    bench.arg(place.root.join("bench/Cargo.toml")).arg("--");
    bench.arg(place.binary()).arg(equipment::python(&place)?);
    bench.arg(place.root.join("docs/budgets.md"));
    Output::Terminal.run(&mut bench)?;
    Ok(ExitCode::SUCCESS)
}
