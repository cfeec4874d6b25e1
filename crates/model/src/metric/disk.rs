//! The catalogue of block devices.

use super::{Entity, Metric, MetricValue};
use crate::delta::DiskRates;
use crate::snapshot::Disk;
use crate::{Absence, Delta, Observed};
use std::borrow::Cow;

/// Block devices.
pub struct DiskEntity;

impl Entity for DiskEntity {
    type Row<'a> = DiskRow<'a>;
    const NAME: &'static str = "disk";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name"];
}

/// One block device of a delta.
#[derive(Clone, Copy)]
pub struct DiskRow<'a> {
    /// What the kernel counts of it.
    pub disk: &'a Disk,
    rates: Option<DiskRates>,
}

impl<'a> DiskRow<'a> {
    /// All block devices, partitions included.
    pub fn all(delta: &'a Delta) -> impl ExactSizeIterator<Item = Self> {
        let rates = |row: usize| delta.host_rates.disks.get(row).copied().flatten();
        let rows = delta.host.disks.iter().enumerate();
        rows.map(move |(row, disk)| Self { disk, rates: rates(row) })
    }

    /// Its rates.
    #[must_use]
    pub fn rates(&self) -> Observed<DiskRates> {
        Observed::from_option(self.rates, Absence::NotYet)
    }
}

fn rate<'a>(row: &DiskRow<'_>, pick: fn(&DiskRates) -> f64) -> MetricValue<'a> {
    MetricValue::number(row.rates().map(|rates| pick(&rates)))
}

const METRICS: &[Metric<DiskEntity>] = metrics! {
    1, "name", ["disk", "device"], "DISK", Text, Identity, "the kernel's name",
        |row| MetricValue::Text(Cow::Borrowed(&row.disk.name));
    2, "partition", [], "PART", Flag, Label, "whether it is a part of another in this list",
        |row| MetricValue::Flag(row.disk.is_partition);
    3, "read_per_sec", ["read"], "READ/s", BytesPerSecond, Gauge, "bytes read per second",
        |row| rate(row, |rates| rates.read_bytes);
    4, "write_per_sec", ["write"], "WRITE/s", BytesPerSecond, Gauge, "bytes written per second",
        |row| rate(row, |rates| rates.write_bytes);
    5, "reads_per_sec", ["reads"], "R/s", Count, Gauge, "reads completed per second",
        |row| rate(row, |rates| rates.reads);
    6, "writes_per_sec", ["writes"], "W/s", Count, Gauge, "writes completed per second",
        |row| rate(row, |rates| rates.writes);
    7, "busy_percent", ["busy"], "BUSY%", Percent, Gauge,
        "time with at least one request on its way",
        |row| rate(row, |rates| rates.busy_percent);
    8, "latency_ms", ["latency"], "LATENCY", Milliseconds, Gauge,
        "how long a request took; none while none is completed",
        |row| match row.rates() {
            Observed::Known(rates) => {
                MetricValue::number(Observed::from_option(rates.latency_ms, Absence::NotYet))
            }
            Observed::Absent(absence) => MetricValue::Absent(absence),
        };
    9, "in_flight", [], "QUEUE", Count, Gauge, "requests on their way now",
        |row| MetricValue::Number(row.disk.counters.in_flight as f64);
    10, "read_bytes", [], "READ", Bytes, Counter, "bytes read so far",
        |row| MetricValue::Number(row.disk.counters.read_bytes as f64);
    11, "write_bytes", [], "WRITTEN", Bytes, Counter, "bytes written so far",
        |row| MetricValue::Number(row.disk.counters.write_bytes as f64);
    12, "read_count", [], "READS", Count, Counter, "reads completed so far",
        |row| MetricValue::Number(row.disk.counters.reads as f64);
    13, "write_count", [], "WRITES", Count, Counter, "writes completed so far",
        |row| MetricValue::Number(row.disk.counters.writes as f64);
    14, "read_time", [], "RTIME", Seconds, Counter, "time reads took so far, added up",
        |row| MetricValue::Number(row.disk.counters.read_nanos as f64 / 1e9);
    15, "write_time", [], "WTIME", Seconds, Counter, "time writes took so far, added up",
        |row| MetricValue::Number(row.disk.counters.write_nanos as f64 / 1e9);
    16, "busy_time", [], "BUSY", Seconds, Counter, "time with at least one request so far",
        |row| MetricValue::Number(row.disk.counters.busy_nanos as f64 / 1e9);
};
