//! What fills file systems: parts with names, and what is beside them.

use crate::Observed;
use std::sync::Arc;

/// What a part of a file system is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceKind {
    /// A directory or file that was named, without those named inside it.
    Named,
    /// Something inside a named directory; its bytes are in those of the named one too.
    Inside,
    /// In use by what was not named.
    Other,
    /// Free for everybody.
    Free,
    /// Free for root only.
    Reserved,
    /// What the named parts add up to beyond what is in use: blocks that several files share,
    /// sizes that only seem, changes meanwhile.
    Overlap,
}

impl PlaceKind {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Named => "named",
            Self::Inside => "inside",
            Self::Other => "other",
            Self::Free => "free",
            Self::Reserved => "reserved",
            Self::Overlap => "overlap",
        }
    }
}

/// One part of a file system. Named, other, free and reserved, less the overlap, add up to the
/// whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Where its file system is mounted.
    pub file_system: Arc<str>,
    /// What it is.
    pub kind: PlaceKind,
    /// Its path; absent for what has none.
    pub path: Observed<Arc<str>>,
    /// How deep it is inside the named directory; 0 for that itself.
    pub depth: u32,
    /// Its size, bytes.
    pub bytes: Observed<u64>,
    /// Its share of the file system, 0 to 100.
    pub percent: Observed<f64>,
    /// Files and directories in it, itself included.
    pub files: Observed<u64>,
    /// Directories and files in it that could not be read, and are not in its size.
    pub unread: Observed<u64>,
    /// When it was read, nanoseconds since 1970 UTC.
    pub read_unix_nanos: Observed<i64>,
}
