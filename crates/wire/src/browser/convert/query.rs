//! The snapshot as a question asks for it.

use super::{connection, disks, host, process_row};
use crate::browser::reply::{ConnectionRow, PortUse, ProcessRow, SnapshotReply};
use model::Delta;
use model::delta::SocketRow;
use model::metric::ProcessEntity;
use model::snapshot::Protocol;
use query::{Filter, Order};
use std::collections::BTreeMap;

/// Which processes, in which order, and how many rows of each list.
pub struct RowQuery {
    /// Which processes.
    pub filter: Filter<ProcessEntity>,
    /// Their order.
    pub order: Order<ProcessEntity>,
    /// Rows of each list at most; 0 for all.
    pub limit: usize,
}

/// One sample, whole.
#[must_use]
pub fn snapshot(delta: &Delta, query: &RowQuery) -> SnapshotReply {
    SnapshotReply {
        timestamp: host::timestamp(delta.at),
        processes: process_rows(delta, query),
        network_connections: connection_rows(delta.socket_rows().take(count(query.limit))),
        network_stats: host::network_stats(delta),
        cpu_per_core: host::cores(delta),
        port_usage: port_usage(delta),
        system: host::system(delta),
        interfaces: host::interfaces(delta),
        disks: disks::disks(delta),
        file_systems: disks::file_systems(delta),
        network_share: host::network_share(delta),
        gaps: host::all_gaps(delta),
    }
}

fn count(limit: usize) -> usize {
    if limit == 0 { usize::MAX } else { limit }
}

fn process_rows(delta: &Delta, query: &RowQuery) -> Vec<ProcessRow> {
    let mut rows: Vec<_> = delta.process_rows().filter(|row| query.filter.passes(row)).collect();
    query.order.sort(&mut rows);
    rows.iter().take(count(query.limit)).map(process_row).collect()
}

/// Sockets as rows.
pub fn connection_rows<'a>(rows: impl Iterator<Item = SocketRow<'a>>) -> Vec<ConnectionRow> {
    rows.map(|row| connection(&row)).collect()
}

fn port_usage(delta: &Delta) -> BTreeMap<u16, PortUse> {
    let mut ports: BTreeMap<u16, PortUse> = BTreeMap::new();
    for row in delta.socket_rows() {
        let sample = row.sample();
        // The same port of another namespace is another port.
        if sample.namespace != 0 || sample.protocol == Protocol::Unix {
            continue;
        }
        let port = ports.entry(sample.local.port()).or_insert_with(|| PortUse {
            connections: 0,
            states: BTreeMap::new(),
            processes: Vec::new(),
        });
        port.connections += 1;
        *port.states.entry(sample.state.word(sample.protocol)).or_default() += 1;
        if let Some(process) = row.process() {
            let name = &process.facts().name;
            if !port.processes.contains(name) {
                port.processes.push(name.clone());
            }
        }
    }
    ports
}
