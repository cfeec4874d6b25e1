//! Measures as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use model::metric::{MetricValue, Unit};
use model::text::for_terminal;
use std::fmt::Write;

/// What stands where a value is not known.
pub(crate) const ABSENT: &str = "-";

/// A value in a table.
pub(crate) fn value(unit: Unit, value: &MetricValue<'_>) -> String {
    match value {
        MetricValue::Absent(_) => ABSENT.to_owned(),
        MetricValue::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        MetricValue::Text(text) => for_terminal(text),
        MetricValue::Number(number) => measure(unit, *number),
    }
}

/// A measure in a table.
pub(crate) fn measure(unit: Unit, value: f64) -> String {
    match unit {
        Unit::Bytes => scaled(value, 1024.0, &["B", "K", "M", "G", "T"]),
        Unit::BytesPerSecond => scaled(value, 1000.0, &["B", "k", "M", "G", "T"]),
        Unit::Percent => format!("{value:.1}"),
        Unit::Seconds => span(value),
        Unit::Milliseconds => format!("{value:.2}"),
        Unit::UnixSeconds => local_time(value),
        Unit::Count | Unit::Text | Unit::Flag => format!("{value}"),
    }
}

/// Bytes with a unit.
pub(crate) fn bytes(value: u64) -> String {
    measure(Unit::Bytes, value as f64)
}

/// A rate with its unit.
pub(crate) fn rate(value: f64) -> String {
    format!("{}/s", measure(Unit::BytesPerSecond, value))
}

/// A length of time, shorter the longer it is: `12.34`, `5:03`, `3:05:03`, `12d03h`.
pub(crate) fn span(seconds: f64) -> String {
    if seconds < 99.995 {
        return format!("{seconds:.2}");
    }
    let whole = seconds.round() as u64;
    let (minutes, second) = (whole / 60, whole % 60);
    let (hours, minute) = (minutes / 60, minutes % 60);
    match hours {
        0 => format!("{minute}:{second:02}"),
        1..48 => format!("{hours}:{minute:02}:{second:02}"),
        _ => format!("{}d{:02}h", hours / 24, hours % 24),
    }
}

/// Unix seconds as the clock on the wall shows them.
pub(crate) fn local_time(unix_seconds: f64) -> String {
    let time = Timestamp::from_second(unix_seconds.floor() as i64);
    time.map_or_else(
        |_| ABSENT.to_owned(),
        |time| time.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
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
    fn spans_get_coarser_as_they_get_longer() {
        assert_eq!(span(0.05), "0.05");
        assert_eq!(span(99.99), "99.99");
        assert_eq!(span(303.4), "5:03");
        assert_eq!(span(3.0 * 3600.0 + 303.0), "3:05:03");
        assert_eq!(span(86_400.0 * 12.0 + 3.0 * 3600.0), "12d03h");
    }

    #[test]
    fn times_that_no_calendar_has_are_absent() {
        assert_eq!(local_time(1e300), ABSENT);
        assert_eq!(local_time(0.0).len(), "1970-01-01 00:00:00".len());
    }
}
