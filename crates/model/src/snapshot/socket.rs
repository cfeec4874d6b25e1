//! Sockets as columns.

use std::net::SocketAddr;
use std::sync::Arc;

/// Transport and address family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP over IPv4.
    Tcp,
    /// TCP over IPv6.
    Tcp6,
    /// UDP over IPv4.
    Udp,
    /// UDP over IPv6.
    Udp6,
    /// Raw over IPv4.
    Raw,
    /// Raw over IPv6.
    Raw6,
    /// Within this machine.
    Unix,
}

impl Protocol {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Tcp6 => "tcp6",
            Self::Udp => "udp",
            Self::Udp6 => "udp6",
            Self::Raw => "raw",
            Self::Raw6 => "raw6",
            Self::Unix => "unix",
        }
    }

    /// Whether it is TCP, which counts bytes; the kernel counts them for nothing else.
    #[must_use]
    pub fn is_tcp(self) -> bool {
        matches!(self, Self::Tcp | Self::Tcp6)
    }
}

/// The kernel's socket state (include/net/tcp_states.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum SocketState {
    /// Open both ways; a connected UDP socket too.
    Established = 1,
    /// Asked for a connection.
    SynSent = 2,
    /// Was asked for a connection.
    SynRecv = 3,
    /// Closed here, waiting for the other end.
    FinWait1 = 4,
    /// Closed here and acknowledged.
    FinWait2 = 5,
    /// Closed; late packets are still caught.
    TimeWait = 6,
    /// Closed; for UDP: not connected.
    Close = 7,
    /// Closed by the other end, not yet here.
    CloseWait = 8,
    /// Closed by the other end, then here.
    LastAck = 9,
    /// Waiting for connections.
    Listen = 10,
    /// Closed by both at once.
    Closing = 11,
    /// A request not yet accepted.
    NewSynRecv = 12,
    /// A number this version does not know.
    Unknown = 0,
}

impl SocketState {
    /// From the kernel's number.
    #[must_use]
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Established,
            2 => Self::SynSent,
            3 => Self::SynRecv,
            4 => Self::FinWait1,
            5 => Self::FinWait2,
            6 => Self::TimeWait,
            7 => Self::Close,
            8 => Self::CloseWait,
            9 => Self::LastAck,
            10 => Self::Listen,
            11 => Self::Closing,
            12 => Self::NewSynRecv,
            _ => Self::Unknown,
        }
    }

    /// The word used in every output: the kernel's, and `UNCONN` for an unconnected UDP socket
    /// as `ss` says it.
    #[must_use]
    pub fn word(self, protocol: Protocol) -> &'static str {
        match self {
            Self::Established => "ESTABLISHED",
            Self::SynSent => "SYN_SENT",
            Self::SynRecv | Self::NewSynRecv => "SYN_RECV",
            Self::FinWait1 => "FIN_WAIT1",
            Self::FinWait2 => "FIN_WAIT2",
            Self::TimeWait => "TIME_WAIT",
            Self::Close if protocol.is_tcp() => "CLOSE",
            Self::Close => "UNCONN",
            Self::CloseWait => "CLOSE_WAIT",
            Self::LastAck => "LAST_ACK",
            Self::Listen => "LISTEN",
            Self::Closing => "CLOSING",
            Self::Unknown => "UNKNOWN",
        }
    }
}

/// Who holds a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The process with this pid, in our namespace; the lowest where several share it.
    Process(u32),
    /// No process: the kernel keeps it (TIME_WAIT, or closed and not yet drained).
    Kernel,
    /// A process whose descriptors we may not read.
    Denied,
    /// None that can be seen here: one outside our pid namespace, or a socket of the kernel's own.
    Unseen,
    /// Not looked up yet.
    NotYet,
}

impl Owner {
    /// Why the process is not known; `None` when it is.
    #[must_use]
    pub fn reason(self) -> Option<&'static str> {
        match self {
            Self::Process(_) => None,
            Self::Kernel => Some("kernel"),
            Self::Denied => Some("denied"),
            Self::Unseen => Some("unseen"),
            Self::NotYet => Some("not_yet"),
        }
    }
}

/// Who can reach a socket that listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// This machine only.
    Loopback,
    /// Whoever reaches one address of it.
    Address,
    /// Whoever reaches the machine.
    All,
}

impl Scope {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Address => "address",
            Self::All => "all",
        }
    }
}

/// TCP's own counters of one connection.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TcpCounters {
    /// Payload received so far, bytes.
    pub received_bytes: u64,
    /// Payload sent and acknowledged so far, bytes. The kernel counts the start of a connection
    /// made from here and the end of one closed from here as a byte each, and does not tell which.
    pub acked_bytes: u64,
    /// Smoothed round-trip time, microseconds.
    pub rtt_micros: u32,
    /// Segments sent again so far.
    pub retransmits: u32,
}

/// Payload bytes of one connection at one instant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Payload {
    /// Received so far.
    pub received_bytes: u64,
    /// Sent and acknowledged so far.
    pub sent_bytes: u64,
}

/// One socket as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketSample {
    /// The kernel's number for this socket, never used twice on one boot. Where only procfs tells
    /// of it, its inode with the highest bit set.
    pub cookie: u64,
    /// Inode of its network namespace; 0 for our own.
    pub namespace: u64,
    /// Transport and family.
    pub protocol: Protocol,
    /// State.
    pub state: SocketState,
    /// Local address.
    pub local: SocketAddr,
    /// Remote address; port 0 where there is none.
    pub remote: SocketAddr,
    /// User id.
    pub uid: u32,
    /// Inode, 0 when no process holds it.
    pub inode: u64,
    /// Bytes waiting to be read; for LISTEN: connections waiting.
    pub receive_queue: u32,
    /// Bytes not yet acknowledged; for LISTEN: the backlog's limit.
    pub send_queue: u32,
    /// TCP's counters, where the kernel keeps them and we may ask.
    pub tcp: Option<TcpCounters>,
    /// What it had moved when sockets were read the time before; zero for one opened since,
    /// `None` for one that was there before the first reading.
    pub before: Option<Payload>,
    /// Path of a unix socket; abstract ones begin with `@`.
    pub path: Option<Arc<str>>,
    /// Inode of the other end of a unix socket, 0 for none.
    pub peer_inode: u64,
    /// Id of the control group it was made in (the inode of its directory), 0 when not known.
    pub cgroup: u64,
}

impl SocketSample {
    /// A socket of which nothing is known but where it is, in our own network namespace.
    #[must_use]
    pub fn new(cookie: u64, protocol: Protocol, local: SocketAddr, remote: SocketAddr) -> Self {
        Self {
            cookie,
            namespace: 0,
            protocol,
            state: SocketState::Unknown,
            local,
            remote,
            uid: 0,
            inode: 0,
            receive_queue: 0,
            send_queue: 0,
            tcp: None,
            before: None,
            path: None,
            peer_inode: 0,
            cgroup: 0,
        }
    }
}

impl SocketSample {
    /// Whether it waits for whoever comes: TCP that listens, UDP that is bound and not connected.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        let is_bound = self.local.port() != 0 && self.remote.port() == 0;
        match self.protocol {
            Protocol::Tcp | Protocol::Tcp6 => self.state == SocketState::Listen,
            Protocol::Udp | Protocol::Udp6 => self.state == SocketState::Close && is_bound,
            Protocol::Raw | Protocol::Raw6 | Protocol::Unix => false,
        }
    }

    /// Who can reach it, where it listens.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        let address = self.local.ip().to_canonical();
        self.is_listening().then_some(match address {
            any if any.is_unspecified() => Scope::All,
            own if own.is_loopback() => Scope::Loopback,
            _ => Scope::Address,
        })
    }
}

/// A network namespace other than our own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetNamespace {
    /// Its inode, as `/proc/PID/ns/net` shows it.
    pub inode: u64,
    /// A process in it.
    pub pid: u32,
    /// How its sockets were read.
    pub access: NamespaceAccess,
}

/// How the sockets of a network namespace are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NamespaceAccess {
    /// Entered: everything is known.
    Entered,
    /// By the tables in procfs: no byte counters.
    Tables,
    /// Not at all.
    Denied,
}

/// TCP payload of our own network namespace since Topmast began to read, closed connections
/// included as far as they were seen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NetTotals {
    /// Of connections whose process is known.
    pub attributed: Payload,
    /// Of connections whose process is not known, or was gone before it could be looked up.
    pub unattributed: Payload,
}

/// All sockets of one instant, by cookie ascending, with their owners.
#[derive(Debug, Clone, Default)]
pub struct Sockets {
    /// What the kernel says of each.
    pub sample: Vec<SocketSample>,
    /// Who holds it, row by row.
    pub owner: Vec<Owner>,
    /// When they were read, nanoseconds since boot. With many sockets not in every sample.
    pub read_nanos: u64,
    /// When they were read the time before; 0 for never.
    pub read_before_nanos: u64,
    /// Payload of our own network namespace.
    pub totals: NetTotals,
    /// The same when they were read the time before.
    pub totals_before: NetTotals,
    /// Other network namespaces in which processes run.
    pub namespaces: Vec<NetNamespace>,
}

impl Sockets {
    /// Removes all rows, keeps the memory.
    pub fn clear(&mut self) {
        self.sample.clear();
        self.owner.clear();
        self.namespaces.clear();
    }

    /// Number of sockets.
    #[must_use]
    pub fn len(&self) -> usize {
        self.sample.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sample.is_empty()
    }
}
