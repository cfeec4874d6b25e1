//! What can go wrong before anything is read.

use std::path::PathBuf;

/// Why there is no probe.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The process file system cannot be opened.
    #[error("cannot open {path}: {source}; is the proc file system mounted there?")]
    Open {
        /// What was opened.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A path somebody asked about cannot be looked at.
    #[error("cannot look at {path}: {source}")]
    Path {
        /// What was asked about.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl ProbeError {
    /// Our own entry in procfs cannot be read.
    pub(crate) fn own(errno: rustix::io::Errno) -> Self {
        Self::Open { path: PathBuf::from("/proc/self"), source: errno.into() }
    }
}
