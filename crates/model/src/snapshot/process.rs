//! Processes as columns: one vector a metric, all of the same length.

use crate::{Absence, Observed, ProcessKey};
use std::sync::Arc;

/// What does not change while a process runs one program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessFacts {
    /// Full name: the kernel's 15 bytes, or the longer name the command line tells.
    pub name: Arc<str>,
    /// Path of the executable.
    pub exe: Observed<Arc<str>>,
    /// Arguments joined by spaces, secrets masked; empty for kernel threads and zombies.
    pub cmdline: Arc<str>,
    /// Working directory when it was last read.
    pub cwd: Observed<Arc<str>>,
    /// Real user id.
    pub uid: Observed<u32>,
    /// Name of that user, or its digits.
    pub username: Observed<Arc<str>>,
    /// Control group path.
    pub cgroup: Observed<Arc<str>>,
    /// Container id found in the control group path.
    pub container: Option<Arc<str>>,
    /// Whether it is a thread of the kernel.
    pub is_kernel: bool,
}

/// The kernel's state letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProcessState {
    /// R: on a core or ready for one.
    Running,
    /// S: waiting, can be interrupted.
    Sleeping,
    /// D: waiting, usually for storage, cannot be interrupted.
    DiskSleep,
    /// T: stopped by a signal.
    Stopped,
    /// t: stopped by a debugger.
    TracingStop,
    /// Z: ended, not yet collected by its parent.
    Zombie,
    /// X: being removed.
    Dead,
    /// I: idle kernel thread.
    Idle,
    /// P: parked kernel thread.
    Parked,
    /// A letter this version does not know.
    #[default]
    Unknown,
}

impl ProcessState {
    /// From the letter in proc_pid_stat(5).
    #[must_use]
    pub fn from_letter(letter: u8) -> Self {
        match letter {
            b'R' => Self::Running,
            b'S' => Self::Sleeping,
            b'D' => Self::DiskSleep,
            b'T' => Self::Stopped,
            b't' => Self::TracingStop,
            b'Z' => Self::Zombie,
            b'X' | b'x' => Self::Dead,
            b'I' => Self::Idle,
            b'P' => Self::Parked,
            _ => Self::Unknown,
        }
    }

    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Sleeping => "sleeping",
            Self::DiskSleep => "disk-sleep",
            Self::Stopped => "stopped",
            Self::TracingStop => "tracing-stop",
            Self::Zombie => "zombie",
            Self::Dead => "dead",
            Self::Idle => "idle",
            Self::Parked => "parked",
            Self::Unknown => "unknown",
        }
    }
}

/// All processes of one instant. Row `i` of each column is the same process; by pid ascending.
#[derive(Debug, Default)]
pub struct Processes {
    /// Identity.
    pub key: Vec<ProcessKey>,
    /// Parent's pid, 0 for none.
    pub parent: Vec<u32>,
    /// State.
    pub state: Vec<ProcessState>,
    /// CPU time in user mode so far, nanoseconds (the kernel counts in ticks of 10 ms).
    pub user_nanos: Vec<u64>,
    /// CPU time in kernel mode so far, nanoseconds.
    pub system_nanos: Vec<u64>,
    /// When this row was read, nanoseconds since boot.
    pub read_nanos: Vec<u64>,
    /// Resident memory, bytes.
    pub rss_bytes: Vec<u64>,
    /// Virtual memory, bytes.
    pub vms_bytes: Vec<u64>,
    /// Threads.
    pub threads: Vec<u32>,
    /// Nice value.
    pub nice: Vec<i8>,
    /// Minor faults so far.
    pub minor_faults: Vec<u64>,
    /// Major faults so far.
    pub major_faults: Vec<u64>,
    /// Bytes read from storage so far; counts only where `io_absence` is `None`.
    pub io_read_bytes: Vec<u64>,
    /// Bytes written to storage so far.
    pub io_write_bytes: Vec<u64>,
    /// When the I/O counters were read, nanoseconds since boot: they are read only where
    /// something moved.
    pub io_read_nanos: Vec<u64>,
    /// Why there are no I/O counters.
    pub io_absence: Vec<Option<Absence>>,
    /// What does not change.
    pub facts: Vec<Arc<ProcessFacts>>,
}

impl Processes {
    /// Number of processes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.key.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    /// Removes all rows, keeps the memory.
    pub fn clear(&mut self) {
        self.key.clear();
        self.parent.clear();
        self.state.clear();
        self.user_nanos.clear();
        self.system_nanos.clear();
        self.read_nanos.clear();
        self.rss_bytes.clear();
        self.vms_bytes.clear();
        self.threads.clear();
        self.nice.clear();
        self.minor_faults.clear();
        self.major_faults.clear();
        self.io_read_bytes.clear();
        self.io_write_bytes.clear();
        self.io_read_nanos.clear();
        self.io_absence.clear();
        self.facts.clear();
    }

    /// Adds one row.
    pub fn push(&mut self, sample: &ProcessSample, facts: Arc<ProcessFacts>) {
        self.key.push(sample.key);
        self.parent.push(sample.parent);
        self.state.push(sample.state);
        self.user_nanos.push(sample.user_nanos);
        self.system_nanos.push(sample.system_nanos);
        self.read_nanos.push(sample.read_nanos);
        self.rss_bytes.push(sample.rss_bytes);
        self.vms_bytes.push(sample.vms_bytes);
        self.threads.push(sample.threads);
        self.nice.push(sample.nice);
        self.minor_faults.push(sample.minor_faults);
        self.major_faults.push(sample.major_faults);
        self.io_read_bytes.push(sample.io.read_bytes);
        self.io_write_bytes.push(sample.io.write_bytes);
        self.io_read_nanos.push(sample.io.read_nanos);
        self.io_absence.push(sample.io.absence);
        self.facts.push(facts);
    }

    /// Row of a pid, if there is one.
    #[must_use]
    pub fn find(&self, pid: u32) -> Option<usize> {
        self.key.binary_search_by_key(&pid, |key| key.pid).ok()
    }
}

/// One process as it was read: a row on its way into the columns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ProcessSample {
    /// Identity.
    pub key: ProcessKey,
    /// Parent's pid, 0 for none.
    pub parent: u32,
    /// State.
    pub state: ProcessState,
    /// CPU time in user mode so far, nanoseconds.
    pub user_nanos: u64,
    /// CPU time in kernel mode so far, nanoseconds.
    pub system_nanos: u64,
    /// When this was read, nanoseconds since boot.
    pub read_nanos: u64,
    /// Resident memory, bytes.
    pub rss_bytes: u64,
    /// Virtual memory, bytes.
    pub vms_bytes: u64,
    /// Threads.
    pub threads: u32,
    /// Nice value.
    pub nice: i8,
    /// Minor faults so far.
    pub minor_faults: u64,
    /// Major faults so far.
    pub major_faults: u64,
    /// Storage I/O.
    pub io: IoSample,
}

/// Storage I/O of one process so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IoSample {
    /// Bytes read from storage.
    pub read_bytes: u64,
    /// Bytes written to storage.
    pub write_bytes: u64,
    /// When they were read, nanoseconds since boot.
    pub read_nanos: u64,
    /// Why they are not known.
    pub absence: Option<Absence>,
}
