//! The catalogue of what fills file systems.

use super::{Entity, Metric, MetricValue};
use crate::Observed;
use crate::space::Place;
use std::borrow::Cow;

/// Parts of file systems.
pub struct PlaceEntity;

impl Entity for PlaceEntity {
    type Row<'a> = &'a Place;
    const NAME: &'static str = "place";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["path", "file_system", "kind"];
}

fn count(value: Observed<u64>) -> MetricValue<'static> {
    MetricValue::number(value.map(|value| value as f64))
}

const METRICS: &[Metric<PlaceEntity>] = metrics! {
    1, "file_system", ["mount_point", "mount"], "FILE SYSTEM", Text, Identity,
        "where the file system is mounted",
        |row| MetricValue::Text(Cow::Borrowed(&row.file_system));
    2, "kind", ["part"], "PART", Text, Identity,
        "named, inside (a named one), other, free, reserved, or overlap",
        |row| MetricValue::Text(Cow::Borrowed(row.kind.word()));
    3, "path", [], "PATH", Text, Identity, "path of what is named, or inside what is",
        |row| MetricValue::text(row.path.as_ref().map(|path| &**path));
    4, "depth", [], "DEPTH", Count, Label, "how deep inside the named directory",
        |row| MetricValue::Number(f64::from(row.depth));
    5, "bytes", ["size"], "SIZE", Bytes, Gauge, "size",
        |row| count(row.bytes);
    6, "percent", ["share"], "%", Percent, Gauge, "share of the file system",
        |row| MetricValue::number(row.percent);
    7, "files", ["count"], "FILES", Count, Gauge, "files and directories in it, itself included",
        |row| count(row.files);
    8, "unread", ["errors"], "UNREAD", Count, Gauge,
        "files and directories in it that could not be read",
        |row| count(row.unread);
    9, "read_at", ["read"], "READ", UnixSeconds, Gauge, "when it was read, Unix time",
        |row| MetricValue::number(row.read_unix_nanos.map(|nanos| nanos as f64 / 1e9));
};
