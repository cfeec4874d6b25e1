//! Processes that ended, short-lived ones included, and how they were noticed.

use crate::{Observed, ProcessKey};
use std::sync::Arc;

/// What tells of processes that live too short to be sampled, best first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LifeSource {
    /// taskstats: each exit with its totals.
    Taskstats,
    /// The proc connector: each exit with its code, without totals.
    ProcConnector,
    /// The kernel's count of processes begun: how many there were, not which.
    #[default]
    BirthRate,
}

impl LifeSource {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Taskstats => "taskstats",
            Self::ProcConnector => "proc_connector",
            Self::BirthRate => "birth_rate",
        }
    }
}

/// Ends of processes since the snapshot before.
#[derive(Debug, Clone, Default)]
pub struct Lives {
    /// Where they are known from.
    pub source: LifeSource,
    /// Those that ended, in the order they were noticed.
    pub exits: Vec<Exit>,
    /// Messages lost so far, where the source counts them.
    pub lost: u64,
    /// Times messages were lost so far without the kernel telling how many.
    pub overflows: u64,
}

impl Lives {
    /// Becomes equal to `other`, in memory that is already there.
    pub fn copy_from(&mut self, other: &Self) {
        self.source = other.source;
        self.exits.clone_from(&other.exits);
        self.lost = other.lost;
        self.overflows = other.overflows;
    }
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExitStatus {
    /// By itself, with this code.
    Code(u8),
    /// By this signal.
    Signal(u8),
}

/// One process that ended, with its final totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exit {
    /// Which. The birth of one that was never sampled is computed from its age, exact to a tick
    /// or two.
    pub key: ProcessKey,
    /// Parent's pid when it ended, 0 when not known.
    pub parent: u32,
    /// The kernel's name of it; the full one where it was sampled.
    pub name: Arc<str>,
    /// Real user id.
    pub uid: Observed<u32>,
    /// How it ended.
    pub status: Observed<ExitStatus>,
    /// When, nanoseconds since boot.
    pub ended_nanos: u64,
    /// How long it lived, nanoseconds.
    pub lived_nanos: Observed<u64>,
    /// CPU time in user mode, nanoseconds.
    pub user_nanos: Observed<u64>,
    /// CPU time in kernel mode, nanoseconds.
    pub system_nanos: Observed<u64>,
    /// Bytes read from storage.
    pub io_read_bytes: Observed<u64>,
    /// Bytes written to storage.
    pub io_write_bytes: Observed<u64>,
    /// Highest resident memory, bytes.
    pub rss_peak_bytes: Observed<u64>,
    /// Whether no sample ever saw it.
    pub was_unseen: bool,
}
