//! The catalogue of connections.

use super::{Entity, Metric, MetricValue};
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
    const WORD_FIELDS: &'static [&'static str] =
        &["process_name", "local_address", "remote_address", "status", "protocol"];

    fn either(word: &str) -> &'static [&'static str] {
        if word.eq_ignore_ascii_case("port") { &["local_port", "remote_port"] } else { &[] }
    }
}

fn tcp(row: &SocketRow<'_>) -> Observed<TcpCounters> {
    Observed::from_option(row.sample().tcp, Absence::Unsupported)
}

fn has_remote(row: &SocketRow<'_>) -> bool {
    row.sample().remote.port() != 0
}

const METRICS: &[Metric<ConnectionEntity>] = metrics! {
    1, "protocol", ["proto"], "PROTO", Text, Identity, "tcp, tcp6, udp or udp6",
        |row| MetricValue::Text(Cow::Borrowed(row.sample().protocol.word()));
    2, "local_address", ["local", "laddr"], "LOCAL", Text, Identity, "local address",
        |row| MetricValue::Text(Cow::Owned(row.sample().local.ip().to_string()));
    3, "local_port", ["port", "lport"], "LPORT", Count, Identity, "local port",
        |row| MetricValue::Number(f64::from(row.sample().local.port()));
    4, "remote_address", ["remote", "raddr"], "REMOTE", Text, Identity, "remote address",
        |row| match has_remote(row) {
            true => MetricValue::Text(Cow::Owned(row.sample().remote.ip().to_string())),
            false => MetricValue::Absent(Absence::Unsupported),
        };
    5, "remote_port", ["rport"], "RPORT", Count, Identity, "remote port",
        |row| match has_remote(row) {
            true => MetricValue::Number(f64::from(row.sample().remote.port())),
            false => MetricValue::Absent(Absence::Unsupported),
        };
    6, "status", ["state"], "STATE", Text, Label,
        "the kernel's word: LISTEN, ESTABLISHED, TIME_WAIT, …",
        |row| {
            MetricValue::Text(Cow::Borrowed(row.sample().state.word(row.sample().protocol)))
        };
    7, "pid", [], "PID", Count, Label, "process that holds it",
        |row| match row.owner() {
            Owner::Process(pid) => MetricValue::Number(f64::from(pid)),
            Owner::Denied => MetricValue::Absent(Absence::Denied),
            Owner::Kernel | Owner::Unseen => MetricValue::Absent(Absence::Unsupported),
            Owner::NotYet => MetricValue::Absent(Absence::NotYet),
        };
    8, "process_name", ["name", "process"], "PROCESS", Text, Label, "name of that process",
        |row| match row.process() {
            Some(process) => MetricValue::Text(Cow::Borrowed(&process.facts().name)),
            None => MetricValue::Absent(Absence::NotYet),
        };
    9, "uid", [], "UID", Count, Label, "user id of the socket",
        |row| MetricValue::Number(f64::from(row.sample().uid));
    10, "rx_per_sec", ["rx"], "RX/s", BytesPerSecond, Gauge, "payload received per second",
        |row| MetricValue::number(row.receive_rate());
    11, "tx_per_sec", ["tx"], "TX/s", BytesPerSecond, Gauge,
        "payload sent and acknowledged per second",
        |row| MetricValue::number(row.send_rate());
    12, "rx_bytes", ["received"], "RX", Bytes, Counter, "payload received so far",
        |row| MetricValue::number(tcp(row).map(|tcp| tcp.received_bytes as f64));
    13, "tx_bytes", ["sent"], "TX", Bytes, Counter, "payload sent and acknowledged so far",
        |row| MetricValue::number(tcp(row).map(|tcp| tcp.acked_bytes as f64));
    14, "rtt_ms", ["rtt"], "RTT", Milliseconds, Gauge, "smoothed round-trip time",
        |row| MetricValue::number(tcp(row).map(|tcp| f64::from(tcp.rtt_micros) / 1e3));
    15, "retransmits", ["retrans"], "RETR", Count, Counter, "segments sent again so far",
        |row| MetricValue::number(tcp(row).map(|tcp| f64::from(tcp.retransmits)));
    16, "recv_queue", ["recvq"], "RECVQ", Bytes, Gauge,
        "bytes waiting to be read; for LISTEN: connections waiting",
        |row| MetricValue::Number(f64::from(row.sample().receive_queue));
    17, "send_queue", ["sendq"], "SENDQ", Bytes, Gauge,
        "bytes not yet acknowledged; for LISTEN: the backlog",
        |row| MetricValue::Number(f64::from(row.sample().send_queue));
};
