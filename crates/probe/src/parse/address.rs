//! Addresses of interfaces: rtnetlink(7) requests and answers (include/uapi/linux/if_addr.h).

use super::diag::Progress;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const HEADER: usize = 16;
/// The header and `struct ifaddrmsg`.
const BODY: usize = 24;
const GET_ADDRESS: u16 = 22;
const NEW_ADDRESS: u16 = 20;
const REQUEST_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const ATTRIBUTE_ADDRESS: u16 = 1;
const ATTRIBUTE_LOCAL: u16 = 2;

/// Asks for the addresses of all interfaces.
pub(crate) fn request() -> [u8; BODY] {
    let mut bytes = [0; BODY];
    bytes[0..4].copy_from_slice(&(BODY as u32).to_ne_bytes());
    bytes[4..6].copy_from_slice(&GET_ADDRESS.to_ne_bytes());
    bytes[6..8].copy_from_slice(&REQUEST_DUMP.to_ne_bytes());
    bytes
}

/// Calls `each` with the interface's number, an address and its prefix length.
pub(crate) fn messages(mut bytes: &[u8], mut each: impl FnMut(u32, IpAddr, u8)) -> Progress {
    while let (Some(length), Some(kind)) = (word(bytes, 0), half(bytes, 4)) {
        let length = length as usize;
        if length < HEADER || length > bytes.len() {
            return Progress::Failed(0);
        }
        match kind {
            DONE => return Progress::Done,
            ERROR => return Progress::Failed(word(bytes, HEADER).map_or(0, |e| -(e as i32))),
            NEW_ADDRESS => {
                if let Some((index, address, prefix)) = address(&bytes[HEADER..length]) {
                    each(index, address, prefix);
                }
            }
            _ => {}
        }
        bytes = &bytes[length.next_multiple_of(4).min(bytes.len())..];
    }
    Progress::More
}

/// `IFA_LOCAL` is our end of a point-to-point link, where `IFA_ADDRESS` is the other's.
fn address(body: &[u8]) -> Option<(u32, IpAddr, u8)> {
    let prefix = *body.get(1)?;
    let index = word(body, 4)?;
    let mut attributes = body.get(8..)?;
    let mut found = None;
    while let (Some(length), Some(kind)) = (half(attributes, 0), half(attributes, 2)) {
        let length = usize::from(length);
        if length < 4 || length > attributes.len() {
            break;
        }
        let value = &attributes[4..length];
        match kind {
            ATTRIBUTE_LOCAL => found = ip(value).or(found),
            ATTRIBUTE_ADDRESS if found.is_none() => found = ip(value),
            _ => {}
        }
        attributes = &attributes[length.next_multiple_of(4).min(attributes.len())..];
    }
    Some((index, found?, prefix))
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes)));
    let v6 = || <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes)));
    v4.or_else(|_| v6()).ok()
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = ((HEADER + body.len()) as u32).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend([0; 10]);
        bytes.extend(body);
        bytes
    }

    fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = ((4 + value.len()) as u16).to_ne_bytes().to_vec();
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(value);
        bytes
    }

    #[test]
    fn our_own_end_of_a_link_is_told() {
        let mut body = vec![2, 24, 0, 0];
        body.extend(7_u32.to_ne_bytes());
        body.extend(attribute(ATTRIBUTE_ADDRESS, &[10, 0, 0, 9]));
        body.extend(attribute(ATTRIBUTE_LOCAL, &[10, 0, 0, 1]));
        let mut bytes = message(NEW_ADDRESS, &body);
        bytes.extend(message(DONE, &[0; 4]));
        let mut seen = Vec::new();
        assert_eq!(messages(&bytes, |i, ip, prefix| seen.push((i, ip, prefix))), Progress::Done);
        assert_eq!(seen, [(7, IpAddr::from([10, 0, 0, 1]), 24)]);
    }

    #[test]
    fn a_message_that_lies_about_its_length_ends_the_dump() {
        let mut bytes = message(NEW_ADDRESS, &[2, 24, 0, 0]);
        bytes[..4].copy_from_slice(&1000_u32.to_ne_bytes());
        assert_eq!(messages(&bytes, |_, _, _| ()), Progress::Failed(0));
    }
}
