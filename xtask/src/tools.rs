//! The tools a person must have, each named with what to install when it is missing or too old.

use anyhow::{Result, bail};
use std::process::Command;

/// Least versions: Rust as in the workspace's `rust-version`, Node as Vite 8 demands it.
const RUST: Version = Version(1, 95, 0);
const NODE: Version = Version(20, 19, 0);

const GET_COMPILER: &str = "install a C compiler (Debian, Ubuntu: `apt install build-essential`)";
const GET_RUST: &str = "install Rust by https://rustup.rs, or run `rustup update stable`";
const GET_NODE: &str = "install Node.js with npm (Debian 13 or newer: `apt install nodejs npm`; \
                        Debian 12's own nodejs is too old: take one from https://nodejs.org)";

/// Which tools a task uses.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tools {
    /// C compiler and Rust.
    Rust,
    /// These and Node.js with npm.
    RustAndWeb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

/// Names everything that is missing or too old at once, so that one reading is enough.
pub(crate) fn check(tools: Tools) -> Result<()> {
    let mut faults = Vec::new();
    if version_line("cc").is_none() {
        faults.push(format!("a C compiler (`cc`) was not found; {GET_COMPILER}"));
    }
    faults.extend(fault("cargo", RUST, GET_RUST));
    faults.extend(fault("rustc", RUST, GET_RUST));
    if tools == Tools::RustAndWeb {
        faults.extend(fault("node", NODE, GET_NODE));
        if version_line("npm").is_none() {
            faults.push(format!("`npm` was not found; {GET_NODE}"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    bail!("this machine lacks what the build needs:\n  - {}", faults.join("\n  - "))
}

fn fault(program: &str, least: Version, remedy: &str) -> Option<String> {
    let wanted = format!("{}.{}", least.0, least.1);
    let Some(line) = version_line(program) else {
        return Some(format!("`{program}` (at least {wanted}) was not found; {remedy}"));
    };
    match parse_version(&line) {
        Some(found) if found >= least => None,
        _ => Some(format!("`{program}` must be at least {wanted} but says `{line}`; {remedy}")),
    }
}

fn version_line(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    if !output.status.success() {
        return None;
    }
    Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned())
}

/// The first `a.b.c` of a line such as `cargo 1.95.0 (f2d3ce0bd 2026-03-21)` or `v20.20.2`.
fn parse_version(line: &str) -> Option<Version> {
    line.split_whitespace().find_map(|word| {
        let mut numbers = word.trim_start_matches('v').split(['.', '-', '+']).map(str::parse);
        match (numbers.next()?, numbers.next()?, numbers.next()?) {
            (Ok(major), Ok(minor), Ok(patch)) => Some(Version(major, minor, patch)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_real_tools_are_read() {
        let read = |line| parse_version(line).unwrap();
        assert_eq!(read("v20.20.2"), Version(20, 20, 2));
        assert_eq!(read("cargo 1.95.0 (f2d3ce0bd 2026-03-21)"), Version(1, 95, 0));
        assert_eq!(read("rustc 1.97.0-nightly (abc 2026-05-01)"), Version(1, 97, 0));
        assert!(read("v18.20.4") < NODE && read("v20.9.0") < NODE && read("v22.1.0") > NODE);
        assert_eq!(parse_version("no numbers here"), None);
    }

    #[test]
    fn a_missing_and_an_old_tool_are_named_with_the_remedy() {
        let missing = fault("topmast-no-such-tool", NODE, GET_NODE).unwrap();
        assert!(missing.contains("`topmast-no-such-tool` (at least 20.19) was not found"));
        assert!(missing.contains("Debian 13"));
        let old = fault("cargo", Version(999, 0, 0), GET_RUST).unwrap();
        assert!(old.contains("must be at least 999.0 but says `cargo 1."), "{old}");
        assert_eq!(fault("cargo", RUST, GET_RUST), None);
    }
}
