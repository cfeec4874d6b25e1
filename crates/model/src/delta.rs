//! What happened between two snapshots. Made only by [`Delta::between`] and [`Delta::refill`],
//! one pure function: the same two snapshots give the same delta, anywhere, at any time.

mod host;
mod port;
mod process;
mod socket;

pub use host::{CpuShare, DiskRates, HostRates, TrafficRates};
pub use port::ListeningPort;
pub use process::{ProcessRates, ProcessRow};
pub use socket::{NetworkShare, SocketRates, SocketRow};

use crate::snapshot::{Host, Lives, Processes, SampleCost, Sockets};
use crate::{Gap, Interval, Moment, ProcessKey, Snapshot};
use std::sync::Arc;
use std::time::Duration;

/// Two clocks read one after the other differ by less than this without any sleep between.
const SUSPEND_NANOS: u64 = 50_000_000;

/// One host between two instants: the levels of the later one, the rates between them, and who
/// began and ended.
#[derive(Debug, Default)]
pub struct Delta {
    /// The later instant.
    pub at: Moment,
    /// Time since the earlier one; `None` for a first snapshot, which has levels but no rates.
    pub interval: Option<Interval>,
    /// What taking the later snapshot cost.
    pub cost: SampleCost,
    /// The machine at the later instant.
    pub host: Host,
    /// Its rates.
    pub host_rates: HostRates,
    /// Every process at the later instant, by pid ascending.
    pub processes: Arc<Processes>,
    /// Their rates, row by row.
    pub process_rates: ProcessRates,
    /// Processes seen for the first time; empty for a first snapshot.
    pub births: Vec<ProcessKey>,
    /// Processes seen in the earlier snapshot and no more.
    pub deaths: Vec<ProcessKey>,
    /// Every socket at the later instant, by cookie ascending.
    pub sockets: Arc<Sockets>,
    /// Their rates, row by row.
    pub socket_rates: SocketRates,
    /// How much of the traffic is known to whom it belongs.
    pub network_share: Option<NetworkShare>,
    /// Processes that ended, short-lived ones included, as far as the source tells.
    pub lives: Lives,
    /// Time the machine slept between the two; rates across it would mean nothing, so there are
    /// none.
    pub suspended: Option<Duration>,
    /// How far the wall clock was set between the two, seconds; `None` when it was not.
    pub clock_step_seconds: Option<f64>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

impl Delta {
    /// What happened from `before` to `now`. Without `before`, levels only.
    #[must_use]
    pub fn between(before: Option<&Snapshot>, now: &Snapshot) -> Self {
        let mut delta = Self::default();
        delta.refill(before, now);
        delta
    }

    /// [`Delta::between`] into memory that is already there.
    pub fn refill(&mut self, before: Option<&Snapshot>, now: &Snapshot) {
        let same_boot = before.filter(|b| b.host.facts.boot_id == now.host.facts.boot_id);
        let before = same_boot.filter(|b| b.taken.boot_nanos < now.taken.boot_nanos);
        self.mark_clocks(before, now);
        self.at = now.taken;
        self.interval = before
            .filter(|_| self.suspended.is_none())
            .and_then(|before| Interval::between(before.taken.boot_nanos, now.taken.boot_nanos));
        self.host.clone_from(&now.host);
        self.host_rates.refill(before.map(|b| &b.host), &now.host, self.interval);
        self.sockets = Arc::clone(&now.sockets);
        self.socket_rates.refill(&now.sockets);
        self.processes = Arc::clone(&now.processes);
        self.births.clear();
        self.deaths.clear();
        self.pair_processes(before, now);
        self.process_rates.refill_net(&self.processes, &self.sockets);
        if self.suspended.is_some() {
            self.process_rates.withhold();
            self.socket_rates.withhold();
        }
        let traffic = self.host_rates.all_traffic();
        self.network_share = NetworkShare::of(&self.sockets, traffic);
        self.lives.copy_from(&now.lives);
        self.gaps.clone_from(&now.gaps);
        self.cost = now.cost;
    }

    /// What is not the passing of time: sleep, and a wall clock that was set.
    fn mark_clocks(&mut self, before: Option<&Snapshot>, now: &Snapshot) {
        let slept = before
            .map_or(0, |before| now.host.asleep_nanos.saturating_sub(before.host.asleep_nanos));
        self.suspended = (slept > SUSPEND_NANOS).then(|| Duration::from_nanos(slept));
        self.clock_step_seconds = before
            .map(|before| now.host.boot_unix_nanos - before.host.boot_unix_nanos)
            .filter(|step| *step != 0)
            .map(|step| step as f64 / 1e9);
    }

    /// Row `index` of the processes.
    #[must_use]
    pub fn process(&self, index: usize) -> ProcessRow<'_> {
        ProcessRow::new(self, index)
    }

    /// All processes, by pid ascending.
    pub fn process_rows(&self) -> impl ExactSizeIterator<Item = ProcessRow<'_>> {
        (0..self.processes.len()).map(|index| self.process(index))
    }

    /// The process with this pid.
    #[must_use]
    pub fn process_by_pid(&self, pid: u32) -> Option<ProcessRow<'_>> {
        self.processes.find(pid).map(|index| self.process(index))
    }

    /// All sockets, by cookie ascending.
    pub fn socket_rows(&self) -> impl ExactSizeIterator<Item = SocketRow<'_>> {
        (0..self.sockets.len()).map(|index| SocketRow::new(self, index))
    }

    /// Walks both tables once, side by side: both are ordered by pid, then birth.
    fn pair_processes(&mut self, before: Option<&Snapshot>, now: &Snapshot) {
        self.process_rates.clear();
        let Some(before) = before else {
            let rows = 0..now.processes.len();
            rows.for_each(|row| self.process_rates.push_first(&now.processes, row));
            return;
        };
        let mut old = 0;
        for row in 0..now.processes.len() {
            let key = now.processes.key[row];
            while before.processes.key.get(old).is_some_and(|&earlier| earlier < key) {
                self.deaths.push(before.processes.key[old]);
                old += 1;
            }
            if before.processes.key.get(old) == Some(&key) {
                self.process_rates.push_between(&before.processes, old, &now.processes, row);
                old += 1;
            } else {
                self.births.push(key);
                self.process_rates.push_born(before.taken.boot_nanos, &now.processes, row);
            }
        }
        self.deaths.extend_from_slice(&before.processes.key[old..]);
    }
}
