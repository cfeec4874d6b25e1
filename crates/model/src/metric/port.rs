//! The catalogue of ports that something listens on.

use super::{Entity, Metric, MetricValue, words};
use crate::Absence;
use crate::delta::ListeningPort;
use std::borrow::Cow;

/// Ports that something listens on.
pub struct PortEntity;

impl Entity for PortEntity {
    type Row<'a> = &'a ListeningPort;
    const NAME: &'static str = "port";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["process_name", "protocol", "address"];
}

const METRICS: &[Metric<PortEntity>] = metrics! {
    1, "protocol", ["proto"], "PROTO", Text, Identity, "tcp, tcp6, udp or udp6",
        |row| MetricValue::Text(Cow::Borrowed(row.protocol.word()));
    2, "port", [], "PORT", Count, Identity, "its number",
        |row| MetricValue::Number(f64::from(row.port));
    3, "address", ["local"], "ADDRESS", Text, Identity, "where it listens",
        |row| MetricValue::Text(Cow::Owned(row.address.to_string()));
    4, "scope", ["interface"], "SCOPE", Text, Label,
        "who can reach it: loopback (this machine), address (one interface), all",
        |row| MetricValue::Text(Cow::Borrowed(row.scope.word()));
    5, "net_namespace", ["netns"], "NETNS", Count, Identity,
        "inode of its network namespace; none for our own",
        |row| match row.namespace {
            0 => MetricValue::Absent(Absence::Unsupported),
            inode => MetricValue::Number(inode as f64),
        };
    6, "process_name", ["name", "process"], "PROCESS", Text, Label,
        "names of the processes that hold it",
        |row| match row.processes.as_slice() {
            [] => MetricValue::Absent(Absence::Unsupported),
            [one] => MetricValue::Text(Cow::Borrowed(one)),
            some => MetricValue::Text(Cow::Owned(some.join(" "))),
        };
    7, "pid", [], "PID", Count, Label, "lowest pid of these",
        |row| match row.pids.iter().min() {
            Some(pid) => MetricValue::Number(f64::from(*pid)),
            None => MetricValue::Absent(Absence::Unsupported),
        };
    8, "num_processes", ["processes"], "PROCS", Count, Gauge,
        "how many processes are known to hold it",
        |row| MetricValue::Number(row.pids.len() as f64);
    9, "owner", [], "OWNER", Text, Label,
        "why no process is known: kernel, unseen, denied or not_yet",
        |row| words(row.owner);
    10, "num_sockets", ["sockets"], "SOCKS", Count, Gauge, "sockets that share it",
        |row| MetricValue::Number(f64::from(row.sockets));
    11, "connections", ["conns"], "CONN", Count, Gauge, "open connections that came in by it",
        |row| MetricValue::Number(f64::from(row.connections));
    12, "waiting", ["recv_queue"], "WAIT", Count, Gauge,
        "connections not yet accepted (TCP), bytes not yet read (UDP)",
        |row| MetricValue::Number(row.waiting as f64);
    13, "backlog", [], "BACKLOG", Count, Label, "connections that may wait",
        |row| match row.protocol.is_tcp() {
            true => MetricValue::Number(row.backlog as f64),
            false => MetricValue::Absent(Absence::Unsupported),
        };
};
