//! The machine itself, and hosts as a list shows them.

use super::{hundredths, tenths};
use crate::browser::reply::{
    GapReply, InterfaceReply, NetworkShareReply, NetworkStats, PressureReply, ServerReply,
    SystemReply,
};
use crate::browser::stream::FrameHead;
use model::delta::TrafficRates;
use model::snapshot::{Pressure, ProcessState, TrafficCounters};
use model::{Absence, Delta, Gap, HostId, Moment};
use std::time::Duration;

/// RFC 3339 in UTC, to the millisecond.
#[must_use]
pub fn timestamp(moment: Moment) -> String {
    let time = jiff::Timestamp::from_nanosecond(i128::from(moment.unix_nanos));
    let time = time.expect("64 bits of nanoseconds lie within the years 1677 to 2262");
    format!("{time:.3}")
}

/// Gaps as the API shows them.
#[must_use]
pub fn gap_replies(gaps: &[Gap]) -> Vec<GapReply> {
    gaps.iter()
        .map(|gap| GapReply {
            what: gap.what.to_owned(),
            reason: gap.absence.word(),
            count: gap.count,
            detail: gap.detail.clone(),
        })
        .collect()
}

/// One host as a list shows it. `delta` is its newest sample.
#[must_use]
pub fn server_reply(
    id: &HostId,
    delta: &Delta,
    first_seen: Option<Moment>,
    sampling: &Sampling<'_>,
) -> ServerReply {
    let facts = &delta.host.facts;
    ServerReply {
        id: id.0.to_string(),
        hostname: facts.hostname.clone(),
        ip_address: facts.ip_address.clone(),
        os: facts.os.clone(),
        platform: "linux".to_owned(),
        kernel: facts.kernel.clone(),
        architecture: facts.architecture.clone(),
        cpu_model: facts.cpu_model.clone(),
        cpu_count: delta.host.cores.len() as u32,
        total_memory: delta.host.memory.total,
        is_active: sampling.is_active,
        first_seen: first_seen.map(timestamp),
        last_seen: first_seen.map(|_| timestamp(delta.at)),
        agent_version: sampling.agent_version.to_owned(),
        interval: sampling.interval.as_secs_f64(),
        control: sampling.control,
    }
}

/// How a host is sampled.
pub struct Sampling<'a> {
    /// Whether samples arrive.
    pub is_active: bool,
    /// Version of what samples it.
    pub agent_version: &'a str,
    /// Time between samples.
    pub interval: Duration,
    /// Whether processes may be acted on.
    pub control: bool,
}

pub(in crate::browser) fn frame_head(delta: &Delta, seq: u32) -> FrameHead {
    FrameHead {
        v: 1,
        seq,
        time: timestamp(delta.at),
        interval: delta.interval.map(|interval| hundredths(interval.seconds())),
        system: system(delta),
        cpu_per_core: cores(delta),
        network_stats: network_stats(delta),
        interfaces: interfaces(delta),
        gaps: all_gaps(delta),
    }
}

pub(super) fn system(delta: &Delta) -> SystemReply {
    let states = &delta.processes.state;
    let in_state = |wanted| states.iter().filter(|state| **state == wanted).count() as u32;
    let cpu = delta.host_rates.cpu;
    let memory = &delta.host.memory;
    let used = memory.total.saturating_sub(memory.available);
    SystemReply {
        total_processes: states.len() as u32,
        running_processes: in_state(ProcessState::Running),
        blocked_processes: in_state(ProcessState::DiskSleep),
        zombie_processes: in_state(ProcessState::Zombie),
        total_threads: delta.processes.threads.iter().sum(),
        starts_per_sec: delta.host_rates.forks.map(tenths),
        cpu_percent: cpu.map(|share| tenths(share.busy)),
        cpu_user_percent: cpu.map(|share| tenths(share.user + share.nice)),
        cpu_system_percent: cpu.map(|share| tenths(share.system + share.irq + share.softirq)),
        cpu_iowait_percent: cpu.map(|share| tenths(share.iowait)),
        cpu_steal_percent: cpu.map(|share| tenths(share.steal)),
        load_1: delta.host.load[0],
        load_5: delta.host.load[1],
        load_15: delta.host.load[2],
        memory_total: memory.total,
        memory_used: used,
        memory_available: memory.available,
        memory_free: memory.free,
        memory_cached: memory.cached,
        memory_shared: memory.shared,
        memory_percent: tenths(used as f64 * 100.0 / memory.total.max(1) as f64),
        swap_total: memory.swap_total,
        swap_used: memory.swap_total.saturating_sub(memory.swap_free),
        uptime: hundredths(delta.at.boot_nanos as f64 / 1e9),
        pressure: delta.host.pressure.as_ref().map(pressure),
        sample_cpu_time: delta.cost.cpu_nanos as f64 / 1e9,
        overruns: delta.cost.overruns,
        rows_late: delta.cost.rows_late,
    }
}

fn pressure(pressure: &Pressure) -> PressureReply {
    PressureReply {
        cpu_some: pressure.cpu_some.average_10,
        io_some: pressure.io_some.average_10,
        io_full: pressure.io_full.average_10,
        memory_some: pressure.memory_some.average_10,
        memory_full: pressure.memory_full.average_10,
    }
}

pub(super) fn cores(delta: &Delta) -> Vec<Option<f64>> {
    delta.host_rates.cores.iter().map(|core| core.map(|share| tenths(share.busy))).collect()
}

pub(super) fn interfaces(delta: &Delta) -> Vec<InterfaceReply> {
    let rows = delta.host.interfaces.iter().zip(&delta.host_rates.interfaces);
    rows.map(|(interface, rates)| InterfaceReply {
        name: interface.name.to_string(),
        stats: stats(&interface.counters, rates.as_ref()),
    })
    .collect()
}

pub(super) fn network_share(delta: &Delta) -> Option<NetworkShareReply> {
    let share = delta.network_share?;
    Some(NetworkShareReply {
        attributed_rx_per_sec: share.attributed.0.round(),
        attributed_tx_per_sec: share.attributed.1.round(),
        unattributed_rx_per_sec: share.unattributed.0.round(),
        unattributed_tx_per_sec: share.unattributed.1.round(),
        coverage_ratio: share.coverage_ratio.map(hundredths),
    })
}

/// All interfaces but loopback, added up. A rate is known when each interface's is.
pub(super) fn network_stats(delta: &Delta) -> NetworkStats {
    let mut total = TrafficCounters::default();
    let mut total_rates = Some(TrafficRates::default());
    let rows = delta.host.interfaces.iter().zip(&delta.host_rates.interfaces);
    for (interface, rates) in rows.filter(|(interface, _)| &*interface.name != "lo") {
        add_counters(&mut total, &interface.counters);
        total_rates = total_rates.zip(rates.as_ref()).map(|(sum, rates)| add_rates(sum, rates));
    }
    let total_rates = total_rates.filter(|_| delta.interval.is_some());
    stats(&total, total_rates.as_ref())
}

fn add_counters(sum: &mut TrafficCounters, other: &TrafficCounters) {
    sum.received_bytes += other.received_bytes;
    sum.received_packets += other.received_packets;
    sum.received_errors += other.received_errors;
    sum.received_drops += other.received_drops;
    sum.sent_bytes += other.sent_bytes;
    sum.sent_packets += other.sent_packets;
    sum.sent_errors += other.sent_errors;
    sum.sent_drops += other.sent_drops;
}

fn add_rates(sum: TrafficRates, other: &TrafficRates) -> TrafficRates {
    TrafficRates {
        received_bytes: sum.received_bytes + other.received_bytes,
        received_packets: sum.received_packets + other.received_packets,
        received_errors: sum.received_errors + other.received_errors,
        received_drops: sum.received_drops + other.received_drops,
        sent_bytes: sum.sent_bytes + other.sent_bytes,
        sent_packets: sum.sent_packets + other.sent_packets,
        sent_errors: sum.sent_errors + other.sent_errors,
        sent_drops: sum.sent_drops + other.sent_drops,
    }
}

fn stats(counters: &TrafficCounters, rates: Option<&TrafficRates>) -> NetworkStats {
    let rate = |pick: fn(&TrafficRates) -> f64| rates.map(|rates| tenths(pick(rates)));
    NetworkStats {
        bytes_sent: counters.sent_bytes,
        bytes_recv: counters.received_bytes,
        packets_sent: counters.sent_packets,
        packets_recv: counters.received_packets,
        errin: counters.received_errors,
        errout: counters.sent_errors,
        dropin: counters.received_drops,
        dropout: counters.sent_drops,
        bytes_sent_per_sec: rate(|rates| rates.sent_bytes),
        bytes_recv_per_sec: rate(|rates| rates.received_bytes),
        packets_sent_per_sec: rate(|rates| rates.sent_packets),
        packets_recv_per_sec: rate(|rates| rates.received_packets),
        errin_per_sec: rate(|rates| rates.received_errors),
        errout_per_sec: rate(|rates| rates.sent_errors),
        dropin_per_sec: rate(|rates| rates.received_drops),
        dropout_per_sec: rate(|rates| rates.sent_drops),
    }
}

/// The sample's own gaps, and what this version does not read at all.
pub(super) fn all_gaps(delta: &Delta) -> Vec<GapReply> {
    let mut gaps = gap_replies(&delta.gaps);
    gaps.extend(gap_replies(&delta.host.surroundings.gaps));
    gaps.push(GapReply {
        what: "net_rx_per_sec".to_owned(),
        reason: Absence::Unsupported.word(),
        count: None,
        detail: "Counted for TCP only: a process without a TCP connection shows none.".to_owned(),
    });
    gaps
}
