//! How a probe reads: where from, in which units, what beyond what it always reads, and what it
//! hides.

use crate::scrub::Rules;
use std::path::PathBuf;
use std::sync::Arc;

/// Whether something is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reading {
    /// It is.
    Yes,
    /// It is not, and costs nothing.
    #[default]
    No,
}

impl Reading {
    /// Whether it is read.
    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::Yes
    }
}

/// How a probe reads. The default is for one look: no threads, nothing that needs a past.
#[derive(Debug, Clone)]
pub struct ProbeOptions {
    /// Where procfs is mounted, or a captured tree.
    pub root: PathBuf,
    /// Unix sockets among the sockets.
    pub unix_sockets: Reading,
    /// Ends of processes, short-lived ones included. Starts a thread.
    pub lives: Reading,
    /// What stands around the processes: file systems, containers, sensors, sessions. Starts a
    /// thread.
    pub surroundings: Reading,
    /// What the kernel's numbers mean.
    pub units: Units,
    /// What is masked in command lines.
    pub scrub: Arc<Rules>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            root: PathBuf::from("/proc"),
            unix_sockets: Reading::No,
            lives: Reading::No,
            surroundings: Reading::No,
            units: Units::of_this_kernel(),
            scrub: Arc::default(),
        }
    }
}

impl ProbeOptions {
    /// For reading one machine again and again: everything but unix sockets.
    #[must_use]
    pub fn continuous() -> Self {
        Self { lives: Reading::Yes, surroundings: Reading::Yes, ..Self::default() }
    }
}

/// The kernel's units. A captured tree keeps those of the machine it is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Units {
    /// Bytes of a page of memory: 4, 16 or 64 KiB.
    pub page_bytes: u64,
    /// Clock ticks a second.
    pub ticks_per_second: u64,
}

impl Units {
    /// Those of the kernel we run on.
    #[must_use]
    pub fn of_this_kernel() -> Self {
        Self {
            page_bytes: rustix::param::page_size() as u64,
            ticks_per_second: rustix::param::clock_ticks_per_second().max(1),
        }
    }

    pub(crate) fn tick_nanos(self, ticks: u64) -> u64 {
        ticks.saturating_mul(1_000_000_000 / self.ticks_per_second.max(1))
    }
}
