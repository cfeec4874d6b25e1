//! Which process moved how many bytes over TCP: the growth of each connection is charged to who
//! holds it.

use model::snapshot::{NetSample, Owner, Payload, SocketSample};
use model::{Absence, ProcessKey, Snapshot};
use std::collections::HashMap;

/// Charges kept from sample to sample.
#[derive(Default)]
pub(super) struct Payloads {
    by_process: HashMap<ProcessKey, NetSample>,
    /// Every connection of the reading before, by cookie ascending.
    before: Vec<(u64, Payload)>,
    read_nanos: u64,
}

impl Payloads {
    /// Fills what each socket had moved the time before, from sockets that were just read.
    pub(super) fn pair(&mut self, snapshot: &mut Snapshot) {
        let sockets = &mut snapshot.sockets;
        sockets.read_nanos = snapshot.taken.boot_nanos;
        sockets.read_before_nanos = std::mem::replace(&mut self.read_nanos, sockets.read_nanos);
        let is_first = sockets.read_before_nanos == 0;
        let mut earlier = self.before.iter().peekable();
        for sample in &mut sockets.sample {
            while earlier.next_if(|(cookie, _)| *cookie < sample.cookie).is_some() {}
            let seen = earlier.next_if(|(cookie, _)| *cookie == sample.cookie);
            let opened_since = (!is_first).then(Payload::default);
            sample.before = seen.map(|(_, payload)| *payload).or(opened_since);
        }
        let moved = sockets.sample.iter().map(|sample| (sample.cookie, moved(sample)));
        self.before.clear();
        self.before.extend(moved);
    }

    /// Fills the network columns of processes whose sockets have owners.
    pub(super) fn charge(&mut self, snapshot: &mut Snapshot) {
        let Snapshot { processes, sockets, .. } = snapshot;
        self.by_process.retain(|key, _| processes.key.binary_search(key).is_ok());
        for net in self.by_process.values_mut() {
            net.received_before = net.received_bytes;
            net.sent_before = net.sent_bytes;
            net.sockets = 0;
        }
        sockets.totals_before = sockets.totals;
        for (sample, owner) in sockets.sample.iter().zip(&sockets.owner) {
            let grown = growth(sample);
            let holder = match owner {
                Owner::Process(pid) => processes.find(*pid).map(|row| processes.key[row]),
                _ => None,
            };
            let total = match holder {
                Some(_) => &mut sockets.totals.attributed,
                None => &mut sockets.totals.unattributed,
            };
            add(total, grown);
            let Some(key) = holder else { continue };
            let unknown = NetSample { absence: Some(Absence::NotYet), ..NetSample::default() };
            let net = self.by_process.entry(key).or_insert(unknown);
            net.sockets += 1;
            net.received_bytes += grown.received_bytes;
            net.sent_bytes += grown.sent_bytes;
            if sample.tcp.is_some() {
                net.absence = None;
            }
        }
        let unknown = NetSample { absence: Some(Absence::NotYet), ..NetSample::default() };
        for (net, key) in processes.net.iter_mut().zip(&processes.key) {
            *net = self.by_process.get(key).copied().unwrap_or(unknown);
        }
    }
}

fn add(sum: &mut Payload, grown: Payload) {
    sum.received_bytes += grown.received_bytes;
    sum.sent_bytes += grown.sent_bytes;
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
    let before = sample.before.unwrap_or(now);
    Payload {
        received_bytes: now.received_bytes.saturating_sub(before.received_bytes),
        sent_bytes: now.sent_bytes.saturating_sub(before.sent_bytes),
    }
}
