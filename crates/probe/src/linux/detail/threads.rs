//! Threads of one process.

use super::Reading;
use crate::linux::process_dir::{ProcessDir, part_absence, read_below};
use crate::linux::procfs::{decimal, each_entry};
use crate::parse::{scheduling, stat};
use model::key::TICKS_PER_SECOND;
use model::request::ThreadDetail;
use model::snapshot::ProcessState;
use model::{Observed, text};
use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::Errno;
use std::ffi::CString;

/// Threads listed at most.
const THREADS_MAX: usize = 100_000;

impl Reading<'_> {
    /// By number, as the kernel lists them.
    pub(super) fn threads(&mut self) -> Observed<Vec<ThreadDetail>> {
        let mut threads = Vec::new();
        let mut is_cut = false;
        let read = self.place.folder("task").and_then(|dir| {
            each_entry(dir.as_fd(), |name| {
                let Some(tid) = decimal(name.to_bytes()) else { return };
                is_cut = is_cut || threads.len() >= THREADS_MAX || self.patience.is_over();
                if !is_cut {
                    threads.extend(thread(dir.as_fd(), tid));
                }
            })
        });
        if is_cut {
            self.unfinished.push("threads");
        }
        read.map_or_else(
            |errno| Observed::Absent(part_absence(errno)),
            |()| Observed::Known(threads),
        )
    }
}

/// `None` for one that ended meanwhile.
fn thread(tasks: BorrowedFd<'_>, tid: u32) -> Option<ThreadDetail> {
    let mut buffer = [0; 1200];
    let bytes = read_stat(tasks, tid, &mut buffer)?;
    let stat = stat::parse(bytes)?;
    let nanos = |ticks: u64| ticks.saturating_mul(1_000_000_000 / TICKS_PER_SECOND);
    Some(ThreadDetail {
        tid,
        name: text::from_kernel(stat.comm).into(),
        state: ProcessState::from_letter(stat.state),
        user_nanos: nanos(stat.user_ticks),
        system_nanos: nanos(stat.system_ticks),
        processor: scheduling::parse(bytes).processor,
        nice: stat.nice,
    })
}

fn read_stat<'b>(tasks: BorrowedFd<'_>, tid: u32, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
    let path = CString::new(format!("{tid}/stat")).ok()?;
    read_below(tasks, &path, buffer).ok()
}

/// All threads with their nice values.
pub(in crate::linux) fn nice_values(place: &ProcessDir) -> Result<Vec<(u32, i8)>, Errno> {
    let dir = place.folder("task")?;
    let mut all = Vec::new();
    each_entry(dir.as_fd(), |name| {
        let found = decimal(name.to_bytes()).and_then(|tid| {
            let mut buffer = [0; 1200];
            let stat = stat::parse(read_stat(dir.as_fd(), tid, &mut buffer)?)?;
            Some((tid, stat.nice))
        });
        all.extend(found);
    })?;
    Ok(all)
}

/// The place of a thread that lives on in a process whose first one has ended.
pub(super) fn living(place: &ProcessDir) -> Option<ProcessDir> {
    let dir = place.folder("task").ok()?;
    let mut found = None;
    each_entry(dir.as_fd(), |name| {
        if found.is_none()
            && let Some(tid) = decimal(name.to_bytes())
            && thread(dir.as_fd(), tid).is_some_and(|thread| {
                !matches!(thread.state, ProcessState::Zombie | ProcessState::Dead)
            })
        {
            found = Some(tid);
        }
    })
    .ok()?;
    place.thread(found?).ok()
}
