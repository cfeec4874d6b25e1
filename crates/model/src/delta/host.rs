//! Rates of the machine itself.

use crate::Interval;
use crate::snapshot::{CpuTimes, Host, Interface, TrafficCounters};

/// Rates of one host; `None` where there is nothing to compare with.
#[derive(Debug, Clone, Default)]
pub struct HostRates {
    /// All cores together.
    pub cpu: Option<CpuShare>,
    /// Each core.
    pub cores: Vec<Option<CpuShare>>,
    /// Processes and threads begun per second.
    pub forks: Option<f64>,
    /// Each interface, in the order of the snapshot.
    pub interfaces: Vec<Option<TrafficRates>>,
}

/// How a core spent its time, percent. The parts but `iowait` add up to `busy`.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CpuShare {
    /// Not idle.
    pub busy: f64,
    /// User mode, nice included.
    pub user: f64,
    /// Kernel mode, interrupts included.
    pub system: f64,
    /// Idle while waiting for storage.
    pub iowait: f64,
    /// Taken by the hypervisor.
    pub steal: f64,
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
        self.cores.clear();
        self.interfaces.clear();
        self.cpu = before.and_then(|before| CpuShare::between(&before.cpu, &now.cpu));
        for (core, times) in now.cores.iter().enumerate() {
            let earlier = before.and_then(|before| before.cores.get(core));
            self.cores.push(earlier.and_then(|earlier| CpuShare::between(earlier, times)));
        }
        self.forks = before.zip(elapsed).and_then(|(b, elapsed)| elapsed.rate(b.forks, now.forks));
        for (row, interface) in now.interfaces.iter().enumerate() {
            let earlier = before.and_then(|before| find(&before.interfaces, row, &interface.name));
            let rates = earlier.zip(elapsed).and_then(|(earlier, elapsed)| {
                TrafficRates::between(&earlier.counters, &interface.counters, elapsed)
            });
            self.interfaces.push(rates);
        }
    }
}

/// The interface of that name, most likely in the same row as before.
fn find<'a>(interfaces: &'a [Interface], row: usize, name: &str) -> Option<&'a Interface> {
    let same_row = interfaces.get(row).filter(|interface| *interface.name == *name);
    same_row.or_else(|| interfaces.iter().find(|interface| *interface.name == *name))
}

impl CpuShare {
    /// Shares of the time between two readings. Fields that went backwards (`iowait` may) count
    /// as zero, so that no share leaves 0 to 100.
    fn between(before: &CpuTimes, now: &CpuTimes) -> Option<Self> {
        let growth = |pick: fn(&CpuTimes) -> u64| pick(now).saturating_sub(pick(before)) as f64;
        let user = growth(|t| t.user) + growth(|t| t.nice);
        let system = growth(|t| t.system) + growth(|t| t.irq) + growth(|t| t.softirq);
        let steal = growth(|t| t.steal);
        let iowait = growth(|t| t.iowait);
        let busy = user + system + steal;
        let total = busy + iowait + growth(|t| t.idle);
        if total <= 0.0 {
            return None;
        }
        let percent = |part: f64| part * 100.0 / total;
        Some(Self {
            busy: percent(busy),
            user: percent(user),
            system: percent(system),
            iowait: percent(iowait),
            steal: percent(steal),
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
