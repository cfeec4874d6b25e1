//! Addresses of interfaces: rtnetlink(7) requests and answers (include/uapi/linux/if_addr.h).

use super::diag::Progress;
use super::netlink::{self, HEADER, attributes, u16_at, u32_at};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bytes of `struct ifaddrmsg`.
const BODY: usize = 8;
const GET_ADDRESS: u16 = 22;
const NEW_ADDRESS: u16 = 20;
const REQUEST_DUMP: u16 = 0x301;
const DONE: u16 = 3;
const ERROR: u16 = 2;
const ATTRIBUTE_ADDRESS: u16 = 1;
const ATTRIBUTE_LOCAL: u16 = 2;

/// Asks for the addresses of all interfaces.
pub(crate) fn request() -> Vec<u8> {
    netlink::request(GET_ADDRESS, REQUEST_DUMP, &[0; BODY])
}

/// Calls `each` with the interface's number, an address and its prefix length.
pub(crate) fn messages(mut bytes: &[u8], mut each: impl FnMut(u32, IpAddr, u8)) -> Progress {
    while let (Some(length), Some(kind)) = (u32_at(bytes, 0), u16_at(bytes, 4)) {
        let length = length as usize;
        if length < HEADER || length > bytes.len() {
            return Progress::Failed(0);
        }
        match kind {
            DONE => return Progress::Done,
            ERROR => {
                let errno = u32_at(bytes, HEADER).unwrap_or(0).cast_signed();
                return Progress::Failed(errno.saturating_neg());
            }
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
    let index = u32_at(body, 4)?;
    let mut found = None;
    for (kind, value) in attributes(body.get(BODY..)?) {
        match kind {
            ATTRIBUTE_LOCAL => found = ip(value).or(found),
            ATTRIBUTE_ADDRESS if found.is_none() => found = ip(value),
            _ => {}
        }
    }
    Some((index, found?, prefix))
}

fn ip(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = <[u8; 4]>::try_from(bytes).map(|bytes| IpAddr::V4(Ipv4Addr::from(bytes)));
    let v6 = || <[u8; 16]>::try_from(bytes).map(|bytes| IpAddr::V6(Ipv6Addr::from(bytes)));
    v4.or_else(|_| v6()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_all_error_numbers_is_no_overflow() {
        let datagram = message(ERROR, &i32::MIN.to_ne_bytes());
        assert_eq!(messages(&datagram, |_, _, _| ()), Progress::Failed(i32::MAX));
    }

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
