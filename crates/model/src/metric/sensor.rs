//! The catalogue of sensors.

use super::{Entity, Metric, MetricValue};
use crate::snapshot::Sensor;
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Sensors.
pub struct SensorEntity;

impl Entity for SensorEntity {
    type Row<'a> = &'a Sensor;
    const NAME: &'static str = "sensor";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["chip", "label"];
}

const METRICS: &[Metric<SensorEntity>] = metrics! {
    1, "chip", [], "CHIP", Text, Identity, "the chip's name",
        |row| MetricValue::Text(Cow::Borrowed(&row.chip));
    2, "label", ["name"], "SENSOR", Text, Identity, "which of the chip's",
        |row| MetricValue::Text(Cow::Borrowed(&row.label));
    3, "kind", [], "KIND", Text, Label, "temperature, fan, voltage, power or current",
        |row| MetricValue::Text(Cow::Borrowed(row.kind.word()));
    4, "value", [], "VALUE", Count, Gauge, "what it measures, in the unit of its kind",
        |row| MetricValue::Number(row.value);
    5, "high", [], "HIGH", Count, Label, "where it gets high",
        |row| MetricValue::number(Observed::from_option(row.high, Absence::Unsupported));
    6, "critical", [], "CRITICAL", Count, Label, "where it gets critical",
        |row| MetricValue::number(Observed::from_option(row.critical, Absence::Unsupported));
    7, "unit", [], "UNIT", Text, Label, "°C, turns/min, V, W or A",
        |row| MetricValue::Text(Cow::Borrowed(row.kind.unit()));
};
