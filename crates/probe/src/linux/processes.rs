//! Every process, once a sample: `stat` of each, `io` only where something moved, the rest only
//! when it is new or has executed another program.

use super::facts::FactReader;
use super::procfs::{ProcFs, absence};
use crate::Clock;
use crate::parse::{stat, stat::Stat, status};
use model::snapshot::{IoSample, ProcessFacts, ProcessSample, ProcessState};
use model::{Absence, Gap, ProcessKey, Snapshot};
use rustix::io::Errno;
use std::sync::Arc;

const SECOND: u64 = 1_000_000_000;

/// Facts are read again after this long: a directory or a user changes without an exec.
const FACTS_NANOS: u64 = 60 * SECOND;

/// I/O counters are read again after this long even where nothing seemed to move: CPU time moves
/// only by whole ticks of 10 ms. Where they did move they are read in every sample for this long.
const IO_NANOS: u64 = 10 * SECOND;

/// A process begun this recently may still become something else.
const YOUNG_NANOS: u64 = 3 * SECOND;

/// Room for the longest `stat` line: 52 numbers of 20 digits and a name of 64 bytes.
const STAT_MAX: usize = 1200;

/// Reads all processes; knows each from the sample before.
pub(super) struct ProcessReader {
    facts: FactReader,
    before: Vec<Known>,
    now: Vec<Known>,
    pids: Vec<u32>,
    nanos_per_tick: u64,
    page_bytes: u64,
}

/// What is kept of a process between samples.
struct Known {
    key: ProcessKey,
    facts: Arc<ProcessFacts>,
    comm: Comm,
    start_stack: u64,
    facts_due: u64,
    cpu_ticks: u64,
    faults: u64,
    io: IoSample,
    io_due: u64,
    /// Until when its I/O counters are read in every sample, because they moved.
    io_flows_until: u64,
}

/// The kernel's name as it was last read; workers of the kernel change theirs all the time.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Comm {
    bytes: [u8; 64],
    length: u8,
}

impl Comm {
    fn of(name: &[u8]) -> Self {
        let mut bytes = [0; 64];
        let length = name.len().min(bytes.len());
        bytes[..length].copy_from_slice(&name[..length]);
        Self { bytes, length: length as u8 }
    }
}

impl ProcessReader {
    pub(super) fn new() -> Self {
        Self {
            facts: FactReader::new(),
            before: Vec::new(),
            now: Vec::new(),
            pids: Vec::new(),
            nanos_per_tick: SECOND / rustix::param::clock_ticks_per_second().max(1),
            page_bytes: rustix::param::page_size() as u64,
        }
    }

    /// Fills the processes of a cleared snapshot.
    pub(super) fn read(&mut self, root: &ProcFs, snapshot: &mut Snapshot, clock: &dyn Clock) {
        self.list(root, snapshot);
        let mut before = std::mem::take(&mut self.before);
        let mut earlier = before.drain(..).peekable();
        let mut unread = None;
        for index in 0..self.pids.len() {
            let pid = self.pids[index];
            let mut known = None;
            while let Some(old) = earlier.next_if(|old| old.key.pid <= pid) {
                known = Some(old).filter(|old| old.key.pid == pid);
            }
            let mut buffer = [0; STAT_MAX];
            let bytes = match root.read(pid, "stat", &mut buffer) {
                Ok(bytes) => bytes,
                // A process that vanishes while it is read was not there.
                Err(errno) if absence(errno) == Absence::Gone => continue,
                Err(errno) => {
                    unread = Some((errno, unread.map_or(1, |(_, count)| count + 1)));
                    continue;
                }
            };
            let Some(stat) = stat::parse(bytes) else { continue };
            let process = Sighting { root, stat, pid, nanos: clock.boot_nanos() };
            let known = self.recognise(&process, known);
            let sample = self.sample(&process, &known);
            snapshot.processes.push(&sample, Arc::clone(&known.facts));
            self.now.push(known);
        }
        drop(earlier);
        if let Some((errno, count)) = unread {
            snapshot.gaps.push(unread_gap(errno, count));
        }
        self.before = std::mem::replace(&mut self.now, before);
    }

    fn list(&mut self, root: &ProcFs, snapshot: &mut Snapshot) {
        self.pids.clear();
        if let Err(errno) = root.each_pid(|pid| self.pids.push(pid)) {
            snapshot.gaps.push(Gap {
                what: "processes",
                absence: absence(errno),
                count: None,
                detail: format!("The list of processes could not be read: {errno}."),
            });
        }
        if !self.pids.is_sorted() {
            self.pids.sort_unstable();
        }
    }

    fn sample(&self, process: &Sighting<'_>, known: &Known) -> ProcessSample {
        let stat = &process.stat;
        ProcessSample {
            key: known.key,
            parent: stat.parent,
            state: ProcessState::from_letter(stat.state),
            user_nanos: stat.user_ticks.saturating_mul(self.nanos_per_tick),
            system_nanos: stat.system_ticks.saturating_mul(self.nanos_per_tick),
            read_nanos: process.nanos,
            rss_bytes: stat.resident_pages.saturating_mul(self.page_bytes),
            vms_bytes: stat.virtual_bytes,
            threads: stat.threads,
            nice: stat.nice,
            minor_faults: stat.minor_faults,
            major_faults: stat.major_faults,
            io: known.io,
            process_group: stat.process_group,
            session: stat.session,
            ..ProcessSample::default()
        }
    }

    /// The process with its facts and I/O, read again where they may have changed.
    fn recognise(&mut self, process: &Sighting<'_>, known: Option<Known>) -> Known {
        let mut known = match known.filter(|known| known.key == process.key()) {
            Some(known) => self.check_facts(process, known),
            None => self.first_seen(process),
        };
        process.update_io(&mut known);
        known
    }

    fn check_facts(&mut self, process: &Sighting<'_>, mut known: Known) -> Known {
        let Sighting { stat, nanos: now, .. } = process;
        let comm = Comm::of(stat.comm);
        let is_renamed = known.comm != comm;
        let is_due = *now >= known.facts_due;
        if stat.is_kernel() && is_renamed && !is_due {
            let name = model::text::from_kernel(stat.comm).into();
            known.facts = Arc::new(ProcessFacts { name, ..(*known.facts).clone() });
        } else if is_renamed || is_due || known.start_stack != stat.start_stack {
            let facts = self.facts.read(process);
            if *known.facts != facts {
                known.facts = Arc::new(facts);
                known.io_due = 0;
            }
            known.facts_due = now + FACTS_NANOS;
        }
        known.comm = comm;
        known.start_stack = stat.start_stack;
        known
    }

    fn first_seen(&mut self, process: &Sighting<'_>) -> Known {
        let key = process.key();
        // The next sample reads the facts of a new process again: between fork and exec it
        // still looks like its parent, and a service gives up its user only after its start.
        let is_young = process.nanos.saturating_sub(key.birth_nanos()) < YOUNG_NANOS;
        let wait = if is_young { 0 } else { spread(key.pid, FACTS_NANOS) };
        Known {
            key,
            facts: Arc::new(self.facts.read(process)),
            comm: Comm::of(process.stat.comm),
            start_stack: process.stat.start_stack,
            facts_due: process.nanos + wait,
            cpu_ticks: 0,
            faults: 0,
            io: IoSample { absence: Some(Absence::NotYet), ..IoSample::default() },
            io_due: 0,
            io_flows_until: 0,
        }
    }
}

/// One process as it was just read.
pub(super) struct Sighting<'a> {
    pub(super) root: &'a ProcFs,
    pub(super) stat: Stat<'a>,
    pub(super) pid: u32,
    /// When, nanoseconds since boot.
    pub(super) nanos: u64,
}

impl Sighting<'_> {
    fn key(&self) -> ProcessKey {
        ProcessKey { pid: self.pid, birth: self.stat.start_ticks }
    }

    fn update_io(&self, known: &mut Known) {
        let cpu_ticks = self.stat.user_ticks.wrapping_add(self.stat.system_ticks);
        let faults = self.stat.minor_faults.wrapping_add(self.stat.major_faults);
        let is_waiting = matches!(self.stat.state, b'R' | b'D');
        let moved = cpu_ticks != known.cpu_ticks || faults != known.faults || is_waiting;
        known.cpu_ticks = cpu_ticks;
        known.faults = faults;
        let was_denied = known.io.absence == Some(Absence::Denied);
        if self.nanos < known.io_due && (was_denied || !moved) {
            return;
        }
        let before = std::mem::replace(&mut known.io, read_io(self.root, self.pid, self.nanos));
        if has_moved(&before, &known.io) {
            known.io_flows_until = self.nanos + IO_NANOS;
        }
        if self.nanos < known.io_flows_until {
            known.io_due = self.nanos;
            return;
        }
        let is_denied = known.io.absence == Some(Absence::Denied);
        let period = if is_denied { FACTS_NANOS } else { IO_NANOS };
        known.io_due = self.nanos + period / 2 + spread(self.pid, period / 2);
    }
}

fn unread_gap(errno: Errno, count: u32) -> Gap {
    let detail = format!("These processes are there but could not be read: {errno}.");
    Gap { what: "processes", absence: absence(errno), count: Some(count), detail }
}

fn has_moved(before: &IoSample, now: &IoSample) -> bool {
    let bytes = |io: &IoSample| (io.read_bytes, io.write_bytes);
    before.absence.is_none() && now.absence.is_none() && bytes(before) != bytes(now)
}

fn read_io(root: &ProcFs, pid: u32, now: u64) -> IoSample {
    let mut buffer = [0; 512];
    let read = root.read(pid, "io", &mut buffer).map_err(absence);
    let counters = read.and_then(|bytes| status::io(bytes).ok_or(Absence::Unsupported));
    match counters {
        Ok((read_bytes, write_bytes)) => {
            IoSample { read_bytes, write_bytes, read_nanos: now, absence: None }
        }
        Err(absence) => IoSample { read_nanos: now, absence: Some(absence), ..IoSample::default() },
    }
}

/// Some time up to `period`, different for neighbouring pids, so that not all fall due at once.
fn spread(pid: u32, period: u64) -> u64 {
    u64::from(pid.wrapping_mul(2_654_435_761) >> 16) * period / 65_536
}
