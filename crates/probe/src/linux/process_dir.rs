//! One process's directory in procfs, kept open: it stays that process's, whoever gets the number
//! afterwards, so that what is read through it never mixes two lives.

use super::procfs::{ProcFs, is_exhausted};
use model::Absence;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use std::time::{Duration, Instant};

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);

/// Bytes asked for at once; procfs hands out a page or a little more.
const CHUNK: usize = 16 * 1024;

/// A process's or a thread's directory.
pub(super) struct ProcessDir {
    dir: OwnedFd,
}

impl ProcessDir {
    pub(super) fn open(root: &ProcFs, pid: u32) -> Result<Self, Errno> {
        root.open_dir(pid, "").map(|dir| Self { dir })
    }

    /// The directory of one of its threads.
    pub(super) fn thread(&self, tid: u32) -> Result<Self, Errno> {
        self.folder(&format!("task/{tid}")).map(|dir| Self { dir })
    }

    /// A directory in it.
    pub(super) fn folder(&self, name: &str) -> Result<OwnedFd, Errno> {
        rustix::fs::openat(&self.dir, name, DIRECTORY, Mode::empty())
    }

    /// A file in it, whole, but no more than `limit` bytes.
    pub(super) fn read(&self, name: &str, limit: usize) -> Result<Vec<u8>, Errno> {
        let file = self.file(name)?;
        let mut bytes = Vec::new();
        while bytes.len() < limit {
            let length = bytes.len();
            bytes.resize(limit.min(length + CHUNK), 0);
            let read = read_retried(file.as_fd(), &mut bytes[length..])?;
            bytes.truncate(length + read);
            if read == 0 {
                break;
            }
        }
        Ok(bytes)
    }

    /// A file in it, opened for [`Lines`].
    pub(super) fn file(&self, name: &str) -> Result<OwnedFd, Errno> {
        rustix::fs::openat(&self.dir, name, FILE, Mode::empty())
    }

    /// Where a link in it points to.
    pub(super) fn link(&self, name: &str) -> Result<Vec<u8>, Errno> {
        let target = rustix::fs::readlinkat(&self.dir, name, Vec::with_capacity(256))?;
        Ok(target.into_bytes())
    }
}

impl AsFd for ProcessDir {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.dir.as_fd()
    }
}

fn read_retried(file: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize, Errno> {
    loop {
        match rustix::io::read(file, &mut *buffer) {
            Err(Errno::INTR) => {}
            other => return other,
        }
    }
}

/// Reads a small file below an open directory into `buffer`, as much as fits.
pub(super) fn read_below<'b>(
    dir: BorrowedFd<'_>,
    name: &std::ffi::CStr,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], Errno> {
    let file = rustix::fs::openat(dir, name, FILE, Mode::empty())?;
    let length = read_retried(file.as_fd(), buffer)?;
    Ok(&buffer[..length])
}

/// Longest line that is kept: a path of 4 KiB with every byte escaped still fits.
const LINE_MAX: usize = 64 * 1024;

/// Lines of a file that may be long, read piece by piece.
pub(super) struct Lines {
    file: OwnedFd,
    bytes: Vec<u8>,
    begin: usize,
    is_over: bool,
}

impl Lines {
    pub(super) fn of(file: OwnedFd) -> Self {
        Self { file, bytes: Vec::new(), begin: 0, is_over: false }
    }

    /// The next line without its end; `None` behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<&[u8]>, Errno> {
        loop {
            let rest = &self.bytes[self.begin..];
            let end = rest.iter().position(|byte| *byte == b'\n');
            if end.is_none() && !self.is_over && rest.len() < LINE_MAX {
                self.fill()?;
                continue;
            }
            if rest.is_empty() {
                return Ok(None);
            }
            let length = end.unwrap_or(rest.len());
            let from = self.begin;
            self.begin += length + usize::from(end.is_some());
            return Ok(Some(&self.bytes[from..from + length]));
        }
    }

    fn fill(&mut self) -> Result<(), Errno> {
        self.bytes.drain(..self.begin);
        self.begin = 0;
        let length = self.bytes.len();
        self.bytes.resize(length + CHUNK, 0);
        let read = read_retried(self.file.as_fd(), &mut self.bytes[length..]);
        self.bytes.truncate(length + *read.as_ref().unwrap_or(&0));
        self.is_over = read? == 0;
        Ok(())
    }
}

/// How long something may go on.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    until: Option<Instant>,
}

impl Patience {
    pub(super) fn of(time: Duration) -> Self {
        // A time too long to be added is no limit.
        Self { until: Instant::now().checked_add(time) }
    }

    pub(super) fn is_over(self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// Why a part of a process that is still there could not be read: a file that is missing is one
/// this kernel does not have, while [`Errno::SRCH`] is the kernel's word for what has ended.
pub(super) fn part_absence(errno: Errno) -> Absence {
    match errno {
        Errno::ACCESS | Errno::PERM => Absence::Denied,
        Errno::SRCH => Absence::Gone,
        errno if is_exhausted(errno) => Absence::NotYet,
        _ => Absence::Unsupported,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn lines_are_whole_whatever_the_pieces() {
        let folder = std::env::temp_dir().join(format!("topmast-lines-{}", std::process::id()));
        let long = "x".repeat(CHUNK + 7);
        std::fs::write(&folder, format!("a\n\n{long}\nlast")).expect("a file");
        let file = rustix::fs::open(&folder, FILE, Mode::empty()).expect("that file");
        let mut lines = Lines::of(file);
        let mut all = Vec::new();
        while let Some(line) = lines.next().expect("a line") {
            all.push(String::from_utf8_lossy(line).into_owned());
        }
        std::fs::remove_file(&folder).expect("its end");
        assert_eq!(all, ["a", "", &long, "last"]);
    }

    #[test]
    fn a_place_is_left_with_its_process() {
        let mut child = std::process::Command::new("sleep").arg("600").spawn().expect("a child");
        let root = ProcFs::open(Path::new("/proc")).expect("procfs");
        let place = ProcessDir::open(&root, child.id()).expect("its place");
        assert!(place.read("stat", 4096).is_ok_and(|stat| !stat.is_empty()));
        child.kill().expect("its end");
        child.wait().expect("its end");
        let after = place.read("stat", 4096).expect_err("nothing is there");
        assert!(matches!(after, Errno::SRCH | Errno::NOENT), "{after}");
    }
}
