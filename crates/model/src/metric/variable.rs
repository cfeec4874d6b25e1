//! The catalogue of environment variables of one process.

use super::{Entity, Metric, MetricValue};
use std::borrow::Cow;

/// Environment variables, secrets masked.
pub struct VariableEntity;

impl Entity for VariableEntity {
    type Row<'a> = &'a (String, String);
    const NAME: &'static str = "environment variable";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name", "value"];
}

const METRICS: &[Metric<VariableEntity>] = metrics! {
    1, "name", [], "NAME", Text, Identity, "name",
        |row| MetricValue::Text(Cow::Borrowed(&row.0));
    2, "value", [], "VALUE", Text, Label, "value as it was at exec, secrets masked",
        |row| MetricValue::Text(Cow::Borrowed(&row.1));
};
