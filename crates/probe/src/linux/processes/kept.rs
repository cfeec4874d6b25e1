//! Files of processes that stay open: reading them again costs half, and one of a process that
//! has ended can never be read as another's.

use super::super::procfs::{ProcFs, read_once};
use super::SECOND;
use rustix::fd::OwnedFd;
use rustix::io::Errno;

/// Never more than this: each costs the kernel about 5 KB.
const MOST: u64 = 1024;

/// After the system ran out of descriptors none is kept for this long.
const PAUSE_NANOS: u64 = 60 * SECOND;

/// Counts what is kept. One descriptor is held in reserve, so that when there are no more the
/// processes can still be read one after the other.
pub(super) struct Kept {
    count: u32,
    most: u32,
    paused_until: u64,
    now: u64,
    spare: Option<OwnedFd>,
}

/// Whether a file stays open after it was read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Keep {
    Open,
    Close,
}

impl Kept {
    pub(super) fn new(root: &ProcFs) -> Self {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
        let most = limit.map_or(MOST, |limit| MOST.min(limit / 4)) as u32;
        Self { count: 0, most, paused_until: 0, now: 0, spare: root.spare() }
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    /// Reads a file of one process through the descriptor that is kept for it, if there is one.
    /// Answers how much was read.
    pub(super) fn read(
        &mut self,
        root: &ProcFs,
        (pid, name): (u32, &str),
        (file, keep): (&mut Option<OwnedFd>, Keep),
        buffer: &mut [u8],
    ) -> Result<usize, Errno> {
        if let Some(open) = &*file {
            match read_once(open, buffer) {
                Ok(0) | Err(Errno::SRCH) => self.release(file),
                other => return other,
            }
        }
        let opened = root.open_file(pid, name)?;
        let length = read_once(&opened, buffer)?;
        if keep == Keep::Open && self.count < self.most && self.now >= self.paused_until {
            *file = Some(opened);
            self.count += 1;
        }
        Ok(length)
    }

    pub(super) fn release(&mut self, file: &mut Option<OwnedFd>) {
        self.count -= u32::from(file.take().is_some());
    }

    /// None is kept for a while.
    pub(super) fn pause(&mut self, now: u64) {
        self.paused_until = now + PAUSE_NANOS;
    }

    /// Makes room for one descriptor; answers whether it did.
    pub(super) fn give_up_spare(&mut self) -> bool {
        self.spare.take().is_some()
    }

    /// At the end of a sample.
    pub(super) fn replace_spare(&mut self, root: &ProcFs) {
        if self.spare.is_none() {
            self.spare = root.spare();
        }
    }

    /// At the beginning of a sample.
    pub(super) fn begin(&mut self, now: u64) {
        self.now = now;
    }
}
