//! The way back: what a viewer asks of the machine it looks at.

mod capability;
mod detail;
mod holder;

pub use detail::{
    Capabilities, DetailWish, FileKind, MemoryDetail, MemoryMap, OpenFile, ProcessDetail,
    ResourceLimit, ThreadDetail, Wanted,
};
pub use holder::{Held, Hold, Holder, HolderReport};

use crate::ProcessKey;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What can be done to a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Ask it to end (SIGTERM).
    Terminate,
    /// End it at once (SIGKILL).
    Kill,
    /// Stop it until resumed (SIGSTOP).
    Suspend,
    /// Let it go on (SIGCONT).
    Resume,
    /// Give it another nice value, -20 to 19.
    Renice(i8),
}

impl Action {
    /// Those that send a signal.
    pub const SIGNALS: [Self; 4] = [Self::Terminate, Self::Kill, Self::Suspend, Self::Resume];

    /// The word in paths, logs and sentences.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Terminate => "terminate",
            Self::Kill => "kill",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Renice(_) => "renice",
        }
    }

    /// What was done, for a sentence.
    #[must_use]
    pub fn past(self) -> &'static str {
        match self {
            Self::Terminate => "terminated",
            Self::Kill => "killed",
            Self::Suspend => "suspended",
            Self::Resume => "resumed",
            Self::Renice(_) => "reniced",
        }
    }
}

/// Which process is meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// Its pid.
    pub pid: u32,
    /// Its start time as it was shown (seconds since boot). Compared exactly when given; without
    /// it, whatever has the pid now is meant.
    pub start_time: Option<f64>,
}

/// What was seen after an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutcomeKind {
    /// The process is gone, or a zombie nobody has collected.
    Ended,
    /// It is stopped.
    Stopped,
    /// It goes on, as it was asked to.
    Running,
    /// The signal was delivered but it has not ended or stopped so far.
    StillRunning,
    /// It has the nice value it was given.
    Reniced,
}

impl OutcomeKind {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::Stopped => "stopped",
            Self::Running => "running",
            Self::StillRunning => "still_running",
            Self::Reniced => "reniced",
        }
    }
}

/// A signal that was delivered to the process that was meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The process.
    pub key: ProcessKey,
    /// Its name.
    pub name: Arc<str>,
    /// What was seen.
    pub kind: OutcomeKind,
    /// From the signal to what was seen.
    pub elapsed: Duration,
}

/// Why nothing was done or shown. In each case nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No such process.
    NoSuchProcess,
    /// Another process has that pid now, or the one that was meant is gone.
    AnotherProcess,
    /// It has ended already and waits to be collected: by whom.
    Ended(String),
    /// We protect this one: why.
    Protected(String),
    /// The system refused: why, and what would be needed.
    NotPermitted(String),
    /// Actions are switched off here: by what.
    SwitchedOff(String),
    /// The host cannot be reached or cannot do this.
    Unavailable(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchProcess => f.write_str("no process has that pid"),
            Self::AnotherProcess => {
                f.write_str("that process has ended; its pid belongs to another or to none now")
            }
            Self::Ended(why)
            | Self::Protected(why)
            | Self::NotPermitted(why)
            | Self::SwitchedOff(why)
            | Self::Unavailable(why) => f.write_str(why),
        }
    }
}

/// What viewers look at first: it is read before the rest and kept freshest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Interest {
    /// Processes on somebody's screen.
    pub processes: Vec<u32>,
}
