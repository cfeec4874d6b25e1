//! Sockets as procfs lists them: `/proc/PID/net/{tcp,tcp6,udp,udp6}`. No byte counters, no cookie.

use super::words::{lines, number, words};
use model::snapshot::{Protocol, SocketSample, SocketState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Tells a stand-in for a cookie from a cookie.
const STAND_IN: u64 = 1 << 63;
/// Tells one made of addresses, for a socket without an inode, from one made of an inode.
const OF_ADDRESSES: u64 = 1 << 62;

/// Calls `each` with every socket of one table.
pub(crate) fn sockets(bytes: &[u8], protocol: Protocol, each: impl FnMut(SocketSample)) {
    lines(bytes).filter_map(|line| socket(line, protocol)).for_each(each);
}

/// `sl: local remote state send:receive timer:when retransmits uid timeout inode …`
fn socket(line: &[u8], protocol: Protocol) -> Option<SocketSample> {
    let mut fields = words(line);
    let slot = fields.next()?;
    slot.strip_suffix(b":")?;
    let (local, remote) = (endpoint(fields.next()?)?, endpoint(fields.next()?)?);
    let state = hexadecimal(fields.next()?)?;
    let queues = fields.next()?;
    let colon = queues.iter().position(|byte| *byte == b':')?;
    let mut rest = fields.skip(2);
    let uid = number(rest.next()?)? as u32;
    let inode = number(rest.nth(1)?)?;
    let id = if inode == 0 { OF_ADDRESSES | mix(line) >> 2 } else { inode & !(3 << 62) };
    Some(SocketSample {
        state: SocketState::from_number(u8::try_from(state).ok()?),
        send_queue: hexadecimal(&queues[..colon])? as u32,
        receive_queue: hexadecimal(&queues[colon + 1..])? as u32,
        uid,
        inode,
        ..SocketSample::new(STAND_IN | id, protocol, local, remote)
    })
}

/// `0100007F:1F90`: words of 32 bits in the machine's own byte order, the port in hexadecimal.
fn endpoint(text: &[u8]) -> Option<SocketAddr> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (digits, port) = (&text[..colon], hexadecimal(&text[colon + 1..])?);
    let word = |digits| Some((hexadecimal(digits)? as u32).to_ne_bytes());
    let ip: IpAddr = match digits.len() {
        8 => Ipv4Addr::from(word(digits)?).into(),
        32 => {
            let mut octets = [0; 16];
            for (word_of, digits) in octets.chunks_mut(4).zip(digits.chunks(8)) {
                word_of.copy_from_slice(&word(digits)?);
            }
            Ipv6Addr::from(octets).into()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::try_from(port).ok()?))
}

fn hexadecimal(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    digits
        .iter()
        .try_fold(0, |value, byte| Some(value << 4 | u64::from((*byte as char).to_digit(16)?)))
}

/// FNV-1a over the addresses of a line: what stays the same from reading to reading.
fn mix(line: &[u8]) -> u64 {
    let addresses = words(line).skip(1).take(2).flatten();
    addresses.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TCP: &[u8] = b"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   0: 0100007F:8593 00000000:0000 0A 00000000:00000003 00:00000000 00000000     7        0 4711 1 0000000000000000 100 0 0 10 0\n   1: 0100007F:8594 0200007F:0016 06 00000000:00000000 03:00000E8A 00000000     0        0 0 3 0000000000000000\n";

    fn all(bytes: &[u8], protocol: Protocol) -> Vec<SocketSample> {
        let mut found = Vec::new();
        sockets(bytes, protocol, |socket| found.push(socket));
        found
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_table_tells_where_a_socket_is_and_whose() {
        let found = all(TCP, Protocol::Tcp);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].local, "127.0.0.1:34195".parse().unwrap());
        assert_eq!((found[0].state, found[0].receive_queue), (SocketState::Listen, 3));
        assert_eq!((found[0].uid, found[0].inode), (7, 4711));
        assert_eq!(found[0].cookie, 4711 | STAND_IN);
        assert_eq!(found[1].remote, "127.0.0.2:22".parse().unwrap());
        assert!(found[1].cookie & OF_ADDRESSES != 0 && found[1].tcp.is_none());
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn addresses_of_version_six_are_four_words() {
        let line = b"  9: B80D0120000000000000000001000000:01BB 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5 2 0 0\n";
        let found = all(line, Protocol::Udp6);
        assert_eq!(found[0].local, "[2001:db8::1]:443".parse().unwrap());
    }
}
