//! Captured and hand-made trees in `fixtures/proc`.

use model::{Delta, Snapshot};
use probe::{Probe, ProbeOptions, Units};
use std::fs;
use std::path::PathBuf;

use crate::tree::{Hands, SECOND};

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/proc")
}

/// A probe of a fixture, in the units of the machine it is from.
pub(crate) fn probe(name: &str) -> Probe {
    let root = folder().join(name);
    let origin = fs::read_to_string(root.join("origin.toml")).expect("a fixture says its origin");
    let value = |key: &str| {
        let line = origin.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")));
        line.unwrap_or_else(|| panic!("{name} has no {key}")).to_owned()
    };
    assert!(value("from").len() > 2 && value("made").len() > 2, "{name}");
    let number = |key: &str| value(key).parse().expect("a number");
    let units =
        Units { page_bytes: number("page_bytes"), ticks_per_second: number("ticks_per_second") };
    Probe::with(&ProbeOptions { root, units, ..ProbeOptions::default() }).expect("a fixture")
}

/// Two samples of a fixture, a second apart, and what is between them.
pub(crate) fn delta(name: &str) -> Delta {
    let mut probe = probe(name);
    let clock = Hands::new();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &clock);
    clock.pass(SECOND);
    probe.sample(&mut now, &clock);
    Delta::between(Some(&before), &now)
}
