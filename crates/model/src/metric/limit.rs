//! The catalogue of resource limits of one process.

use super::{Entity, Metric, MetricValue};
use crate::request::ResourceLimit;
use std::borrow::Cow;

/// Resource limits.
pub struct LimitEntity;

impl Entity for LimitEntity {
    type Row<'a> = &'a ResourceLimit;
    const NAME: &'static str = "resource limit";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name"];
}

/// A number is words here, for `unlimited` is none.
fn bound<'a>(bound: Option<u64>) -> MetricValue<'a> {
    MetricValue::Text(match bound {
        Some(bound) => Cow::Owned(bound.to_string()),
        None => Cow::Borrowed("unlimited"),
    })
}

const METRICS: &[Metric<LimitEntity>] = metrics! {
    1, "name", [], "LIMIT", Text, Identity, "the kernel's name of it",
        |row| MetricValue::Text(Cow::Borrowed(&row.name));
    2, "soft", [], "SOFT", Text, Label, "limit in force, a number or unlimited",
        |row| bound(row.soft);
    3, "hard", [], "HARD", Text, Label, "how far it may be raised, a number or unlimited",
        |row| bound(row.hard);
    4, "unit", [], "UNIT", Text, Label, "unit; empty for plain numbers",
        |row| MetricValue::Text(Cow::Borrowed(&row.unit));
};
