//! The catalogue of pressure stall information.

use super::{Entity, Metric, MetricValue};
use crate::snapshot::{Pressure, Stall};
use std::borrow::Cow;

/// Pressure stall information.
pub struct PressureEntity;

impl Entity for PressureEntity {
    type Row<'a> = PressureRow;
    const NAME: &'static str = "pressure";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["resource"];
}

/// One resource that tasks wait for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PressureRow {
    /// `cpu`, `io` or `memory`.
    pub resource: &'static str,
    /// Some task waited.
    pub some: Stall,
    /// All tasks waited.
    pub full: Stall,
}

impl PressureRow {
    /// All three resources.
    #[must_use]
    pub fn all(pressure: &Pressure) -> [Self; 3] {
        let row = |resource, some, full| Self { resource, some, full };
        [
            row("cpu", pressure.cpu_some, pressure.cpu_full),
            row("io", pressure.io_some, pressure.io_full),
            row("memory", pressure.memory_some, pressure.memory_full),
        ]
    }
}

const METRICS: &[Metric<PressureEntity>] = metrics! {
    1, "resource", [], "PRESSURE", Text, Identity, "cpu, io or memory",
        |row| MetricValue::Text(Cow::Borrowed(row.resource));
    2, "some_10", [], "SOME10", Percent, Gauge, "some task waited: share of the last 10 s",
        |row| MetricValue::Number(row.some.average_10);
    3, "some_60", [], "SOME60", Percent, Gauge, "some task waited: share of the last minute",
        |row| MetricValue::Number(row.some.average_60);
    4, "some_300", [], "SOME300", Percent, Gauge, "some task waited: share of the last 5 min",
        |row| MetricValue::Number(row.some.average_300);
    5, "some_total", [], "SOME", Seconds, Counter, "some task waited: time so far",
        |row| MetricValue::Number(row.some.total_nanos as f64 / 1e9);
    6, "full_10", [], "FULL10", Percent, Gauge, "all tasks waited: share of the last 10 s",
        |row| MetricValue::Number(row.full.average_10);
    7, "full_60", [], "FULL60", Percent, Gauge, "all tasks waited: share of the last minute",
        |row| MetricValue::Number(row.full.average_60);
    8, "full_300", [], "FULL300", Percent, Gauge, "all tasks waited: share of the last 5 min",
        |row| MetricValue::Number(row.full.average_300);
    9, "full_total", [], "FULL", Seconds, Counter, "all tasks waited: time so far",
        |row| MetricValue::Number(row.full.total_nanos as f64 / 1e9);
};
