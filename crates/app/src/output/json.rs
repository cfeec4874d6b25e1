//! Rows as JSON: the catalogue's names, in its order. Measures are rounded as the API rounds
//! them, so that both say the same.

use super::Shown;
use super::page::{Around, Sheet};
use anyhow::Result;
use model::Gap;
use model::metric::{Entity, MetricValue, Unit};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::io::Write;
use wire::browser;

/// A row of fields, and what was added to it.
struct Row<'r, 'd, E: Entity> {
    columns: &'r [Shown<E>],
    sheet: &'r Sheet<'d, E>,
    index: usize,
}

impl<E: Entity> Serialize for Row<'_, '_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let row = &self.sheet.rows[self.index];
        for column in self.columns {
            let value = (column.metric.read)(row);
            map.serialize_entry(column.metric.name, &field_value(column.metric.unit, &value))?;
        }
        for added in self.sheet.for_programs() {
            map.serialize_entry(added.name, &field_value(added.unit, &added.values[self.index]))?;
        }
        map.end()
    }
}

/// One field's value; `null` where it is not known.
pub(crate) fn field_value(unit: Unit, value: &MetricValue<'_>) -> Value {
    match value {
        MetricValue::Absent(_) => Value::Null,
        MetricValue::Flag(flag) => Value::Bool(*flag),
        MetricValue::Text(text) => Value::String(text.clone().into_owned()),
        MetricValue::Number(number) => number_value(unit, *number),
    }
}

/// Counts stay whole numbers; what is no number is null.
fn number_value(unit: Unit, number: f64) -> Value {
    let rounded = rounded(unit, number);
    let is_count = matches!(unit, Unit::Count | Unit::Bytes);
    if is_count && rounded.fract() == 0.0 && rounded.abs() < 9_007_199_254_740_992.0 {
        return Value::from(rounded as i64);
    }
    Value::from(rounded)
}

/// To what a person can see, as everywhere in the API.
pub(super) fn rounded(unit: Unit, number: f64) -> f64 {
    let to = |steps: f64| (number * steps).round() / steps;
    match unit {
        Unit::Percent => to(10.0),
        Unit::BytesPerSecond => to(1.0),
        Unit::UnixSeconds | Unit::Milliseconds => to(100.0),
        Unit::Bytes | Unit::Seconds | Unit::Count | Unit::Text | Unit::Flag => number,
    }
}

/// All there is of one turn.
pub(super) struct Reply<'r, 'd, E: Entity> {
    pub(super) name: &'static str,
    pub(super) columns: &'r [Shown<E>],
    pub(super) sheet: &'r Sheet<'d, E>,
    pub(super) around: &'r Around<'r>,
    /// What could not be read of what is printed.
    pub(super) gaps: Vec<Gap>,
}

impl<E: Entity> Serialize for Reply<'_, '_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("timestamp", &browser::timestamp(self.around.at))?;
        map.serialize_entry(self.name, &Rows { columns: self.columns, sheet: self.sheet })?;
        for (name, value) in &self.around.extra {
            map.serialize_entry(name, value)?;
        }
        map.serialize_entry("gaps", &browser::gap_replies(&self.gaps))?;
        map.end()
    }
}

struct Rows<'r, 'd, E: Entity> {
    columns: &'r [Shown<E>],
    sheet: &'r Sheet<'d, E>,
}

impl<E: Entity> Serialize for Rows<'_, '_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = |index| Row { columns: self.columns, sheet: self.sheet, index };
        serializer.collect_seq((0..self.sheet.rows.len()).map(row))
    }
}

/// Rows with all their fields, as a part of a larger document.
pub(crate) struct AllFields<'d, E: Entity>(Sheet<'d, E>);

impl<'d, E: Entity> AllFields<'d, E> {
    /// Of these rows.
    pub(crate) fn of(rows: impl IntoIterator<Item = E::Row<'d>>) -> Self {
        Self(Sheet { rows: rows.into_iter().collect(), added: Vec::new() })
    }
}

impl<E: Entity> Serialize for AllFields<'_, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Rows { columns: &super::all_columns::<E>(), sheet: &self.0 }.serialize(serializer)
    }
}

/// One document on the standard output: over many lines where it is the only one, on one line
/// where more follow.
pub(crate) fn print_document(document: &impl Serialize, pace: super::Pace) -> Result<()> {
    let text = match pace {
        super::Pace::Once => serde_json::to_string_pretty(document)?,
        super::Pace::Every(_) => serde_json::to_string(document)?,
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Absence;
    use serde_json::json;

    #[test]
    fn counts_are_whole_and_the_unknown_is_null() {
        let number = |unit, value| field_value(unit, &MetricValue::Number(value)).to_string();
        assert_eq!(number(Unit::Count, 42.0), "42");
        assert_eq!(number(Unit::Count, -5.0), "-5");
        assert_eq!(number(Unit::Bytes, 4096.0), "4096");
        assert_eq!(number(Unit::Percent, 2.06), "2.1");
        assert_eq!(number(Unit::Percent, 100.0), "100.0");
        assert_eq!(number(Unit::Seconds, f64::NAN), "null");
        assert_eq!(field_value(Unit::Text, &MetricValue::Absent(Absence::Denied)), json!(null));
    }

    /// This machine as it is, with rates.
    fn delta() -> model::Delta {
        let mut probe = probe::Probe::new().expect("procfs is mounted");
        let (mut before, mut now) = (model::Snapshot::default(), model::Snapshot::default());
        probe.sample(&mut before, &probe::SystemClock);
        probe.sample(&mut now, &probe::SystemClock);
        model::Delta::between(Some(&before), &now)
    }

    /// Every field that the API has is here with the same value.
    fn check_like_the_api<E: Entity>(row: E::Row<'_>, api: impl Serialize) {
        let ours = serde_json::to_value(AllFields::<E>::of([row])).expect("it is JSON");
        let api = serde_json::to_value(api).expect("it is JSON");
        for (name, value) in api.as_object().expect("a row is an object") {
            let own = ours[0].get(name).unwrap_or_else(|| panic!("{name} is not in the catalogue"));
            let is_same = match (own.as_f64(), value.as_f64()) {
                (Some(own), Some(value)) => own == value,
                _ => own == value,
            };
            assert!(is_same, "{name}: {own} here, {value} in the API");
        }
    }

    #[test]
    fn processes_are_those_of_the_api() {
        let delta = delta();
        assert!(delta.process_rows().len() > 0);
        for row in delta.process_rows() {
            check_like_the_api::<model::metric::ProcessEntity>(row, browser::process_row(&row));
        }
    }

    #[test]
    fn connections_are_those_of_the_api() {
        let _listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let delta = delta();
        assert!(delta.socket_rows().len() > 0);
        for row in delta.socket_rows() {
            let api = browser::connection_rows([row].into_iter()).remove(0);
            check_like_the_api::<model::metric::ConnectionEntity>(row, api);
        }
    }
}
