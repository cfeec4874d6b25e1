//! Sockets: sock_diag(7) requests and answers (include/uapi/linux/inet_diag.h).

use model::snapshot::{Protocol, SocketSample, SocketState, TcpCounters};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What is dumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    Udp,
}

impl Transport {
    /// IPPROTO_TCP, IPPROTO_UDP.
    fn number(self) -> u8 {
        match self {
            Self::Tcp => 6,
            Self::Udp => 17,
        }
    }
}

const FAMILY_V4: u8 = 2;
const FAMILY_V6: u8 = 10;

/// SOCK_DIAG_BY_FAMILY.
const BY_FAMILY: u16 = 20;
/// NLM_F_REQUEST | NLM_F_DUMP.
const REQUEST_DUMP: u16 = 0x301;
/// Bit of INET_DIAG_INFO: answer with tcp_info.
const WITH_INFO: u8 = 1 << 1;

const HEADER: usize = 16;
const BODY: usize = 72;

/// One dump request: all states, with tcp_info.
pub(crate) fn request(transport: Transport, is_v6: bool) -> [u8; BODY] {
    let mut bytes = [0; BODY];
    bytes[0..4].copy_from_slice(&(BODY as u32).to_ne_bytes());
    bytes[4..6].copy_from_slice(&BY_FAMILY.to_ne_bytes());
    bytes[6..8].copy_from_slice(&REQUEST_DUMP.to_ne_bytes());
    bytes[16] = if is_v6 { FAMILY_V6 } else { FAMILY_V4 };
    bytes[17] = transport.number();
    bytes[18] = if transport == Transport::Tcp { WITH_INFO } else { 0 };
    bytes[20..24].copy_from_slice(&u32::MAX.to_ne_bytes());
    bytes
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
    mut bytes: &[u8],
    transport: Transport,
    mut each: impl FnMut(SocketSample),
) -> Progress {
    while let Some(length) = u32_at(bytes, 0).map(|length| length as usize) {
        if length < HEADER || length > bytes.len() {
            break;
        }
        let (message, kind) = (&bytes[HEADER..length], u16_at(bytes, 4));
        match kind {
            Some(3) => return Progress::Done,
            Some(2) => return Progress::Failed(u32_at(message, 0).unwrap_or(0) as i32),
            Some(BY_FAMILY) => {
                if let Some(socket) = socket(message, transport) {
                    each(socket);
                }
            }
            _ => {}
        }
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
    }
    Progress::More
}

/// `struct inet_diag_msg` and its attributes.
fn socket(message: &[u8], transport: Transport) -> Option<SocketSample> {
    let family = *message.first()?;
    let state = SocketState::from_number(*message.get(1)?);
    let counts_bytes =
        !matches!(state, SocketState::Listen | SocketState::TimeWait | SocketState::NewSynRecv);
    let cookie = u64::from(u32_at(message, 44)?) | u64::from(u32_at(message, 48)?) << 32;
    let protocol = match (transport, family) {
        (Transport::Tcp, FAMILY_V4) => Protocol::Tcp,
        (Transport::Tcp, _) => Protocol::Tcp6,
        (Transport::Udp, FAMILY_V4) => Protocol::Udp,
        (Transport::Udp, _) => Protocol::Udp6,
    };
    let local = SocketAddr::new(address(message, 8, family)?, port(message, 4)?);
    let remote = SocketAddr::new(address(message, 24, family)?, port(message, 6)?);
    Some(SocketSample {
        state,
        receive_queue: u32_at(message, 56)?,
        send_queue: u32_at(message, 60)?,
        uid: u32_at(message, 64)?,
        inode: u64::from(u32_at(message, 68)?),
        tcp: if counts_bytes { message.get(BODY..).and_then(tcp_info) } else { None },
        ..SocketSample::new(cookie, protocol, local, remote)
    })
}

/// INET_DIAG_INFO among the attributes: `struct tcp_info`, which grows with the kernel at its end.
fn tcp_info(mut attributes: &[u8]) -> Option<TcpCounters> {
    while let Some(length) = u16_at(attributes, 0).map(usize::from) {
        if length < 4 || length > attributes.len() {
            return None;
        }
        let value = &attributes[4..length];
        if u16_at(attributes, 2) == Some(2) {
            return Some(TcpCounters {
                rtt_micros: u32_at(value, 68)?,
                retransmits: u32_at(value, 100)?,
                acked_bytes: u64_at(value, 120)?,
                received_bytes: u64_at(value, 128)?,
            });
        }
        attributes = attributes.get(length.next_multiple_of(4)..)?;
    }
    None
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
    Some(u16::from_be_bytes(message.get(at..at + 2)?.try_into().ok()?))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}
