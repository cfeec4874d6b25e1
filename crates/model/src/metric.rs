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

mod battery;
mod connection;
mod container;
mod core;
mod disk;
mod exit;
mod file;
mod file_system;
mod group;
mod holder;
mod interface;
mod limit;
mod map;
mod place;
mod port;
mod pressure;
mod process;
mod sensor;
mod session;
mod thread;
mod variable;

pub use battery::BatteryEntity;
pub use connection::ConnectionEntity;
pub use container::ContainerEntity;
pub use core::{CoreEntity, CoreRow};
pub use disk::{DiskEntity, DiskRow};
pub use exit::ExitEntity;
pub use file::FileEntity;
pub use file_system::FileSystemEntity;
pub use group::GroupEntity;
pub use holder::HolderEntity;
pub use interface::{InterfaceEntity, InterfaceRow};
pub use limit::LimitEntity;
pub use map::MapEntity;
pub use place::PlaceEntity;
pub use port::PortEntity;
pub use pressure::{PressureEntity, PressureRow};
pub use process::ProcessEntity;
pub use sensor::SensorEntity;
pub use session::SessionEntity;
pub use thread::ThreadEntity;
pub use variable::VariableEntity;

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

/// Words that an object of this kind may lack.
fn words(text: Option<&str>) -> MetricValue<'_> {
    MetricValue::text(Observed::from_option(text, Absence::Unsupported))
}

/// One field, of whatever table, without its reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Number in stored formats.
    pub id: u16,
    /// Name in every output.
    pub name: &'static str,
    /// Other names in filters.
    pub aliases: &'static [&'static str],
    /// Unit.
    pub unit: Unit,
    /// Behaviour.
    pub kind: Kind,
    /// One line for people.
    pub help: &'static str,
}

/// One table's catalogue, without its readers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// What a row is, singular.
    pub name: &'static str,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Fields a bare word is looked for in.
    pub word_fields: &'static [&'static str],
}

impl Catalogue {
    /// Of one kind of row.
    #[must_use]
    pub fn of<E: Entity>() -> Self {
        let field = |metric: &Metric<E>| Field {
            id: metric.id,
            name: metric.name,
            aliases: metric.aliases,
            unit: metric.unit,
            kind: metric.kind,
            help: metric.help,
        };
        let fields = E::METRICS.iter().map(field).collect();
        Self { name: E::NAME, fields, word_fields: E::WORD_FIELDS }
    }

    /// Of every kind of row.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![
            Self::of::<ProcessEntity>(),
            Self::of::<ConnectionEntity>(),
            Self::of::<PortEntity>(),
            Self::of::<ExitEntity>(),
            Self::of::<CoreEntity>(),
            Self::of::<DiskEntity>(),
            Self::of::<FileSystemEntity>(),
            Self::of::<PlaceEntity>(),
            Self::of::<InterfaceEntity>(),
            Self::of::<PressureEntity>(),
            Self::of::<SensorEntity>(),
            Self::of::<BatteryEntity>(),
            Self::of::<SessionEntity>(),
            Self::of::<GroupEntity>(),
            Self::of::<ContainerEntity>(),
            Self::of::<FileEntity>(),
            Self::of::<ThreadEntity>(),
            Self::of::<MapEntity>(),
            Self::of::<LimitEntity>(),
            Self::of::<VariableEntity>(),
            Self::of::<HolderEntity>(),
        ]
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

    #[test]
    fn ids_and_names_are_unique_and_bare_words_are_looked_for_in_texts() {
        for Catalogue { name: table, fields, word_fields } in Catalogue::all() {
            let mut names = BTreeSet::new();
            let mut ids = BTreeSet::new();
            for field in &fields {
                assert!(ids.insert(field.id), "{table}: id {} twice", field.id);
                for name in field.aliases.iter().chain([&field.name]) {
                    assert!(names.insert(*name), "{table}: name {name} twice");
                }
            }
            for word_field in word_fields {
                let found = fields.iter().find(|field| field.name == *word_field);
                assert_eq!(found.map(|field| field.unit), Some(Unit::Text), "{table} {word_field}");
            }
        }
    }

    #[test]
    fn stored_ids_never_change() {
        let pinned = [
            ("pid", 1),
            ("cpu_percent", 11),
            ("memory_rss", 13),
            ("container", 26),
            ("major_faults", 29),
        ];
        for (name, id) in pinned {
            assert_eq!(find::<ProcessEntity>(name).map(|metric| metric.id), Some(id), "{name}");
        }
    }
}
