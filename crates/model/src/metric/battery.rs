//! The catalogue of batteries.

use super::{Entity, Metric, MetricValue};
use crate::snapshot::Battery;
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Batteries.
pub struct BatteryEntity;

impl Entity for BatteryEntity {
    type Row<'a> = &'a Battery;
    const NAME: &'static str = "battery";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name"];
}

const METRICS: &[Metric<BatteryEntity>] = metrics! {
    1, "name", [], "BATTERY", Text, Identity, "the kernel's name",
        |row| MetricValue::Text(Cow::Borrowed(&row.name));
    2, "percent", ["charge"], "CHARGE%", Percent, Gauge, "charge",
        |row| MetricValue::Number(row.percent);
    3, "status", ["state"], "STATE", Text, Label, "Charging, Discharging, Full, …",
        |row| MetricValue::Text(Cow::Borrowed(&row.status));
    4, "seconds_left", ["left"], "LEFT", Seconds, Gauge, "time until it is empty",
        |row| MetricValue::number(Observed::from_option(row.seconds_left, Absence::Unsupported));
};
