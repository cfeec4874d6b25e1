//! Who holds something: a file, a file system, the space of deleted files, a socket.

use crate::{Observed, ProcessKey};
use std::path::PathBuf;
use std::sync::Arc;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// A file, a directory or a device: that one, by whatever name a process knows it.
    Path(PathBuf),
    /// A directory and everything below it.
    Below(PathBuf),
    /// Everything on the file system this path is on.
    FileSystem(PathBuf),
    /// Files that no name leads to any more and that still take space.
    Deleted,
    /// Sockets, by inode.
    Sockets(Vec<u64>),
}

/// In what way something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Hold {
    /// Open, by this descriptor: `r`, `w`, `rw`, `path`, or empty where that is not known.
    Open(u32, &'static str),
    /// It is the working directory.
    WorkingDirectory,
    /// It is the root directory.
    Root,
    /// It is the program that runs.
    Executable,
    /// It is mapped into memory.
    Mapped,
    /// The kernel holds it for a mount or for swapping.
    Mounted,
    /// The kernel alone keeps it, as a connection that waits for late packets.
    Kernel,
    /// Somebody who cannot be seen.
    Unknown,
}

impl Hold {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Open(..) => "open",
            Self::WorkingDirectory => "cwd",
            Self::Root => "root",
            Self::Executable => "executable",
            Self::Mapped => "mapped",
            Self::Mounted => "mounted",
            Self::Kernel => "kernel",
            Self::Unknown => "unknown",
        }
    }

    /// The word, and for an open file how and by which descriptor.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Open(descriptor, "") => format!("open fd {descriptor}"),
            Self::Open(descriptor, mode) => format!("open {mode} fd {descriptor}"),
            other => other.word().to_owned(),
        }
    }
}

/// One way in which one process holds what was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The process; `None` where the kernel itself holds it.
    pub key: Option<ProcessKey>,
    /// Its name.
    pub name: Arc<str>,
    /// Name of its real user.
    pub user: Observed<Arc<str>>,
    /// In what way.
    pub hold: Hold,
    /// What is held, as that process sees it; for a socket `socket:[INODE]`.
    pub path: Arc<str>,
    /// Inode of it, 0 where not known.
    pub inode: u64,
    /// Device the inode is on, major and minor number; zeros where not known.
    pub device: (u32, u32),
    /// Size of a regular file, bytes.
    pub size_bytes: Observed<u64>,
    /// Space it takes, bytes.
    pub space_bytes: Observed<u64>,
    /// Whether no name leads to it any more.
    pub is_deleted: bool,
}

/// Who holds something, as far as it could be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HolderReport {
    /// By pid, then by how.
    pub holders: Vec<Holder>,
    /// Processes that were looked at.
    pub processes: u32,
    /// Processes whose files may not be looked at.
    pub denied: u32,
    /// Processes that were not looked at because the time or the room was over.
    pub left: u32,
}

impl HolderReport {
    /// Space of all files found, each counted once, bytes. Files whose space is not known are
    /// left out.
    #[must_use]
    pub fn space_bytes(&self) -> u64 {
        let mut files: Vec<_> = self
            .holders
            .iter()
            .filter_map(|holder| {
                let space = holder.space_bytes.known()?;
                Some((holder.device, holder.inode, space))
            })
            .collect();
        files.sort_unstable();
        files.dedup_by_key(|(device, inode, _)| (*device, *inode));
        files.iter().fold(0, |sum: u64, (.., space)| sum.saturating_add(*space))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(pid: u32, inode: u64, space: u64) -> Holder {
        Holder {
            key: Some(ProcessKey { pid, birth: 1 }),
            name: "a".into(),
            user: Observed::default(),
            hold: Hold::Open(3, "rw"),
            path: "/a".into(),
            inode,
            device: (8, 1),
            size_bytes: Observed::Known(space),
            space_bytes: Observed::Known(space),
            is_deleted: true,
        }
    }

    #[test]
    fn a_file_held_twice_takes_its_space_once() {
        let unknown = Holder { space_bytes: Observed::default(), ..holder(3, 9, 0) };
        let holders = vec![holder(1, 7, 100), holder(2, 7, 100), holder(2, 8, 5), unknown];
        let report = HolderReport { holders, ..HolderReport::default() };
        assert_eq!(report.space_bytes(), 105);
    }

    #[test]
    fn an_open_file_says_how() {
        assert_eq!(Hold::Open(5, "rw").sentence(), "open rw fd 5");
        assert_eq!(Hold::Open(5, "").sentence(), "open fd 5");
        assert_eq!(Hold::Mapped.sentence(), "mapped");
    }
}
