//! Absent is never zero: a reading that is not there says why.

/// Why a value is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Absence {
    /// The kernel refused.
    Denied,
    /// This kernel or kind of object has no such value.
    Unsupported,
    /// The kernel could tell if it were switched on.
    NotEnabled,
    /// The object ended before it was read.
    Gone,
    /// Not read yet, or not yet twice for a rate.
    NotYet,
}

impl Absence {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Unsupported => "unsupported",
            Self::NotEnabled => "not_enabled",
            Self::Gone => "gone",
            Self::NotYet => "not_yet",
        }
    }
}

/// A reading: known, or absent for a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Observed<T> {
    /// The value.
    Known(T),
    /// Why there is none.
    Absent(Absence),
}

/// Not read yet.
impl<T> Default for Observed<T> {
    fn default() -> Self {
        Self::Absent(Absence::NotYet)
    }
}

impl<T> Observed<T> {
    /// Joins a column's value with its row's reason.
    #[must_use]
    pub fn new(value: T, absence: Option<Absence>) -> Self {
        absence.map_or(Self::Known(value), Self::Absent)
    }

    /// The value, forgetting why there is none.
    #[must_use]
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Absent(_) => None,
        }
    }

    /// A known value changed, a reason kept.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Observed<U> {
        match self {
            Self::Known(value) => Observed::Known(change(value)),
            Self::Absent(absence) => Observed::Absent(absence),
        }
    }

    /// A view of the reading without taking it.
    pub fn as_ref(&self) -> Observed<&T> {
        match self {
            Self::Known(value) => Observed::Known(value),
            Self::Absent(absence) => Observed::Absent(*absence),
        }
    }

    /// A missing value with its reason: `None` becomes `absence`.
    #[must_use]
    pub fn from_option(value: Option<T>, absence: Absence) -> Self {
        value.map_or(Self::Absent(absence), Self::Known)
    }
}

/// Something that could not be read, for a whole machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What is missing: a metric's name or a part of the snapshot.
    pub what: &'static str,
    /// Why.
    pub absence: Absence,
    /// How many rows it concerns; `None` when it is not about rows.
    pub count: Option<u32>,
    /// One sentence, with the remedy where there is one.
    pub detail: String,
}
