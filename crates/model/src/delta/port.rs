//! What listens, port by port.

use super::{Delta, SocketRow};
use crate::snapshot::{Protocol, Scope, SocketSample, SocketState};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// One port that something listens on, at one address: several sockets may share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListeningPort {
    /// Transport and family.
    pub protocol: Protocol,
    /// Its number.
    pub port: u16,
    /// Where it listens; unspecified for everywhere.
    pub address: IpAddr,
    /// Who can reach it.
    pub scope: Scope,
    /// Inode of its network namespace, 0 for our own.
    pub namespace: u64,
    /// Sockets that share it.
    pub sockets: u32,
    /// Processes that hold these, as far as they are known.
    pub pids: Vec<u32>,
    /// Their names, each once.
    pub processes: Vec<Arc<str>>,
    /// Why no process is known; `None` when one is.
    pub owner: Option<&'static str>,
    /// Connections not yet accepted (TCP), or bytes not yet read (UDP).
    pub waiting: u64,
    /// Connections that may wait; 0 for UDP.
    pub backlog: u64,
    /// Connections that came in by it and are open.
    pub connections: u32,
}

/// What tells one from another.
type Key = (Protocol, u16, IpAddr, u64);

impl Delta {
    /// Every port something listens on, by protocol, number and address.
    #[must_use]
    pub fn listening_ports(&self) -> Vec<ListeningPort> {
        let mut ports = BTreeMap::new();
        for row in self.socket_rows() {
            if let Some(scope) = row.sample().scope() {
                add_socket(&mut ports, &row, scope);
            }
        }
        for row in self.socket_rows() {
            if let Some(key) = accepted_by(&ports, row.sample())
                && let Some(port) = ports.get_mut(&key)
            {
                port.connections += 1;
            }
        }
        ports.into_values().collect()
    }
}

fn add_socket(ports: &mut BTreeMap<Key, ListeningPort>, row: &SocketRow<'_>, scope: Scope) {
    let sample = row.sample();
    let (port, address) = (sample.local.port(), sample.local.ip());
    let key = (sample.protocol, port, address, sample.namespace);
    let found = ports.entry(key).or_insert_with(|| ListeningPort {
        protocol: sample.protocol,
        port,
        address,
        scope,
        namespace: sample.namespace,
        sockets: 0,
        pids: Vec::new(),
        processes: Vec::new(),
        owner: row.owner().reason(),
        waiting: 0,
        backlog: 0,
        connections: 0,
    });
    found.sockets += 1;
    found.waiting += u64::from(sample.receive_queue);
    if sample.protocol.is_tcp() {
        found.backlog += u64::from(sample.send_queue);
    }
    if let Some(process) = row.process() {
        let (pid, name) = (process.key().pid, &process.facts().name);
        found.owner = None;
        if !found.pids.contains(&pid) {
            found.pids.push(pid);
        }
        if !found.processes.contains(name) {
            found.processes.push(Arc::clone(name));
        }
    }
}

/// The port a connection came in by: that of its own address, else the one that listens
/// everywhere. An IPv6 socket may take IPv4 connections; they keep its protocol.
fn accepted_by(ports: &BTreeMap<Key, ListeningPort>, sample: &SocketSample) -> Option<Key> {
    if !sample.protocol.is_tcp() || sample.state != SocketState::Established {
        return None;
    }
    let any: IpAddr = match sample.local.ip() {
        IpAddr::V4(_) => std::net::Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => std::net::Ipv6Addr::UNSPECIFIED.into(),
    };
    let key = |address| (sample.protocol, sample.local.port(), address, sample.namespace);
    [sample.local.ip(), any].into_iter().map(key).find(|key| ports.contains_key(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{Owner, ProcessFacts, ProcessSample};
    use crate::{ProcessKey, Snapshot};

    fn socket(cookie: u64, state: SocketState, local: &str, remote: &str) -> SocketSample {
        let local = local.parse().expect("an address");
        let remote = remote.parse().expect("an address");
        let mut sample = SocketSample::new(cookie, Protocol::Tcp, local, remote);
        sample.state = state;
        sample.send_queue = 128;
        sample
    }

    #[test]
    fn sockets_that_share_a_port_are_one_and_connections_count_for_their_listener() {
        let mut now = Snapshot::default();
        let key = ProcessKey { pid: 7, birth: 1 };
        let facts = ProcessFacts { name: "web".into(), ..ProcessFacts::default() };
        now.processes_mut().push(&ProcessSample { key, ..ProcessSample::default() }, facts.into());
        let none = "0.0.0.0:0";
        let rows = [
            (socket(1, SocketState::Listen, "0.0.0.0:80", none), Owner::Process(7)),
            (socket(2, SocketState::Listen, "0.0.0.0:80", none), Owner::Process(7)),
            (socket(3, SocketState::Listen, "127.0.0.1:80", none), Owner::Denied),
            (socket(4, SocketState::Established, "10.0.0.1:80", "10.0.0.9:5"), Owner::Process(7)),
            (socket(5, SocketState::Established, "127.0.0.1:80", "127.0.0.1:6"), Owner::Denied),
            (socket(6, SocketState::Established, "10.0.0.1:81", "10.0.0.9:5"), Owner::Process(7)),
        ];
        for (sample, owner) in rows {
            now.sockets_mut().sample.push(sample);
            now.sockets_mut().owner.push(owner);
        }
        let ports = Delta::between(None, &now).listening_ports();
        assert_eq!(ports.len(), 2, "{ports:?}");
        let (all, own) = (&ports[0], &ports[1]);
        assert_eq!((all.scope, all.sockets, all.connections), (Scope::All, 2, 1));
        assert_eq!((all.pids.as_slice(), all.backlog, all.owner), (&[7][..], 256, None));
        assert_eq!((own.scope, own.sockets, own.connections), (Scope::Loopback, 1, 1));
        assert_eq!(own.owner, Some("denied"));
    }
}
