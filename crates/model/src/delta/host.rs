//! Rates of the machine itself.

use crate::Interval;
use crate::snapshot::{
    CpuTimes, Disk, DiskCounters, Host, Interface, KernelCounters, TrafficCounters,
};

/// Rates of one host; `None` where there is nothing to compare with.
#[derive(Debug, Clone, Default)]
pub struct HostRates {
    /// All cores together.
    pub cpu: Option<CpuShare>,
    /// Each core.
    pub cores: Vec<Option<CpuShare>>,
    /// Processes and threads begun per second.
    pub forks: Option<f64>,
    /// Context switches per second.
    pub context_switches: Option<f64>,
    /// Interrupts per second.
    pub interrupts: Option<f64>,
    /// Bytes read from swap per second.
    pub swap_in_bytes: Option<f64>,
    /// Bytes written to swap per second.
    pub swap_out_bytes: Option<f64>,
    /// Each interface, in the order of the snapshot.
    pub interfaces: Vec<Option<TrafficRates>>,
    /// Each block device, in the order of the snapshot.
    pub disks: Vec<Option<DiskRates>>,
}

/// How a core spent its time, percent. `user`, `nice`, `system`, `irq`, `softirq` and `steal` add
/// up to `busy`; `guest` is inside `user` and `nice`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CpuShare {
    /// Not idle.
    pub busy: f64,
    /// User mode at a nice value of 0 or less.
    pub user: f64,
    /// User mode at a positive nice value.
    pub nice: f64,
    /// Kernel mode.
    pub system: f64,
    /// Hardware interrupts.
    pub irq: f64,
    /// Software interrupts.
    pub softirq: f64,
    /// Idle while waiting for storage.
    pub iowait: f64,
    /// Taken by the hypervisor.
    pub steal: f64,
    /// Running guests.
    pub guest: f64,
}

/// What goes through a block device per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DiskRates {
    /// Reads.
    pub reads: f64,
    /// Bytes read.
    pub read_bytes: f64,
    /// Writes.
    pub writes: f64,
    /// Bytes written.
    pub write_bytes: f64,
    /// Time with at least one request on its way, percent.
    pub busy_percent: f64,
    /// How long a request took, milliseconds; `None` when none was completed.
    pub latency_ms: Option<f64>,
}

/// Traffic per second.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct TrafficRates {
    /// Bytes received.
    pub received_bytes: f64,
    /// Packets received.
    pub received_packets: f64,
    /// Errors while receiving.
    pub received_errors: f64,
    /// Packets dropped on the way in.
    pub received_drops: f64,
    /// Bytes sent.
    pub sent_bytes: f64,
    /// Packets sent.
    pub sent_packets: f64,
    /// Errors while sending.
    pub sent_errors: f64,
    /// Packets dropped on the way out.
    pub sent_drops: f64,
}

impl HostRates {
    pub(super) fn refill(&mut self, before: Option<&Host>, now: &Host, elapsed: Option<Interval>) {
        let before = before.filter(|_| elapsed.is_some());
        self.refill_cores(before, now);
        let rate = |pick: fn(&KernelCounters) -> u64| {
            let before = before.map(|before| pick(&before.counters)).filter(|count| *count > 0);
            elapsed.zip(before).and_then(|(time, before)| time.rate(before, pick(&now.counters)))
        };
        self.forks = rate(|counters| counters.forks);
        self.context_switches = rate(|counters| counters.context_switches);
        self.interrupts = rate(|counters| counters.interrupts);
        let paging = |pick: fn(&KernelCounters) -> u64| {
            let before = before.map(|before| pick(&before.counters));
            elapsed.zip(before).and_then(|(time, before)| time.rate(before, pick(&now.counters)))
        };
        self.swap_in_bytes = paging(|counters| counters.swap_in_bytes);
        self.swap_out_bytes = paging(|counters| counters.swap_out_bytes);
        self.interfaces.clear();
        for (row, interface) in now.interfaces.iter().enumerate() {
            let earlier = before.and_then(|before| find(&before.interfaces, row, &interface.name));
            let rates = earlier.zip(elapsed).and_then(|(earlier, elapsed)| {
                TrafficRates::between(&earlier.counters, &interface.counters, elapsed)
            });
            self.interfaces.push(rates);
        }
        self.disks.clear();
        for (row, disk) in now.disks.iter().enumerate() {
            let earlier = before.and_then(|before| find(&before.disks, row, &disk.name));
            let rates = earlier.zip(elapsed).and_then(|(earlier, elapsed)| {
                DiskRates::between(&earlier.counters, &disk.counters, elapsed)
            });
            self.disks.push(rates);
        }
    }

    /// Cores are paired by their number: one may have been switched off.
    fn refill_cores(&mut self, before: Option<&Host>, now: &Host) {
        self.cpu = before.and_then(|before| CpuShare::between(&before.cpu, &now.cpu));
        self.cores.clear();
        for (row, times) in now.cores.iter().enumerate() {
            let number = now.core_numbers.get(row);
            let earlier = before.and_then(|before| {
                let same_row = Some(row).filter(|row| before.core_numbers.get(*row) == number);
                let found = || before.core_numbers.iter().position(|old| Some(old) == number);
                before.cores.get(same_row.or_else(found)?)
            });
            self.cores.push(earlier.and_then(|earlier| CpuShare::between(earlier, times)));
        }
    }

    /// Bytes received and sent per second through all interfaces, loopback included.
    pub(super) fn all_traffic(&self) -> Option<(f64, f64)> {
        let mut sum = (0.0, 0.0);
        for rates in &self.interfaces {
            let rates = (*rates)?;
            sum = (sum.0 + rates.received_bytes, sum.1 + rates.sent_bytes);
        }
        (!self.interfaces.is_empty()).then_some(sum)
    }
}

/// Something with a name of the kernel's.
trait Named {
    fn name(&self) -> &str;
}

impl Named for Interface {
    fn name(&self) -> &str {
        &self.name
    }
}

impl Named for Disk {
    fn name(&self) -> &str {
        &self.name
    }
}

/// The one of that name, most likely in the same row as before.
fn find<'a, T: Named>(rows: &'a [T], row: usize, name: &str) -> Option<&'a T> {
    let same_row = rows.get(row).filter(|candidate| candidate.name() == name);
    same_row.or_else(|| rows.iter().find(|candidate| candidate.name() == name))
}

/// The kernel tells times of devices in 32 bits of milliseconds: they begin anew after 49 days.
const DISK_TIME_NANOS: u64 = (1 << 32) * 1_000_000;

/// Growth of such a time; `None` if that cannot be what it is.
fn time_between(before: u64, now: u64) -> Option<u64> {
    now.checked_sub(before).or_else(|| now.checked_add(DISK_TIME_NANOS)?.checked_sub(before))
}

impl DiskRates {
    /// `None` if any counter went backwards: another device has that name now.
    fn between(before: &DiskCounters, now: &DiskCounters, elapsed: Interval) -> Option<Self> {
        let requests = (now.reads.checked_sub(before.reads)?)
            .saturating_add(now.writes.checked_sub(before.writes)?);
        let taken = time_between(before.read_nanos, now.read_nanos)?
            .saturating_add(time_between(before.write_nanos, now.write_nanos)?);
        let busy = time_between(before.busy_nanos, now.busy_nanos)?;
        let busy = elapsed.rate(0, busy)? / 1e7;
        Some(Self {
            reads: elapsed.rate(before.reads, now.reads)?,
            read_bytes: elapsed.rate(before.read_bytes, now.read_bytes)?,
            writes: elapsed.rate(before.writes, now.writes)?,
            write_bytes: elapsed.rate(before.write_bytes, now.write_bytes)?,
            busy_percent: busy.min(100.0),
            latency_ms: (requests > 0).then(|| taken as f64 / 1e6 / requests as f64),
        })
    }
}

impl CpuShare {
    /// Shares of the time between two readings. Fields that went backwards (`iowait` may) count
    /// as zero, so that no share leaves 0 to 100.
    fn between(before: &CpuTimes, now: &CpuTimes) -> Option<Self> {
        let growth = |pick: fn(&CpuTimes) -> u64| pick(now).saturating_sub(pick(before)) as f64;
        // Guest time is inside user and nice already.
        let (user, nice) = (growth(|t| t.user), growth(|t| t.nice));
        let system = growth(|t| t.system);
        let (irq, softirq) = (growth(|t| t.irq), growth(|t| t.softirq));
        let (steal, iowait) = (growth(|t| t.steal), growth(|t| t.iowait));
        let busy = user + nice + system + irq + softirq + steal;
        let total = busy + iowait + growth(|t| t.idle);
        if total <= 0.0 {
            return None;
        }
        let percent = |part: f64| part * 100.0 / total;
        Some(Self {
            busy: percent(busy),
            user: percent(user),
            nice: percent(nice),
            system: percent(system),
            irq: percent(irq),
            softirq: percent(softirq),
            iowait: percent(iowait),
            steal: percent(steal),
            guest: percent(growth(|t| t.guest) + growth(|t| t.guest_nice)),
        })
    }
}

impl TrafficRates {
    /// `None` if any counter went backwards: another interface has that name now.
    fn between(before: &TrafficCounters, now: &TrafficCounters, elapsed: Interval) -> Option<Self> {
        Some(Self {
            received_bytes: elapsed.rate(before.received_bytes, now.received_bytes)?,
            received_packets: elapsed.rate(before.received_packets, now.received_packets)?,
            received_errors: elapsed.rate(before.received_errors, now.received_errors)?,
            received_drops: elapsed.rate(before.received_drops, now.received_drops)?,
            sent_bytes: elapsed.rate(before.sent_bytes, now.sent_bytes)?,
            sent_packets: elapsed.rate(before.sent_packets, now.sent_packets)?,
            sent_errors: elapsed.rate(before.sent_errors, now.sent_errors)?,
            sent_drops: elapsed.rate(before.sent_drops, now.sent_drops)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_devices_go_on_where_the_kernel_begins_anew() {
        let millisecond = 1_000_000;
        let before = DiskCounters {
            reads: 10,
            read_nanos: DISK_TIME_NANOS - 3 * millisecond,
            busy_nanos: DISK_TIME_NANOS - 400 * millisecond,
            ..DiskCounters::default()
        };
        let now = DiskCounters {
            reads: 12,
            read_nanos: 7 * millisecond,
            busy_nanos: 100 * millisecond,
            ..before
        };
        let second = Interval::between(1, 1_000_000_001).unwrap();
        let rates = DiskRates::between(&before, &now, second).unwrap();
        assert_eq!((rates.latency_ms, rates.busy_percent), (Some(5.0), 50.0));
        // Another device has fewer requests too.
        assert_eq!(DiskRates::between(&before, &DiskCounters { reads: 1, ..now }, second), None);
    }
}
