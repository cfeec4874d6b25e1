//! Which process holds which socket: a kept map from inode to process. Descriptors are looked
//! through only for sockets that are new, in likely processes first, for a bounded time a sample.

mod groups;

use super::procfs::{ProcFs, decimal};
use crate::Clock;
use crate::parse::fdinfo;
use groups::Groups;
use model::snapshot::{Owner, Processes};
use model::{ProcessKey, Snapshot};
use rustix::fs::{RawDir, SeekFrom};
use rustix::io::Errno;
use std::collections::{HashMap, HashSet, VecDeque};
use std::ffi::CStr;
use std::io::Write;
use std::mem::MaybeUninit;
use std::sync::Arc;

const SECOND: u64 = 1_000_000_000;

/// All processes are looked through not more often than this.
const FULL_SCAN_NANOS: u64 = 30 * SECOND;

/// A socket looked for in vain is looked for again after this long, and so is a process whose
/// descriptors were denied.
const RETRY_NANOS: u64 = 60 * SECOND;

/// CPU time for looking through descriptors, a sample. The first sample takes what it needs.
const BUDGET_NANOS: u64 = 10_000_000;

/// Descriptors looked at between two looks at the clock.
const BUDGET_STEP: u32 = 64;

/// A process that holds so many sockets has its highest descriptors looked at first.
const MANY: u32 = 256;

/// Known holders that are checked again in each sample: a socket may pass to another process while
/// the one that was known to hold it lives on.
const CHECKS: usize = 64;

/// What is known of sockets and their holders.
#[derive(Default)]
pub(super) struct Owners {
    by_inode: HashMap<u64, Place>,
    /// The same the other way round, so that no known descriptor is read again.
    by_place: HashMap<(u32, u32), u64>,
    holders: HashMap<ProcessKey, Held>,
    /// Sockets whose holder is looked for, or was in vain.
    searches: HashMap<u64, Search>,
    /// Processes whose descriptors we may not read, and until when that is believed.
    denied: HashMap<ProcessKey, u64>,
    /// Processes to look through, in this order.
    queue: VecDeque<Visit>,
    /// Visits ever appended to the queue, and ever taken from it.
    appended: u64,
    taken: u64,
    checks: VecDeque<u64>,
    groups: Groups,
    /// Searches that go on.
    active: usize,
    newest_birth: u64,
    full_scan_due: u64,
    reading: u64,
}

/// Sockets a process is known to hold: how many, and the highest descriptor that ever was one.
#[derive(Clone, Copy, Default)]
struct Held {
    count: u32,
    highest: u32,
}

/// Where a socket is held.
#[derive(Clone, Copy)]
struct Place {
    key: ProcessKey,
    descriptor: u32,
    /// The reading that last saw the socket.
    seen: u64,
}

#[derive(Clone, Copy)]
struct Search {
    stage: Stage,
    /// When it was last looked for everywhere in vain.
    in_vain: Option<u64>,
    seen: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Until so many visits are taken, likely processes are looked through for it.
    Likely(u64),
    /// Not in a likely process.
    Waiting,
    /// Until so many visits are taken, all processes are.
    Everywhere(u64),
    /// In none.
    Nowhere,
}

impl Search {
    fn is_active(&self) -> bool {
        matches!(self.stage, Stage::Likely(_) | Stage::Everywhere(_))
    }
}

/// Whether a process was looked through.
enum Pace {
    Done,
    /// The time was up before this descriptor.
    Paused(u32),
}

/// A process to look through, from this descriptor on.
#[derive(Clone, Copy)]
struct Visit {
    key: ProcessKey,
    from: u32,
}

/// What a sample gives the search.
struct Scene<'a> {
    root: &'a ProcFs,
    processes: &'a Processes,
    clock: &'a dyn Clock,
    /// Thread CPU time at which the search pauses until the next sample.
    deadline: u64,
    now: u64,
}

impl Scene<'_> {
    fn is_over(&self) -> bool {
        self.clock.thread_cpu_nanos() >= self.deadline
    }
}

impl Owners {
    /// Fills the owners of a snapshot whose processes and sockets are read.
    pub(super) fn resolve(&mut self, root: &ProcFs, snapshot: &mut Snapshot, clock: &dyn Clock) {
        let Snapshot { processes, sockets, taken, .. } = snapshot;
        let sockets = Arc::make_mut(sockets);
        self.reading += 1;
        let budget = if self.reading == 1 { u64::MAX } else { BUDGET_NANOS };
        let deadline = clock.thread_cpu_nanos().saturating_add(budget);
        let scene = Scene { root, processes, clock, deadline, now: taken.boot_nanos };
        self.forget_ended(processes, scene.now);
        self.check_some(root);
        let mut new_groups = HashSet::new();
        let mut new = Vec::new();
        for sample in sockets.sample.iter().filter(|sample| sample.inode != 0) {
            if let Some(place) = self.by_inode.get_mut(&sample.inode) {
                place.seen = self.reading;
            } else if let Some(search) = self.searches.get_mut(&sample.inode) {
                search.seen = self.reading;
            } else {
                new.push(sample.inode);
                new_groups.insert(sample.cgroup);
            }
        }
        self.forget_closed();
        if !new.is_empty() {
            self.look_for(&new, &new_groups, &scene);
        }
        self.search(&scene);
        self.newest_birth = processes.key.iter().map(|key| key.birth).max().unwrap_or(0);
        let owner = |inode| self.owner(inode);
        sockets.owner.clear();
        sockets.owner.extend(sockets.sample.iter().map(|sample| owner(sample.inode)));
    }

    /// Whether there are descriptors left to look through for sockets already known.
    pub(super) fn is_searching(&self) -> bool {
        !self.queue.is_empty()
    }

    fn forget_ended(&mut self, processes: &Processes, now: u64) {
        let lives = |key: &ProcessKey| processes.key.binary_search(key).is_ok();
        self.denied.retain(|key, until| *until > now && lives(key));
        let ended: HashSet<_> = self.holders.keys().copied().filter(|key| !lives(key)).collect();
        if !ended.is_empty() {
            let by_place = &mut self.by_place;
            self.holders.retain(|key, _| !ended.contains(key));
            self.by_inode.retain(|_, place| {
                let is_ended = ended.contains(&place.key);
                if is_ended {
                    by_place.remove(&(place.key.pid, place.descriptor));
                }
                !is_ended
            });
        }
    }

    fn forget_closed(&mut self) {
        let Self { by_inode, by_place, holders, searches, reading, .. } = self;
        by_inode.retain(|inode, place| {
            let is_open = place.seen == *reading;
            if !is_open {
                release(by_place, holders, place, *inode);
            }
            is_open
        });
        searches.retain(|_, search| search.seen == *reading);
        if self.checks.len() > 2 * by_inode.len() + CHECKS {
            self.checks.retain(|inode| by_inode.contains_key(inode));
        }
    }

    /// Looks whether some holders still hold what they held, each in its turn.
    fn check_some(&mut self, root: &ProcFs) {
        for _ in 0..CHECKS.min(self.checks.len()) {
            let Some(inode) = self.checks.pop_front() else { return };
            let Some(place) = self.by_inode.get(&inode) else { continue };
            if holds(root, place, inode) {
                self.checks.push_back(inode);
            } else {
                release(&mut self.by_place, &mut self.holders, place, inode);
                self.by_inode.remove(&inode);
            }
        }
    }

    /// Appends likely processes to the queue: those of the control groups that the sockets were
    /// made in, and those that are new or hold sockets already.
    fn look_for(&mut self, new: &[u64], made_in: &HashSet<u64>, scene: &Scene<'_>) {
        let mut likely: Vec<(u8, ProcessKey)> = Vec::new();
        let mut possible = 0;
        for (key, facts) in scene.processes.key.iter().zip(&scene.processes.facts) {
            if facts.is_kernel || self.denied.contains_key(key) {
                continue;
            }
            possible += 1;
            let group = facts.cgroup.as_ref().known();
            let group = group.and_then(|path| self.groups.id(scene.root, path, scene.now));
            let is_here = group.is_some_and(|id| made_in.contains(&id));
            let is_likely = key.birth >= self.newest_birth || self.holders.contains_key(key);
            match (is_here, is_likely) {
                (true, true) => likely.push((0, *key)),
                (true, false) => likely.push((1, *key)),
                (false, true) => likely.push((2, *key)),
                (false, false) => {}
            }
        }
        likely.sort_unstable();
        let is_everywhere = likely.len() == possible;
        self.append_ends(&likely);
        self.append(likely.into_iter().map(|(_, key)| key));
        let until = self.appended;
        let stage = if is_everywhere { Stage::Everywhere(until) } else { Stage::Likely(until) };
        let search = Search { stage, in_vain: None, seen: self.reading };
        self.searches.extend(new.iter().map(|inode| (*inode, search)));
    }

    /// The newest of many descriptors is mostly the highest, so those beyond are looked at first.
    fn append_ends(&mut self, likely: &[(u8, ProcessKey)]) {
        for (_, key) in likely {
            let many = self.holders.get(key).filter(|held| held.count >= MANY);
            if let Some(held) = many {
                self.queue.push_back(Visit { key: *key, from: held.highest.saturating_add(1) });
                self.appended += 1;
            }
        }
    }

    /// What is queued and not begun yet need not be queued twice: it will be looked through
    /// before the end of the queue.
    fn append(&mut self, keys: impl Iterator<Item = ProcessKey>) {
        let pending = self.queue.iter().filter(|visit| visit.from == 0).map(|visit| visit.key);
        let pending: HashSet<ProcessKey> = pending.collect();
        for key in keys.filter(|key| !pending.contains(key)) {
            self.queue.push_back(Visit { key, from: 0 });
            self.appended += 1;
        }
    }

    /// Looks through what is queued until the deadline; then, when it is time, through all.
    fn search(&mut self, scene: &Scene<'_>) {
        loop {
            self.active = self.searches.values().filter(|search| search.is_active()).count();
            while let Some(mut visit) = self.queue.pop_front() {
                if self.active == 0 {
                    self.queue.clear();
                    self.taken = self.appended;
                    break;
                }
                if let Pace::Paused(from) = self.visit(scene, visit) {
                    visit.from = from;
                    self.queue.push_front(visit);
                    self.settle(scene.now);
                    return;
                }
                self.taken += 1;
                // Most processes have too few descriptors to look at the clock among them.
                if scene.is_over() && !self.queue.is_empty() {
                    self.settle(scene.now);
                    return;
                }
            }
            self.settle(scene.now);
            if !self.begin_full_scan(scene) {
                return;
            }
        }
    }

    /// What was looked for in the last process it could be in moves on.
    fn settle(&mut self, now: u64) {
        for search in self.searches.values_mut() {
            match search.stage {
                Stage::Likely(until) if self.taken >= until => search.stage = Stage::Waiting,
                Stage::Everywhere(until) if self.taken >= until => {
                    search.stage = Stage::Nowhere;
                    search.in_vain = Some(now);
                }
                _ => {}
            }
        }
    }

    /// Queues all processes if that is due and there is something to look for.
    fn begin_full_scan(&mut self, scene: &Scene<'_>) -> bool {
        let is_due = |search: &Search| match search.stage {
            Stage::Waiting => true,
            Stage::Nowhere => search.in_vain.is_none_or(|at| at + RETRY_NANOS <= scene.now),
            Stage::Likely(_) | Stage::Everywhere(_) => false,
        };
        if scene.now < self.full_scan_due || !self.searches.values().any(is_due) {
            return false;
        }
        self.full_scan_due = scene.now + FULL_SCAN_NANOS;
        let rows = scene.processes.key.iter().zip(&scene.processes.facts);
        self.append(rows.filter(|(_, facts)| !facts.is_kernel).map(|(key, _)| *key));
        let until = self.appended;
        let due = self.searches.values_mut().filter(|search| is_due(search));
        due.for_each(|search| search.stage = Stage::Everywhere(until));
        true
    }

    fn visit(&mut self, scene: &Scene<'_>, visit: Visit) -> Pace {
        let Visit { key, from } = visit;
        if self.denied.contains_key(&key) {
            return Pace::Done;
        }
        match self.look_through(scene, key, from) {
            Ok(pace) => pace,
            Err(Errno::ACCESS | Errno::PERM) => {
                // Not all are tried again at once.
                let spread = u64::from(key.pid) % 16 * SECOND;
                self.denied.insert(key, scene.now + RETRY_NANOS + spread);
                Pace::Done
            }
            Err(_) => Pace::Done,
        }
    }

    /// Root may open the directory of a protected process and still not read what is in it.
    fn look_through(
        &mut self,
        scene: &Scene<'_>,
        key: ProcessKey,
        from: u32,
    ) -> Result<Pace, Errno> {
        let dir = scene.root.open_dir(key.pid, "fd")?;
        if from > 0 {
            // Such a directory is read from descriptor `n` on at offset `n + 2`.
            rustix::fs::seek(&dir, SeekFrom::Start(u64::from(from) + 2))?;
        }
        let mut buffer = [MaybeUninit::uninit(); 16 * 1024];
        let mut target = [MaybeUninit::uninit(); 64];
        let mut entries = RawDir::new(&dir, &mut buffer);
        let (mut steps, mut refused) = (0, None);
        while let Some(entry) = entries.next() {
            let entry = entry?;
            let name = entry.file_name();
            let Some(descriptor) = decimal(name.to_bytes()) else { continue };
            steps += 1;
            let is_time = steps % BUDGET_STEP == 0;
            if is_time && scene.is_over() {
                return Ok(Pace::Paused(descriptor));
            }
            if self.is_known((key.pid, descriptor)) {
                continue;
            }
            match rustix::fs::readlinkat_raw(&dir, name, &mut target) {
                Ok((link, _)) => self.found(fdinfo::bracketed(link, b"socket"), key, descriptor),
                Err(errno @ (Errno::ACCESS | Errno::PERM)) => refused = Some(errno),
                Err(_) => {}
            }
            if self.active == 0 {
                break;
            }
        }
        refused.map_or(Ok(Pace::Done), Err)
    }

    /// Whether what this descriptor was last seen to be is a socket that is still open.
    fn is_known(&self, place: (u32, u32)) -> bool {
        self.by_place.contains_key(&place)
    }

    fn found(&mut self, inode: Option<u64>, key: ProcessKey, descriptor: u32) {
        let Some(inode) = inode else { return };
        let Some(search) = self.searches.remove(&inode) else { return };
        self.active -= usize::from(search.is_active());
        self.by_inode.insert(inode, Place { key, descriptor, seen: self.reading });
        self.by_place.insert((key.pid, descriptor), inode);
        let held = self.holders.entry(key).or_default();
        held.count += 1;
        held.highest = held.highest.max(descriptor);
        self.checks.push_back(inode);
    }

    fn owner(&self, inode: u64) -> Owner {
        if inode == 0 {
            return Owner::Kernel;
        }
        if let Some(place) = self.by_inode.get(&inode) {
            return Owner::Process(place.key.pid);
        }
        match self.searches.get(&inode) {
            Some(Search { in_vain: Some(_), .. }) if !self.denied.is_empty() => Owner::Denied,
            Some(Search { in_vain: Some(_), .. }) => Owner::Unseen,
            _ => Owner::NotYet,
        }
    }
}

/// Takes a socket from who held it.
fn release(
    by_place: &mut HashMap<(u32, u32), u64>,
    holders: &mut HashMap<ProcessKey, Held>,
    place: &Place,
    inode: u64,
) {
    let at = (place.key.pid, place.descriptor);
    if by_place.get(&at) == Some(&inode) {
        by_place.remove(&at);
    }
    if let Some(held) = holders.get_mut(&place.key) {
        held.count = held.count.saturating_sub(1);
        if held.count == 0 {
            holders.remove(&place.key);
        }
    }
}

fn holds(root: &ProcFs, place: &Place, inode: u64) -> bool {
    // Two numbers of ten digits and four more bytes fit; the rest stays NUL.
    let mut path = [0; 32];
    let written = write!(&mut path[..31], "{}/fd/{}", place.key.pid, place.descriptor);
    let path = CStr::from_bytes_until_nul(&path).ok().filter(|_| written.is_ok());
    let mut target = [MaybeUninit::uninit(); 64];
    let link = path.and_then(|path| root.link_named(path, &mut target).ok());
    link.and_then(|link| fdinfo::bracketed(link, b"socket")) == Some(inode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::path::Path;

    /// A look at it costs a millisecond.
    #[derive(Default)]
    struct Dear(Cell<u64>);

    impl Clock for Dear {
        fn boot_nanos(&self) -> u64 {
            0
        }

        fn unix_nanos(&self) -> i64 {
            0
        }

        fn thread_cpu_nanos(&self) -> u64 {
            self.0.set(self.0.get() + 1_000_000);
            self.0.get()
        }
    }

    #[test]
    fn looking_through_many_processes_with_few_descriptors_ends_with_the_time_for_it() {
        let (root, processes) = (ProcFs::open(Path::new("/proc")).unwrap(), Processes::default());
        let clock = Dear::default();
        let scene = Scene {
            root: &root,
            processes: &processes,
            clock: &clock,
            deadline: BUDGET_NANOS,
            now: 0,
        };
        let mut owners = Owners { appended: 1000, ..Owners::default() };
        let key = ProcessKey { pid: std::process::id(), birth: 0 };
        owners.queue.extend(std::iter::repeat_n(Visit { key, from: 0 }, 1000));
        let search = Search { stage: Stage::Everywhere(1000), in_vain: None, seen: 0 };
        owners.searches.insert(u64::MAX, search);
        owners.search(&scene);
        assert!(owners.queue.len() > 900, "{} left", owners.queue.len());
        assert!(owners.owner(u64::MAX) == Owner::NotYet, "the search goes on");
        owners.search(&Scene { deadline: u64::MAX, ..scene });
        assert!(owners.queue.is_empty());
        assert_eq!(owners.owner(u64::MAX), Owner::Unseen);
    }
}
