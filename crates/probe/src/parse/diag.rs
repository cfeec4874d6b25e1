//! Sockets: sock_diag(7) requests and answers (include/uapi/linux/{inet,unix}_diag.h).

use super::netlink::{self, Frame, attributes, u16_at, u32_at, u64_at};
use model::snapshot::{Protocol, SocketSample, SocketState, TcpCounters};
use model::text;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

/// What is dumped, by IP version where it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp(Family),
    Udp(Family),
    Raw(Family),
    Unix,
}

/// IP version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

const FAMILY_UNIX: u8 = 1;
const FAMILY_V4: u8 = 2;
const FAMILY_V6: u8 = 10;

/// SOCK_DIAG_BY_FAMILY.
const BY_FAMILY: u16 = 20;
/// NLM_F_REQUEST | NLM_F_DUMP.
const REQUEST_DUMP: u16 = 0x301;
/// Bit of INET_DIAG_INFO: answer with tcp_info.
const WITH_INFO: u8 = 1 << 1;
/// UDIAG_SHOW_NAME | UDIAG_SHOW_PEER | UDIAG_SHOW_RQLEN | UDIAG_SHOW_UID.
const WITH_NAME_PEER_QUEUES_UID: u32 = 0x1 | 0x4 | 0x10 | 0x40;

/// `struct inet_diag_msg`.
const INET_BODY: usize = 72;
/// `struct unix_diag_msg`.
const UNIX_BODY: usize = 16;

impl Transport {
    /// One dump request: all states, TCP with tcp_info.
    pub(crate) fn request(self) -> Vec<u8> {
        let (family, number, extra) = match self {
            Self::Tcp(family) => (family, 6, WITH_INFO),
            Self::Udp(family) => (family, 17, 0),
            Self::Raw(family) => (family, 255, 0),
            Self::Unix => return netlink::request(BY_FAMILY, REQUEST_DUMP, &unix_request()),
        };
        let mut body = [0; 56];
        body[0] = if family == Family::V6 { FAMILY_V6 } else { FAMILY_V4 };
        body[1] = number;
        body[2] = extra;
        body[4..8].copy_from_slice(&u32::MAX.to_ne_bytes());
        netlink::request(BY_FAMILY, REQUEST_DUMP, &body)
    }

    fn protocol(self, family: u8) -> Protocol {
        match (self, family == FAMILY_V4) {
            (Self::Tcp(_), true) => Protocol::Tcp,
            (Self::Tcp(_), false) => Protocol::Tcp6,
            (Self::Udp(_), true) => Protocol::Udp,
            (Self::Udp(_), false) => Protocol::Udp6,
            (Self::Raw(_), true) => Protocol::Raw,
            (Self::Raw(_), false) => Protocol::Raw6,
            (Self::Unix, _) => Protocol::Unix,
        }
    }
}

fn unix_request() -> [u8; 24] {
    let mut body = [0; 24];
    body[0] = FAMILY_UNIX;
    body[4..8].copy_from_slice(&u32::MAX.to_ne_bytes());
    body[12..16].copy_from_slice(&WITH_NAME_PEER_QUEUES_UID.to_ne_bytes());
    body
}

/// How far a dump has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Another datagram follows.
    More,
    /// This was all.
    Done,
    /// The kernel refused, with this errno.
    Failed(i32),
}

/// Calls `each` with every socket in one datagram.
pub(crate) fn messages(
    bytes: &[u8],
    transport: Transport,
    mut each: impl FnMut(SocketSample),
) -> Progress {
    for frame in netlink::frames(bytes) {
        match frame {
            Frame::Done => return Progress::Done,
            Frame::Verdict(errno) => return Progress::Failed(errno),
            Frame::Message(BY_FAMILY, body) => {
                let socket = match transport {
                    Transport::Unix => unix_socket(body),
                    _ => inet_socket(body, transport),
                };
                if let Some(socket) = socket {
                    each(socket);
                }
            }
            Frame::Message(..) => {}
        }
    }
    Progress::More
}

/// `struct inet_diag_msg` and its attributes.
fn inet_socket(message: &[u8], transport: Transport) -> Option<SocketSample> {
    let family = *message.first()?;
    let state = SocketState::from_number(*message.get(1)?);
    let counts_bytes =
        !matches!(state, SocketState::Listen | SocketState::TimeWait | SocketState::NewSynRecv);
    let cookie = u64::from(u32_at(message, 44)?) | u64::from(u32_at(message, 48)?) << 32;
    let local = SocketAddr::new(address(message, 8, family)?, port(message, 4)?);
    let remote = SocketAddr::new(address(message, 24, family)?, port(message, 6)?);
    let mut socket = SocketSample {
        state,
        receive_queue: u32_at(message, 56)?,
        send_queue: u32_at(message, 60)?,
        uid: u32_at(message, 64)?,
        inode: u64::from(u32_at(message, 68)?),
        ..SocketSample::new(cookie, transport.protocol(family), local, remote)
    };
    for (kind, value) in attributes(message.get(INET_BODY..)?) {
        match kind {
            2 if counts_bytes && socket.protocol.is_tcp() => socket.tcp = tcp_info(value),
            21 => socket.cgroup = u64_at(value, 0).unwrap_or(0), // INET_DIAG_CGROUP_ID
            _ => {}
        }
    }
    Some(socket)
}

/// `struct tcp_info`, which grows with the kernel at its end.
fn tcp_info(value: &[u8]) -> Option<TcpCounters> {
    Some(TcpCounters {
        rtt_micros: u32_at(value, 68)?,
        retransmits: u32_at(value, 100)?,
        acked_bytes: u64_at(value, 120)?,
        received_bytes: u64_at(value, 128)?,
    })
}

/// `struct unix_diag_msg` and its attributes.
fn unix_socket(message: &[u8]) -> Option<SocketSample> {
    let cookie = u64::from(u32_at(message, 8)?) | u64::from(u32_at(message, 12)?) << 32;
    let nowhere = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 0);
    let mut socket = SocketSample {
        state: SocketState::from_number(*message.get(2)?),
        inode: u64::from(u32_at(message, 4)?),
        ..SocketSample::new(cookie, Protocol::Unix, nowhere, nowhere)
    };
    for (kind, value) in attributes(message.get(UNIX_BODY..)?) {
        match kind {
            0 => socket.path = unix_path(value),
            2 => socket.peer_inode = u32_at(value, 0).map_or(0, u64::from),
            4 => {
                socket.receive_queue = u32_at(value, 0).unwrap_or(0);
                socket.send_queue = u32_at(value, 4).unwrap_or(0);
            }
            7 => socket.uid = u32_at(value, 0).unwrap_or(0),
            _ => {}
        }
    }
    Some(socket)
}

/// A path ends at its first NUL; an abstract name begins with one and may hold more.
fn unix_path(value: &[u8]) -> Option<Arc<str>> {
    let path = match value.split_first()? {
        (0, name) => format!("@{}", text::from_kernel(name)),
        _ => text::from_kernel(value.split(|byte| *byte == 0).next()?),
    };
    Some(path.into())
}

fn address(message: &[u8], at: usize, family: u8) -> Option<IpAddr> {
    if family == FAMILY_V4 {
        let octets: [u8; 4] = message.get(at..at + 4)?.try_into().ok()?;
        return Some(Ipv4Addr::from(octets).into());
    }
    let octets: [u8; 16] = message.get(at..at + 16)?.try_into().ok()?;
    Some(Ipv6Addr::from(octets).into())
}

fn port(message: &[u8], at: usize) -> Option<u16> {
    u16_at(message, at).map(u16::from_be)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::netlink::bytes;

    fn only(datagram: &[u8], transport: Transport) -> SocketSample {
        let mut found = Vec::new();
        assert_eq!(messages(datagram, transport, |socket| found.push(socket)), Progress::More);
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    /// What Linux 6.18 sent when the client end of a loopback connection was closed that had sent
    /// 10,000 bytes (SKNLGRP_INET_TCP_DESTROY).
    const CLOSED: &str = "
        7c01000014000000000000000000000002070000b66ac9ad7f0000010000000000000000000000007f000001
        0000000000000000000000000000000036d10100000000000000000001000000000000000000000000000000
        05000a00060000001c010200070000000007aa00e01c03000000000000da0000180200000000000000000000
        00000000000000000000000000000000000000000000000000000000ffff0000d7ff0000160000000c000000
        ffffff7f0c000000cbff00000300000000000000d7ff000000000000eaf50d6108000000ffffffffffffffff
        12270000000000000100000000000000050000000300000000000000090000000000000001000000aa8a3315
        0100000000000000000000000000000000000000000000000000000003000000000000001027000000000000
        000000000000000000000000000000000000000000b401000000010000000000000000000000000000000000
        00000000000000000000000000000000000000000000000000000000";

    #[test]
    fn the_kernels_last_word_on_a_connection_holds_its_bytes() {
        let socket = only(&bytes(CLOSED), Transport::Tcp(Family::V4));
        assert_eq!((socket.cookie, socket.protocol), (119094, Protocol::Tcp));
        assert_eq!((socket.state, socket.inode), (SocketState::Close, 0));
        assert_eq!(socket.local, "127.0.0.1:46698".parse().unwrap());
        assert_eq!(socket.remote, "127.0.0.1:51629".parse().unwrap());
        let tcp = socket.tcp.unwrap();
        assert_eq!((tcp.acked_bytes, tcp.received_bytes), (10_002, 1));
        assert_eq!((tcp.rtt_micros, tcp.retransmits), (22, 0));
    }

    #[test]
    fn unix_sockets_tell_their_path_peer_and_queues() {
        let listener = "580000001400020000000000e40d000001010a008a7205003ed10100000000001a000000
            2f746d702f746f706d6173742d6361702e736f636b0000000c00040001000000800000000500060000000000
            0800070000000000";
        let socket = only(&bytes(listener), Transport::Unix);
        assert_eq!(socket.path.as_deref(), Some("/tmp/topmast-cap.sock"));
        assert_eq!((socket.protocol, socket.state), (Protocol::Unix, SocketState::Listen));
        assert_eq!((socket.inode, socket.cookie), (357_002, 0x1d13e));
        assert_eq!((socket.receive_queue, socket.send_queue, socket.uid), (1, 128, 0));
        let client = "440000001400020000000000e40d0000010101008b72050040d1010000000000080002000000
            00000c0004000000000003000000050006000000000008000700e8030000";
        let socket = only(&bytes(client), Transport::Unix);
        assert_eq!((socket.inode, socket.state), (357_003, SocketState::Established));
        assert_eq!((socket.path, socket.send_queue, socket.uid), (None, 3, 1000));
    }

    #[test]
    fn unix_sockets_have_a_path_or_an_abstract_name() {
        assert_eq!(unix_path(b"/run/a\0rest").as_deref(), Some("/run/a"));
        assert_eq!(unix_path(b"\0abc\xff").as_deref(), Some("@abc\\xff"));
        assert_eq!(unix_path(b""), None);
    }
}
