//! The catalogue of connections.

use super::{Entity, Metric, MetricValue, words};
use crate::delta::SocketRow;
use crate::snapshot::{Owner, Protocol, Scope, TcpCounters};
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
    1, "protocol", ["proto"], "PROTO", Text, Identity,
        "tcp, tcp6, udp, udp6, raw, raw6 or unix",
        |row| MetricValue::Text(Cow::Borrowed(row.sample().protocol.word()));
    2, "local_address", ["local", "laddr"], "LOCAL", Text, Identity,
        "local address; path of a unix socket",
        |row| match row.sample().protocol {
            Protocol::Unix => words(row.sample().path.as_deref()),
            _ => MetricValue::Text(Cow::Owned(row.sample().local.ip().to_string())),
        };
    3, "local_port", ["port", "lport"], "LPORT", Count, Identity, "local port",
        |row| match row.sample().protocol {
            Protocol::Unix => MetricValue::Absent(Absence::Unsupported),
            _ => MetricValue::Number(f64::from(row.sample().local.port())),
        };
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
        |row| match tcp(row).known().map(|tcp| tcp.rtt_micros).filter(|micros| *micros > 0) {
            Some(micros) => MetricValue::Number(f64::from(micros) / 1e3),
            None => MetricValue::Absent(Absence::Unsupported),
        };
    15, "retransmits", ["retrans"], "RETR", Count, Counter, "segments sent again so far",
        |row| MetricValue::number(tcp(row).map(|tcp| f64::from(tcp.retransmits)));
    16, "recv_queue", ["recvq"], "RECVQ", Bytes, Gauge,
        "bytes waiting to be read; for LISTEN: connections waiting",
        |row| MetricValue::Number(f64::from(row.sample().receive_queue));
    17, "send_queue", ["sendq"], "SENDQ", Bytes, Gauge,
        "bytes not yet acknowledged; for LISTEN: the backlog",
        |row| MetricValue::Number(f64::from(row.sample().send_queue));
    18, "owner", [], "OWNER", Text, Label,
        "why the process is not known: kernel, unseen, denied or not_yet",
        |row| match row.owner().reason() {
            Some(reason) => MetricValue::Text(Cow::Borrowed(reason)),
            None => MetricValue::Absent(Absence::Unsupported),
        };
    19, "net_namespace", ["netns", "namespace"], "NETNS", Count, Label,
        "inode of its network namespace; none for our own",
        |row| match row.sample().namespace {
            0 => MetricValue::Absent(Absence::Unsupported),
            inode => MetricValue::Number(inode as f64),
        };
    20, "path", [], "PATH", Text, Identity, "path of a unix socket; abstract ones begin with @",
        |row| words(row.sample().path.as_deref());
    21, "cgroup", [], "CGROUP", Count, Label, "id of the control group it was made in",
        |row| match row.sample().cgroup {
            0 => MetricValue::Absent(Absence::Unsupported),
            id => MetricValue::Number(id as f64),
        };
    22, "scope", ["interface"], "SCOPE", Text, Label,
        "who can reach what listens: loopback (this machine), address (one interface), all",
        |row| words(row.sample().scope().map(Scope::word));
    23, "username", ["user"], "USER", Text, Label, "name of the real user of that process",
        |row| match row.process() {
            Some(process) => {
                MetricValue::text(process.facts().username.as_ref().map(|text| &**text))
            }
            None => MetricValue::Absent(Absence::NotYet),
        };
    24, "container", [], "CONTAINER", Text, Label, "id of the container that process runs in",
        |row| words(row.process().and_then(|process| process.facts().container.as_deref()));
    25, "inode", [], "INODE", Count, Label, "inode; none where no process holds it",
        |row| match row.sample().inode {
            0 => MetricValue::Absent(Absence::Unsupported),
            inode => MetricValue::Number(inode as f64),
        };
};
