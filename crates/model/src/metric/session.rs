//! The catalogue of sessions of people.

use super::{Entity, Metric, MetricValue, words};
use crate::snapshot::Session;
use std::borrow::Cow;

/// Sessions of people.
pub struct SessionEntity;

impl Entity for SessionEntity {
    type Row<'a> = &'a Session;
    const NAME: &'static str = "session";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["user", "terminal", "from"];
}

const METRICS: &[Metric<SessionEntity>] = metrics! {
    1, "user", ["username"], "USER", Text, Identity, "user name",
        |row| MetricValue::Text(Cow::Borrowed(&row.user));
    2, "terminal", ["tty"], "TTY", Text, Identity, "terminal",
        |row| MetricValue::Text(Cow::Borrowed(&row.terminal));
    3, "from", [], "FROM", Text, Label, "from where, when it is not here",
        |row| words(row.from.as_deref());
    4, "since", ["started"], "SINCE", UnixSeconds, Label, "since when, Unix time",
        |row| MetricValue::Number(row.since_unix_nanos as f64 / 1e9);
    5, "pid", [], "PID", Count, Label, "process of the session",
        |row| MetricValue::Number(f64::from(row.pid));
};
