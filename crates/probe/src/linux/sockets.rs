//! Every socket we may see, by sock_diag(7): no privilege needed for our own network namespace.

use super::namespaces::Namespaces;
use super::netlink::{DATAGRAM_MAX, Link};
use super::procfs::{ProcFs, absence};
use crate::parse::diag::{self, Family, Progress, Transport};
use crate::{Clock, ProbeOptions, Reading};
use model::snapshot::{NamespaceAccess, Payload, SocketSample, Sockets};
use model::{Absence, Gap, Snapshot};
use rustix::io::Errno;
use rustix::net::netlink;
use std::sync::Arc;

/// Answers to one dump before it counts as endless: 50 sockets each, so two million sockets.
const DATAGRAMS_MAX: usize = 40_000;

/// SKNLGRP_INET_TCP_DESTROY and SKNLGRP_INET6_TCP_DESTROY.
const CLOSINGS: u32 = 0b101;

/// Room for closings not yet read, 1.5 kB each in the kernel; taken only when it is needed.
const CLOSINGS_ROOM: usize = 32 << 20;

/// The same in each of the other namespaces, of which there may be many.
pub(super) const FOREIGN_ROOM: usize = 4 << 20;

/// Closings received at most for one reading; the rest waits for the next.
const CLOSINGS_MAX: usize = 200_000;

/// Above so many sockets they are not read in every sample.
const MANY: usize = 20_000;

const SECOND: u64 = 1_000_000_000;
/// Bounds of the time between readings where they are dear.
const PERIOD_MIN: u64 = 2 * SECOND;
const PERIOD_MAX: u64 = 5 * SECOND;
/// A reading may cost CPU for one part in so many of the time to the next.
const PERIOD_PER_COST: u64 = 50;

const DUMPS: [Transport; 7] = [
    Transport::Tcp(Family::V4),
    Transport::Tcp(Family::V6),
    Transport::Udp(Family::V4),
    Transport::Udp(Family::V6),
    Transport::Raw(Family::V4),
    Transport::Raw(Family::V6),
    Transport::Unix,
];

/// A connection that was closed, with all it moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Closing {
    pub(super) cookie: u64,
    pub(super) namespace: u64,
    pub(super) moved: Payload,
}

/// Whether the sockets of a snapshot were just read or are those of the reading before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    Read,
    Kept,
}

/// Reads the sockets of all network namespaces, or hands out those it has read before.
pub(super) struct SocketReader {
    own: Result<Door, Errno>,
    is_own_read: bool,
    others: Namespaces,
    requests: Vec<(Transport, Vec<u8>)>,
    buffer: Vec<u8>,
    closings: Vec<Closing>,
    losses: u64,
    kept: Arc<Sockets>,
    gaps: Vec<Gap>,
    due: u64,
}

impl SocketReader {
    pub(super) fn open(options: &ProbeOptions) -> Self {
        Self {
            own: Door::open(CLOSINGS_ROOM),
            is_own_read: false,
            others: Namespaces::default(),
            requests: requests(options.unix_sockets),
            buffer: vec![0; DATAGRAM_MAX],
            closings: Vec::new(),
            losses: 0,
            kept: Arc::default(),
            gaps: Vec::new(),
            due: 0,
        }
    }

    /// Fills the sockets of a cleared snapshot whose processes are read, by cookie ascending.
    pub(super) fn read(
        &mut self,
        root: &ProcFs,
        snapshot: &mut Snapshot,
        clock: &dyn Clock,
    ) -> Freshness {
        if clock.boot_nanos() < self.due {
            snapshot.sockets = Arc::clone(&self.kept);
            snapshot.gaps.extend_from_slice(&self.gaps);
            return Freshness::Kept;
        }
        let began = clock.thread_cpu_nanos();
        self.gaps.clear();
        self.closings.clear();
        self.kept = Arc::default();
        let Snapshot { processes, sockets, .. } = snapshot;
        let sockets = Arc::make_mut(sockets);
        sockets.read_nanos = clock.boot_nanos();
        self.read_own(&mut sockets.sample);
        let mut tour = Tour {
            rows: &mut sockets.sample,
            closings: &mut self.closings,
            buffer: &mut self.buffer,
            requests: &self.requests,
            lost: 0,
        };
        let seen = self.others.read(root, processes, clock, &mut tour);
        self.losses += tour.lost;
        sockets.namespaces.extend(seen);
        self.others.add_gaps(&mut self.gaps);
        self.add_closing_gaps();
        let samples = &mut sockets.sample;
        samples.sort_unstable_by_key(|sample| (sample.cookie, sample.namespace));
        // A dump that is interrupted by changes may show a socket twice.
        samples.dedup_by_key(|sample| (sample.cookie, sample.namespace));
        self.plan(sockets, clock.thread_cpu_nanos().saturating_sub(began));
        snapshot.gaps.extend_from_slice(&self.gaps);
        Freshness::Read
    }

    /// How those of our own namespace were read.
    pub(super) fn own_access(&self) -> NamespaceAccess {
        if self.is_own_read { NamespaceAccess::Entered } else { NamespaceAccess::Denied }
    }

    /// Connections closed since the reading before.
    pub(super) fn closings(&self) -> &[Closing] {
        &self.closings
    }

    /// Keeps what was read, with its owners and payload, if the next sample will not read again.
    pub(super) fn keep(&mut self, snapshot: &Snapshot) {
        if self.due > snapshot.sockets.read_nanos {
            self.kept = Arc::clone(&snapshot.sockets);
        }
    }

    /// When to read again: in every sample, unless that is dear.
    fn plan(&mut self, sockets: &Sockets, cost: u64) {
        let mut period = cost.saturating_mul(PERIOD_PER_COST);
        if sockets.len() > MANY {
            period = period.max(PERIOD_MIN);
        }
        self.due = match period {
            ..PERIOD_MIN => 0,
            _ => sockets.read_nanos + period.min(PERIOD_MAX),
        };
    }

    fn read_own(&mut self, rows: &mut Vec<SocketSample>) {
        let mut tour = Tour {
            rows,
            closings: &mut self.closings,
            buffer: &mut self.buffer,
            requests: &self.requests,
            lost: 0,
        };
        let failed = match &mut self.own {
            Ok(door) => door.read(0, &mut tour),
            Err(errno) => Err(*errno),
        };
        self.losses += tour.lost;
        self.is_own_read = failed.is_ok();
        if let Err(errno) = failed {
            // What is left of the broken dump must not be taken for the next one's answer.
            self.own = Door::open(CLOSINGS_ROOM);
            self.gaps.push(Gap {
                what: "network_connections",
                absence: absence(errno),
                count: None,
                detail: format!("The kernel's list of sockets could not be read: {errno}."),
            });
        }
    }

    fn add_closing_gaps(&mut self) {
        let refused = self.own.as_ref().ok().and_then(|door| door.closings.as_ref().err());
        if let Some(errno) = refused {
            self.gaps.push(Gap {
                what: "net_rx_per_sec",
                absence: absence(*errno),
                count: None,
                detail: format!(
                    "What connections move between the last reading and their end is not counted, \
                     because the kernel does not tell of closed connections: {errno}."
                ),
            });
        }
        if self.losses > 0 {
            self.gaps.push(Gap {
                what: "net_rx_per_sec",
                absence: Absence::Gone,
                count: None,
                detail: format!(
                    "Connections were closed faster than they could be counted, {} times so far; \
                     their last bytes are missing.",
                    self.losses
                ),
            });
        }
    }
}

fn requests(unix: Reading) -> Vec<(Transport, Vec<u8>)> {
    let wanted = DUMPS.iter().filter(|dump| **dump != Transport::Unix || unix.is_on());
    wanted.map(|dump| (*dump, dump.request())).collect()
}

/// Where the sockets of one reading are gathered.
pub(super) struct Tour<'a> {
    pub(super) rows: &'a mut Vec<SocketSample>,
    pub(super) closings: &'a mut Vec<Closing>,
    pub(super) buffer: &'a mut [u8],
    requests: &'a [(Transport, Vec<u8>)],
    /// Times the kernel had no room left for closings.
    pub(super) lost: u64,
}

/// Two sockets in one network namespace: one to ask, one to hear of closed connections. They stay
/// in it whoever uses them.
pub(super) struct Door {
    link: Link,
    closings: Result<Link, Errno>,
    /// Dumps this kernel does not know: asking makes it look for a module each time.
    unsupported: Vec<Transport>,
}

impl Door {
    /// Into the network namespace of the calling thread, with so much room for closings.
    pub(super) fn open(room: usize) -> Result<Self, Errno> {
        Ok(Self {
            closings: Link::listening(netlink::SOCK_DIAG, CLOSINGS, room),
            link: Link::open(netlink::SOCK_DIAG)?,
            unsupported: Vec::new(),
        })
    }

    /// Gathers all sockets and closings of the namespace, which are marked as in `namespace`.
    pub(super) fn read(&mut self, namespace: u64, tour: &mut Tour<'_>) -> Result<(), Errno> {
        let first = tour.rows.len();
        for (transport, request) in tour.requests {
            if !self.unsupported.contains(transport) {
                self.link.send(request)?;
                self.take(*transport, tour)?;
            }
        }
        tour.rows[first..].iter_mut().for_each(|row| row.namespace = namespace);
        // After the dump: a connection that is not in it any more has then been told of.
        self.hear(namespace, tour);
        Ok(())
    }

    /// Receives a dump that was asked for.
    fn take(&mut self, transport: Transport, tour: &mut Tour<'_>) -> Result<(), Errno> {
        for _ in 0..DATAGRAMS_MAX {
            let datagram = self.link.receive(tour.buffer)?;
            match diag::messages(datagram, transport, |socket| tour.rows.push(socket)) {
                Progress::More => {}
                Progress::Done => return Ok(()),
                // A kernel without this family or protocol has no such sockets.
                Progress::Failed(errno)
                    if errno.saturating_abs() == Errno::NOENT.raw_os_error() =>
                {
                    self.unsupported.push(transport);
                    return Ok(());
                }
                Progress::Failed(errno) => {
                    return Err(Errno::from_raw_os_error(errno.saturating_abs()));
                }
            }
        }
        Err(Errno::NOBUFS)
    }

    fn hear(&self, namespace: u64, tour: &mut Tour<'_>) {
        let Ok(link) = &self.closings else { return };
        let Tour { closings, buffer, lost, .. } = tour;
        for _ in 0..CLOSINGS_MAX {
            let datagram = match link.receive_now(buffer) {
                Ok(datagram) => datagram,
                Err(Errno::NOBUFS) => {
                    *lost += 1;
                    continue;
                }
                Err(_) => return,
            };
            diag::messages(datagram, Transport::Tcp(Family::V4), |socket| {
                let Some(tcp) = socket.tcp else { return };
                closings.push(Closing {
                    cookie: socket.cookie,
                    namespace,
                    moved: Payload {
                        received_bytes: tcp.received_bytes,
                        sent_bytes: tcp.acked_bytes,
                    },
                });
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn closings_that_found_no_room_are_a_gap() {
        let mut reader = SocketReader::open(&ProbeOptions::default());
        let closings = reader.own.as_ref().ok().and_then(|door| door.closings.as_ref().ok());
        closings.unwrap().make_room(4096);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let is_lost = |gap: &Gap| gap.detail.contains("faster than they could be counted");
        // The kernel tells of a closing a little later, perhaps only while they are read.
        for _ in 0..1000 {
            for _ in 0..100 {
                let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
                drop((client, listener.accept().unwrap()));
            }
            reader.gaps.clear();
            reader.read_own(&mut Vec::new());
            reader.add_closing_gaps();
            if reader.gaps.iter().any(is_lost) {
                return;
            }
        }
        panic!("nothing was lost: {:?}", reader.gaps);
    }
}
