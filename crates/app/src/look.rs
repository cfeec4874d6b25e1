//! Looking at this machine: two samples and what happened between them.

use anyhow::{Context, Result};
use model::{Delta, Snapshot};
use probe::{Probe, ProbeOptions, SystemClock};
use std::time::Duration;

/// Between the first two samples, which the first rates are made of: the kernel counts CPU time
/// in steps of 10 ms, so this tells 2 % of a core from none.
const BETWEEN_SAMPLES: Duration = Duration::from_millis(500);

/// Looks again and again; later rates are over the time since the look before.
pub(crate) struct Eyes {
    probe: Probe,
    before: Snapshot,
    now: Snapshot,
    delta: Delta,
    has_looked: bool,
}

impl Eyes {
    /// Begins to look.
    pub(crate) fn open(options: &ProbeOptions) -> Result<Self> {
        let probe = Probe::with(options).context("nothing can be read here")?;
        let (before, now) = (Snapshot::default(), Snapshot::default());
        Ok(Self { probe, before, now, delta: Delta::default(), has_looked: false })
    }

    /// What happened since the look before; the first time, within half a second.
    pub(crate) fn look(&mut self) -> Result<&Delta> {
        if !self.has_looked {
            self.probe.sample(&mut self.now, &SystemClock);
            std::thread::sleep(BETWEEN_SAMPLES);
            self.has_looked = true;
        }
        std::mem::swap(&mut self.before, &mut self.now);
        self.probe.sample(&mut self.now, &SystemClock);
        self.delta.refill(Some(&self.before), &self.now);
        Ok(&self.delta)
    }
}
