//! Where the files of the machine begin: `/`, or the directory of a captured tree.

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
        let mut bytes = Vec::new();
        File::open(self.path(below)).ok()?.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
        Some(bytes)
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
