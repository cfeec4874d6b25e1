//! What is kept of a process between samples.

use super::busy::Spent;
use super::kept::{Keep, Kept};
use super::{SECOND, Sighting, Tools, absence, spread};
use crate::linux::procfs::is_exhausted;
use crate::parse::{stat::Stat, status};
use model::snapshot::{IoSample, ProcessFacts, ProcessSample, ProcessState};
use model::{Absence, ProcessKey};
use rustix::fd::OwnedFd;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Facts are checked after this long: a directory or a user changes without an exec.
const FACTS_NANOS: u64 = 60 * SECOND;

/// All facts are read again after this long, even of a process that seems to have done nothing.
const ALL_FACTS_NANOS: u64 = 300 * SECOND;

/// I/O counters are read again after this long even where nothing seemed to move: CPU time moves
/// only by whole ticks of 10 ms. Where they did move they are read in every sample for this long.
const IO_NANOS: u64 = 10 * SECOND;

/// Those of a process that stands still are read together with it after this long.
const IO_CALM_NANOS: u64 = 6 * SECOND;

/// A process begun this recently may still become something else.
const YOUNG_NANOS: u64 = 3 * SECOND;

/// A process that did not change for so many readings is read less often.
const CALM: u8 = 5;

/// How often then: at first, after one more such reading, and from then on.
const PERIODS: [u64; 3] = [2 * SECOND, 4 * SECOND, 8 * SECOND];

/// One process.
pub(super) struct Known {
    sample: ProcessSample,
    facts: Arc<ProcessFacts>,
    /// Of its directory: another process with the same pid has another.
    inode: u64,
    /// The kernel's name for it, as a hash.
    name_hash: u64,
    start_stack: u64,
    facts_due: u64,
    all_facts_due: u64,
    /// When `stat` is read again.
    due: u64,
    io_due: u64,
    /// Until when its I/O counters are read in every sample, because they moved.
    io_flows_until: u64,
    /// Open while it moves.
    pub(super) stat_file: Option<OwnedFd>,
    io_file: Option<OwnedFd>,
    /// Readings without change.
    calm: u8,
    /// It moved and is not calm since: its files are worth keeping open.
    is_moving: bool,
    has_moved_since_facts: bool,
    has_moved_since_occasional: bool,
    /// It ended; the row goes at the end of the sample.
    pub(super) is_gone: bool,
}

impl Known {
    pub(super) fn first_seen(process: &Sighting<'_>, inode: u64, tools: &mut Tools) -> Self {
        let now = process.nanos;
        let key = process.key();
        // The next sample checks the facts of a new process: a service gives up its user only
        // after its start.
        let is_young = now.saturating_sub(key.birth_nanos()) < YOUNG_NANOS;
        let wait = |period| if is_young { 0 } else { period / 2 + spread(key.pid, period / 2) };
        let (facts, status) = tools.facts.read(process);
        let is_unread = status.as_ref().is_err_and(|errno| is_exhausted(*errno));
        let mut known = Self {
            sample: sample(process, tools),
            facts: tools.facts.share(facts),
            inode,
            name_hash: tools.names.hash_one(process.stat.comm),
            start_stack: process.stat.start_stack,
            facts_due: now + wait(FACTS_NANOS),
            all_facts_due: if is_unread { 0 } else { now + wait(ALL_FACTS_NANOS) },
            due: now,
            io_due: 0,
            io_flows_until: 0,
            stat_file: None,
            io_file: None,
            calm: 0,
            is_moving: false,
            has_moved_since_facts: false,
            has_moved_since_occasional: false,
            is_gone: false,
        };
        // Most that begin while we watch end soon; those that stay are read in the next sample.
        if !is_young || tools.interval == 0 {
            known.sample.occasional = tools.occasional.read(process, status);
        }
        known.sample.io.absence = Some(Absence::NotYet);
        known.read_io(process, tools);
        known
    }

    pub(super) fn key(&self) -> ProcessKey {
        self.sample.key
    }

    pub(super) fn inode(&self) -> u64 {
        self.inode
    }

    pub(super) fn sample(&self) -> &ProcessSample {
        &self.sample
    }

    pub(super) fn facts(&self) -> &Arc<ProcessFacts> {
        &self.facts
    }

    pub(super) fn last_read(&self) -> u64 {
        self.sample.read_nanos
    }

    /// CPU time when it was last read.
    pub(super) fn last(&self) -> Spent {
        spent(&self.sample)
    }

    /// Whether its files are worth keeping open.
    pub(super) fn is_moving(&self) -> bool {
        self.is_moving
    }

    /// Whether it must be read in a sample that begins at `taken`: when the next one would come
    /// too late. Samples come a little early or late themselves.
    pub(super) fn is_due(&self, taken: u64, interval: u64) -> bool {
        self.due.saturating_add(interval / 16) < taken.saturating_add(interval)
    }

    /// The list says which directory it has now. Another than before is another process, or the
    /// kernel has forgotten the directory meanwhile; either way it is read.
    pub(super) fn note_inode(&mut self, inode: u64) {
        if self.inode != inode {
            self.inode = inode;
            self.due = 0;
        }
    }

    pub(super) fn release(&mut self, kept: &mut Kept) {
        kept.release(&mut self.stat_file);
        kept.release(&mut self.io_file);
    }

    pub(super) fn rename_user(&mut self, uid: u32, name: &Arc<str>) {
        if self.facts.uid.as_ref().known() == Some(&uid) {
            let username = model::Observed::Known(Arc::clone(name));
            self.facts = Arc::new(ProcessFacts { username, ..(*self.facts).clone() });
        }
    }

    /// Takes over what was just read of the same process. Answers the CPU time it spent in the
    /// interval, as far as that is known.
    pub(super) fn update(&mut self, process: &Sighting<'_>, tools: &mut Tools) -> Spent {
        let before = std::mem::replace(&mut self.sample, sample(process, tools));
        let now = &mut self.sample;
        (now.io, now.occasional) = (before.io, before.occasional);
        let has_moved = has_moved(&before, now);
        self.has_moved_since_occasional |= has_moved;
        self.check_facts(process, tools);
        self.has_moved_since_facts |= has_moved;
        let does_io = self.update_io(process, has_moved, tools);
        let is_unread = self.sample.occasional.read_nanos == 0;
        if is_unread || self.has_moved_since_occasional && tools.occasional.is_due(&self.sample) {
            let status = tools.facts.status(process.root, process.pid);
            self.sample.occasional = tools.occasional.read(process, status);
            self.has_moved_since_occasional = false;
        }
        self.schedule(has_moved || does_io, tools);
        grown(&before, &self.sample, tools.interval)
    }

    /// When it is read again.
    fn schedule(&mut self, has_moved: bool, tools: &mut Tools) {
        let now = self.sample.read_nanos;
        self.calm = if has_moved { 0 } else { self.calm.saturating_add(1) };
        self.is_moving = has_moved || (self.is_moving && self.calm < CALM);
        let Some(level) = self.calm.checked_sub(CALM) else {
            self.due = now;
            return;
        };
        self.release(&mut tools.kept);
        let level = usize::from(level);
        let period = PERIODS[level.min(PERIODS.len() - 1)];
        let pid = self.sample.key.pid;
        self.due = now
            + if level < PERIODS.len() {
                period / 2 + spread(pid, period / 2)
            } else {
                // Rows that were all read at once drift apart again: now and then one comes early.
                let is_early = spread(pid ^ (now / SECOND) as u32, 4) == 0;
                period - if is_early { period / 8 } else { 0 }
            };
    }

    fn check_facts(&mut self, process: &Sighting<'_>, tools: &mut Tools) {
        let Sighting { stat, nanos: now, .. } = process;
        let name_hash = tools.names.hash_one(stat.comm);
        let is_renamed = std::mem::replace(&mut self.name_hash, name_hash) != name_hash;
        let start_stack = std::mem::replace(&mut self.start_stack, stat.start_stack);
        if is_renamed && stat.is_kernel() {
            self.facts = Arc::new(tools.facts.renamed(&self.facts, stat.comm));
        } else if is_renamed || start_stack != stat.start_stack || *now >= self.all_facts_due {
            self.read_facts(process, tools);
        } else if *now >= self.facts_due {
            // Where the stack is not shown, an exec shows only in the facts themselves.
            let is_veiled = stat.start_stack == 0 && !stat.is_kernel();
            let may_differ = self.has_moved_since_facts || is_veiled;
            if may_differ || !tools.facts.still_hold(process, &self.facts) {
                self.read_facts(process, tools);
            }
            self.facts_due = now + FACTS_NANOS;
        }
    }

    fn read_facts(&mut self, process: &Sighting<'_>, tools: &mut Tools) {
        let (facts, status) = tools.facts.read(process);
        if status.is_err_and(is_exhausted) {
            // Nothing was learnt: what stood there still stands, and is tried again at once.
            self.all_facts_due = 0;
            return;
        }
        if *self.facts != facts {
            self.facts = tools.facts.share(facts);
            self.io_due = 0;
        }
        self.has_moved_since_facts = false;
        self.facts_due = process.nanos + FACTS_NANOS;
        self.all_facts_due = process.nanos + ALL_FACTS_NANOS;
    }

    /// Reads the I/O counters where they may have moved; answers whether they did lately.
    fn update_io(&mut self, process: &Sighting<'_>, has_moved: bool, tools: &mut Tools) -> bool {
        let now = process.nanos;
        let is_waiting = matches!(process.stat.state, b'R' | b'D');
        // A calm process is read so seldom that all of it is, unless that was not long ago.
        let is_old = now.saturating_sub(self.sample.io.read_nanos) >= IO_CALM_NANOS;
        let is_idle = self.calm >= CALM && is_old;
        let was_denied = self.sample.io.absence == Some(Absence::Denied);
        let may_differ = has_moved || is_waiting || is_idle || now < self.io_flows_until;
        if now >= self.io_due || (may_differ && !was_denied) {
            self.read_io(process, tools);
        }
        now < self.io_flows_until
    }

    fn read_io(&mut self, process: &Sighting<'_>, tools: &mut Tools) {
        let Sighting { root, pid, nanos: now, .. } = process;
        let mut buffer = [0; 512];
        let keep = if *now < self.io_flows_until { Keep::Open } else { Keep::Close };
        let read = tools.kept.read(root, (*pid, "io"), (&mut self.io_file, keep), &mut buffer);
        let counters = match read {
            // Nothing was learnt of it: what stood there still stands.
            Err(errno) if is_exhausted(errno) => return,
            Err(errno) => Err(absence(errno)),
            Ok(length) => status::io(&buffer[..length]).ok_or(Absence::Unsupported),
        };
        let io = io_sample(counters, *now);
        let before = std::mem::replace(&mut self.sample.io, io);
        if has_io_moved(&before, &io) {
            self.io_flows_until = now + IO_NANOS;
        }
        let is_denied = io.absence == Some(Absence::Denied);
        let period = if is_denied { FACTS_NANOS } else { IO_NANOS };
        self.io_due = now + period / 2 + spread(*pid, period / 2);
    }
}

fn sample(process: &Sighting<'_>, tools: &Tools) -> ProcessSample {
    let (stat, units): (&Stat<'_>, _) = (&process.stat, tools.units);
    ProcessSample {
        key: process.key(),
        parent: stat.parent,
        process_group: stat.process_group,
        session: stat.session,
        state: ProcessState::from_letter(stat.state),
        user_nanos: units.tick_nanos(stat.user_ticks),
        system_nanos: units.tick_nanos(stat.system_ticks),
        children_user_nanos: units.tick_nanos(stat.children_user_ticks),
        children_system_nanos: units.tick_nanos(stat.children_system_ticks),
        block_delay_nanos: units.tick_nanos(stat.block_delay_ticks.unwrap_or(0)),
        read_nanos: process.nanos,
        rss_bytes: stat.resident_pages.saturating_mul(units.page_bytes),
        vms_bytes: stat.virtual_bytes,
        threads: stat.threads,
        nice: stat.nice,
        priority: stat.priority,
        minor_faults: stat.minor_faults,
        major_faults: stat.major_faults,
        ..ProcessSample::default()
    }
}

fn has_moved(before: &ProcessSample, now: &ProcessSample) -> bool {
    spent(before) != spent(now)
        || (before.minor_faults, before.major_faults) != (now.minor_faults, now.major_faults)
        || (before.rss_bytes, before.threads) != (now.rss_bytes, now.threads)
        || before.state != now.state
}

fn spent(sample: &ProcessSample) -> Spent {
    Spent {
        own: sample.user_nanos.saturating_add(sample.system_nanos),
        children: sample.children_user_nanos.saturating_add(sample.children_system_nanos),
    }
}

/// CPU time spent between two readings. Of a reading that is older than the sample before, the
/// part that belongs to the interval.
fn grown(before: &ProcessSample, now: &ProcessSample, interval: u64) -> Spent {
    let (old, new) = (spent(before), spent(now));
    let age = now.read_nanos.saturating_sub(before.read_nanos).max(1);
    let part = |grown: u64| {
        if age <= interval + interval / 2 {
            return grown;
        }
        (u128::from(grown) * u128::from(interval) / u128::from(age)) as u64
    };
    Spent {
        own: part(new.own.saturating_sub(old.own)),
        children: part(new.children.saturating_sub(old.children)),
    }
}

fn has_io_moved(before: &IoSample, now: &IoSample) -> bool {
    let bytes = |io: &IoSample| (io.read_bytes, io.write_bytes);
    before.absence.is_none() && now.absence.is_none() && bytes(before) != bytes(now)
}

fn io_sample(counters: Result<(u64, u64), Absence>, read_nanos: u64) -> IoSample {
    match counters {
        Ok((read_bytes, write_bytes)) => {
            IoSample { read_bytes, write_bytes, read_nanos, absence: None }
        }
        Err(absence) => IoSample { read_nanos, absence: Some(absence), ..IoSample::default() },
    }
}
