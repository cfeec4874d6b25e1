//! The catalogue of threads of one process.

use super::{Entity, Metric, MetricValue};
use crate::request::ThreadDetail;
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Threads.
pub struct ThreadEntity;

impl Entity for ThreadEntity {
    type Row<'a> = &'a ThreadDetail;
    const NAME: &'static str = "thread";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name"];
}

const METRICS: &[Metric<ThreadEntity>] = metrics! {
    1, "tid", [], "TID", Count, Identity, "thread id",
        |row| MetricValue::Number(f64::from(row.tid));
    2, "status", ["state"], "S", Text, Label, "running, sleeping, disk-sleep, stopped, …",
        |row| MetricValue::Text(Cow::Borrowed(row.state.word()));
    3, "nice", ["ni"], "NI", Count, Label, "nice value, -20 to 19",
        |row| MetricValue::Number(f64::from(row.nice));
    4, "cpu_time_user", ["utime"], "UTIME", Seconds, Counter, "CPU time in user mode so far",
        |row| MetricValue::Number(row.user_nanos as f64 / 1e9);
    5, "cpu_time_system", ["stime"], "STIME", Seconds, Counter, "CPU time in kernel mode so far",
        |row| MetricValue::Number(row.system_nanos as f64 / 1e9);
    6, "processor", ["core"], "CORE", Count, Gauge, "core it ran on last",
        |row| MetricValue::number(
            Observed::from_option(row.processor, Absence::Unsupported).map(f64::from)
        );
    7, "name", [], "NAME", Text, Label, "name",
        |row| MetricValue::Text(Cow::Borrowed(&row.name));
};
