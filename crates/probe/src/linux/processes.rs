//! Every process, once a sample: `stat` of each that moved lately, of the others every few
//! seconds; `io` only where something moved, the rest only when it is new, has executed another
//! program or some time has passed.

mod busy;
mod delays;
mod kept;
mod known;
mod occasional;

use super::facts::FactReader;
use super::procfs::{ProcFs, absence, is_exhausted};
use crate::Clock;
use crate::options::{ProbeOptions, Units};
use crate::parse::{stat, stat::Stat};
use busy::{Explained, Unexplained};
use delays::BlockDelays;
use kept::{Keep, Kept};
use known::Known;
use model::{Absence, Gap, ProcessKey, Snapshot};
use occasional::OccasionalReader;
use rustix::io::Errno;
use std::sync::Arc;

const SECOND: u64 = 1_000_000_000;

/// Room for the longest `stat` line: 52 numbers of 20 digits and a name of 64 bytes.
const STAT_MAX: usize = 1200;

/// Reads all processes; knows each from the sample before.
pub(super) struct ProcessReader {
    tools: Tools,
    /// Every process that is there, by pid ascending.
    table: Vec<Known>,
    listed: Vec<Listed>,
    /// Listed and not in the table.
    new: Vec<Listed>,
    delays: BlockDelays,
    unexplained: Unexplained,
    taken_before: Option<u64>,
    /// Reads of this sample that failed though the process is there.
    unread: Option<(Errno, u32)>,
}

/// What reading one process needs beside what is known of it.
struct Tools {
    facts: FactReader,
    occasional: OccasionalReader,
    kept: Kept,
    units: Units,
    /// Keyed by chance, so that nobody can choose two names that look the same to it.
    names: std::hash::RandomState,
    /// Time since the sample before, nanoseconds.
    interval: u64,
}

/// One entry of the list of processes.
#[derive(Clone, Copy)]
struct Listed {
    pid: u32,
    inode: u64,
}

impl ProcessReader {
    pub(super) fn new(root: &ProcFs, options: &ProbeOptions) -> Self {
        Self {
            tools: Tools {
                facts: FactReader::new(root, options),
                occasional: OccasionalReader::new(root),
                kept: Kept::new(root),
                units: options.units,
                names: std::hash::RandomState::new(),
                interval: 0,
            },
            table: Vec::new(),
            listed: Vec::new(),
            new: Vec::new(),
            delays: BlockDelays::new(root),
            unexplained: Unexplained::default(),
            taken_before: None,
            unread: None,
        }
    }

    /// Fills the processes of a cleared snapshot whose host is read.
    pub(super) fn read(&mut self, root: &ProcFs, snapshot: &mut Snapshot, clock: &dyn Clock) {
        let taken = snapshot.taken.boot_nanos;
        let before = self.taken_before.replace(taken);
        self.tools.interval = before.map_or(0, |before| taken.saturating_sub(before));
        self.unread = None;
        self.tools.kept.begin(taken);
        if self.list(root, snapshot) {
            self.pair();
        }
        let mut explained = Explained::default();
        for index in 0..self.table.len() {
            if self.table[index].is_due(taken, self.tools.interval) {
                self.read_again(root, index, clock, &mut explained);
            }
        }
        self.read_new(root, clock, before, &mut explained);
        let gone = self.table.iter().filter(|row| row.is_gone);
        gone.for_each(|row| explained.bury(row.last()));
        let cpu = &snapshot.host.cpu;
        let busy = cpu.user.saturating_add(cpu.nice).saturating_add(cpu.system);
        if self.unexplained.calls_for_idle_rows(taken, busy, explained.total()) {
            self.read_idle(root, clock, taken);
        }
        self.bury();
        self.rename_users();
        self.publish(snapshot, taken);
        self.delays.read(snapshot, taken);
        self.tools.kept.replace_spare(root);
    }

    /// Answers whether the list is whole.
    fn list(&mut self, root: &ProcFs, snapshot: &mut Snapshot) -> bool {
        self.listed.clear();
        let listed = &mut self.listed;
        let outcome = root.each_pid(|pid, inode| listed.push(Listed { pid, inode }));
        if let Err(errno) = outcome {
            snapshot.gaps.push(Gap {
                what: "processes",
                absence: absence(errno),
                count: None,
                detail: format!("The list of processes could not be read: {errno}."),
            });
        }
        if !self.listed.is_sorted_by_key(|entry| entry.pid) {
            self.listed.sort_unstable_by_key(|entry| entry.pid);
        }
        outcome.is_ok()
    }

    /// Walks table and list side by side: who is gone, who may be another, who is new.
    fn pair(&mut self) {
        let mut rows = self.table.iter_mut().peekable();
        for entry in &self.listed {
            while let Some(row) = rows.next_if(|row| row.key().pid < entry.pid) {
                row.is_gone = true;
            }
            match rows.next_if(|row| row.key().pid == entry.pid) {
                Some(row) => row.note_inode(entry.inode),
                None => self.new.push(*entry),
            }
        }
        rows.for_each(|row| row.is_gone = true);
    }

    fn read_again(
        &mut self,
        root: &ProcFs,
        index: usize,
        clock: &dyn Clock,
        explained: &mut Explained,
    ) {
        if self.table[index].is_gone {
            return;
        }
        let mut buffer = [0; STAT_MAX];
        let pid = self.table[index].key().pid;
        let stat = match self.stat(root, index, &mut buffer) {
            Ok(Some(stat)) => stat,
            Ok(None) => {
                self.table[index].is_gone = true;
                return;
            }
            Err(errno) => return self.note_unread(errno),
        };
        let process = Sighting { root, stat, pid, nanos: clock.boot_nanos() };
        let (tools, row) = (&mut self.tools, &mut self.table[index]);
        if row.key() == process.key() {
            let grown = row.update(&process, tools);
            explained.add(grown);
        } else {
            // The pid was given to another meanwhile.
            explained.bury(row.last());
            row.release(&mut tools.kept);
            let inode = row.inode();
            *row = Known::first_seen(&process, inode, tools);
        }
    }

    /// `None` when the process is gone. Running out of descriptors costs first those that are
    /// kept, then the spare one.
    fn stat<'b>(
        &mut self,
        root: &ProcFs,
        index: usize,
        buffer: &'b mut [u8; STAT_MAX],
    ) -> Result<Option<Stat<'b>>, Errno> {
        let pid = self.table[index].key().pid;
        let mut length = self.read_stat(root, index, buffer);
        if length.is_err_and(is_exhausted) {
            self.release_all();
            length = self.read_stat(root, index, buffer);
        }
        if length.is_err_and(is_exhausted) && self.tools.kept.give_up_spare() {
            length = root.read(pid, "stat", buffer).map(<[u8]>::len);
        }
        line(length.map(|length| &buffer[..length]))
    }

    fn read_stat(
        &mut self,
        root: &ProcFs,
        index: usize,
        buffer: &mut [u8; STAT_MAX],
    ) -> Result<usize, Errno> {
        let row = &mut self.table[index];
        let keep = if row.is_moving() { Keep::Open } else { Keep::Close };
        let pid = row.key().pid;
        self.tools.kept.read(root, (pid, "stat"), (&mut row.stat_file, keep), buffer)
    }

    fn release_all(&mut self) {
        let kept = &mut self.tools.kept;
        self.table.iter_mut().for_each(|row| row.release(kept));
        kept.pause(self.taken_before.unwrap_or(0));
    }

    fn read_new(
        &mut self,
        root: &ProcFs,
        clock: &dyn Clock,
        before: Option<u64>,
        explained: &mut Explained,
    ) {
        let new = std::mem::take(&mut self.new);
        if self.table.is_empty() {
            self.table.reserve_exact(new.len() + new.len() / 16);
        }
        for Listed { pid, inode } in &new {
            let mut buffer = [0; STAT_MAX];
            let mut read = root.read(*pid, "stat", &mut buffer).map(<[u8]>::len);
            if read.is_err_and(is_exhausted) {
                self.release_all();
                self.tools.kept.give_up_spare();
                read = root.read(*pid, "stat", &mut buffer).map(<[u8]>::len);
            }
            let stat = match line(read.map(|length| &buffer[..length])) {
                Ok(Some(stat)) => stat,
                // A process that vanishes while it is read was not there.
                Ok(None) => continue,
                Err(errno) => {
                    self.note_unread(errno);
                    continue;
                }
            };
            let process = Sighting { root, stat, pid: *pid, nanos: clock.boot_nanos() };
            let row = Known::first_seen(&process, *inode, &mut self.tools);
            if before.is_some_and(|before| row.key().birth_nanos() >= before) {
                explained.add(row.last());
            }
            self.table.push(row);
        }
        self.new = new;
        self.new.clear();
        if !self.table.is_sorted_by_key(|row| row.key().pid) {
            self.table.sort_unstable_by_key(|row| row.key().pid);
        }
    }

    /// The machine works more than the rows that were read account for: one that long stood still
    /// may have woken.
    fn read_idle(&mut self, root: &ProcFs, clock: &dyn Clock, taken: u64) {
        let mut explained = Explained::default();
        for index in 0..self.table.len() {
            if self.table[index].last_read() < taken {
                self.read_again(root, index, clock, &mut explained);
            }
        }
        self.unexplained.note_found(taken, explained.total());
    }

    fn bury(&mut self) {
        let kept = &mut self.tools.kept;
        self.table.retain_mut(|row| {
            if row.is_gone {
                row.release(kept);
            }
            !row.is_gone
        });
    }

    /// Names of users that are known only now.
    fn rename_users(&mut self) {
        let table = &mut self.table;
        self.tools.facts.each_new_user_name(|uid, name| {
            table.iter_mut().for_each(|row| row.rename_user(uid, name));
        });
    }

    fn publish(&mut self, snapshot: &mut Snapshot, taken: u64) {
        let mut late = 0;
        let processes = snapshot.processes_mut();
        if processes.key.capacity() < self.table.len() {
            processes.reserve(self.table.len() + self.table.len() / 16);
        }
        for row in &self.table {
            late += u32::from(row.last_read() < taken);
            processes.push(row.sample(), Arc::clone(row.facts()));
        }
        snapshot.cost.rows_late = late;
        snapshot.cost.kept_descriptors = self.tools.kept.count();
        if let Some((errno, count)) = self.unread {
            snapshot.gaps.push(unread_gap(errno, count));
        }
    }

    fn note_unread(&mut self, errno: Errno) {
        self.unread = Some((errno, self.unread.map_or(1, |(_, count)| count + 1)));
    }
}

/// What a read of `stat` gave: `None` for a process that is gone, which an empty file says too.
fn line(read: Result<&[u8], Errno>) -> Result<Option<Stat<'_>>, Errno> {
    match read {
        Ok([]) => Ok(None),
        Ok(bytes) => stat::parse(bytes).map(Some).ok_or(Errno::BADMSG),
        Err(errno) if absence(errno) == Absence::Gone => Ok(None),
        Err(errno) => Err(errno),
    }
}

fn unread_gap(errno: Errno, count: u32) -> Gap {
    let detail = format!(
        "These processes are there but could not be read: {errno}. Those seen before stand as \
         they were then."
    );
    Gap { what: "processes", absence: absence(errno), count: Some(count), detail }
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
}

/// Some time up to `period`, different for neighbouring pids, so that not all fall due at once.
fn spread(pid: u32, period: u64) -> u64 {
    u64::from(pid.wrapping_mul(2_654_435_761) >> 16) * period / 65_536
}
