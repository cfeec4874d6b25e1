//! What is read when: each part has its own period.

use super::answers::Asker;
use super::groups::{self, GroupReader};
use super::{Around, Setups, containers, interfaces, sensors, sessions};
use crate::linux::place::Place;
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
    place: Place,
    asker: Asker,
    groups: GroupReader,
    /// When each part is read next, nanoseconds since boot.
    due: [u64; PARTS.len()],
    gaps: [Vec<Gap>; PARTS.len()],
    surroundings: Surroundings,
    around: Around,
    extent: Extent,
}

impl Rounds {
    pub(super) fn new(place: &Place, mount_patience: Duration) -> Self {
        Self {
            place: place.clone(),
            asker: Asker::new(mount_patience),
            groups: GroupReader::default(),
            due: [0; PARTS.len()],
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

    fn renew(&mut self) {
        self.surroundings.read_nanos = SystemClock.boot_nanos();
        self.surroundings.gaps = self.gaps.iter().flatten().cloned().collect();
        self.around.surroundings = Arc::new(self.surroundings.clone());
    }

    fn read(&mut self, part: Part, row: usize) {
        let gaps = &mut self.gaps[row];
        let place = &self.place;
        let target = &mut self.surroundings;
        match part {
            Part::Frequencies => {
                self.around.frequencies = Arc::new(interfaces::frequencies(place));
            }
            Part::Setups => {
                let setups: Setups = interfaces::setups(place);
                self.around.setups = Arc::new(setups);
            }
            Part::Sensors => {
                target.sensors = sensors::sensors(place);
                target.batteries = sensors::batteries(place);
            }
            Part::Sessions => target.sessions = sessions::sessions(place),
            Part::Groups => {
                let groups::Found { rows, own } = self.groups.read(place, gaps);
                (target.groups, target.own_limits) = (rows, own);
            }
            Part::Containers => {
                target.containers = containers::containers(place, self.groups.containers(), gaps);
            }
            Part::FileSystems => {
                let mounts = place.bytes("proc/self/mountinfo").unwrap_or_default();
                let mounts = mount::mounts(&mounts);
                if mounts.is_empty() {
                    let detail = "The list of mounts cannot be read.";
                    gaps.push(gap("file_systems", Absence::Unsupported, detail.to_owned()));
                }
                target.file_systems = self.asker.ask_all(place, &mounts, gaps);
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
