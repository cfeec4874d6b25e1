//! Processes that ended, those too short to be sampled included.

mod listener;

use crate::Reading;
use crate::linux::procfs::absence;
use listener::{Ended, Listener, wait};
use model::key::TICKS_PER_SECOND;
use model::snapshot::{Exit, ExitStatus, LifeSource, ProcessFacts, Processes};
use model::{Absence, Gap, Observed, ProcessKey, Snapshot};
use rustix::event::{EventfdFlags, eventfd};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long notices are let to gather before they are received together. No end is dated more
/// wrongly than this.
const GATHER: Duration = Duration::from_millis(20);

/// A birth computed from an age is that of a sampled process if it differs by no more.
const BIRTH_TICKS: u64 = 20;

const TICK_NANOS: u64 = 1_000_000_000 / TICKS_PER_SECOND;

/// Tells of processes that ended since the sample before.
pub(super) struct LifeReader {
    reading: Reading,
    ears: Option<Ears>,
    source: LifeSource,
    /// Why there is none better, best first.
    refusals: Vec<Errno>,
    ended: Vec<Ended>,
    /// Processes of the sample before, by key ascending.
    before: Vec<Sampled>,
    /// Tasks begun until the sample before, and when that was.
    forks: Option<(u64, u64)>,
}

/// What a sample knew of a process.
#[derive(Clone)]
struct Sampled {
    key: ProcessKey,
    facts: Arc<ProcessFacts>,
    user_nanos: u64,
    system_nanos: u64,
    read_bytes: u64,
    write_bytes: u64,
}

impl Sampled {
    fn of(processes: &Processes, row: usize) -> Self {
        Self {
            key: processes.key[row],
            facts: Arc::clone(&processes.facts[row]),
            user_nanos: processes.user_nanos[row],
            system_nanos: processes.system_nanos[row],
            read_bytes: processes.io[row].read_bytes,
            write_bytes: processes.io[row].write_bytes,
        }
    }
}

impl LifeReader {
    pub(super) fn open(reading: Reading) -> Self {
        let mut refusals = Vec::new();
        let (ears, source) = match reading {
            Reading::Yes => open(&mut refusals),
            Reading::No => (None, LifeSource::BirthRate),
        };
        let (ended, before) = (Vec::new(), Vec::new());
        Self { reading, ears, source, refusals, ended, before, forks: None }
    }

    /// Fills the lives of a snapshot whose processes are read: who is not among them any more has
    /// been told of by now.
    pub(super) fn read(&mut self, snapshot: &mut Snapshot) {
        if !self.reading.is_on() {
            return;
        }
        snapshot.lives.source = self.source;
        if let Some(ears) = &self.ears {
            let mut listener = lock(&ears.listener);
            listener.drain();
            self.ended.clear();
            std::mem::swap(&mut self.ended, &mut listener.ended);
            snapshot.lives.lost = listener.lost;
            snapshot.lives.overflows = listener.overflows;
        }
        let asleep = snapshot.host.asleep_nanos;
        for ended in &self.ended {
            let known = find(&self.before, &snapshot.processes, ended, asleep);
            snapshot.lives.exits.push(exit(ended, known.as_ref()));
        }
        self.add_gap(snapshot);
        let processes = &snapshot.processes;
        self.before.clear();
        self.before.extend((0..processes.len()).map(|row| Sampled::of(processes, row)));
    }

    fn add_gap(&mut self, snapshot: &mut Snapshot) {
        let (now, forks) = (snapshot.taken.boot_nanos, snapshot.host.counters.forks);
        let before = self.forks.replace((forks, now));
        let detail = match self.source {
            LifeSource::Taskstats => return,
            LifeSource::ProcConnector => {
                "Ends of processes come from the kernel's proc connector: \
                with their codes, but without CPU time, I/O and, for those never sampled, names; \
                run Topmast as root or with CAP_NET_ADMIN on Linux 5.19 or later for all of it."
                    .to_owned()
            }
            LifeSource::BirthRate => birth_rate(before, (forks, now)),
        };
        let refusal = self.refusals.first().copied().map_or(Absence::Unsupported, absence);
        snapshot.gaps.push(Gap { what: "lives", absence: refusal, count: None, detail });
    }
}

fn birth_rate(before: Option<(u64, u64)>, now: (u64, u64)) -> String {
    let seconds = before.map(|before| now.1.saturating_sub(before.1) as f64 / 1e9);
    let begun = before.map(|before| now.0.saturating_sub(before.0) as f64);
    let rate = begun.zip(seconds.filter(|seconds| *seconds > 0.0));
    let rate = rate.map_or("Some".to_owned(), |(begun, seconds)| format!("{:.0}", begun / seconds));
    format!(
        "{rate} processes and threads a second begin; processes that live shorter than the \
         interval are not seen; run Topmast as root or with CAP_NET_ADMIN, in the machine's own \
         pid namespace, to see them."
    )
}

fn open(refusals: &mut Vec<Errno>) -> (Option<Ears>, LifeSource) {
    for source in [LifeSource::Taskstats, LifeSource::ProcConnector] {
        let listener = match source {
            LifeSource::Taskstats => Listener::taskstats(),
            _ => Listener::connector(),
        };
        match listener.and_then(Ears::open) {
            Ok(ears) => return (Some(ears), source),
            Err(errno) => refusals.push(errno),
        }
    }
    (None, LifeSource::BirthRate)
}

/// A listener, and the thread that receives what the kernel tells between two samples.
struct Ears {
    listener: Arc<Mutex<Listener>>,
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Ears {
    fn open(listener: Listener) -> Result<Self, Errno> {
        let descriptor = listener.descriptor()?;
        let stop = Arc::new(eventfd(0, EventfdFlags::CLOEXEC)?);
        let listener = Arc::new(Mutex::new(listener));
        let (shared, ended) = (Arc::clone(&listener), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("lives".to_owned());
        let thread = thread.spawn(move || listen(&shared, &descriptor, &ended));
        Ok(Self { listener, stop, thread: Some(thread.map_err(|_| Errno::AGAIN)?) })
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        let _ = rustix::io::write(&self.stop, &1_u64.to_ne_bytes());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Sleeps while nothing ends; else receives in one go what ended in some milliseconds.
fn listen(listener: &Mutex<Listener>, notices: &OwnedFd, stop: &OwnedFd) {
    while let Ok(1) = wait(&[stop, notices], None) {
        lock(listener).woken_nanos = crate::Clock::boot_nanos(&crate::SystemClock);
        std::thread::sleep(GATHER);
        lock(listener).drain();
    }
}

/// What a panicking holder leaves is whole enough: a list and some counters.
fn lock(listener: &Mutex<Listener>) -> MutexGuard<'_, Listener> {
    listener.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The process as this sample or the one before knows it. A pid may have been used again since, so
/// the births must fit; the age the kernel tells does not count time asleep.
fn find(before: &[Sampled], now: &Processes, ended: &Ended, asleep: u64) -> Option<Sampled> {
    let row = before.binary_search_by_key(&ended.pid, |sampled| sampled.key.pid);
    let earlier = row.ok().map(|row| before[row].clone());
    let current = now.find(ended.pid).map(|row| Sampled::of(now, row));
    let born = ended.lived_nanos.map(|lived| ended.ended_nanos.saturating_sub(lived) / TICK_NANOS);
    let slack = BIRTH_TICKS + asleep / TICK_NANOS;
    let fits = |sampled: &Sampled| {
        let birth = sampled.key.birth;
        born.is_none_or(|born| birth <= born + BIRTH_TICKS && born <= birth.saturating_add(slack))
    };
    current.filter(fits).or(earlier.filter(fits))
}

fn exit(ended: &Ended, known: Option<&Sampled>) -> Exit {
    let age = ended.lived_nanos.unwrap_or(0);
    let computed =
        ProcessKey { pid: ended.pid, birth: ended.ended_nanos.saturating_sub(age) / TICK_NANOS };
    let total = |of: fn(&listener::Totals) -> u64, sampled: Option<u64>| {
        let value = ended.totals.as_ref().map(|totals| of(totals).max(sampled.unwrap_or(0)));
        Observed::from_option(value, Absence::Unsupported)
    };
    Exit {
        key: known.map_or(computed, |known| known.key),
        parent: ended.parent,
        name: name(ended, known),
        uid: match ended.uid {
            Some(uid) => Observed::Known(uid),
            None => known.map_or(Observed::Absent(Absence::Unsupported), |known| known.facts.uid),
        },
        status: Observed::Known(status(ended.exit_code)),
        ended_nanos: ended.ended_nanos,
        lived_nanos: Observed::from_option(lived(ended, known), Absence::Unsupported),
        user_nanos: total(|totals| totals.user_nanos, known.map(|known| known.user_nanos)),
        system_nanos: total(|totals| totals.system_nanos, known.map(|known| known.system_nanos)),
        io_read_bytes: total(|totals| totals.read_bytes, known.map(|known| known.read_bytes)),
        io_write_bytes: total(|totals| totals.write_bytes, known.map(|known| known.write_bytes)),
        rss_peak_bytes: total(|totals| totals.rss_peak_bytes, None),
        was_unseen: known.is_none(),
    }
}

fn lived(ended: &Ended, known: Option<&Sampled>) -> Option<u64> {
    let since_birth = |known: &Sampled| ended.ended_nanos.saturating_sub(known.key.birth_nanos());
    ended.lived_nanos.or(known.map(since_birth))
}

/// The full name where it continues the one that was told; after an exec it does not.
fn name(ended: &Ended, known: Option<&Sampled>) -> Arc<str> {
    let full = known.map(|known| &known.facts.name);
    match (&ended.name, full) {
        (Some(told), Some(full)) if full.starts_with(&**told) => Arc::clone(full),
        (Some(told), _) => Arc::clone(told),
        (None, Some(full)) => Arc::clone(full),
        // Only the proc connector tells of a process without its name.
        (None, None) => "?".into(),
    }
}

/// As wait(2) has it: the signal in the lowest seven bits, else the code above them.
fn status(code: u32) -> ExitStatus {
    match code & 0x7f {
        0 => ExitStatus::Code((code >> 8 & 0xff) as u8),
        signal => ExitStatus::Signal(signal as u8),
    }
}
