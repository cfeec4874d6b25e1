//! Looking at this machine: two samples and what happened between them.

use anyhow::{Context, Result};
use model::{Delta, Snapshot};
use probe::{Probe, ProbeOptions, SystemClock};
use std::time::Duration;

/// Between the first two samples, which the first rates are made of: the kernel counts CPU time
/// in steps of 10 ms, so this tells 2 % of a core from none.
pub(crate) const BETWEEN_SAMPLES: Duration = Duration::from_millis(500);

/// Whether what happens between two samples is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rates {
    Wanted,
    /// The first look is at once.
    Unwanted,
}

/// Looks again and again; later rates are over the time since the look before.
pub(crate) struct Eyes {
    probe: Probe,
    before: Snapshot,
    now: Snapshot,
    delta: Delta,
    has_looked: bool,
    rates: Rates,
}

impl Eyes {
    /// Begins to look.
    pub(crate) fn open(options: &ProbeOptions, rates: Rates) -> Result<Self> {
        let probe = Probe::with(options).context("nothing can be read here")?;
        let (before, now) = (Snapshot::default(), Snapshot::default());
        Ok(Self { probe, before, now, delta: Delta::default(), has_looked: false, rates })
    }

    /// What happened since the look before; the first time within half a second, where rates
    /// are asked for.
    pub(crate) fn look(&mut self) -> Result<&Delta> {
        if !self.has_looked {
            self.has_looked = true;
            self.probe.sample(&mut self.now, &SystemClock);
            if self.rates == Rates::Unwanted {
                self.delta.refill(None, &self.now);
                return Ok(&self.delta);
            }
            std::thread::sleep(BETWEEN_SAMPLES);
        }
        std::mem::swap(&mut self.before, &mut self.now);
        self.probe.sample(&mut self.now, &SystemClock);
        self.delta.refill(Some(&self.before), &self.now);
        Ok(&self.delta)
    }
}
