//! `cargo xtask capture NAME --pids 1,2,3`: keeps what a probe reads of this machine's processes as
//! a fixture, secrets masked.

use crate::place::{Output, Place};
use anyhow::{Context, Result, bail};
use std::process::ExitCode;

/// Makes `fixtures/proc/KERNEL-NAME`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let [name, option, pids] = arguments else { bail!("capture NAME --pids 1,2,3") };
    if option != "--pids" || !pids.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
        bail!("capture NAME --pids 1,2,3");
    }
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_plain) {
        bail!("a name of small letters, digits and dashes, not `{name}`");
    }
    let place = Place::find()?;
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease")
        .context("cannot read the kernel's release")?;
    let kernel = release.trim().split('.').take(2).collect::<Vec<_>>().join(".");
    let folder = place.root.join("fixtures/proc").join(format!("{kernel}-{name}"));
    if folder.exists() {
        bail!("{} is there already", folder.display());
    }
    let mut cargo = place.cargo(&["run", "--quiet", "--locked", "--package", "topmast-probe"]);
    cargo.args(["--example", "capture", "--"]).arg(&folder).args(["--pids", pids]);
    cargo.args(["--from", &format!("Linux {}", release.trim())]);
    Output::Terminal.run(&mut cargo)?;
    println!("{}", folder.display());
    Ok(ExitCode::SUCCESS)
}
