//! What `cargo xtask test` checks, in the order of its work.

use crate::equipment::{self, Equipment};
use crate::place::{Output, Place};
use crate::{checks, dashboard, fuzz, program};
use anyhow::{Context, Result};

/// Which lanes may run beside which: a track runs its lanes one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Track {
    /// Cargo's work.
    Rust,
    /// Node's work, beside it.
    Web,
    /// What needs both, after them.
    Whole,
}

/// One check with a name, a time and an outcome.
pub(crate) struct Lane {
    /// The word for `--only`.
    pub(crate) name: &'static str,
    /// What it shows, for `--list`.
    pub(crate) shows: &'static str,
    /// Where it runs.
    pub(crate) track: Track,
    /// Lanes whose results it uses; they are run too.
    pub(crate) needs: &'static [&'static str],
    /// What it needs from the system.
    pub(crate) equipment: &'static [Equipment],
    /// The check itself.
    pub(crate) work: fn(&Place, &Output) -> Result<()>,
}

const RUST: Lane = Lane {
    name: "",
    shows: "",
    track: Track::Rust,
    needs: &[],
    equipment: &[],
    work: |_, _| Ok(()),
};
const WEB: Lane = Lane { track: Track::Web, needs: &["web-install"], ..RUST };
const WHOLE: Lane = Lane { track: Track::Whole, ..RUST };

/// Every lane, cheap ones first within a track.
pub(crate) const ALL: [Lane; 13] = [
    Lane { name: "format", shows: "cargo fmt changes nothing", work: format, ..RUST },
    Lane {
        name: "tidy",
        shows: "rooms, sizes and names are as ARCHITECTURE.md and STYLE.md say",
        work: tidy,
        ..RUST
    },
    Lane { name: "clippy", shows: "no compiler or clippy warning", work: clippy, ..RUST },
    Lane {
        name: "rust-tests",
        shows: "the tests of all crates, also against ps, ss, psutil, lsof and du under load",
        equipment: &[
            Equipment::Python,
            Equipment::Procps,
            Equipment::Iproute,
            Equipment::Postgres,
            Equipment::Nginx,
            Equipment::Wrk,
            Equipment::Lsof,
        ],
        work: rust_tests,
        ..RUST
    },
    Lane {
        name: "fuzz",
        shows: "no bytes break a parser, 20 s each",
        equipment: fuzz::EQUIPMENT,
        work: fuzz::in_test,
        ..RUST
    },
    Lane {
        name: "generated",
        shows: "web/src/api/gen is what crates/wire generates",
        work: checks::generated,
        ..RUST
    },
    Lane {
        name: "lock-files",
        shows: "lock files name no place to download from",
        work: checks::lock_files,
        needs: &[],
        ..WEB
    },
    Lane {
        name: "web-install",
        shows: "npm ci accepts the lock file",
        work: dashboard::install,
        needs: &[],
        ..WEB
    },
    Lane {
        name: "web-check",
        shows: "types, eslint and prettier",
        work: |place, output| output.run(&mut place.npm(&["run", "check"])),
        ..WEB
    },
    Lane {
        name: "web-tests",
        shows: "the dashboard's unit tests",
        work: |place, output| output.run(&mut place.npm(&["test"])),
        ..WEB
    },
    // After the Rust track, because the hub's build script reads web/dist while others compile.
    Lane {
        name: "web-build",
        shows: "the dashboard builds",
        needs: &["web-install"],
        work: dashboard::build,
        ..WHOLE
    },
    Lane {
        name: "release",
        shows: "the release binary builds",
        needs: &["web-build"],
        work: program::release,
        ..WHOLE
    },
    Lane {
        name: "journeys",
        shows: "a real browser against the release binary",
        needs: &["web-install", "release"],
        equipment: &[Equipment::Chromium],
        work: journeys,
        ..WHOLE
    },
];

/// The lane called `name`.
pub(crate) fn by_name(name: &str) -> Option<&'static Lane> {
    ALL.iter().find(|lane| lane.name == name)
}

fn format(place: &Place, output: &Output) -> Result<()> {
    output.run(&mut place.cargo(&["fmt", "--all", "--check"]))
}

fn tidy(place: &Place, output: &Output) -> Result<()> {
    output.run(&mut place.cargo(&["test", "--locked", "--package", "xtask"]))
}

fn clippy(place: &Place, output: &Output) -> Result<()> {
    let scope = ["clippy", "--locked", "--workspace", "--all-targets"];
    output.run(&mut place.cargo(&[&scope[..], &["--", "--deny", "warnings"]].concat()))
}

fn rust_tests(place: &Place, output: &Output) -> Result<()> {
    let mut command =
        place.cargo(&["test", "--locked", "--workspace", "--exclude", "xtask", "--no-fail-fast"]);
    command.env("TOPMAST_TEST_PYTHON", equipment::python(place)?);
    // Types go to a folder of their own: the web lanes are reading the committed ones meanwhile.
    command.env("TS_RS_EXPORT_DIR", place.own("generated")?);
    output.run(&mut command)
}

fn journeys(place: &Place, output: &Output) -> Result<()> {
    let browser = equipment::browser().context("no Chromium; set CHROMIUM to its path")?;
    let mut command = place.npm(&["run", "e2e"]);
    output.run(command.env("CHROMIUM", browser).env("TOPMAST_BINARY", place.binary()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_lane_needs_exists_and_comes_before_it() {
        for (position, lane) in ALL.iter().enumerate() {
            for need in lane.needs {
                let before = ALL[..position].iter().find(|other| other.name == *need);
                let before = before.unwrap_or_else(|| panic!("{} needs {need} first", lane.name));
                assert!(before.track == lane.track || lane.track == Track::Whole);
            }
        }
    }

    #[test]
    fn names_are_unique_and_every_lane_says_what_it_shows() {
        for lane in &ALL {
            assert!(!lane.name.is_empty() && !lane.shows.is_empty());
            assert_eq!(ALL.iter().filter(|other| other.name == lane.name).count(), 1);
        }
    }
}
