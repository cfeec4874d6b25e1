//! Where the files of the machine begin: `/`, or the directory of a captured tree.

use rustix::fs::{Mode, OFlags, ResolveFlags};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Files of sysfs and the like are small; what is not is cut here.
const FILE_MAX: u64 = 1 << 20;

/// Names in one directory at most; more are passed over.
const NAMES_MAX: usize = 16 * 1024;

/// The directory that holds `proc`, `sys`, `run` and the rest.
#[derive(Debug, Clone)]
pub(crate) struct SystemFiles {
    root: PathBuf,
}

impl SystemFiles {
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        let below = below.as_ref();
        self.root.join(below.strip_prefix("/").unwrap_or(below))
    }

    /// The file's first megabyte; `None` when it cannot be read.
    pub(crate) fn bytes(&self, below: impl AsRef<Path>) -> Option<Vec<u8>> {
        first_megabyte(File::open(self.path(below)).ok()?)
    }

    /// A file whose name others than root choose, below a directory that is root's: no link is
    /// followed, no other file system entered (it may not answer, or is mounted by the asking) and
    /// no pipe waited for. `None` before Linux 5.6, which cannot promise that.
    pub(crate) fn bytes_of_others(&self, own: &str, below: &str) -> Option<Vec<u8>> {
        let place = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let own = rustix::fs::open(self.path(own), place, Mode::empty()).ok()?;
        let plain = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let bounds = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_XDEV;
        let file = File::from(rustix::fs::openat2(own, below, plain, Mode::empty(), bounds).ok()?);
        let is_plain = file.metadata().is_ok_and(|found| found.is_file());
        is_plain.then(|| first_megabyte(file)).flatten()
    }

    /// A short file's words, without the line's end; `None` when it cannot be read or is empty.
    pub(crate) fn text(&self, below: impl AsRef<Path>) -> Option<String> {
        let text = model::text::from_kernel(self.bytes(below)?.trim_ascii());
        (!text.is_empty()).then_some(text)
    }

    /// A number in a short file.
    pub(crate) fn number<T: std::str::FromStr>(&self, below: impl AsRef<Path>) -> Option<T> {
        self.text(below)?.parse().ok()
    }

    /// Names in a directory, sorted; none where there is no such directory.
    pub(crate) fn names(&self, below: impl AsRef<Path>) -> Vec<String> {
        let Ok(entries) = std::fs::read_dir(self.path(below)) else { return Vec::new() };
        let name =
            |entry: std::io::Result<std::fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
        let mut names: Vec<_> = entries.filter_map(name).take(NAMES_MAX).collect();
        names.sort();
        names
    }
}

fn first_megabyte(file: File) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}
