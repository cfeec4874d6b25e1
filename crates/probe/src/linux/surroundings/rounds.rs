//! What is read when: each part has its own period.

use super::answers::Asker;
use super::groups::{self, GroupReader};
use super::{Around, Setups, containers, interfaces, sensors, sessions};
use crate::linux::system_files::SystemFiles;
use crate::parse::mount;
use crate::{Clock, SystemClock};
use model::snapshot::Surroundings;
use model::{Absence, Gap};
use std::sync::Arc;
use std::time::Duration;

const SECOND: u64 = 1_000_000_000;

/// The shortest time between two rounds.
const BREATH_NANOS: u64 = SECOND / 10;

/// Groups are read so seldom that they cost no more than this part of a core.
const GROUP_COST: u64 = 500;

/// Between two readings of interfaces' settings at least.
const SETUPS_REST: u64 = 3 * SECOND;

/// Whether everything has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Part,
    Whole,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Frequencies,
    Setups,
    Sensors,
    Sessions,
    Groups,
    Containers,
    FileSystems,
}

/// Mounts come last: they may hold up a first look the longest. Containers follow the groups that
/// they are found by.
const PARTS: [(Part, u64); 7] = [
    (Part::Frequencies, 5),
    (Part::Setups, 30),
    (Part::Groups, 10),
    (Part::Sensors, 5),
    (Part::Sessions, 30),
    (Part::Containers, 30),
    (Part::FileSystems, 10),
];

/// Reads the parts whose time has come.
pub(super) struct Rounds {
    system: SystemFiles,
    asker: Asker,
    groups: GroupReader,
    /// When each part is read next, nanoseconds since boot.
    due: [u64; PARTS.len()],
    /// When settings of interfaces were read.
    setups_read: u64,
    gaps: [Vec<Gap>; PARTS.len()],
    surroundings: Surroundings,
    around: Around,
    extent: Extent,
}

impl Rounds {
    pub(super) fn new(system: &SystemFiles, mount_patience: Duration) -> Self {
        Self {
            system: system.clone(),
            asker: Asker::new(mount_patience),
            groups: GroupReader::default(),
            due: [0; PARTS.len()],
            setups_read: 0,
            gaps: Default::default(),
            surroundings: Surroundings::default(),
            around: Around::default(),
            extent: Extent::Part,
        }
    }

    /// One round; answers how long to wait for the next. In the first one every part is published
    /// as soon as it is read.
    pub(super) fn go(&mut self, mut publish: impl FnMut(&Around, Extent)) -> Duration {
        for (row, (part, seconds)) in PARTS.into_iter().enumerate() {
            let now = SystemClock.boot_nanos();
            if self.due[row] > now {
                continue;
            }
            let cpu_before = SystemClock.thread_cpu_nanos();
            self.gaps[row].clear();
            self.read(part, row);
            let mut period = seconds * SECOND;
            if part == Part::Groups {
                let cost = SystemClock.thread_cpu_nanos().saturating_sub(cpu_before);
                period = period.max(cost.saturating_mul(GROUP_COST));
            }
            self.due[row] = SystemClock.boot_nanos().saturating_add(period);
            if self.extent == Extent::Part && row + 1 < PARTS.len() {
                self.renew();
                publish(&self.around, Extent::Part);
            }
        }
        self.extent = Extent::Whole;
        self.renew();
        publish(&self.around, Extent::Whole);
        let next = self.due.iter().copied().min().unwrap_or(0);
        let pause = next.saturating_sub(SystemClock.boot_nanos()).max(BREATH_NANOS);
        Duration::from_nanos(pause)
    }

    /// There is an interface that was not there: settings are due, but not more often than once in
    /// a few seconds, whoever makes and removes interfaces.
    pub(super) fn expect_interfaces(&mut self) {
        let soon = self.setups_read.saturating_add(SETUPS_REST);
        for ((part, _), due) in PARTS.into_iter().zip(&mut self.due) {
            if part == Part::Setups {
                *due = soon.min(*due);
            }
        }
    }

    fn renew(&mut self) {
        self.surroundings.read_nanos = SystemClock.boot_nanos();
        self.surroundings.gaps = self.gaps.iter().flatten().cloned().collect();
        self.around.surroundings = Arc::new(self.surroundings.clone());
    }

    fn read(&mut self, part: Part, row: usize) {
        let gaps = &mut self.gaps[row];
        let system = &self.system;
        let target = &mut self.surroundings;
        match part {
            Part::Frequencies => {
                self.around.frequencies = Arc::new(interfaces::frequencies(system));
            }
            Part::Setups => {
                let setups: Setups = interfaces::setups(system);
                self.around.setups = Arc::new(setups);
                self.setups_read = SystemClock.boot_nanos();
            }
            Part::Sensors => {
                target.sensors = sensors::sensors(system);
                target.batteries = sensors::batteries(system);
            }
            Part::Sessions => target.sessions = sessions::sessions(system),
            Part::Groups => {
                let groups::Found { rows, own } = self.groups.read(system, gaps);
                (target.groups, target.own_limits) = (rows, own);
            }
            Part::Containers => {
                target.containers = containers::containers(system, self.groups.containers(), gaps);
            }
            Part::FileSystems => {
                let mounts = system.bytes("proc/self/mountinfo").unwrap_or_default();
                let mounts = mount::mounts(&mounts);
                if mounts.is_empty() {
                    let detail = "The list of mounts cannot be read.";
                    gaps.push(gap("file_systems", Absence::Unsupported, detail.to_owned()));
                }
                target.file_systems = self.asker.ask_all(system, &mounts, gaps);
            }
        }
    }
}

/// What had not been read when patience ended.
pub(super) fn add_late_gap(surroundings: &mut Surroundings, patience: Duration) {
    let seconds = patience.as_secs_f64();
    let detail = format!("Not everything around the processes was read within {seconds:.1} s.");
    surroundings.gaps.push(gap("surroundings", Absence::NotYet, detail));
}

pub(super) fn gap(what: &'static str, absence: Absence, detail: String) -> Gap {
    Gap { what, absence, count: None, detail }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_new_interface_is_read_about_soon_and_never_at_once_again() {
        let nowhere = SystemFiles::new(Path::new("/nonexistent"));
        let mut rounds = Rounds::new(&nowhere, Duration::from_millis(10));
        let mut published = Vec::new();
        rounds.go(|_, extent| published.push(extent));
        assert_eq!(published.len(), PARTS.len(), "each part as soon as it is read");
        assert_eq!(published.last(), Some(&Extent::Whole));
        let before = rounds.due;
        rounds.expect_interfaces();
        let soon = rounds.due;
        rounds.expect_interfaces();
        assert_eq!(rounds.due, soon, "one hurry is as good as two");
        for (row, (part, seconds)) in PARTS.into_iter().enumerate() {
            let is_sooner = soon[row] < before[row];
            assert_eq!(is_sooner, part == Part::Setups, "{part:?} every {seconds} s");
        }
    }
}
