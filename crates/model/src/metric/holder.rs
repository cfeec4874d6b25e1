//! The catalogue of holders of a file, a file system or a socket.

use super::{Entity, Metric, MetricValue};
use crate::request::{Hold, Holder};
use crate::{Absence, Observed, ProcessKey};
use std::borrow::Cow;

/// Holders.
pub struct HolderEntity;

impl Entity for HolderEntity {
    type Row<'a> = &'a Holder;
    const NAME: &'static str = "holder";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name", "path"];
}

/// The kernel has no pid and no start.
fn of_key<'a>(row: &Holder, pick: fn(ProcessKey) -> f64) -> MetricValue<'a> {
    MetricValue::number(Observed::from_option(row.key, Absence::Unsupported).map(pick))
}

const METRICS: &[Metric<HolderEntity>] = metrics! {
    1, "pid", [], "PID", Count, Identity, "process id; none where the kernel itself holds it",
        |row| of_key(row, |key| f64::from(key.pid));
    2, "start_time", [], "START", Seconds, Identity,
        "start, seconds since boot; identity together with the pid",
        |row| of_key(row, |key| key.start_time());
    3, "name", ["process"], "NAME", Text, Label, "name of the process",
        |row| MetricValue::Text(Cow::Borrowed(&row.name));
    4, "username", ["user"], "USER", Text, Label, "name of its real user",
        |row| MetricValue::text(row.user.as_ref().map(|text| &**text));
    5, "hold", ["how"], "HOW", Text, Label, "open, cwd, root, executable, mapped, mounted, kernel or unknown",
        |row| MetricValue::Text(Cow::Borrowed(row.hold.word()));
    6, "descriptor", ["fd"], "FD", Count, Label, "descriptor of an open file",
        |row| match row.hold {
            Hold::Open(descriptor, _) => MetricValue::Number(f64::from(descriptor)),
            _ => MetricValue::Absent(Absence::Unsupported),
        };
    7, "mode", [], "MODE", Text, Label, "r, w, rw or path, of an open file",
        |row| match row.hold {
            Hold::Open(_, mode) => MetricValue::Text(Cow::Borrowed(mode)),
            _ => MetricValue::Absent(Absence::Unsupported),
        };
    8, "size_bytes", ["size"], "SIZE", Bytes, Gauge, "size of a regular file",
        |row| MetricValue::number(row.size_bytes.map(|bytes| bytes as f64));
    9, "space_bytes", ["space"], "SPACE", Bytes, Gauge, "space it takes",
        |row| MetricValue::number(row.space_bytes.map(|bytes| bytes as f64));
    10, "deleted", ["is_deleted"], "DEL", Flag, Label, "whether no name leads to it any more",
        |row| MetricValue::Flag(row.is_deleted);
    11, "inode", [], "INODE", Count, Label, "inode, 0 where not known",
        |row| MetricValue::Number(row.inode as f64);
    12, "path", ["what"], "PATH", Text, Label, "what is held, as the process sees it",
        |row| MetricValue::Text(Cow::Borrowed(&row.path));
};
