//! The catalogue of memory maps of one process.

use super::{Entity, Metric, MetricValue};
use crate::request::MemoryMap;
use std::borrow::Cow;

/// Memory maps.
pub struct MapEntity;

impl Entity for MapEntity {
    type Row<'a> = &'a MemoryMap;
    const NAME: &'static str = "memory map";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["path"];
}

const METRICS: &[Metric<MapEntity>] = metrics! {
    1, "start", ["address"], "START", Text, Identity, "first address, hexadecimal",
        |row| MetricValue::Text(Cow::Owned(format!("{:012x}", row.start)));
    2, "end", [], "END", Text, Label, "first address behind it, hexadecimal",
        |row| MetricValue::Text(Cow::Owned(format!("{:012x}", row.end)));
    3, "size_bytes", ["size"], "SIZE", Bytes, Gauge, "address space it takes",
        |row| MetricValue::Number(row.end.saturating_sub(row.start) as f64);
    4, "memory_rss", ["rss"], "RSS", Bytes, Gauge, "resident memory",
        |row| MetricValue::number(row.rss_bytes.map(|bytes| bytes as f64));
    5, "permissions", ["mode"], "PERM", Text, Label, "rwxp or rwxs, dashes for what is not allowed",
        |row| MetricValue::Text(Cow::Borrowed(&row.permissions));
    6, "offset", [], "OFFSET", Bytes, Label, "offset in the file",
        |row| MetricValue::Number(row.offset as f64);
    7, "path", [], "PATH", Text, Label, "file, or the kernel's name of it; empty for anonymous memory",
        |row| MetricValue::Text(Cow::Borrowed(&row.path));
};
