//! Numbers with units: `1.5GiB`, `20%`, `250ms`, `3M`.

use model::metric::Unit;

/// A number in the unit of the field it is compared with; `None` if it is not one.
///
/// Suffixes of bytes count in 1,000 (`kB`, `MB`) or 1,024 (`KiB`, `MiB`), a lone `K`, `M`, `G`, `T`
/// in 1,024 for bytes as `ps` and `top` do, and in 1,000 for plain numbers.
pub(crate) fn parse(text: &str, unit: Unit) -> Option<f64> {
    let digits = text.find(|c: char| !(c.is_ascii_digit() || ".-+".contains(c)));
    let (number, suffix) = text.split_at(digits.unwrap_or(text.len()));
    let value: f64 = number.parse().ok().filter(|value: &f64| value.is_finite())?;
    Some(value * factor(&suffix.to_ascii_lowercase(), unit)?)
}

fn factor(suffix: &str, unit: Unit) -> Option<f64> {
    if suffix.is_empty() {
        return Some(1.0);
    }
    match unit {
        Unit::Bytes => bytes(suffix),
        Unit::BytesPerSecond => bytes(suffix.strip_suffix("/s").unwrap_or(suffix)),
        Unit::Percent => (suffix == "%").then_some(1.0),
        Unit::Seconds => seconds(suffix),
        Unit::Milliseconds => seconds(suffix).map(|factor| factor * 1e3),
        Unit::Count => thousands(suffix, 1000.0),
        Unit::UnixSeconds | Unit::Text | Unit::Flag => None,
    }
}

fn bytes(suffix: &str) -> Option<f64> {
    if suffix == "b" {
        return Some(1.0);
    }
    match (suffix.strip_suffix("ib"), suffix.strip_suffix('b')) {
        (Some(prefix), _) => thousands(prefix, 1024.0),
        (None, Some(prefix)) => thousands(prefix, 1000.0),
        (None, None) => thousands(suffix, 1024.0),
    }
}

fn thousands(prefix: &str, step: f64) -> Option<f64> {
    let power = ["k", "m", "g", "t", "p"].iter().position(|known| *known == prefix)?;
    Some(step.powi(power as i32 + 1))
}

fn seconds(suffix: &str) -> Option<f64> {
    Some(match suffix {
        "us" | "µs" => 1e-6,
        "ms" => 1e-3,
        "s" | "sec" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" | "day" | "days" => 86_400.0,
        "w" | "week" | "weeks" => 604_800.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_understood() {
        assert_eq!(parse("1.5GiB", Unit::Bytes), Some(1_610_612_736.0));
        assert_eq!(parse("2kB", Unit::Bytes), Some(2000.0));
        assert_eq!(parse("2K", Unit::Bytes), Some(2048.0));
        assert_eq!(parse("1MB/s", Unit::BytesPerSecond), Some(1e6));
        assert_eq!(parse("20%", Unit::Percent), Some(20.0));
        assert_eq!(parse("20ms", Unit::Milliseconds), Some(20.0));
        assert_eq!(parse("2min", Unit::Seconds), Some(120.0));
        assert_eq!(parse("2days", Unit::Seconds), Some(172_800.0));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for text in ["", "x", "1.2.3", "5q", "--1", "inf", "1e999"] {
            assert_eq!(parse(text, Unit::Bytes), None, "{text}");
        }
        assert_eq!(parse("5GiB", Unit::Percent), None);
        assert_eq!(parse("5m", Unit::UnixSeconds), None, "neither minutes nor millions");
    }
}
