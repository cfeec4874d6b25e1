//! What fills file systems: directories are named, each with a time its size is kept, and counted
//! so that the parts of a file system add up to it.
//!
//! Allocated blocks count, as in `du`; a file with several names counts once in a file system; a
//! named directory inside another is taken out of the outer one; mounts are not crossed.

mod parts;
mod walk;

use crate::linux::surroundings::space;
use crate::linux::system_files::SystemFiles;
use crate::parse::mount::{self, Mount};
use model::snapshot::Space;
use model::{Observed, text};
use rustix::fd::OwnedFd;
use rustix::fs::{AtFlags, Mode, OFlags, Statx, StatxFlags};
use rustix::io::Errno;
use std::collections::HashSet;
use std::ffi::OsString;
use std::ops::ControlFlow;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub use parts::FileSystemParts;

/// What a size is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Blocks that are taken on the disk.
    #[default]
    Allocated,
    /// Lengths of files, as if no disk had blocks.
    Apparent,
}

/// How what is named is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Manner {
    /// What a size is.
    pub measure: Measure,
    /// How deep inside named directories sizes are kept besides; 0 for not.
    pub depth: u32,
}

/// Why a path cannot be named.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SpaceError {
    /// There is nothing of that name.
    #[error("there is no {}", text::for_terminal(&path.to_string_lossy()))]
    NotFound {
        /// What was named.
        path: PathBuf,
    },
    /// It may not be looked at.
    #[error("{} may not be read", text::for_terminal(&path.to_string_lossy()))]
    Denied {
        /// What was named.
        path: PathBuf,
    },
    /// Something else is wrong with it.
    #[error("cannot look at {}: {source}", text::for_terminal(&path.to_string_lossy()))]
    Io {
        /// What was named.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl SpaceError {
    fn of(path: &Path, errno: Errno) -> Self {
        let path = path.to_owned();
        match errno {
            Errno::NOENT | Errno::NOTDIR => Self::NotFound { path },
            Errno::ACCESS | Errno::PERM => Self::Denied { path },
            _ => Self::Io { path, source: errno.into() },
        }
    }
}

/// Counting was broken off by whom it was told to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("counting was broken off")]
pub struct BrokenOff;

/// How far counting has come.
#[derive(Debug)]
pub struct Progress<'a> {
    /// Files and directories seen, of all that is counted now.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Where it is.
    pub directory: &'a Path,
}

/// A file or directory among all: its device and node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Identity {
    /// Major and minor number of the device.
    pub device: (u32, u32),
    /// Number of the node.
    pub node: u64,
}

impl Identity {
    fn of(stat: &Statx) -> Self {
        Self { device: (stat.stx_dev_major, stat.stx_dev_minor), node: stat.stx_ino }
    }
}

/// What was counted in one named directory, without those named inside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// When counting began, nanoseconds since 1970 UTC.
    pub read_unix_nanos: i64,
    /// How it was counted.
    pub manner: Manner,
    /// What was named and met inside it, and is not in it.
    pub without: Vec<Identity>,
    /// Bytes, but those of `links`.
    pub bytes: u64,
    /// Files and directories, itself included.
    pub files: u64,
    /// Files that have names elsewhere too, with their bytes: each counts once in a file system.
    pub links: Vec<(Identity, u64)>,
    /// Files and directories that could not be read.
    pub unread: u64,
    /// The first of them, relative to the named directory.
    pub unread_paths: Vec<PathBuf>,
    /// What is inside, as deep as was asked for; the largest where there is too much.
    pub children: Vec<Child>,
}

/// Something inside a named directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Child {
    /// Relative to the named directory.
    pub path: PathBuf,
    /// Bytes with everything inside it; a file with several names is in the first that was seen.
    pub bytes: u64,
    /// Files and directories, itself included.
    pub files: u64,
}

/// Something named.
#[derive(Debug)]
pub struct Named {
    path: PathBuf,
    identity: Identity,
    mount_id: u64,
    keep: Duration,
    handle: OwnedFd,
    reading: Option<Reading>,
}

impl Named {
    /// Its path, links resolved.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which it is.
    #[must_use]
    pub fn identity(&self) -> Identity {
        self.identity
    }

    /// What was counted last.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        self.reading.as_ref()
    }
}

/// Named directories and what was counted in them.
#[derive(Debug, Default)]
pub struct Collection {
    manner: Manner,
    named: Vec<Named>,
}

const LOOK: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);

impl Collection {
    /// Nothing named so far.
    #[must_use]
    pub fn new(manner: Manner) -> Self {
        Self { manner, named: Vec::new() }
    }

    /// Names a directory or a file, whose size is counted again once it is older than `keep`.
    /// What is named twice is there once, kept for the shorter time.
    ///
    /// # Errors
    /// When there is nothing of that name, or it may not be looked at.
    pub fn name(&mut self, path: &Path, keep: Duration) -> Result<&Named, SpaceError> {
        let wrong = |errno| SpaceError::of(path, errno);
        let handle = rustix::fs::open(path, LOOK, Mode::empty()).map_err(wrong)?;
        let stat = stat_of(&handle).map_err(wrong)?;
        let identity = Identity::of(&stat);
        if let Some(at) = self.named.iter().position(|named| named.identity == identity) {
            let named = &mut self.named[at];
            named.keep = named.keep.min(keep);
            return Ok(&self.named[at]);
        }
        let path = std::fs::canonicalize(path)
            .map_err(|source| SpaceError::Io { path: path.to_owned(), source })?;
        let mount_id = stat.stx_mnt_id;
        self.named.push(Named { path, identity, mount_id, keep, handle, reading: None });
        self.named.sort_by(|one, other| one.path.cmp(&other.path));
        let at = self.named.iter().position(|named| named.identity == identity);
        Ok(&self.named[at.unwrap_or(0)])
    }

    /// Everything named, by path.
    #[must_use]
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// Takes over what was counted earlier, perhaps by another process. It is counted again if it
    /// was counted otherwise or something else is named inside it now.
    pub fn restore(&mut self, identity: Identity, reading: Reading) {
        if let Some(named) = self.named.iter_mut().find(|named| named.identity == identity) {
            named.reading = Some(reading);
        }
    }

    /// Counts what is not counted yet or older than it may be. `progress` is told now and then how
    /// far that is, and may break it off: what is counted by then is kept.
    ///
    /// # Errors
    /// When it was broken off.
    pub fn update(
        &mut self,
        now_unix_nanos: i64,
        progress: &mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>,
    ) -> Result<(), BrokenOff> {
        let mut done = (0, 0);
        for at in 0..self.named.len() {
            let named = &self.named[at];
            if self.is_fresh(named, now_unix_nanos) {
                continue;
            }
            let stops = self.others(named);
            let order = walk::Order { named, manner: self.manner, stops: &stops, done };
            let mut reading = walk::count(&order, progress)?;
            reading.read_unix_nanos = now_unix_nanos;
            let linked = reading.links.iter().map(|(_, bytes)| *bytes);
            let bytes = linked.fold(reading.bytes, u64::saturating_add);
            done = (done.0 + reading.files, done.1.saturating_add(bytes));
            self.named[at].reading = Some(reading);
        }
        Ok(())
    }

    /// What else is named on the same device. Not only by path: a mount may show one part of a
    /// file system in two places.
    fn others(&self, outer: &Named) -> HashSet<Identity> {
        let others = self.named.iter().map(|named| named.identity);
        let device = outer.identity.device;
        others.filter(|other| *other != outer.identity && other.device == device).collect()
    }

    /// Whether it was counted lately, in this manner, and without the same. A clock that was set
    /// back makes nothing younger.
    fn is_fresh(&self, named: &Named, now: i64) -> bool {
        let Some(reading) = &named.reading else { return false };
        let age = now.checked_sub(reading.read_unix_nanos).and_then(|age| u64::try_from(age).ok());
        let is_young = age.is_some_and(|age| u128::from(age) < named.keep.as_nanos());
        let others = self.others(named);
        let is_still_named = reading.without.iter().all(|identity| others.contains(identity));
        let is_inside = |other: &&Named| {
            others.contains(&other.identity) && other.path.starts_with(&named.path)
        };
        let mut inside = self.named.iter().filter(is_inside);
        let is_left_out = inside.all(|other| reading.without.contains(&other.identity));
        is_young && is_still_named && is_left_out && reading.manner == self.manner
    }

    /// The parts of each file system in which something is named, from what was counted last.
    #[must_use]
    pub fn file_systems(&self) -> Vec<FileSystemParts> {
        let bytes =
            SystemFiles::new(Path::new("/")).bytes("proc/self/mountinfo").unwrap_or_default();
        parts::file_systems(&self.named, &mount::mounts(&bytes))
    }
}

impl Named {
    fn space(&self) -> Observed<Space> {
        match rustix::fs::fstatvfs(&self.handle) {
            Ok(answer) => Observed::Known(space(&answer)),
            Err(errno) => Observed::Absent(crate::linux::procfs::absence(errno)),
        }
    }

    /// The mount it is in; by its device where the kernel (before 5.8) does not number mounts.
    fn mount<'m>(&self, mounts: &'m [Mount]) -> Option<&'m Mount> {
        let by_number = mounts.iter().find(|mount| mount.id == self.mount_id);
        by_number.or_else(|| mounts.iter().find(|mount| mount.device == self.identity.device))
    }
}

const WANTED: StatxFlags = StatxFlags::BASIC_STATS.union(StatxFlags::MNT_ID);

fn stat_of(handle: &OwnedFd) -> Result<Statx, Errno> {
    rustix::fs::statx(handle, c"", AtFlags::EMPTY_PATH, WANTED)
}

/// A path from the kernel's bytes.
fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

fn shown(path: &Path) -> Arc<str> {
    text::from_kernel(path.as_os_str().as_bytes()).into()
}
