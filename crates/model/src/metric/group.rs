//! The catalogue of control groups.

use super::{Entity, Metric, MetricValue};
use crate::snapshot::Group;
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Control groups.
pub struct GroupEntity;

impl Entity for GroupEntity {
    type Row<'a> = &'a Group;
    const NAME: &'static str = "control group";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["path"];
}

fn whole<'a>(value: Observed<u64>) -> MetricValue<'a> {
    MetricValue::number(value.map(|value| value as f64))
}

/// A limit; none is no number.
fn limit<'a>(value: Observed<Option<f64>>) -> MetricValue<'a> {
    match value {
        Observed::Known(limit) => {
            MetricValue::number(Observed::from_option(limit, Absence::Unsupported))
        }
        Observed::Absent(absence) => MetricValue::Absent(absence),
    }
}

const METRICS: &[Metric<GroupEntity>] = metrics! {
    1, "path", ["cgroup"], "PATH", Text, Identity, "its path",
        |row| MetricValue::Text(Cow::Borrowed(&row.path));
    2, "cpu_limit", [], "CPUMAX", Count, Label, "cores it may use at most",
        |row| limit(row.cpu_limit_cores);
    3, "cpu_time", ["cpu"], "CPU", Seconds, Counter, "CPU time so far",
        |row| MetricValue::number(row.cpu_nanos.map(|nanos| nanos as f64 / 1e9));
    4, "throttled_periods", ["throttled"], "THROTTLED", Count, Counter,
        "periods in which it was held back so far",
        |row| whole(row.throttled_periods);
    5, "throttled_time", [], "HELDBACK", Seconds, Counter, "time it was held back so far",
        |row| MetricValue::number(row.throttled_nanos.map(|nanos| nanos as f64 / 1e9));
    6, "memory_limit", [], "MEMMAX", Bytes, Label,
        "memory it may use at most: the lowest limit of it and the groups above it",
        |row| limit(row.memory_limit_bytes.map(|limit| limit.map(|bytes| bytes as f64)));
    7, "memory", ["mem"], "MEM", Bytes, Gauge, "memory it uses",
        |row| whole(row.memory_bytes);
    8, "oom_kills", ["oom"], "OOM", Count, Counter,
        "times processes in it were killed for want of memory",
        |row| whole(row.oom_kills);
    9, "pids_limit", [], "PIDMAX", Count, Label, "tasks it may hold at most",
        |row| limit(row.pids_limit.map(|limit| limit.map(|count| count as f64)));
    10, "pids", ["tasks"], "PIDS", Count, Gauge, "tasks it holds",
        |row| whole(row.pids);
};
