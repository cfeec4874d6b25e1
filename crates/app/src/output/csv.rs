//! Rows as CSV (RFC 4180): a header with the names of the fields, then raw values; nothing
//! stands where a value is not known.

use super::Shown;
use super::json::{field_value, rounded};
use super::page::Sheet;
use model::metric::{Entity, MetricValue, Unit};
use std::fmt::Write;

/// The names of the fields.
pub(super) fn header<E: Entity>(columns: &[Shown<E>], sheet: &Sheet<'_, E>) -> String {
    let own = columns.iter().map(|column| column.metric.name);
    own.chain(sheet.for_programs().map(|added| added.name)).collect::<Vec<_>>().join(",")
}

/// One record, without its end.
pub(super) fn record<E: Entity>(
    columns: &[Shown<E>],
    sheet: &Sheet<'_, E>,
    index: usize,
) -> String {
    let mut line = String::new();
    for (at, column) in columns.iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push_value(&mut line, column.metric.unit, &(column.metric.read)(&sheet.rows[index]));
    }
    for added in sheet.for_programs() {
        line.push(',');
        push_value(&mut line, added.unit, &added.values[index]);
    }
    line
}

fn push_value(line: &mut String, unit: Unit, value: &MetricValue<'_>) {
    match value {
        MetricValue::Absent(_) => {}
        MetricValue::Text(text) => push_text(line, text),
        MetricValue::Flag(_) => {
            let _ = write!(line, "{}", field_value(unit, value)); // a String takes anything
        }
        MetricValue::Number(number) if number.is_finite() => {
            let _ = write!(line, "{}", rounded(unit, *number));
        }
        MetricValue::Number(_) => {}
    }
}

/// In quotes where it has to be, quotes doubled.
pub(super) fn push_text(line: &mut String, text: &str) {
    if text.contains(['"', ',', '\n', '\r']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_where_they_must_be() {
        let quoted = |text: &str| {
            let mut line = String::new();
            push_text(&mut line, text);
            line
        };
        assert_eq!(quoted("plain text"), "plain text");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("say \"x\"\n"), "\"say \"\"x\"\"\n\"");
    }

    #[test]
    fn numbers_are_raw_and_the_unknown_is_empty() {
        let mut line = String::new();
        push_value(&mut line, Unit::Bytes, &MetricValue::Number(1_610_612_736.0));
        push_value(&mut line, Unit::Bytes, &MetricValue::Absent(model::Absence::Denied));
        push_value(&mut line, Unit::Bytes, &MetricValue::Number(f64::INFINITY));
        assert_eq!(line, "1610612736");
    }
}
