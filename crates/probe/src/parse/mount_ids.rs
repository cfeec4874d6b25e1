//! Mounts of one process: proc_pid_mountinfo(5), what tells files on dead servers from local ones.

use super::words::{lines, number};

/// One mount, with its paths as they were before the kernel escaped them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MountLine<'a> {
    pub(crate) id: u32,
    pub(crate) device: (u32, u32),
    pub(crate) mount_point: Vec<u8>,
    pub(crate) kind: &'a [u8],
    pub(crate) source: Vec<u8>,
}

pub(crate) fn mounts(bytes: &[u8]) -> impl Iterator<Item = MountLine<'_>> {
    lines(bytes).filter_map(mount)
}

fn mount(line: &[u8]) -> Option<MountLine<'_>> {
    let mut fields = line.split(|byte| *byte == b' ');
    let id = fields.next().and_then(number)?.try_into().ok()?;
    let device = fields.nth(1)?;
    let colon = device.iter().position(|byte| *byte == b':')?;
    let device = (part(&device[..colon])?, part(&device[colon + 1..])?);
    let mount_point = unescaped(fields.nth(1)?);
    // Any number of optional fields, then a lone dash.
    let mut fields = fields.skip(1).skip_while(|field| *field != b"-");
    let kind = fields.nth(1)?;
    let source = unescaped(fields.next().unwrap_or(&[]));
    Some(MountLine { id, device, mount_point, kind, source })
}

fn part(digits: &[u8]) -> Option<u32> {
    number(digits)?.try_into().ok()
}

/// `\040` stands for a space, and likewise tab, newline and backslash.
fn unescaped(field: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(field.len());
    let mut rest = field;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|three| *first == b'\\' && three.iter().all(is_octal));
        match digits {
            Some(digits) => {
                plain.push(digits.iter().fold(0_u8, |value, digit| value << 3 | (digit - b'0')));
                rest = &after[3..];
            }
            None => {
                plain.push(*first);
                rest = after;
            }
        }
    }
    plain
}

fn is_octal(byte: &u8) -> bool {
    matches!(byte, b'0'..=b'7')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mounts_have_an_id_a_device_and_a_kind() {
        let text =
            b"36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw\n\
            37 36 0:45 / /a rw - nfs4 server:/x rw\nnonsense\n38 1 0:1 / /b rw master:1\n";
        let all: Vec<_> = mounts(text).collect();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].id, all[0].device, all[0].kind), (36, (98, 0), &b"ext3"[..]));
        assert_eq!((&*all[0].mount_point, &*all[0].source), (&b"/mnt 2"[..], &b"/dev/root"[..]));
        assert_eq!((all[1].kind, all[1].device), (&b"nfs4"[..], (0, 45)));
    }

    #[test]
    fn only_octal_escapes_are_undone() {
        assert_eq!(unescaped(b"a\\134b\\09\\"), b"a\\b\\09\\");
        assert_eq!(unescaped(b"\\777"), [0xff]);
    }
}
