//! The catalogue of processes that ended.

use super::{Entity, Metric, MetricValue};
use crate::Observed;
use crate::snapshot::{Exit, ExitStatus};
use std::borrow::Cow;

/// Processes that ended.
pub struct ExitEntity;

impl Entity for ExitEntity {
    type Row<'a> = &'a Exit;
    const NAME: &'static str = "ended process";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name"];
}

fn whole<'a>(value: Observed<u64>) -> MetricValue<'a> {
    MetricValue::number(value.map(|value| value as f64))
}

fn seconds<'a>(nanos: Observed<u64>) -> MetricValue<'a> {
    MetricValue::number(nanos.map(|nanos| nanos as f64 / 1e9))
}

/// `code 0`, `signal 9`.
fn status<'a>(status: Observed<ExitStatus>) -> MetricValue<'a> {
    match status {
        Observed::Known(ExitStatus::Code(code)) => {
            MetricValue::Text(Cow::Owned(format!("code {code}")))
        }
        Observed::Known(ExitStatus::Signal(signal)) => {
            MetricValue::Text(Cow::Owned(format!("signal {signal}")))
        }
        Observed::Absent(absence) => MetricValue::Absent(absence),
    }
}

const METRICS: &[Metric<ExitEntity>] = metrics! {
    1, "pid", [], "PID", Count, Identity, "process id",
        |row| MetricValue::Number(f64::from(row.key.pid));
    2, "start_time", [], "START", Seconds, Identity, "start, seconds since boot",
        |row| MetricValue::Number(row.key.start_time());
    3, "ppid", ["parent"], "PPID", Count, Label, "parent when it ended, 0 when not known",
        |row| MetricValue::Number(f64::from(row.parent));
    4, "name", [], "NAME", Text, Label, "name",
        |row| MetricValue::Text(Cow::Borrowed(&row.name));
    5, "uid", [], "UID", Count, Label, "real user id",
        |row| MetricValue::number(row.uid.map(f64::from));
    6, "exit_status", ["status"], "EXIT", Text, Label, "how it ended: `code N` or `signal N`",
        |row| status(row.status);
    7, "end_time", ["ended"], "ENDED", Seconds, Label, "end, seconds since boot",
        |row| MetricValue::Number(row.ended_nanos as f64 / 1e9);
    8, "lifetime", ["elapsed", "lived", "age"], "LIVED", Seconds, Label, "how long it lived",
        |row| seconds(row.lived_nanos);
    9, "cpu_time_user", ["utime"], "UTIME", Seconds, Counter, "CPU time in user mode",
        |row| seconds(row.user_nanos);
    10, "cpu_time_system", ["stime"], "STIME", Seconds, Counter, "CPU time in kernel mode",
        |row| seconds(row.system_nanos);
    11, "io_read_bytes", ["read"], "READ", Bytes, Counter, "bytes read from storage",
        |row| whole(row.io_read_bytes);
    12, "io_write_bytes", ["write"], "WRITTEN", Bytes, Counter, "bytes written to storage",
        |row| whole(row.io_write_bytes);
    13, "memory_rss_peak", ["rss", "rss_peak"], "RSSPEAK", Bytes, Gauge, "highest resident memory",
        |row| whole(row.rss_peak_bytes);
    14, "short_lived", ["unseen"], "SHORT", Flag, Label, "whether no sample ever saw it",
        |row| MetricValue::Flag(row.was_unseen);
};
