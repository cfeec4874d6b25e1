//! One open descriptor: proc_pid_fdinfo(5), and what its link says.

use super::words::{lines, number, words};
use model::request::FileKind;

/// What every descriptor has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Descriptor {
    pub(crate) position: Option<u64>,
    pub(crate) flags: Option<u32>,
    /// Of the mount it was opened through.
    pub(crate) mount: Option<u32>,
    /// Since Linux 5.14.
    pub(crate) inode: Option<u64>,
}

/// A descriptor for the place only: neither reads nor writes.
const O_PATH: u32 = 0o10_000_000;

impl Descriptor {
    /// `r`, `w`, `rw`; `path` for one that only names a place; empty when not known.
    pub(crate) fn mode(&self) -> &'static str {
        match self.flags {
            None => "",
            Some(flags) if flags & O_PATH != 0 => "path",
            Some(flags) => ["r", "w", "rw", "rw"][(flags & 3) as usize],
        }
    }
}

pub(crate) fn parse(bytes: &[u8]) -> Descriptor {
    let mut descriptor = Descriptor::default();
    // These four come first; what follows is of the kind and may be long.
    for line in lines(bytes).take(8) {
        let mut words = words(line);
        let (Some(key), Some(value)) = (words.next(), words.next()) else { continue };
        match key {
            b"pos:" => descriptor.position = number(value),
            b"flags:" => descriptor.flags = octal(value),
            b"mnt_id:" => descriptor.mount = number(value).and_then(|id| id.try_into().ok()),
            b"ino:" => descriptor.inode = number(value),
            _ => {}
        }
    }
    descriptor
}

fn octal(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

/// The kind as far as the link tells: a path may lead to anything.
pub(crate) fn kind_of(link: &[u8]) -> FileKind {
    if link.starts_with(b"socket:[") {
        FileKind::Socket
    } else if link.starts_with(b"pipe:[") {
        FileKind::Pipe
    } else if link.starts_with(b"anon_inode:") {
        FileKind::Anonymous
    } else {
        FileKind::Unknown
    }
}

/// `socket:[12345]`, `mnt:[4026531840]`: the number in brackets behind that word.
pub(crate) fn bracketed(link: &[u8], word: &[u8]) -> Option<u64> {
    let digits = link.strip_prefix(word)?.strip_prefix(b":[")?.strip_suffix(b"]")?;
    let is_number =
        !digits.is_empty() && digits.len() < 20 && digits.iter().all(u8::is_ascii_digit);
    is_number.then(|| number(digits)).flatten()
}

/// What the kernel adds to the path of a file without a name. A name may end in it too.
pub(crate) const DELETED: &[u8] = b" (deleted)";

/// A path, and whether the kernel says that nothing has that name any more.
pub(crate) fn without_mark(path: &[u8]) -> (&[u8], bool) {
    path.strip_suffix(DELETED).map_or((path, false), |path| (path, true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_descriptor_has_place_mode_and_mount() {
        let descriptor = parse(b"pos:\t17\nflags:\t0100002\nmnt_id:\t24\nino:\t99\nlock:\t1: x\n");
        assert_eq!((descriptor.position, descriptor.mode()), (Some(17), "rw"));
        assert_eq!((descriptor.mount, descriptor.inode), (Some(24), Some(99)));
        assert_eq!(parse(b"flags:\t0100001\n").mode(), "w");
        assert_eq!(parse(b"flags:\t010200000\n").mode(), "path");
        assert_eq!(parse(b"flags:\t8\npos: x\n"), Descriptor::default());
        assert_eq!(Descriptor::default().mode(), "");
    }

    #[test]
    fn links_tell_kinds_and_numbers() {
        assert_eq!(kind_of(b"socket:[1]"), FileKind::Socket);
        assert_eq!(kind_of(b"anon_inode:[eventpoll]"), FileKind::Anonymous);
        assert_eq!(kind_of(b"/tmp/pipe:[1]"), FileKind::Unknown);
        assert_eq!(bracketed(b"mnt:[4026531840]", b"mnt"), Some(4_026_531_840));
        assert_eq!(bracketed(b"mnt:[]", b"mnt"), None);
        assert_eq!(bracketed(b"mnt:[1x]", b"mnt"), None);
        assert_eq!(bracketed(b"/socket:[1]", b"socket"), None);
        assert_eq!(without_mark(b"/tmp/a (deleted)"), (&b"/tmp/a"[..], true));
        assert_eq!(without_mark(b"/tmp/a"), (&b"/tmp/a"[..], false));
    }
}
