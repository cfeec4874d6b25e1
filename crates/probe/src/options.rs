//! What a probe reads beyond what it always reads.

use std::path::PathBuf;

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// Bytes of a page, for a tree captured on a machine with others; `None` for our own.
    pub page_bytes: Option<u64>,
}

impl Default for ProbeOptions {
    fn default() -> Self {
        Self {
            root: PathBuf::from("/proc"),
            unix_sockets: Reading::No,
            lives: Reading::No,
            surroundings: Reading::No,
            page_bytes: None,
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
