//! The catalogue of open files of one process.

use super::{Entity, Metric, MetricValue};
use crate::request::OpenFile;
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Open files.
pub struct FileEntity;

impl Entity for FileEntity {
    type Row<'a> = &'a OpenFile;
    const NAME: &'static str = "open file";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["target", "kind"];
}

fn size<'a>(bytes: Option<u64>) -> MetricValue<'a> {
    MetricValue::number(Observed::from_option(bytes, Absence::Unsupported).map(|size| size as f64))
}

const METRICS: &[Metric<FileEntity>] = metrics! {
    1, "descriptor", ["fd"], "FD", Count, Identity, "number of the descriptor",
        |row| MetricValue::Number(f64::from(row.descriptor));
    2, "mode", [], "MODE", Text, Label, "r, w or rw; path for one that only names a place",
        |row| MetricValue::Text(Cow::Borrowed(row.mode));
    3, "kind", ["type"], "KIND", Text, Label,
        "file, directory, device, pipe, socket, anonymous or unknown",
        |row| MetricValue::Text(Cow::Borrowed(row.kind.word()));
    4, "position", ["offset"], "POSITION", Bytes, Gauge, "where reading or writing goes on",
        |row| size(row.position);
    5, "size_bytes", ["size"], "SIZE", Bytes, Gauge,
        "size of a regular file; not asked of file systems that may not answer",
        |row| size(row.size_bytes);
    6, "deleted", ["is_deleted"], "DEL", Flag, Label, "whether no name leads to it any more",
        |row| MetricValue::Flag(row.is_deleted);
    7, "target", ["path"], "TARGET", Text, Label, "what it leads to, as the kernel says it",
        |row| MetricValue::Text(Cow::Borrowed(&row.target));
};
