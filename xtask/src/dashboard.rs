//! The dashboard: its packages and its build, each only when what it reads has changed.

use crate::fingerprint;
use crate::place::{Output, Place};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const PACKAGE_PARTS: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];
/// What lies in `web/` and does not go into the build.
const NOT_BUILT: [&str; 3] = ["node_modules", "dist", "e2e"];

/// `npm ci` when the lock file is not the one that was installed. No install script is run: none of
/// the packages needs one.
pub(crate) fn install(place: &Place, output: &Output) -> Result<()> {
    let web = place.web();
    let wanted = fingerprint::of(&web, &PACKAGE_PARTS)?;
    // Lies among the packages, so that it goes when they go.
    let stamp = web.join("node_modules").join(".topmast-installed");
    if holds(&stamp, &wanted) {
        return output.say("the packages are those of the lock file");
    }
    output.run(&mut place.npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))?;
    write(&stamp, &wanted)
}

/// Packages and `web/dist`, as new as their sources.
pub(crate) fn build(place: &Place, output: &Output) -> Result<()> {
    install(place, output)?;
    let web = place.web();
    let wanted = source_fingerprint(&web)?;
    let stamp = build_stamp(place)?;
    if web.join("dist/index.html").is_file() && holds(&stamp, &wanted) {
        return output.say("the dashboard is as new as its sources");
    }
    output.run(&mut place.npm(&["run", "build"]))?;
    write(&stamp, &wanted)
}

fn source_fingerprint(web: &Path) -> Result<String> {
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(web).with_context(|| format!("cannot list {}", web.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !NOT_BUILT.contains(&name.as_str()) {
            parts.push(name);
        }
    }
    parts.sort();
    fingerprint::of(web, &parts.iter().map(String::as_str).collect::<Vec<_>>())
}

fn build_stamp(place: &Place) -> Result<PathBuf> {
    Ok(place.own("stamps")?.join("dashboard"))
}

fn holds(stamp: &Path, wanted: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|found| found == wanted)
}

fn write(stamp: &Path, content: &str) -> Result<()> {
    std::fs::write(stamp, content).with_context(|| format!("cannot write {}", stamp.display()))
}
