//! Tables on a terminal: the catalogue's fields as columns, aligned, cut to the width.

use model::metric::{Entity, Metric, MetricValue, Unit, find};
use model::text::for_terminal;
use std::fmt::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What stands where a value is not known.
const ABSENT: &str = "-";

/// Lines of a table: a header and a line a row. The last column takes what is left of `width`.
pub(crate) fn lines<E: Entity>(columns: &[&str], rows: &[E::Row<'_>], width: usize) -> Vec<String> {
    let metrics: Vec<&Metric<E>> = columns.iter().filter_map(|name| find::<E>(name)).collect();
    let mut cells = vec![metrics.iter().map(|metric| metric.header.to_owned()).collect()];
    cells.extend(rows.iter().map(|row| {
        metrics.iter().map(|metric| cell(metric.unit, &(metric.read)(row))).collect::<Vec<_>>()
    }));
    let widths: Vec<usize> = (0..metrics.len())
        .map(|column| cells.iter().map(|line| line[column].width()).max().unwrap_or(0))
        .collect();
    let is_text = |column: usize| metrics[column].unit == Unit::Text;
    cells.iter().map(|line| aligned(line, &widths, is_text, width)).collect()
}

fn aligned(
    cells: &[String],
    widths: &[usize],
    is_text: impl Fn(usize) -> bool,
    width: usize,
) -> String {
    let mut line = String::new();
    for (column, cell) in cells.iter().enumerate() {
        if column > 0 {
            line.push(' ');
        }
        let padding = " ".repeat(widths[column].saturating_sub(cell.width()));
        let is_last = column + 1 == cells.len();
        match (is_text(column), is_last) {
            (true, true) => line.push_str(cell),
            (true, false) => line.extend([cell, padding.as_str()]),
            (false, _) => line.extend([padding.as_str(), cell]),
        }
    }
    cut(line.trim_end(), width)
}

/// As much as fits; wide characters are never halved.
fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for character in line.chars() {
        used += character.width().unwrap_or(0);
        if used >= width {
            break;
        }
        kept.push(character);
    }
    kept.push('…');
    kept
}

fn cell(unit: Unit, value: &MetricValue<'_>) -> String {
    match value {
        MetricValue::Absent(_) => ABSENT.to_owned(),
        MetricValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        MetricValue::Text(text) => for_terminal(text),
        MetricValue::Number(number) => measure(unit, *number),
    }
}

fn measure(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Bytes => scaled(value, 1024.0, &["B", "K", "M", "G", "T"]),
        Unit::BytesPerSecond => scaled(value, 1000.0, &["B", "k", "M", "G", "T"]),
        Unit::Percent => format!("{value:.1}"),
        Unit::Seconds => format!("{value:.2}"),
        Unit::Milliseconds => format!("{value:.2}"),
        Unit::UnixSeconds | Unit::Count | Unit::Text | Unit::Flag => format!("{value}"),
    }
}

/// Three significant digits and a unit.
fn scaled(value: f64, step: f64, units: &[&str]) -> String {
    let mut scaled = value;
    let mut unit = 0;
    while scaled >= 999.5 && unit + 1 < units.len() {
        scaled /= step;
        unit += 1;
    }
    let digits = match scaled {
        _ if unit == 0 => 0,
        small if small < 9.995 => 2,
        middle if middle < 99.95 => 1,
        _ => 0,
    };
    let mut text = String::new();
    let _ = write!(text, "{scaled:.digits$}{}", units[unit]); // a String takes anything
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_three_digits() {
        assert_eq!(measure(Unit::Bytes, 0.0), "0B");
        assert_eq!(measure(Unit::Bytes, 999.0), "999B");
        assert_eq!(measure(Unit::Bytes, 1_610_612_736.0), "1.50G");
        assert_eq!(measure(Unit::BytesPerSecond, 38_400_000.0), "38.4M");
    }

    #[test]
    fn lines_are_cut_between_characters() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
