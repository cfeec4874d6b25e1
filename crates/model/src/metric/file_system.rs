//! The catalogue of file systems.

use super::{Entity, Metric, MetricValue};
use crate::snapshot::{FileSystem, Space};
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Mounted file systems.
pub struct FileSystemEntity;

impl Entity for FileSystemEntity {
    type Row<'a> = &'a FileSystem;
    const NAME: &'static str = "file system";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["mount_point", "device", "kind"];
}

fn measure(row: &FileSystem, pick: fn(&Space) -> u64) -> MetricValue<'static> {
    MetricValue::number(row.space.map(|space| pick(&space) as f64))
}

/// A file system without a fixed number of file nodes has none to count.
fn nodes(row: &FileSystem, pick: fn(&Space) -> f64) -> MetricValue<'static> {
    let value = match row.space {
        Observed::Known(space) if space.inodes == 0 => Observed::Absent(Absence::Unsupported),
        space => space.map(|space| pick(&space)),
    };
    MetricValue::number(value)
}

const METRICS: &[Metric<FileSystemEntity>] = metrics! {
    1, "mount_point", ["mount", "path"], "MOUNTED ON", Text, Identity, "where it is mounted",
        |row| MetricValue::Text(Cow::Borrowed(&row.mount_point));
    2, "device", ["source"], "DEVICE", Text, Label, "its device or source",
        |row| MetricValue::Text(Cow::Borrowed(&row.device));
    3, "kind", ["type"], "TYPE", Text, Label, "its type",
        |row| MetricValue::Text(Cow::Borrowed(&row.kind));
    4, "read_only", ["ro"], "RO", Flag, Label, "whether it is mounted read-only",
        |row| MetricValue::Flag(row.is_read_only);
    5, "total", ["size"], "SIZE", Bytes, Gauge, "all of its space",
        |row| measure(row, |space| space.total);
    6, "used", [], "USED", Bytes, Gauge, "space in use",
        |row| measure(row, |space| space.used);
    7, "available", ["free"], "FREE", Bytes, Gauge, "space free for everybody",
        |row| measure(row, |space| space.available);
    8, "reserved", [], "RESERVED", Bytes, Gauge, "space free for root only",
        |row| measure(row, |space| space.reserved);
    9, "used_percent", ["percent"], "USED%", Percent, Gauge,
        "share in use of what everybody may use, as df computes it",
        |row| MetricValue::number(row.space.map(|space| space.used_percent()));
    10, "inodes", [], "INODES", Count, Gauge, "file nodes",
        |row| nodes(row, |space| space.inodes as f64);
    11, "inodes_free", [], "IFREE", Count, Gauge, "free file nodes",
        |row| nodes(row, |space| space.inodes_free as f64);
    12, "inodes_percent", [], "IUSED%", Percent, Gauge, "share of file nodes in use",
        |row| nodes(row, |space| {
            let used = space.inodes.saturating_sub(space.inodes_free);
            used as f64 * 100.0 / space.inodes as f64
        });
};
