//! Numbers and lines in kernel text.

/// An unsigned decimal; stops at the first byte that is no digit. `None` without a digit.
pub(super) fn number(bytes: &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    let mut digits = 0;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        digits += 1;
    }
    (digits > 0).then_some(value)
}

/// A decimal with an optional minus sign.
pub(super) fn signed(bytes: &[u8]) -> Option<i64> {
    match bytes.strip_prefix(b"-") {
        Some(digits) => number(digits).map(|value| (value as i64).wrapping_neg()),
        None => number(bytes).map(|value| value as i64),
    }
}

/// Words between any run of spaces or tabs.
pub(super) fn words(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty())
}

pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}
