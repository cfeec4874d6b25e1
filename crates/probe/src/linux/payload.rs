//! Which process moved how many bytes over TCP: the growth of each connection is charged to who
//! holds it, up to its end where the kernel tells of that.

use super::sockets::Closing;
use model::snapshot::{
    NamespaceAccess, NetNamespace, NetSample, NetTotals, Owner, Payload, Protocol, SocketSample,
};
use model::{ProcessKey, Snapshot};
use std::collections::HashMap;
use std::sync::Arc;

/// A connection that is no longer listed may live on in the kernel for a while, until its last
/// packet is gone; its closing is awaited so long.
const CLOSING_NANOS: u64 = 60_000_000_000;

/// Connections whose closing is awaited at most.
const CLOSING_MAX: usize = 100_000;

/// Charges kept from sample to sample.
#[derive(Default)]
pub(super) struct Payloads {
    by_process: HashMap<ProcessKey, NetSample>,
    totals: NetTotals,
    /// Every socket of the reading before, row by row.
    before: Vec<Known>,
    earlier: Vec<Known>,
    /// Connections no longer listed, whose closing was not heard of yet.
    gone: HashMap<Id, (Known, u64)>,
    read_nanos: u64,
    is_first: bool,
    /// Namespaces that were read whole in the reading before, by inode ascending; ours is 0.
    entered: Vec<u64>,
}

/// Cookie and network namespace: kernels before 5.12 count cookies in each namespace.
type Id = (u64, u64);

#[derive(Clone, Copy)]
struct Known {
    id: Id,
    moved: Payload,
    holder: Option<ProcessKey>,
    awaits_closing: bool,
}

impl Payloads {
    /// Fills what each socket had moved the time before, from sockets that were just read; `own`
    /// says how those of our namespace were.
    pub(super) fn pair(&mut self, snapshot: &mut Snapshot, own: NamespaceAccess) {
        let sockets = snapshot.sockets_mut();
        sockets.read_before_nanos = std::mem::replace(&mut self.read_nanos, sockets.read_nanos);
        self.is_first = sockets.read_before_nanos == 0;
        std::mem::swap(&mut self.before, &mut self.earlier);
        self.before.clear();
        let mut earlier = self.earlier.iter().peekable();
        let until = sockets.read_nanos + CLOSING_NANOS;
        let gone = &mut self.gone;
        for sample in &mut sockets.sample {
            let id = (sample.cookie, sample.namespace);
            while let Some(known) = earlier.next_if(|known| known.id < id) {
                vanish(gone, known, until);
            }
            let listed = earlier.next_if(|known| known.id == id).copied();
            // A dump may pass over a socket while others come and go, or fail in its midst.
            let seen = listed.or_else(|| gone.remove(&id).map(|(known, _)| known));
            // What is new where all was read before was opened since.
            let was_read = self.entered.binary_search(&id.1).is_ok();
            let opened_since = was_read.then(Payload::default);
            sample.before = seen.as_ref().map(|known| known.moved).or(opened_since);
            let awaits_closing = sample.tcp.is_some();
            let holder = seen.as_ref().and_then(|known| known.holder);
            self.before.push(Known { id, moved: moved(sample), holder, awaits_closing });
        }
        earlier.for_each(|known| vanish(gone, known, until));
        self.gone.retain(|_, (_, until)| *until > sockets.read_nanos);
        let entered = |ns: &&NetNamespace| ns.access == NamespaceAccess::Entered;
        self.entered.clear();
        self.entered.extend((own == NamespaceAccess::Entered).then_some(0));
        self.entered.extend(sockets.namespaces.iter().filter(entered).map(|ns| ns.inode));
    }

    /// Charges what was read, once sockets have owners, then what was closed since.
    pub(super) fn charge(&mut self, snapshot: &mut Snapshot, closings: &[Closing]) {
        let Snapshot { processes, sockets, .. } = snapshot;
        let sockets = Arc::make_mut(sockets);
        self.by_process.retain(|key, _| processes.key.binary_search(key).is_ok());
        for net in self.by_process.values_mut() {
            net.received_before = net.received_bytes;
            net.sent_before = net.sent_bytes;
            net.sockets = 0;
        }
        sockets.totals_before = self.totals;
        for (row, (sample, owner)) in sockets.sample.iter().zip(&sockets.owner).enumerate() {
            let holder = match owner {
                Owner::Process(pid) => processes.find(*pid).map(|row| processes.key[row]),
                // It was closed, and the kernel still sends what its process left behind.
                Owner::Kernel => self.before[row].holder,
                _ => None,
            };
            self.before[row].holder = holder;
            if sample.protocol == Protocol::Unix {
                continue;
            }
            let grown = growth(sample);
            self.add_to_totals(sample.namespace, holder, grown);
            let is_held = *owner != Owner::Kernel;
            let lives = |key: &ProcessKey| is_held || processes.key.binary_search(key).is_ok();
            let Some(key) = holder.filter(lives) else { continue };
            let net = self.by_process.entry(key).or_insert(NetSample::UNKNOWN);
            net.sockets += u32::from(is_held);
            add_to(net, grown);
            if sample.tcp.is_some() {
                net.absence = None;
            }
        }
        // Before the first reading nothing is known of how much of it was moved when.
        if !self.is_first {
            closings.iter().for_each(|closing| self.close(closing));
        }
        sockets.totals = self.totals;
    }

    /// Fills the network columns of the processes.
    pub(super) fn fill(&self, snapshot: &mut Snapshot) {
        let processes = snapshot.processes_mut();
        processes.net.clear();
        processes.net.extend(self.by_process.iter().map(|(key, net)| (*key, *net)));
        processes.net.sort_unstable_by_key(|(key, _)| *key);
    }

    /// Charges what a connection moved since it was last read to who held it then.
    fn close(&mut self, closing: &Closing) {
        let id = (closing.cookie, closing.namespace);
        let known = match self.before.binary_search_by_key(&id, |known| known.id) {
            Ok(row) => {
                self.before[row].awaits_closing = false;
                Some(self.before[row])
            }
            Err(_) => self.gone.remove(&id).map(|(known, _)| known),
        };
        let before = known.map_or(Payload::default(), |known| known.moved);
        let holder = known.and_then(|known| known.holder);
        let grown = between(before, closing.moved);
        self.add_to_totals(closing.namespace, holder, grown);
        if let Some(net) = holder.and_then(|key| self.by_process.get_mut(&key)) {
            add_to(net, grown);
            net.absence = None;
        }
    }

    /// Coverage compares with our interfaces, so only our own namespace counts.
    fn add_to_totals(&mut self, namespace: u64, holder: Option<ProcessKey>, grown: Payload) {
        let sum = match (namespace, holder) {
            (0, Some(_)) => &mut self.totals.attributed,
            (0, None) => &mut self.totals.unattributed,
            _ => return,
        };
        sum.received_bytes += grown.received_bytes;
        sum.sent_bytes += grown.sent_bytes;
    }
}

/// Notes a connection that is no longer listed.
fn vanish(gone: &mut HashMap<Id, (Known, u64)>, known: &Known, until: u64) {
    if known.awaits_closing && gone.len() < CLOSING_MAX {
        gone.insert(known.id, (*known, until));
    }
}

fn add_to(net: &mut NetSample, grown: Payload) {
    net.received_bytes += grown.received_bytes;
    net.sent_bytes += grown.sent_bytes;
}

fn moved(sample: &SocketSample) -> Payload {
    sample.tcp.map_or_else(Payload::default, |tcp| Payload {
        received_bytes: tcp.received_bytes,
        sent_bytes: tcp.acked_bytes,
    })
}

/// What it moved since the reading before; nothing where that is not known.
fn growth(sample: &SocketSample) -> Payload {
    let now = moved(sample);
    between(sample.before.unwrap_or(now), now)
}

fn between(before: Payload, now: Payload) -> Payload {
    Payload {
        received_bytes: now.received_bytes.saturating_sub(before.received_bytes),
        sent_bytes: now.sent_bytes.saturating_sub(before.sent_bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::snapshot::TcpCounters;
    use std::net::{Ipv4Addr, SocketAddr};

    const READ: NamespaceAccess = NamespaceAccess::Entered;
    const FAILED: NamespaceAccess = NamespaceAccess::Denied;

    fn connection(cookie: u64, received_bytes: u64) -> SocketSample {
        let nowhere = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 1);
        let tcp = TcpCounters { received_bytes, ..TcpCounters::default() };
        let sample = SocketSample::new(cookie, Protocol::Tcp, nowhere, nowhere);
        SocketSample { tcp: Some(tcp), ..sample }
    }

    /// All bytes counted by then, whoever moved them.
    fn read(payloads: &mut Payloads, at: u64, own: NamespaceAccess, rows: &[(u64, u64)]) -> u64 {
        let mut snapshot = Snapshot::default();
        snapshot.sockets_mut().read_nanos = at * 1_000_000_000;
        let sockets = snapshot.sockets_mut();
        sockets.sample = rows.iter().map(|(id, moved)| connection(*id, *moved)).collect();
        sockets.owner = vec![Owner::NotYet; rows.len()];
        payloads.pair(&mut snapshot, own);
        payloads.charge(&mut snapshot, &[]);
        snapshot.sockets.totals.unattributed.received_bytes
    }

    #[test]
    fn a_connection_that_one_dump_passed_over_is_not_counted_anew() {
        let mut payloads = Payloads::default();
        assert_eq!(read(&mut payloads, 1, READ, &[(7, 1000), (8, 50)]), 0);
        assert_eq!(read(&mut payloads, 2, READ, &[(8, 50)]), 0);
        assert_eq!(read(&mut payloads, 3, READ, &[(7, 1010), (8, 50)]), 10);
        assert_eq!(read(&mut payloads, 4, READ, &[(7, 1011), (8, 50), (9, 5)]), 16);
    }

    #[test]
    fn what_was_there_before_readings_failed_is_not_counted_anew() {
        let mut payloads = Payloads::default();
        assert_eq!(read(&mut payloads, 1, READ, &[(7, 1000)]), 0);
        assert_eq!(read(&mut payloads, 2, FAILED, &[]), 0);
        // Longer than anything is remembered of a connection that is not listed.
        assert_eq!(read(&mut payloads, 100, FAILED, &[]), 0);
        assert_eq!(read(&mut payloads, 101, READ, &[(7, 5000), (8, 70)]), 0);
        assert_eq!(read(&mut payloads, 102, READ, &[(7, 5001), (8, 71), (9, 3)]), 5);
    }
}
