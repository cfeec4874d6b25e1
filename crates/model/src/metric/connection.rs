//! The catalogue of connections.

use super::{Entity, Kind, Metric, MetricValue, Unit};
use crate::delta::SocketRow;
use crate::snapshot::{Owner, socket::TcpCounters};
use crate::{Absence, Observed};
use std::borrow::Cow;

/// Sockets.
pub struct ConnectionEntity;

impl Entity for ConnectionEntity {
    type Row<'a> = SocketRow<'a>;
    const NAME: &'static str = "connection";
    const METRICS: &'static [Metric<Self>] = METRICS;
}

fn tcp(row: &SocketRow<'_>) -> Observed<TcpCounters> {
    Observed::from_option(row.sample().tcp, Absence::Unsupported)
}

fn has_remote(row: &SocketRow<'_>) -> bool {
    row.sample().remote.port() != 0
}

const METRICS: &[Metric<ConnectionEntity>] = &[
    Metric {
        id: 1,
        name: "protocol",
        aliases: &["proto"],
        header: "PROTO",
        unit: Unit::Text,
        kind: Kind::Identity,
        help: "tcp, tcp6, udp or udp6",
        read: |row| MetricValue::Text(Cow::Borrowed(row.sample().protocol.word())),
    },
    Metric {
        id: 2,
        name: "local_address",
        aliases: &["local", "laddr"],
        header: "LOCAL",
        unit: Unit::Text,
        kind: Kind::Identity,
        help: "local address",
        read: |row| MetricValue::Text(Cow::Owned(row.sample().local.ip().to_string())),
    },
    Metric {
        id: 3,
        name: "local_port",
        aliases: &["port", "lport"],
        header: "LPORT",
        unit: Unit::Count,
        kind: Kind::Identity,
        help: "local port",
        read: |row| MetricValue::Number(f64::from(row.sample().local.port())),
    },
    Metric {
        id: 4,
        name: "remote_address",
        aliases: &["remote", "raddr"],
        header: "REMOTE",
        unit: Unit::Text,
        kind: Kind::Identity,
        help: "remote address",
        read: |row| match has_remote(row) {
            true => MetricValue::Text(Cow::Owned(row.sample().remote.ip().to_string())),
            false => MetricValue::Absent(Absence::Unsupported),
        },
    },
    Metric {
        id: 5,
        name: "remote_port",
        aliases: &["rport"],
        header: "RPORT",
        unit: Unit::Count,
        kind: Kind::Identity,
        help: "remote port",
        read: |row| match has_remote(row) {
            true => MetricValue::Number(f64::from(row.sample().remote.port())),
            false => MetricValue::Absent(Absence::Unsupported),
        },
    },
    Metric {
        id: 6,
        name: "status",
        aliases: &["state"],
        header: "STATE",
        unit: Unit::Text,
        kind: Kind::Label,
        help: "the kernel's word: LISTEN, ESTABLISHED, TIME_WAIT, …",
        read: |row| {
            MetricValue::Text(Cow::Borrowed(row.sample().state.word(row.sample().protocol)))
        },
    },
    Metric {
        id: 7,
        name: "pid",
        aliases: &[],
        header: "PID",
        unit: Unit::Count,
        kind: Kind::Label,
        help: "process that holds it",
        read: |row| match row.owner() {
            Owner::Process(pid) => MetricValue::Number(f64::from(pid)),
            Owner::Denied => MetricValue::Absent(Absence::Denied),
            Owner::Kernel | Owner::Unseen => MetricValue::Absent(Absence::Unsupported),
            Owner::NotYet => MetricValue::Absent(Absence::NotYet),
        },
    },
    Metric {
        id: 8,
        name: "process_name",
        aliases: &["name", "process"],
        header: "PROCESS",
        unit: Unit::Text,
        kind: Kind::Label,
        help: "name of that process",
        read: |row| match row.process() {
            Some(process) => MetricValue::Text(Cow::Borrowed(&process.facts().name)),
            None => MetricValue::Absent(Absence::NotYet),
        },
    },
    Metric {
        id: 9,
        name: "uid",
        aliases: &[],
        header: "UID",
        unit: Unit::Count,
        kind: Kind::Label,
        help: "user id of the socket",
        read: |row| MetricValue::Number(f64::from(row.sample().uid)),
    },
    Metric {
        id: 10,
        name: "rx_per_sec",
        aliases: &["rx"],
        header: "RX/s",
        unit: Unit::BytesPerSecond,
        kind: Kind::Gauge,
        help: "payload received per second",
        read: |row| MetricValue::number(row.receive_rate()),
    },
    Metric {
        id: 11,
        name: "tx_per_sec",
        aliases: &["tx"],
        header: "TX/s",
        unit: Unit::BytesPerSecond,
        kind: Kind::Gauge,
        help: "payload sent and acknowledged per second",
        read: |row| MetricValue::number(row.send_rate()),
    },
    Metric {
        id: 12,
        name: "rx_bytes",
        aliases: &["received"],
        header: "RX",
        unit: Unit::Bytes,
        kind: Kind::Counter,
        help: "payload received so far",
        read: |row| MetricValue::number(tcp(row).map(|tcp| tcp.received_bytes as f64)),
    },
    Metric {
        id: 13,
        name: "tx_bytes",
        aliases: &["sent"],
        header: "TX",
        unit: Unit::Bytes,
        kind: Kind::Counter,
        help: "payload sent and acknowledged so far",
        read: |row| MetricValue::number(tcp(row).map(|tcp| tcp.acked_bytes as f64)),
    },
    Metric {
        id: 14,
        name: "rtt_ms",
        aliases: &["rtt"],
        header: "RTT",
        unit: Unit::Milliseconds,
        kind: Kind::Gauge,
        help: "smoothed round-trip time",
        read: |row| MetricValue::number(tcp(row).map(|tcp| f64::from(tcp.rtt_micros) / 1e3)),
    },
    Metric {
        id: 15,
        name: "retransmits",
        aliases: &["retrans"],
        header: "RETR",
        unit: Unit::Count,
        kind: Kind::Counter,
        help: "segments sent again so far",
        read: |row| MetricValue::number(tcp(row).map(|tcp| f64::from(tcp.retransmits))),
    },
    Metric {
        id: 16,
        name: "recv_queue",
        aliases: &["recvq"],
        header: "RECVQ",
        unit: Unit::Bytes,
        kind: Kind::Gauge,
        help: "bytes waiting to be read; for LISTEN: connections waiting",
        read: |row| MetricValue::Number(f64::from(row.sample().receive_queue)),
    },
    Metric {
        id: 17,
        name: "send_queue",
        aliases: &["sendq"],
        header: "SENDQ",
        unit: Unit::Bytes,
        kind: Kind::Gauge,
        help: "bytes not yet acknowledged; for LISTEN: the backlog",
        read: |row| MetricValue::Number(f64::from(row.sample().send_queue)),
    },
];
