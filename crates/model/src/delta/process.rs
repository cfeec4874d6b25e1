//! Rates of processes, and one process as a row.

use super::{Delta, SocketRates};
use crate::key::TICKS_PER_SECOND;
use crate::snapshot::{Owner, ProcessFacts, ProcessState, Processes, Sockets};
use crate::{Absence, Interval, Observed, ProcessKey};

/// Rates of all processes, row by row as the table. A value counts only where the absence beside
/// it is `None`.
#[derive(Debug, Default)]
pub struct ProcessRates {
    /// CPU, 100 = one core busy.
    pub cpu_percent: Vec<f64>,
    /// Why it is not known.
    pub cpu_absence: Vec<Option<Absence>>,
    /// Bytes read from storage per second.
    pub io_read: Vec<f64>,
    /// Bytes written to storage per second.
    pub io_write: Vec<f64>,
    /// Why they are not known.
    pub io_absence: Vec<Option<Absence>>,
    /// TCP payload received per second.
    pub net_receive: Vec<f64>,
    /// TCP payload sent per second.
    pub net_send: Vec<f64>,
    /// Why they are not known.
    pub net_absence: Vec<Option<Absence>>,
}

impl ProcessRates {
    pub(super) fn clear(&mut self) {
        self.cpu_percent.clear();
        self.cpu_absence.clear();
        self.io_read.clear();
        self.io_write.clear();
        self.io_absence.clear();
        self.net_receive.clear();
        self.net_send.clear();
        self.net_absence.clear();
    }

    /// A row of a first snapshot: nothing to compare with.
    pub(super) fn push_first(&mut self, now: &Processes, row: usize) {
        self.push_cpu(None);
        self.push_io(None, now.io_absence[row]);
    }

    /// A process seen in both snapshots.
    pub(super) fn push_between(
        &mut self,
        before: &Processes,
        old: usize,
        now: &Processes,
        row: usize,
    ) {
        let elapsed = Interval::between(before.read_nanos[old], now.read_nanos[row]);
        let cpu = elapsed.and_then(|i| i.rate(before.cpu_nanos(old), now.cpu_nanos(row)));
        self.push_cpu(cpu);
        let absence = now.io_absence[row].or(before.io_absence[old].map(|_| Absence::NotYet));
        self.push_io(io_rates(before, old, now, row), absence);
    }

    /// A process that was not there before: what it used, it used since it was born, or, when the
    /// kernel only now lets us see it, at an unknown time.
    pub(super) fn push_born(&mut self, before_nanos: u64, now: &Processes, row: usize) {
        let birth_nanos = now.key[row].birth_nanos();
        let tick_nanos = 1_000_000_000 / TICKS_PER_SECOND;
        if birth_nanos.saturating_add(tick_nanos) < before_nanos {
            return self.push_first(now, row);
        }
        let since = birth_nanos.min(now.read_nanos[row].saturating_sub(tick_nanos));
        let elapsed = Interval::between(since, now.read_nanos[row]);
        self.push_cpu(elapsed.and_then(|i| i.rate(0, now.cpu_nanos(row))));
        let io = elapsed.and_then(|i| {
            Some((i.rate(0, now.io_read_bytes[row])?, i.rate(0, now.io_write_bytes[row])?))
        });
        self.push_io(io, now.io_absence[row]);
    }

    fn push_cpu(&mut self, cores: Option<f64>) {
        self.cpu_percent.push(cores.map_or(0.0, |nanos_per_second| nanos_per_second / 1e7));
        self.cpu_absence.push(if cores.is_some() { None } else { Some(Absence::NotYet) });
    }

    fn push_io(&mut self, rates: Option<(f64, f64)>, absence: Option<Absence>) {
        let (read, write) = rates.unwrap_or((0.0, 0.0));
        self.io_read.push(read);
        self.io_write.push(write);
        self.io_absence.push(absence.or(if rates.is_some() {
            None
        } else {
            Some(Absence::NotYet)
        }));
    }

    /// Adds each connection's rates to the process that holds it. A process without a TCP socket
    /// has no rate: UDP is not counted, so zero would not be measured.
    pub(super) fn charge_sockets(
        &mut self,
        processes: &Processes,
        sockets: &Sockets,
        rates: &SocketRates,
    ) {
        let count = processes.len();
        self.net_receive.resize(count, 0.0);
        self.net_send.resize(count, 0.0);
        self.net_absence.resize(count, Some(Absence::NotYet));
        for (socket, owner) in sockets.owner.iter().enumerate() {
            let Owner::Process(pid) = *owner else { continue };
            let Some(row) = processes.find(pid) else { continue };
            if rates.absence[socket].is_some() {
                continue;
            }
            self.net_receive[row] += rates.receive[socket];
            self.net_send[row] += rates.send[socket];
            self.net_absence[row] = None;
        }
    }
}

/// I/O between two reads. The counters are read only where something moved; where they were not
/// read again, nothing moved.
fn io_rates(before: &Processes, old: usize, now: &Processes, row: usize) -> Option<(f64, f64)> {
    if before.io_read_nanos[old] == now.io_read_nanos[row] {
        return Some((0.0, 0.0));
    }
    let elapsed = Interval::between(before.io_read_nanos[old], now.io_read_nanos[row])?;
    let read = elapsed.rate(before.io_read_bytes[old], now.io_read_bytes[row])?;
    let write = elapsed.rate(before.io_write_bytes[old], now.io_write_bytes[row])?;
    Some((read, write))
}

impl Processes {
    /// User and kernel mode together, nanoseconds.
    #[must_use]
    pub fn cpu_nanos(&self, row: usize) -> u64 {
        self.user_nanos[row].saturating_add(self.system_nanos[row])
    }

    pub(super) fn copy_from(&mut self, other: &Self) {
        self.key.clone_from(&other.key);
        self.parent.clone_from(&other.parent);
        self.state.clone_from(&other.state);
        self.user_nanos.clone_from(&other.user_nanos);
        self.system_nanos.clone_from(&other.system_nanos);
        self.read_nanos.clone_from(&other.read_nanos);
        self.rss_bytes.clone_from(&other.rss_bytes);
        self.vms_bytes.clone_from(&other.vms_bytes);
        self.threads.clone_from(&other.threads);
        self.nice.clone_from(&other.nice);
        self.minor_faults.clone_from(&other.minor_faults);
        self.major_faults.clone_from(&other.major_faults);
        self.io_read_bytes.clone_from(&other.io_read_bytes);
        self.io_write_bytes.clone_from(&other.io_write_bytes);
        self.io_read_nanos.clone_from(&other.io_read_nanos);
        self.io_absence.clone_from(&other.io_absence);
        self.facts.clone_from(&other.facts);
    }
}

/// One process of a delta.
#[derive(Clone, Copy)]
pub struct ProcessRow<'a> {
    delta: &'a Delta,
    index: usize,
}

impl<'a> ProcessRow<'a> {
    pub(super) fn new(delta: &'a Delta, index: usize) -> Self {
        Self { delta, index }
    }

    /// Its row number.
    #[must_use]
    pub fn index(&self) -> usize {
        self.index
    }

    /// Identity.
    #[must_use]
    pub fn key(&self) -> ProcessKey {
        self.delta.processes.key[self.index]
    }

    /// Parent's pid, 0 for none.
    #[must_use]
    pub fn parent(&self) -> u32 {
        self.delta.processes.parent[self.index]
    }

    /// What does not change.
    #[must_use]
    pub fn facts(&self) -> &'a ProcessFacts {
        &self.delta.processes.facts[self.index]
    }

    /// State.
    #[must_use]
    pub fn state(&self) -> ProcessState {
        self.delta.processes.state[self.index]
    }

    /// CPU since the sample before, 100 = one core busy.
    #[must_use]
    pub fn cpu_percent(&self) -> Observed<f64> {
        let rates = &self.delta.process_rates;
        Observed::new(rates.cpu_percent[self.index], rates.cpu_absence[self.index])
    }

    /// Resident memory in bytes; kernel threads have none.
    #[must_use]
    pub fn rss_bytes(&self) -> Observed<u64> {
        Observed::new(self.delta.processes.rss_bytes[self.index], self.no_memory())
    }

    /// Virtual memory in bytes; kernel threads have none.
    #[must_use]
    pub fn vms_bytes(&self) -> Observed<u64> {
        Observed::new(self.delta.processes.vms_bytes[self.index], self.no_memory())
    }

    fn no_memory(&self) -> Option<Absence> {
        self.facts().is_kernel.then_some(Absence::Unsupported)
    }

    /// Resident memory as a share of the machine's, 0 to 100.
    #[must_use]
    pub fn memory_percent(&self) -> Observed<f64> {
        let total = self.delta.host.memory.total.max(1) as f64;
        self.rss_bytes().map(|rss| rss as f64 * 100.0 / total)
    }

    /// Threads.
    #[must_use]
    pub fn threads(&self) -> u32 {
        self.delta.processes.threads[self.index]
    }

    /// Nice value.
    #[must_use]
    pub fn nice(&self) -> i8 {
        self.delta.processes.nice[self.index]
    }

    /// Start in Unix seconds.
    #[must_use]
    pub fn create_time(&self) -> f64 {
        let birth = self.delta.host.boot_unix_nanos + self.key().birth_nanos() as i64;
        birth as f64 / 1e9
    }

    /// CPU time in user mode so far, seconds.
    #[must_use]
    pub fn user_seconds(&self) -> f64 {
        self.delta.processes.user_nanos[self.index] as f64 / 1e9
    }

    /// CPU time in kernel mode so far, seconds.
    #[must_use]
    pub fn system_seconds(&self) -> f64 {
        self.delta.processes.system_nanos[self.index] as f64 / 1e9
    }

    /// Minor faults so far.
    #[must_use]
    pub fn minor_faults(&self) -> u64 {
        self.delta.processes.minor_faults[self.index]
    }

    /// Major faults so far.
    #[must_use]
    pub fn major_faults(&self) -> u64 {
        self.delta.processes.major_faults[self.index]
    }

    /// Bytes read from storage so far.
    #[must_use]
    pub fn io_read_bytes(&self) -> Observed<u64> {
        let processes = &self.delta.processes;
        Observed::new(processes.io_read_bytes[self.index], processes.io_absence[self.index])
    }

    /// Bytes written to storage so far.
    #[must_use]
    pub fn io_write_bytes(&self) -> Observed<u64> {
        let processes = &self.delta.processes;
        Observed::new(processes.io_write_bytes[self.index], processes.io_absence[self.index])
    }

    /// Bytes read from storage per second.
    #[must_use]
    pub fn io_read_rate(&self) -> Observed<f64> {
        let rates = &self.delta.process_rates;
        Observed::new(rates.io_read[self.index], rates.io_absence[self.index])
    }

    /// Bytes written to storage per second.
    #[must_use]
    pub fn io_write_rate(&self) -> Observed<f64> {
        let rates = &self.delta.process_rates;
        Observed::new(rates.io_write[self.index], rates.io_absence[self.index])
    }

    /// TCP payload received per second.
    #[must_use]
    pub fn net_receive_rate(&self) -> Observed<f64> {
        let rates = &self.delta.process_rates;
        Observed::new(rates.net_receive[self.index], rates.net_absence[self.index])
    }

    /// TCP payload sent per second.
    #[must_use]
    pub fn net_send_rate(&self) -> Observed<f64> {
        let rates = &self.delta.process_rates;
        Observed::new(rates.net_send[self.index], rates.net_absence[self.index])
    }
}
