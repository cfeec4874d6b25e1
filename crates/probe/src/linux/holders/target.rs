//! What is looked for, by the kernel's own numbers.

use super::File;
use crate::ProbeError;
use crate::linux::detail::descriptor_of;
use crate::linux::mounts::{Mount, Mounts, stat_local};
use crate::parse::mount;
use model::request::Held;
use rustix::fd::{AsFd, AsRawFd, OwnedFd};
use rustix::fs::{Mode, OFlags, Statx};
use std::collections::HashSet;
use std::ffi::CString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

/// How long the path that was asked about may take to answer.
const ANSWER: Duration = Duration::from_secs(2);

/// Everything that makes a file the one that is looked for.
#[derive(PartialEq, Eq)]
pub(super) enum Target {
    /// That file, and its full name here.
    File(File, Vec<u8>),
    /// That directory and what is below its name.
    Below(File, Vec<u8>),
    /// All on that device.
    FileSystem((u32, u32)),
    Deleted,
    Sockets(HashSet<u64>),
}

impl Target {
    pub(super) fn of(held: &Held, mounts: &Mounts) -> Result<Self, ProbeError> {
        Ok(match held {
            Held::Path(path) => {
                let found = Found::of(path, mounts)?;
                Self::File(found.file, found.name)
            }
            Held::Below(path) => {
                let found = Found::of(path, mounts)?;
                Self::Below(found.file, found.name)
            }
            Held::FileSystem(path) => Self::FileSystem(Found::of(path, mounts)?.device),
            Held::Deleted => Self::Deleted,
            Held::Sockets(inodes) => Self::Sockets(inodes.iter().copied().collect()),
        })
    }

    /// Whether an open file with that link is worth a closer look.
    pub(super) fn may_be(&self, link: &[u8]) -> bool {
        match self {
            Self::Sockets(_) => link.starts_with(b"socket:["),
            Self::Deleted => link.starts_with(b"/") && link.ends_with(b" (deleted)"),
            _ => link.starts_with(b"/"),
        }
    }
}

/// A file's device and inode: what stat says where it may be asked and knows better, else the
/// device of the mount and the inode of the descriptor, which are the same.
pub(super) fn identity(
    mount: Option<&Mount>,
    inode: Option<u64>,
    stat: &dyn Fn() -> Option<Statx>,
) -> Option<File> {
    match (mount, inode) {
        (Some(mount), Some(inode)) if mount.is_plain => Some((mount.device, inode)),
        _ => stat().map(|stat| ((stat.stx_dev_major, stat.stx_dev_minor), stat.stx_ino)),
    }
}

/// The file a person named.
struct Found {
    file: File,
    /// Device of its mount.
    device: (u32, u32),
    /// Its full name, links resolved.
    name: Vec<u8>,
}

impl Found {
    fn of(path: &Path, mounts: &Mounts) -> Result<Self, ProbeError> {
        let failed = |source| ProbeError::Path { path: path.to_owned(), source };
        let (name, file) = opened(path).map_err(failed)?;
        let (links, positions) = (own_folder("fd")?, own_folder("fdinfo")?);
        let number = CString::new(file.as_raw_fd().to_string()).unwrap_or_default();
        let descriptor = descriptor_of(positions.as_fd(), &number);
        let mount = descriptor.mount.and_then(|id| mounts.get(id));
        let is_local = mounts.is_local(descriptor.mount);
        let stat = || if is_local { stat_local(&links, &number).ok() } else { None };
        let file = identity(mount, descriptor.inode, &stat).ok_or_else(|| {
            let why = "its file system does not tell which file it is";
            failed(std::io::Error::new(std::io::ErrorKind::Unsupported, why))
        })?;
        Ok(Self { file, device: mount.map_or(file.0, |mount| mount.device), name })
    }
}

/// Whether something is mounted at a path, as the list of mounts says: the path itself is not
/// asked, for it may not answer.
#[must_use]
pub fn is_mount_point(path: &Path) -> bool {
    let Ok(path) = std::path::absolute(path) else { return false };
    let list = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    // Compared part by part, so that a slash at the end makes no other path of it.
    mount::mounts(&list).iter().any(|mount| mount.point == path)
}

fn own_folder(name: &str) -> Result<OwnedFd, ProbeError> {
    let path = PathBuf::from(format!("/proc/self/{name}"));
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(&path, flags, Mode::empty())
        .map_err(|errno| ProbeError::Open { path, source: errno.into() })
}

/// Opens a path, its links resolved, on a thread of its own: on a dead server that one stays
/// behind, and we go on.
fn opened(path: &Path) -> std::io::Result<(Vec<u8>, OwnedFd)> {
    let (tell, told) = mpsc::channel();
    let path = path.to_owned();
    let work = move || {
        let found = path.canonicalize().and_then(|full| {
            let flags = OFlags::PATH | OFlags::CLOEXEC;
            let file = rustix::fs::open(&full, flags, Mode::empty())?;
            Ok((full.into_os_string().into_vec(), file))
        });
        // Nobody listens when it took too long.
        let _ = tell.send(found);
    };
    std::thread::Builder::new().name("path".to_owned()).spawn(work)?;
    told.recv_timeout(ANSWER).unwrap_or_else(|_| {
        let why = "its file system does not answer";
        Err(std::io::Error::new(std::io::ErrorKind::TimedOut, why))
    })
}
