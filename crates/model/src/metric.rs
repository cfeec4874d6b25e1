//! The one catalogue: every field that can be shown, filtered, sorted or exported, with its unit.

/// A catalogue, a field a line: number in stored formats, name, other names, header, unit, behaviour,
/// help; below it how it is read from a row.
macro_rules! metrics {
    ($($id:literal, $name:literal, [$($alias:literal),*], $header:literal, $unit:ident, $kind:ident,
        $help:literal, $read:expr;)+) => {
        &[$(crate::metric::Metric {
            id: $id,
            name: $name,
            aliases: &[$($alias),*],
            header: $header,
            unit: crate::metric::Unit::$unit,
            kind: crate::metric::Kind::$kind,
            help: $help,
            read: $read,
        }),+]
    };
}

mod connection;
mod process;

pub use connection::ConnectionEntity;
pub use process::ProcessEntity;

use crate::{Absence, Observed};
use std::borrow::Cow;

/// What a value is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Percent; of one core for CPU, of the machine for memory.
    Percent,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Unix seconds.
    UnixSeconds,
    /// A plain number.
    Count,
    /// Words.
    Text,
    /// Yes or no.
    Flag,
}

impl Unit {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes/s",
            Self::Percent => "percent",
            Self::Seconds => "seconds",
            Self::Milliseconds => "ms",
            Self::UnixSeconds => "unix time",
            Self::Count => "number",
            Self::Text => "text",
            Self::Flag => "yes/no",
        }
    }
}

/// How a value behaves over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Tells which one it is.
    Identity,
    /// Describes it; changes seldom.
    Label,
    /// Up and down.
    Gauge,
    /// Only up, until the object is replaced.
    Counter,
}

/// A kind of row that has metrics.
pub trait Entity: Sized + 'static {
    /// One row.
    type Row<'a>: Copy;
    /// Its name in messages, singular.
    const NAME: &'static str;
    /// Its catalogue.
    const METRICS: &'static [Metric<Self>];
    /// Fields a bare word is looked for in.
    const WORD_FIELDS: &'static [&'static str];

    /// Fields that `word` means all together: `port` is the local or the remote one.
    #[must_use]
    fn either(word: &str) -> &'static [&'static str] {
        let _ = word;
        &[]
    }
}

/// One field of a table.
pub struct Metric<E: Entity> {
    /// Number in stored formats; never given to another field.
    pub id: u16,
    /// Name in every output: the API's field name.
    pub name: &'static str,
    /// Other names that people type in filters.
    pub aliases: &'static [&'static str],
    /// Header in a terminal table.
    pub header: &'static str,
    /// Unit.
    pub unit: Unit,
    /// Behaviour.
    pub kind: Kind,
    /// One line for people.
    pub help: &'static str,
    /// Its value in a row.
    pub read: for<'row, 'delta> fn(&'row E::Row<'delta>) -> MetricValue<'row>,
}

/// A field's value in one row.
#[derive(Debug, Clone, PartialEq)]
pub enum MetricValue<'a> {
    /// Not known, and why.
    Absent(Absence),
    /// A flag.
    Flag(bool),
    /// A measure, in the field's unit.
    Number(f64),
    /// Words.
    Text(Cow<'a, str>),
}

impl<'a> MetricValue<'a> {
    /// A measure that may be absent.
    pub fn number(value: Observed<f64>) -> Self {
        match value {
            Observed::Known(number) => Self::Number(number),
            Observed::Absent(absence) => Self::Absent(absence),
        }
    }

    /// Words that may be absent.
    pub fn text(value: Observed<&'a str>) -> Self {
        match value {
            Observed::Known(text) => Self::Text(Cow::Borrowed(text)),
            Observed::Absent(absence) => Self::Absent(absence),
        }
    }
}

/// The field with this name or alias, in any case.
#[must_use]
pub fn find<E: Entity>(name: &str) -> Option<&'static Metric<E>> {
    let is_named = |known: &str| known.eq_ignore_ascii_case(name);
    E::METRICS.iter().find(|m| is_named(m.name) || m.aliases.iter().any(|alias| is_named(alias)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn check_unique<E: Entity>() {
        let mut names = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for metric in E::METRICS {
            assert!(ids.insert(metric.id), "id {} twice", metric.id);
            for name in metric.aliases.iter().chain([&metric.name]) {
                assert!(names.insert(*name), "name {name} twice");
            }
        }
    }

    #[test]
    fn ids_and_names_are_unique() {
        check_unique::<ProcessEntity>();
        check_unique::<ConnectionEntity>();
    }

    #[test]
    fn stored_ids_never_change() {
        let pinned = [("pid", 1), ("cpu_percent", 11), ("memory_rss", 13), ("container", 26)];
        for (name, id) in pinned {
            assert_eq!(find::<ProcessEntity>(name).map(|metric| metric.id), Some(id), "{name}");
        }
    }
}
