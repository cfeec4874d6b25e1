//! Memory maps of one process: proc_pid_maps(5) and proc_pid_smaps(5), line by line.

use super::words::number;

/// The line a map begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapLine<'a> {
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) permissions: &'a [u8],
    pub(crate) offset: u64,
    pub(crate) device: (u32, u32),
    pub(crate) inode: u64,
    /// Newlines in it stand as `\012`.
    pub(crate) path: &'a [u8],
}

/// `None` for what is no such line, as the lines between in smaps are not.
pub(crate) fn line(bytes: &[u8]) -> Option<MapLine<'_>> {
    let mut fields = bytes.splitn(6, |byte| *byte == b' ');
    let (start, end) = pair(fields.next()?, b'-')?;
    let permissions = fields.next().filter(|flags| flags.len() == 4)?;
    let offset = hex(fields.next()?)?;
    let (major, minor) = pair(fields.next()?, b':')?;
    let inode = fields.next().and_then(number)?;
    let path = fields.next().unwrap_or(&[]).trim_ascii_start();
    let device = (major.try_into().ok()?, minor.try_into().ok()?);
    Some(MapLine { start, end, permissions, offset, device, inode, path })
}

/// Resident memory, bytes, of a line `Rss:` in smaps.
pub(crate) fn resident(bytes: &[u8]) -> Option<u64> {
    let value = bytes.strip_prefix(b"Rss:")?;
    number(value.trim_ascii_start()).map(|kib| kib.saturating_mul(1024))
}

fn pair(bytes: &[u8], between: u8) -> Option<(u64, u64)> {
    let at = bytes.iter().position(|byte| *byte == between)?;
    Some((hex(&bytes[..at])?, hex(&bytes[at + 1..])?))
}

fn hex(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u64::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_has_addresses_rights_and_a_file() {
        let text =
            b"7f10a000-7f10c000 r-xp 00001000 fe:00 4711                       /a b/c (deleted)";
        let map = line(text).expect("a map");
        assert_eq!((map.start, map.end, map.offset), (0x7f10_a000, 0x7f10_c000, 0x1000));
        assert_eq!((map.permissions, map.device, map.inode), (&b"r-xp"[..], (0xfe, 0), 4711));
        assert_eq!(map.path, b"/a b/c (deleted)");
        let anonymous = line(b"1000-2000 rw-p 00000000 00:00 0 ").expect("a map");
        assert_eq!((anonymous.path, anonymous.inode), (&b""[..], 0));
    }

    #[test]
    fn other_lines_are_none() {
        for text in
            [&b""[..], b"Rss:  12 kB", b"VmFlags: rd ex", b"1000-2000 rw", b"+1-2 rw-p 0 0:0 0"]
        {
            assert_eq!(line(text), None, "{text:?}");
        }
        assert_eq!(resident(b"Rss:                1620 kB"), Some(1620 * 1024));
        assert_eq!(resident(b"Pss:  1 kB"), None);
    }
}
