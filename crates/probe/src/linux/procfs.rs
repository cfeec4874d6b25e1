//! Opening and reading files of procfs without allocating: paths are built in place.

use crate::ProbeError;
use model::Absence;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags, SeekFrom};
use rustix::io::Errno;
use std::ffi::CStr;
use std::mem::MaybeUninit;
use std::path::Path;

/// The root directory, kept open.
pub(crate) struct ProcFs {
    dir: OwnedFd,
    is_live: bool,
}

const DIRECTORY: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
const FILE: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);

impl ProcFs {
    pub(crate) fn open(root: &Path) -> Result<Self, ProbeError> {
        let dir = rustix::fs::open(root, DIRECTORY, Mode::empty())
            .map_err(|errno| ProbeError::Open { path: root.to_owned(), source: errno.into() })?;
        let kind = rustix::fs::fstatfs(&dir).map(|found| found.f_type);
        Ok(Self { dir, is_live: kind == Ok(rustix::fs::PROC_SUPER_MAGIC) })
    }

    /// Whether this is the kernel's own process file system, not a captured tree.
    pub(crate) fn is_live(&self) -> bool {
        self.is_live
    }

    /// Calls `each` with every pid, as the directory lists them: ascending. Beside it stands the
    /// inode of its directory, which another process with that pid does not have.
    pub(crate) fn each_pid(&self, mut each: impl FnMut(u32, u64)) -> Result<(), Errno> {
        rustix::fs::seek(&self.dir, SeekFrom::Start(0))?;
        let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
        let mut entries = rustix::fs::RawDir::new(&self.dir, &mut buffer);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            if let Some(pid) = decimal(entry.file_name().to_bytes()) {
                each(pid, entry.ino());
            }
        }
        Ok(())
    }

    /// Opens a file of one process to read it again and again.
    pub(crate) fn open_file(&self, pid: u32, file: &str) -> Result<OwnedFd, Errno> {
        let path = PathBuffer::of(pid, file);
        rustix::fs::openat(&self.dir, path.as_cstr(), FILE, Mode::empty())
    }

    /// Owner and size of a file of one process; `.` is its directory, which belongs to its
    /// effective user.
    pub(crate) fn owner_and_size(&self, pid: u32, file: &str) -> Result<(u32, u64), Errno> {
        let path = PathBuffer::of(pid, file);
        let found = rustix::fs::statat(&self.dir, path.as_cstr(), rustix::fs::AtFlags::empty())?;
        Ok((found.st_uid, found.st_size.max(0).cast_unsigned()))
    }

    /// One more descriptor of the root directory, for nothing but to be given up.
    pub(crate) fn spare(&self) -> Option<OwnedFd> {
        rustix::io::fcntl_dupfd_cloexec(&self.dir, 0).ok()
    }

    /// Reads a file of one process into `buffer`; as much of it as fits.
    pub(crate) fn read<'b>(
        &self,
        pid: u32,
        file: &str,
        buffer: &'b mut [u8],
    ) -> Result<&'b [u8], Errno> {
        let opened = self.open_file(pid, file)?;
        read_to_end(opened.as_fd(), buffer)
    }

    /// Reads a file of the machine.
    pub(crate) fn read_named(&self, file: &str) -> Result<Vec<u8>, Errno> {
        let opened = self.open_named(file)?;
        let mut buffer = vec![0; 1 << 20];
        let length = read_to_end(opened.as_fd(), &mut buffer)?.len();
        buffer.truncate(length);
        Ok(buffer)
    }

    /// Opens a file of the machine to read it again and again.
    pub(crate) fn open_named(&self, file: &str) -> Result<OwnedFd, Errno> {
        rustix::fs::openat(&self.dir, file, FILE, Mode::empty())
    }

    /// Where a link of one process points to.
    pub(crate) fn link<'b>(
        &self,
        pid: u32,
        file: &str,
        buffer: &'b mut [MaybeUninit<u8>],
    ) -> Result<&'b [u8], Errno> {
        let path = PathBuffer::of(pid, file);
        rustix::fs::readlinkat_raw(&self.dir, path.as_cstr(), buffer).map(|(target, _)| &*target)
    }

    /// Where a link of the machine points to.
    pub(crate) fn link_named<'b>(
        &self,
        file: impl rustix::path::Arg,
        buffer: &'b mut [MaybeUninit<u8>],
    ) -> Result<&'b [u8], Errno> {
        rustix::fs::readlinkat_raw(&self.dir, file, buffer).map(|(target, _)| &*target)
    }

    /// Opens a directory of one process.
    pub(crate) fn open_dir(&self, pid: u32, file: &str) -> Result<OwnedFd, Errno> {
        let path = PathBuffer::of(pid, file);
        rustix::fs::openat(&self.dir, path.as_cstr(), DIRECTORY, Mode::empty())
    }
}

/// Calls `each` with every entry of an open directory.
pub(crate) fn each_entry(dir: BorrowedFd<'_>, mut each: impl FnMut(&CStr)) -> Result<(), Errno> {
    let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
    let mut entries = rustix::fs::RawDir::new(dir, &mut buffer);
    while let Some(entry) = entries.next() {
        each(entry?.file_name());
    }
    Ok(())
}

/// Reads from the start of an open file, whatever was read of it before.
pub(crate) fn read_again<'b>(file: &OwnedFd, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
    let mut length = 0;
    while length < buffer.len() {
        match rustix::io::pread(file, &mut buffer[length..], length as u64)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(&buffer[..length])
}

/// Reads an open file that is shorter than the buffer, from its start; answers its length.
pub(crate) fn read_once(file: &OwnedFd, buffer: &mut [u8]) -> Result<usize, Errno> {
    rustix::io::pread(file, buffer, 0)
}

/// A file of procfs shorter than the buffer comes whole in the first read.
fn read_to_end<'b>(file: BorrowedFd<'_>, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
    let mut length = 0;
    while length < buffer.len() {
        let read = rustix::io::read(file, &mut buffer[length..])?;
        length += read;
        // procfs hands out at most a page at once; a shorter piece was the last one.
        if read == 0 || length < 1024 {
            break;
        }
    }
    Ok(&buffer[..length])
}

/// Why a read of a process failed, as a value.
pub(crate) fn absence(errno: Errno) -> Absence {
    match errno {
        Errno::ACCESS | Errno::PERM => Absence::Denied,
        Errno::NOENT | Errno::SRCH => Absence::Gone,
        errno if is_exhausted(errno) => Absence::NotYet,
        _ => Absence::Unsupported,
    }
}

/// Whether it failed for want of descriptors or memory of our own: that says nothing of what was
/// asked for.
pub(crate) fn is_exhausted(errno: Errno) -> bool {
    matches!(errno, Errno::MFILE | Errno::NFILE | Errno::NOMEM)
}

pub(crate) fn decimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit <= 9)?;
        value.checked_mul(10)?.checked_add(u32::from(digit))
    })
}

/// `PID/file` and a NUL, on the stack.
struct PathBuffer {
    bytes: [u8; 32],
    length: usize,
}

impl PathBuffer {
    fn of(pid: u32, file: &str) -> Self {
        let mut buffer = Self { bytes: [0; 32], length: 0 };
        let mut digits = [0_u8; 10];
        let mut start = digits.len();
        let mut rest = pid;
        loop {
            start -= 1;
            digits[start] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        buffer.push(&digits[start..]);
        buffer.push(b"/");
        buffer.push(file.as_bytes());
        buffer
    }

    /// Our longest file name has 9 bytes, so 31 are never reached; more would be cut, not overrun.
    fn push(&mut self, part: &[u8]) {
        let room = self.bytes.len() - 1 - self.length;
        let part = &part[..part.len().min(room)];
        self.bytes[self.length..self.length + part.len()].copy_from_slice(part);
        self.length += part.len();
    }

    fn as_cstr(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.bytes).unwrap_or(c"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_for_want_of_our_own_is_not_known_yet() {
        assert_eq!(absence(Errno::MFILE), Absence::NotYet);
        assert_eq!(absence(Errno::NOMEM), Absence::NotYet);
        assert_eq!(absence(Errno::INVAL), Absence::Unsupported);
    }

    #[test]
    fn paths_and_numbers() {
        assert_eq!(PathBuffer::of(4_294_967_295, "cmdline").as_cstr(), c"4294967295/cmdline");
        assert_eq!(PathBuffer::of(0, "stat").as_cstr(), c"0/stat");
        assert_eq!(decimal(b"4294967295"), Some(u32::MAX));
        assert_eq!(decimal(b"4294967296"), None);
        assert_eq!(decimal(b"12a"), None);
    }
}
