//! Model to JSON: the one place where a delta becomes what the API and the stream show. Measures
//! are rounded here to what a person can see; that is also the cheapest compression there is.

mod detail;
mod disks;
mod host;
mod query;

pub use detail::{process_detail, process_reference};
pub use host::{Sampling, gap_replies, server_reply, timestamp};
pub use query::{RowQuery, connection_rows, snapshot};

pub(super) use host::frame_head;

use super::reply::{ConnectionRow, ProcessRow};
use model::Observed;
use model::delta::{ProcessRow as ModelProcess, SocketRow};
use model::snapshot::{Owner, TcpCounters};
use std::sync::Arc;

/// One process as a row.
#[must_use]
pub fn process_row(row: &ModelProcess<'_>) -> ProcessRow {
    let facts = row.facts();
    ProcessRow {
        pid: row.key().pid,
        start_time: row.key().start_time(),
        ppid: row.parent(),
        name: Arc::clone(&facts.name),
        exe: facts.exe.clone().known(),
        cmdline: Arc::clone(&facts.cmdline),
        cwd: facts.cwd.clone().known(),
        username: facts.username.clone().known(),
        uid: facts.uid.known(),
        status: row.state().word(),
        cpu_percent: row.cpu_percent().known().map(tenths),
        memory_percent: row.memory_percent().known().map(tenths),
        memory_rss: row.rss_bytes().known(),
        memory_vms: row.vms_bytes().known(),
        num_threads: row.threads(),
        nice: row.nice(),
        create_time: hundredths(row.create_time()),
        cpu_time_user: row.user_seconds(),
        cpu_time_system: row.system_seconds(),
        io_read_bytes: row.io_read_bytes().known(),
        io_write_bytes: row.io_write_bytes().known(),
        io_read_per_sec: whole(row.io_read_rate()),
        io_write_per_sec: whole(row.io_write_rate()),
        net_rx_per_sec: whole(row.net_receive_rate()),
        net_tx_per_sec: whole(row.net_send_rate()),
        container: facts.container.clone(),
        kernel: facts.is_kernel,
    }
}

pub(super) fn connection(row: &SocketRow<'_>) -> ConnectionRow {
    let sample = row.sample();
    let has_remote = sample.remote.port() != 0;
    let (pid, owner) = owner(row.owner());
    let tcp = |pick: fn(&TcpCounters) -> u64| sample.tcp.as_ref().map(pick);
    ConnectionRow {
        protocol: sample.protocol.word(),
        local_address: sample.local.ip().to_string(),
        local_port: sample.local.port(),
        remote_address: has_remote.then(|| sample.remote.ip().to_string()),
        remote_port: has_remote.then(|| sample.remote.port()),
        status: sample.state.word(sample.protocol),
        pid,
        process_name: row.process().map(|process| Arc::clone(&process.facts().name)),
        owner,
        uid: sample.uid,
        rx_per_sec: whole(row.receive_rate()),
        tx_per_sec: whole(row.send_rate()),
        rx_bytes: tcp(|tcp| tcp.received_bytes),
        tx_bytes: tcp(|tcp| tcp.acked_bytes),
        rtt_ms: sample.tcp.filter(|tcp| tcp.rtt_micros > 0).map(|tcp| milliseconds(tcp.rtt_micros)),
        retransmits: sample.tcp.map(|tcp| tcp.retransmits),
        recv_queue: sample.receive_queue,
        send_queue: sample.send_queue,
        net_namespace: Some(sample.namespace).filter(|inode| *inode != 0),
    }
}

fn owner(owner: Owner) -> (Option<u32>, Option<&'static str>) {
    match owner {
        Owner::Process(pid) => (Some(pid), None),
        Owner::Kernel => (None, Some("kernel")),
        Owner::Denied => (None, Some("denied")),
        Owner::Unseen => (None, Some("unseen")),
        Owner::NotYet => (None, Some("not_yet")),
    }
}

fn whole(rate: Observed<f64>) -> Option<f64> {
    rate.known().map(f64::round)
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

fn milliseconds(micros: u32) -> f64 {
    hundredths(f64::from(micros) / 1e3)
}
