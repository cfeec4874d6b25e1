//! Hears of processes that ended: from taskstats, else from the proc connector.

use crate::linux::netlink::{DATAGRAM_MAX, Link};
use crate::parse::netlink::{Frame, frames};
use crate::parse::taskstats::{Layout, Record, Usage};
use crate::parse::{connector, taskstats};
use crate::{Clock, SystemClock};
use model::text;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::net::netlink;
use std::collections::HashMap;
use std::sync::Arc;

/// Room for notices not yet read: 1,000 ends a second for some seconds.
const ROOM: usize = 8 << 20;

/// Ends kept for the next sample at most; more are counted as lost.
const ENDED_MAX: usize = 65_536;

/// Notices received at most at once.
const NOTICES_MAX: usize = 100_000;

/// Notices of others that may come before the one of our own thread.
const TRIED: usize = 10_000;

/// Processes of which something is kept until they end: threads that ended, or when they began.
const KEPT_MAX: usize = 100_000;

/// A process that ended, as it was told.
#[derive(Debug, Clone)]
pub(super) struct Ended {
    pub(super) pid: u32,
    pub(super) parent: u32,
    pub(super) name: Option<Arc<str>>,
    pub(super) uid: Option<u32>,
    /// As wait(2) gives it.
    pub(super) exit_code: u32,
    pub(super) ended_nanos: u64,
    pub(super) lived_nanos: Option<u64>,
    pub(super) totals: Option<Totals>,
}

/// What a process used in all its life.
#[derive(Debug, Clone, Copy)]
pub(super) struct Totals {
    pub(super) user_nanos: u64,
    pub(super) system_nanos: u64,
    pub(super) read_bytes: u64,
    pub(super) write_bytes: u64,
    pub(super) rss_peak_bytes: u64,
}

/// An open source, and what it told since it was last asked.
pub(super) struct Listener {
    link: Link,
    source: Source,
    buffer: Vec<u8>,
    pub(super) ended: Vec<Ended>,
    pub(super) lost: u64,
    pub(super) overflows: u64,
    /// When the first notice not yet received was noticed, and when all were received last.
    pub(super) woken_nanos: u64,
    drained_nanos: u64,
}

enum Source {
    /// With what ended threads of processes that live on have used.
    Taskstats { family: u16, layout: Layout, threads: HashMap<u32, Usage> },
    /// With when processes began, on the monotonic clock.
    Connector { began: HashMap<u32, u64> },
}

impl Listener {
    /// Hears of every end with its totals; needs CAP_NET_ADMIN and the first pid namespace.
    pub(super) fn taskstats() -> Result<Self, Errno> {
        let link = Link::open(netlink::GENERIC)?;
        link.make_room(ROOM);
        let mut buffer = vec![0; DATAGRAM_MAX];
        link.send(&taskstats::family_request())?;
        let family = taskstats::family(answer(&link, &mut buffer)?).ok_or(Errno::OPNOTSUPP)?;
        let me = std::process::id();
        link.send(&taskstats::task_request(family, me))?;
        let told = answer(&link, &mut buffer)?;
        refused(told)?;
        let stats = taskstats::stats(told, family).ok_or(Errno::OPNOTSUPP)?;
        let layout = Layout::find(stats, me, me).ok_or(Errno::OPNOTSUPP)?;
        let cpus = std::fs::read("/sys/devices/system/cpu/possible").map_err(|_| Errno::NOENT)?;
        link.send(&taskstats::listen_request(family, cpus.trim_ascii()))?;
        // The first notices may come before the answer.
        while !refused(answer(&link, &mut buffer)?)? {}
        let source = Source::Taskstats { family, layout, threads: HashMap::new() };
        Ok(Self::new(link, source, buffer))
    }

    /// Hears of every end with its code. Whether anything comes is tried on a thread of our own:
    /// in another network or pid namespace nothing does, or other numbers do.
    pub(super) fn connector() -> Result<Self, Errno> {
        let link = Link::listening(netlink::CONNECTOR, 1, ROOM)?;
        link.send(&connector::listen_request())?;
        let mut buffer = vec![0; DATAGRAM_MAX];
        let number = || rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned();
        let thread = std::thread::Builder::new().spawn(number).map_err(|_| Errno::AGAIN)?;
        let number = thread.join().map_err(|_| Errno::IO)?;
        for _ in 0..TRIED {
            wait(&[link.descriptor()], Some(1))?;
            let mut is_heard = false;
            connector::events(link.receive_now(&mut buffer)?, |event| {
                is_heard |= is_beginning(event, number);
            });
            if is_heard {
                return Ok(Self::new(link, Source::Connector { began: HashMap::new() }, buffer));
            }
        }
        Err(Errno::OPNOTSUPP)
    }

    fn new(link: Link, source: Source, buffer: Vec<u8>) -> Self {
        Self {
            link,
            source,
            buffer,
            ended: Vec::new(),
            lost: 0,
            overflows: 0,
            woken_nanos: 0,
            drained_nanos: SystemClock.boot_nanos(),
        }
    }

    /// Another descriptor of the same socket, to wait on.
    pub(super) fn descriptor(&self) -> Result<OwnedFd, Errno> {
        rustix::io::fcntl_dupfd_cloexec(self.link.descriptor(), 0)
    }

    /// Receives all notices there are.
    pub(super) fn drain(&mut self) {
        let first = self.ended.len();
        for _ in 0..NOTICES_MAX {
            let Self { link, source, buffer, ended, lost, .. } = self;
            match link.receive_now(buffer) {
                Ok(datagram) => source.read(datagram, |process| {
                    if ended.len() < ENDED_MAX {
                        ended.push(process);
                    } else {
                        *lost += 1;
                    }
                }),
                Err(Errno::NOBUFS) => {
                    self.overflows += 1;
                    self.source.forget();
                }
                Err(_) => break,
            }
        }
        let now = SystemClock.boot_nanos();
        self.stamp(first, now);
        self.drained_nanos = now;
    }

    /// taskstats does not say when: between when the first notice came and now, in their order.
    fn stamp(&mut self, first: usize, now: u64) {
        let begin = self.woken_nanos.max(self.drained_nanos).min(now);
        let count = (self.ended.len() - first) as u64;
        for (row, process) in (0..).zip(&mut self.ended[first..]) {
            if process.ended_nanos == 0 {
                process.ended_nanos = begin + (now - begin) * row / count;
            }
        }
    }
}

impl Source {
    /// After a loss: the end of a process may be among what was lost, and the next one with its
    /// number must not be charged with what its threads used, nor be as old.
    fn forget(&mut self) {
        match self {
            Self::Taskstats { threads, .. } => threads.clear(),
            Self::Connector { began } => began.clear(),
        }
    }

    fn read(&mut self, datagram: &[u8], mut each: impl FnMut(Ended)) {
        match self {
            Self::Taskstats { family, layout, threads } => {
                taskstats::records(datagram, *family, *layout, |record| {
                    if let Some(process) = task_ended(threads, &record) {
                        each(process);
                    }
                });
            }
            Self::Connector { began } => connector::events(datagram, |event| {
                if let Some(process) = process_ended(began, event) {
                    each(process);
                }
            }),
        }
    }
}

/// A process is told of with its last thread; what the others used is added then.
fn task_ended(threads: &mut HashMap<u32, Usage>, record: &Record<'_>) -> Option<Ended> {
    if !record.is_last {
        if threads.len() < KEPT_MAX || threads.contains_key(&record.group) {
            add(threads.entry(record.group).or_default(), &record.usage);
        }
        return None;
    }
    let mut usage = threads.remove(&record.group).unwrap_or_default();
    add(&mut usage, &record.usage);
    usage.cpu_nanos = usage.cpu_nanos.max(record.group_cpu_nanos.unwrap_or(0));
    let (user_nanos, system_nanos) = split(&usage);
    Some(Ended {
        pid: record.group,
        parent: record.parent,
        name: Some(text::from_kernel(record.name).into()),
        uid: Some(record.uid),
        exit_code: record.exit_code,
        ended_nanos: 0,
        lived_nanos: Some(record.lived_micros.saturating_mul(1000)),
        totals: Some(Totals {
            user_nanos,
            system_nanos,
            read_bytes: usage.read_bytes,
            write_bytes: usage.write_bytes,
            rss_peak_bytes: record.rss_peak_kibibytes.saturating_mul(1024),
        }),
    })
}

fn add(sum: &mut Usage, more: &Usage) {
    sum.user_micros = sum.user_micros.saturating_add(more.user_micros);
    sum.system_micros = sum.system_micros.saturating_add(more.system_micros);
    sum.cpu_nanos = sum.cpu_nanos.saturating_add(more.cpu_nanos);
    sum.read_bytes = sum.read_bytes.saturating_add(more.read_bytes);
    sum.write_bytes = sum.write_bytes.saturating_add(more.write_bytes);
}

/// User and system time: the exact sum in the proportion of the ticks, as procfs has it too.
fn split(usage: &Usage) -> (u64, u64) {
    let (user, system) = (u128::from(usage.user_micros), u128::from(usage.system_micros));
    if usage.cpu_nanos == 0 {
        let nanos = |micros: u64| micros.saturating_mul(1000);
        return (nanos(usage.user_micros), nanos(usage.system_micros));
    }
    let sum = u128::from(usage.cpu_nanos);
    let in_system = (sum * system).checked_div(user + system).unwrap_or(0) as u64;
    (usage.cpu_nanos - in_system, in_system)
}

/// The connector tells of each thread; a process ends with its first thread or soon after.
fn process_ended(began: &mut HashMap<u32, u64>, event: connector::Event) -> Option<Ended> {
    match event {
        connector::Event::Began { pid, group, nanos } => {
            if pid == group && began.len() < KEPT_MAX {
                began.insert(pid, nanos);
            }
            None
        }
        connector::Event::Ended { pid, group, .. } if pid != group => None,
        connector::Event::Ended { pid, parent, exit_code, nanos, .. } => Some(Ended {
            pid,
            parent,
            name: None,
            uid: None,
            exit_code,
            ended_nanos: nanos.saturating_add(asleep_nanos()).max(1),
            lived_nanos: began.remove(&pid).map(|began| nanos.saturating_sub(began)),
            totals: None,
        }),
    }
}

/// Whether it is that of this thread of ours.
fn is_beginning(event: connector::Event, thread: u32) -> bool {
    matches!(event, connector::Event::Began { pid, group, .. }
        if pid == thread && group == std::process::id())
}

/// By how much the boot clock is ahead of the monotonic one.
fn asleep_nanos() -> u64 {
    use rustix::time::{ClockId, clock_gettime};
    let nanos = |clock| {
        let time = clock_gettime(clock);
        time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
    };
    let monotonic = nanos(ClockId::Monotonic);
    nanos(ClockId::Boottime).saturating_sub(monotonic).try_into().unwrap_or(0)
}

/// The next datagram; a kernel that never answers has none.
fn answer<'b>(link: &Link, buffer: &'b mut [u8]) -> Result<&'b [u8], Errno> {
    wait(&[link.descriptor()], Some(1))?;
    link.receive_now(buffer)
}

/// Whether a datagram holds the kernel's consent; its refusal is an error.
fn refused(datagram: &[u8]) -> Result<bool, Errno> {
    let verdict = frames(datagram).find_map(|frame| match frame {
        Frame::Verdict(errno) => Some(errno),
        _ => None,
    });
    match verdict {
        Some(0) => Ok(true),
        Some(errno) => Err(Errno::from_raw_os_error(errno.saturating_abs())),
        None => Ok(false),
    }
}

/// Waits until one of them has something to read; answers which.
pub(super) fn wait(descriptors: &[&OwnedFd], seconds: Option<i64>) -> Result<usize, Errno> {
    let mut all: Vec<_> = descriptors.iter().map(|fd| PollFd::new(*fd, PollFlags::IN)).collect();
    let limit = seconds.map(|tv_sec| Timespec { tv_sec, tv_nsec: 0 });
    let count = rustix::io::retry_on_intr(|| poll(&mut all, limit.as_ref()))?;
    let ready = all.iter().position(|fd| !fd.revents().is_empty());
    ready.filter(|_| count > 0).ok_or(Errno::TIMEDOUT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_that_found_no_room_are_counted() {
        let mut listener = Listener::connector().unwrap();
        let Source::Connector { began } = &mut listener.source else { panic!("a connector") };
        began.insert(u32::MAX, 1);
        listener.link.make_room(4096);
        for _ in 0..50 {
            assert!(std::process::Command::new("true").status().unwrap().success());
        }
        listener.drain();
        assert!(listener.overflows > 0);
        // A beginning of before may be of a process whose end was lost.
        let Source::Connector { began } = &listener.source else { panic!("a connector") };
        assert!(!began.contains_key(&u32::MAX));
        // What comes later is heard again.
        let before = listener.ended.len();
        let mut child = std::process::Command::new("true").spawn().unwrap();
        child.wait().unwrap();
        listener.drain();
        let ended = listener.ended[before..].iter();
        assert!(ended.map(|ended| ended.pid).any(|pid| pid == child.id()));
    }

    #[test]
    fn exact_time_is_split_as_the_ticks_are() {
        let usage = |user_micros, system_micros, cpu_nanos| Usage {
            user_micros,
            system_micros,
            cpu_nanos,
            ..Usage::default()
        };
        assert_eq!(split(&usage(3000, 1000, 8_000_000)), (6_000_000, 2_000_000));
        assert_eq!(split(&usage(0, 0, 300_000)), (300_000, 0));
        assert_eq!(split(&usage(4000, 8000, 0)), (4_000_000, 8_000_000));
        assert_eq!(split(&usage(u64::MAX, u64::MAX, u64::MAX)).1, u64::MAX / 2);
    }
}
