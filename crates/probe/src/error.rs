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
}
