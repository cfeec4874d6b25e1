//! The catalogue of cores.

use super::{Entity, Metric, MetricValue};
use crate::delta::CpuShare;
use crate::{Absence, Delta, Observed};

/// Cores.
pub struct CoreEntity;

impl Entity for CoreEntity {
    type Row<'a> = CoreRow<'a>;
    const NAME: &'static str = "core";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &[];
}

/// One core of a delta.
#[derive(Clone, Copy)]
pub struct CoreRow<'a> {
    delta: &'a Delta,
    index: usize,
}

impl<'a> CoreRow<'a> {
    /// All cores that are switched on.
    pub fn all(delta: &'a Delta) -> impl ExactSizeIterator<Item = Self> {
        (0..delta.host.cores.len()).map(move |index| Self { delta, index })
    }

    /// The kernel's number of it.
    #[must_use]
    pub fn number(&self) -> u32 {
        let number = self.delta.host.core_numbers.get(self.index);
        number.copied().unwrap_or(self.index as u32)
    }

    /// How it spent its time.
    #[must_use]
    pub fn share(&self) -> Observed<CpuShare> {
        let share = self.delta.host_rates.cores.get(self.index).copied().flatten();
        Observed::from_option(share, Absence::NotYet)
    }

    /// Frequency, hertz.
    #[must_use]
    pub fn frequency(&self) -> Observed<u64> {
        let frequency = self.delta.host.frequencies.get(self.index).copied().flatten();
        Observed::from_option(frequency, Absence::Unsupported)
    }
}

fn percent<'a>(row: &CoreRow<'_>, pick: fn(&CpuShare) -> f64) -> MetricValue<'a> {
    MetricValue::number(row.share().map(|share| pick(&share)))
}

const METRICS: &[Metric<CoreEntity>] = metrics! {
    1, "core", ["cpu"], "CORE", Count, Identity, "the kernel's number of it",
        |row| MetricValue::Number(f64::from(row.number()));
    2, "busy_percent", ["busy"], "BUSY%", Percent, Gauge, "not idle",
        |row| percent(row, |share| share.busy);
    3, "user_percent", ["user"], "USER%", Percent, Gauge,
        "user mode at a nice value of 0 or less, guests included",
        |row| percent(row, |share| share.user);
    4, "nice_percent", ["nice"], "NICE%", Percent, Gauge, "user mode at a positive nice value",
        |row| percent(row, |share| share.nice);
    5, "system_percent", ["system"], "SYS%", Percent, Gauge, "kernel mode",
        |row| percent(row, |share| share.system);
    6, "iowait_percent", ["iowait"], "WAIT%", Percent, Gauge, "idle while waiting for storage",
        |row| percent(row, |share| share.iowait);
    7, "irq_percent", ["irq"], "IRQ%", Percent, Gauge, "hardware interrupts",
        |row| percent(row, |share| share.irq);
    8, "softirq_percent", ["softirq"], "SOFT%", Percent, Gauge, "software interrupts",
        |row| percent(row, |share| share.softirq);
    9, "steal_percent", ["steal"], "STEAL%", Percent, Gauge, "taken by the hypervisor",
        |row| percent(row, |share| share.steal);
    10, "guest_percent", ["guest"], "GUEST%", Percent, Gauge, "running guests",
        |row| percent(row, |share| share.guest);
    11, "frequency_hz", ["frequency"], "HZ", Count, Gauge, "frequency, hertz",
        |row| MetricValue::number(row.frequency().map(|hertz| hertz as f64));
};
