//! Netlink messages and their attributes (include/uapi/linux/netlink.h).

/// Bytes of the header of a message.
pub(crate) const HEADER: usize = 16;

/// One message of a datagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Frame<'a> {
    /// Nothing follows (NLMSG_DONE).
    Done,
    /// The kernel's verdict, 0 for success, else a negative errno (NLMSG_ERROR).
    Verdict(i32),
    /// What was asked for, by its kind.
    Message(u16, &'a [u8]),
}

/// The messages of one datagram; what is cut short ends it.
pub(crate) fn frames(mut bytes: &[u8]) -> impl Iterator<Item = Frame<'_>> {
    std::iter::from_fn(move || {
        let length = u32_at(bytes, 0)? as usize;
        let kind = u16_at(bytes, 4)?;
        let body = bytes.get(HEADER..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
        Some(match kind {
            2 => Frame::Verdict(u32_at(body, 0).unwrap_or(0).cast_signed()),
            3 => Frame::Done,
            kind => Frame::Message(kind, body),
        })
    })
}

/// The attributes of a message, each by its kind without the flags of nesting and byte order.
pub(crate) fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let kind = u16_at(bytes, 2)? & 0x3fff;
        let value = bytes.get(4..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or(&[]);
        Some((kind, value))
    })
}

/// A request: the header with `flags`, then what is asked.
pub(crate) fn request(kind: u16, flags: u16, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    bytes.extend(((HEADER + body.len()) as u32).to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend([0; 8]); // no sequence number, no port: a socket of ours awaits one answer only
    bytes.extend(body);
    bytes
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

/// Bytes from their digits, as captured from a kernel.
#[cfg(test)]
pub(super) fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let value = |digit: &u8| (*digit as char).to_digit(16).map_or(0, |value| value as u8);
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | value(digit)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_is_read_message_by_message() {
        let two = [request(20, 0, &[1, 2, 3]), vec![0], request(3, 0, &[])].concat();
        let read: Vec<_> = frames(&two).collect();
        assert_eq!(read, [Frame::Message(20, &[1, 2, 3]), Frame::Done]);
        let refused = request(2, 0, &(-13_i32).to_ne_bytes());
        assert_eq!(frames(&refused).next(), Some(Frame::Verdict(-13)));
        assert_eq!(frames(&two[..18]).next(), None);
    }

    #[test]
    fn attributes_are_padded_and_their_flags_are_no_part_of_the_kind() {
        let bytes = [5, 0, 1, 0x80, 9, 0, 0, 0, 4, 0, 2, 0, 3, 0, 7, 0];
        let read: Vec<_> = attributes(&bytes).collect();
        assert_eq!(read, [(1, &[9][..]), (2, &[])]);
    }
}
