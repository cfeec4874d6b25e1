//! Rates of processes, and one process as a row.

use super::Delta;
use crate::key::TICKS_PER_SECOND;
use crate::snapshot::{
    IoSample, NetSample, Occasional, ProcessFacts, ProcessState, Processes, Sockets,
};
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
        self.push_io(None, now.io[row].absence);
    }

    /// A process seen in both snapshots.
    pub(super) fn push_between(
        &mut self,
        before: &Processes,
        old: usize,
        now: &Processes,
        row: usize,
    ) {
        self.push_cpu(cpu_rate(before, old, now, row));
        let absence = now.io[row].absence.or(before.io[old].absence.map(|_| Absence::NotYet));
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
            Some((i.rate(0, now.io[row].read_bytes)?, i.rate(0, now.io[row].write_bytes)?))
        });
        self.push_io(io, now.io[row].absence);
    }

    /// No rate is known.
    pub(super) fn withhold(&mut self) {
        for column in [&mut self.cpu_absence, &mut self.io_absence, &mut self.net_absence] {
            column.iter_mut().for_each(|absence| *absence = absence.or(Some(Absence::NotYet)));
        }
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

    /// Payload rates of all processes, over the time between the two last readings of sockets.
    pub(super) fn refill_net(&mut self, processes: &Processes, sockets: &Sockets) {
        let elapsed = sockets.interval();
        let mut known = processes.net.iter().peekable();
        for key in &processes.key {
            while known.next_if(|(earlier, _)| earlier < key).is_some() {}
            let net = known.next_if(|(same, _)| same == key).map_or(NetSample::UNKNOWN, |it| it.1);
            let rates = elapsed.and_then(|elapsed| {
                let receive = elapsed.rate(net.received_before, net.received_bytes)?;
                Some((receive, elapsed.rate(net.sent_before, net.sent_bytes)?))
            });
            let (receive, send) = rates.unwrap_or((0.0, 0.0));
            self.net_receive.push(receive);
            self.net_send.push(send);
            let not_yet = rates.is_none().then_some(Absence::NotYet);
            self.net_absence.push(net.absence.or(not_yet));
        }
    }
}

/// CPU between two reads. A row that was not read again had stood still for several samples
/// before, or it would have been read: that stands until it is.
fn cpu_rate(before: &Processes, old: usize, now: &Processes, row: usize) -> Option<f64> {
    if before.read_nanos[old] == now.read_nanos[row] {
        return Some(0.0);
    }
    let elapsed = Interval::between(before.read_nanos[old], now.read_nanos[row])?;
    elapsed.rate(before.cpu_nanos(old), now.cpu_nanos(row))
}

/// I/O between two reads. The counters are read only where something moved; where they were not
/// read again, nothing moved.
fn io_rates(before: &Processes, old: usize, now: &Processes, row: usize) -> Option<(f64, f64)> {
    let (before, now) = (&before.io[old], &now.io[row]);
    if before.read_nanos == now.read_nanos {
        return Some((0.0, 0.0));
    }
    let elapsed = Interval::between(before.read_nanos, now.read_nanos)?;
    let read = elapsed.rate(before.read_bytes, now.read_bytes)?;
    let write = elapsed.rate(before.write_bytes, now.write_bytes)?;
    Some((read, write))
}

impl Processes {
    /// User and kernel mode together, nanoseconds.
    #[must_use]
    pub fn cpu_nanos(&self, row: usize) -> u64 {
        self.user_nanos[row].saturating_add(self.system_nanos[row])
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

    /// Time since it began, seconds.
    #[must_use]
    pub fn elapsed_seconds(&self) -> f64 {
        self.delta.at.boot_nanos.saturating_sub(self.key().birth_nanos()) as f64 / 1e9
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

    /// CPU time in both modes so far, seconds.
    #[must_use]
    pub fn cpu_seconds(&self) -> f64 {
        self.delta.processes.cpu_nanos(self.index) as f64 / 1e9
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
        let io = self.io();
        Observed::new(io.read_bytes, io.absence)
    }

    /// Bytes written to storage so far.
    #[must_use]
    pub fn io_write_bytes(&self) -> Observed<u64> {
        let io = self.io();
        Observed::new(io.write_bytes, io.absence)
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

    fn io(&self) -> &'a IoSample {
        &self.delta.processes.io[self.index]
    }

    fn net(&self) -> NetSample {
        self.delta.processes.net(self.key())
    }

    fn occasional(&self) -> &'a Occasional {
        &self.delta.processes.occasional[self.index]
    }

    /// TCP payload received since Topmast first saw it.
    #[must_use]
    pub fn net_received_bytes(&self) -> Observed<u64> {
        Observed::new(self.net().received_bytes, self.net().absence)
    }

    /// TCP payload sent since Topmast first saw it.
    #[must_use]
    pub fn net_sent_bytes(&self) -> Observed<u64> {
        Observed::new(self.net().sent_bytes, self.net().absence)
    }

    /// Sockets it holds, as far as owners are known.
    #[must_use]
    pub fn sockets(&self) -> u32 {
        self.net().sockets
    }

    /// Process group.
    #[must_use]
    pub fn process_group(&self) -> u32 {
        self.delta.processes.process_group[self.index]
    }

    /// Session.
    #[must_use]
    pub fn session(&self) -> u32 {
        self.delta.processes.session[self.index]
    }

    /// The kernel's priority.
    #[must_use]
    pub fn priority(&self) -> i16 {
        self.delta.processes.priority[self.index]
    }

    /// User mode time of children that were waited for, seconds.
    #[must_use]
    pub fn children_user_seconds(&self) -> f64 {
        self.delta.processes.children_user_nanos[self.index] as f64 / 1e9
    }

    /// Kernel mode time of children that were waited for, seconds.
    #[must_use]
    pub fn children_system_seconds(&self) -> f64 {
        self.delta.processes.children_system_nanos[self.index] as f64 / 1e9
    }

    /// Time spent waiting for block I/O so far, seconds.
    #[must_use]
    pub fn block_delay_seconds(&self) -> Observed<f64> {
        let processes = &self.delta.processes;
        let seconds = processes.block_delay_nanos[self.index] as f64 / 1e9;
        Observed::new(seconds, processes.block_delay_absence)
    }

    /// Swapped-out memory, bytes.
    #[must_use]
    pub fn swap_bytes(&self) -> Observed<u64> {
        let found = self.occasional();
        Observed::new(found.swap_bytes, found.absence(found.status_absence.or(self.no_memory())))
    }

    /// Voluntary context switches of the main thread so far.
    #[must_use]
    pub fn voluntary_switches(&self) -> Observed<u64> {
        let found = self.occasional();
        Observed::new(found.voluntary_switches, found.absence(found.status_absence))
    }

    /// Involuntary context switches of the main thread so far.
    #[must_use]
    pub fn involuntary_switches(&self) -> Observed<u64> {
        let found = self.occasional();
        Observed::new(found.involuntary_switches, found.absence(found.status_absence))
    }

    /// Time the main thread was ready to run but had no core so far, seconds.
    #[must_use]
    pub fn run_delay_seconds(&self) -> Observed<f64> {
        let found = self.occasional();
        let seconds = found.run_delay_nanos as f64 / 1e9;
        Observed::new(seconds, found.absence(found.run_delay_absence))
    }

    /// Open file descriptors.
    #[must_use]
    pub fn descriptors(&self) -> Observed<u32> {
        let found = self.occasional();
        Observed::new(found.descriptors, found.absence(found.descriptors_absence))
    }

    /// Out-of-memory score: the higher, the sooner it goes.
    #[must_use]
    pub fn oom_score(&self) -> Observed<i32> {
        let found = self.occasional();
        Observed::new(i32::from(found.oom_score), found.absence(found.oom_absence))
    }

    /// The container it runs in, by the name its runtime gives it, where that may be read.
    #[must_use]
    pub fn container_name(&self) -> Option<&'a str> {
        let id = self.facts().container.as_deref()?;
        let containers = &self.delta.host.surroundings.containers;
        containers.iter().find(|container| *container.id == *id)?.name.as_deref()
    }

    /// How long before this instant the row was read, seconds; 0 unless it was left for later
    /// because it had long stood still.
    #[must_use]
    pub fn age_seconds(&self) -> f64 {
        let read = self.delta.processes.read_nanos[self.index];
        self.delta.at.boot_nanos.saturating_sub(read) as f64 / 1e9
    }
}

impl Occasional {
    fn absence(&self, reason: Option<Absence>) -> Option<Absence> {
        if self.read_nanos == 0 { Some(Absence::NotYet) } else { reason }
    }
}
