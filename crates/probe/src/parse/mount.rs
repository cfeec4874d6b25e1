//! Mounts: proc_pid_mountinfo(5).

use super::words::{lines, number};
use model::text;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// One line, its escapes undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mount {
    /// The kernel's number of this mount.
    pub(crate) id: u64,
    /// Major and minor number: the same for every mount of one file system.
    pub(crate) device: (u32, u32),
    /// What of the file system is mounted; `/` for all of it.
    pub(crate) root: PathBuf,
    pub(crate) point: PathBuf,
    pub(crate) is_read_only: bool,
    pub(crate) kind: String,
    pub(crate) source: String,
    /// Options of the file system, separated by commas.
    pub(crate) options: String,
}

/// Kinds that hold no space of their own and whose asking is useless, or mounts something (autofs).
const PSEUDO: [&str; 23] = [
    "autofs",
    "binfmt_misc",
    "bpf",
    "cgroup",
    "cgroup2",
    "configfs",
    "debugfs",
    "devpts",
    "efivarfs",
    "fusectl",
    "hugetlbfs",
    "mqueue",
    "nsfs",
    "proc",
    "pstore",
    "resctrl",
    "rpc_pipefs",
    "securityfs",
    "selinuxfs",
    "smackfs",
    "sysfs",
    "tracefs",
    "ramfs",
];

/// Kinds that another machine or a program answers for, or does not.
const ELSEWHERE: [&str; 16] = [
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "ncpfs",
    "afs",
    "ceph",
    "9p",
    "lustre",
    "gpfs",
    "ocfs2",
    "gfs2",
    "coda",
    "virtiofs",
    "glusterfs",
];

impl Mount {
    /// Whether it is not worth asking.
    pub(crate) fn is_pseudo(&self) -> bool {
        PSEUDO.contains(&self.kind.as_str())
    }

    /// Whether somebody else answers for it, who may be gone.
    pub(crate) fn is_elsewhere(&self) -> bool {
        let kind = self.kind.as_str();
        // A block device under FUSE (`fuseblk`) hangs likewise when its program does.
        ELSEWHERE.contains(&kind) || kind.starts_with("fuse")
    }

    /// Whether all of a file system is mounted, not a part of it.
    fn is_whole(&self) -> bool {
        self.root == Path::new("/")
    }
}

/// One line as it stands, its escapes still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MountLine<'a> {
    /// The kernel's number of this mount.
    pub(crate) id: u64,
    pub(crate) device: (u32, u32),
    root: &'a [u8],
    point: &'a [u8],
    options: &'a [u8],
    pub(crate) kind: &'a [u8],
    source: &'a [u8],
    super_options: &'a [u8],
}

impl<'a> MountLine<'a> {
    /// Where it is mounted.
    pub(crate) fn point(&self) -> Cow<'a, [u8]> {
        unescaped(self.point)
    }

    pub(crate) fn source(&self) -> Cow<'a, [u8]> {
        unescaped(self.source)
    }
}

/// One line; `None` for what is none.
pub(crate) fn line(bytes: &[u8]) -> Option<MountLine<'_>> {
    let mut fields = bytes.split(|byte| *byte == b' ');
    let id = number(fields.next()?)?;
    let device = device(fields.nth(1)?)?;
    let (root, point, options) = (fields.next()?, fields.next()?, fields.next()?);
    // Optional fields follow, as many as there are.
    fields.find(|field| *field == b"-")?;
    let kind = fields.next()?;
    let (source, super_options) = (fields.next(), fields.next());
    Some(MountLine {
        id,
        device,
        root,
        point,
        options,
        kind,
        source: source.unwrap_or_default(),
        super_options: super_options.unwrap_or_default(),
    })
}

/// Every mount, in the order in which they were mounted over each other.
pub(crate) fn mounts(bytes: &[u8]) -> Vec<Mount> {
    lines(bytes).filter_map(line).map(|line| mount(&line)).collect()
}

fn mount(line: &MountLine<'_>) -> Mount {
    let is_read_only = |options: &[u8]| options.split(|b| *b == b',').any(|word| word == b"ro");
    Mount {
        id: line.id,
        device: line.device,
        root: path(line.root),
        point: path(line.point),
        is_read_only: is_read_only(line.options) || is_read_only(line.super_options),
        kind: text::from_kernel(&unescaped(line.kind)),
        source: text::from_kernel(&line.source()),
        options: text::from_kernel(line.super_options),
    }
}

fn device(word: &[u8]) -> Option<(u32, u32)> {
    let colon = word.iter().position(|byte| *byte == b':')?;
    let part = |digits| number(digits).and_then(|number| u32::try_from(number).ok());
    Some((part(&word[..colon])?, part(&word[colon + 1..])?))
}

fn path(word: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(&unescaped(word)))
}

/// Spaces, tabs, line ends and backslashes stand as `\ooo`.
fn unescaped(word: &[u8]) -> Cow<'_, [u8]> {
    if !word.contains(&b'\\') {
        return Cow::Borrowed(word);
    }
    let mut plain = Vec::with_capacity(word.len());
    let mut rest = word;
    while let [first, tail @ ..] = rest {
        let (byte, left) = match (first, tail) {
            (b'\\', [a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', left @ ..]) => {
                ((a - b'0') * 64 + (b - b'0') * 8 + (c - b'0'), left)
            }
            _ => (*first, tail),
        };
        plain.push(byte);
        rest = left;
    }
    Cow::Owned(plain)
}

/// Each file system once, of those worth asking: a mount of all of it before one of a part, and
/// the shortest path among equals. What is mounted over is not there.
pub(crate) fn file_systems(mounts: &[Mount]) -> Vec<&Mount> {
    let mut shown = std::collections::BTreeMap::new();
    for mount in mounts {
        shown.insert(mount.point.as_path(), mount);
    }
    let mut chosen = std::collections::BTreeMap::<(u32, u32), &Mount>::new();
    let rank = |mount: &Mount| (!mount.is_whole(), mount.point.as_os_str().len());
    for mount in shown.into_values().filter(|mount| !mount.is_pseudo()) {
        let best = chosen.entry(mount.device).or_insert(mount);
        if rank(mount) < rank(best) {
            *best = mount;
        }
    }
    let mut chosen: Vec<_> = chosen.into_values().collect();
    chosen.sort_by(|one, other| one.point.cmp(&other.point));
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"22 27 0:21 / /proc rw,relatime - proc proc rw\n\
        27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda ro,discard\n\
        28 27 254:0 /srv/in /bind rw - ext4 /dev/vda rw\n\
        29 27 0:40 / /a\\040b\\134 ro,nosuid - nfs4 srv:/x\\040y rw,vers=4.2\n\
        30 27 0:25 / /dev/shm rw - tmpfs tmpfs rw\n\
        31 27 0:27 / /dev/shm rw - tmpfs tmpfs rw\n\
        32 27 254:1 /in /part rw - ext4 /dev/vdb rw\n\
        33 27 254:1 / /longer/whole rw - ext4 /dev/vdb rw\n\
        not a line\n";

    #[test]
    fn lines_are_read_with_escapes_and_optional_fields() {
        let mounts = mounts(TEXT);
        assert_eq!(mounts.len(), 8);
        let root = &mounts[1];
        assert_eq!((root.id, root.device, root.kind.as_str()), (27, (254, 0), "ext4"));
        assert!(root.is_read_only, "the file system is, although the mount is not");
        let far = &mounts[3];
        assert_eq!((far.point.as_path(), far.source.as_str()), (Path::new("/a b\\"), "srv:/x y"));
        assert!(far.is_read_only && far.is_elsewhere() && !far.is_pseudo());
    }

    #[test]
    fn a_mount_without_a_source_has_none() {
        assert_eq!(super::line(b"38 1 0:1 / /b rw master:1"), None);
        let line = super::line(b"38 1 0:1 / /b rw - tmpfs  ro").expect("a line");
        assert_eq!((line.kind, &*line.source()), (&b"tmpfs"[..], &b""[..]));
        assert!(mount(&line).is_read_only);
    }

    #[test]
    fn only_octal_escapes_are_undone() {
        assert_eq!(&*unescaped(b"a\\134b\\09\\"), b"a\\b\\09\\");
        assert_eq!(&*unescaped(b"\\377"), [0xff]);
    }

    #[test]
    fn each_file_system_stands_once() {
        let mounts = mounts(TEXT);
        let points: Vec<_> =
            file_systems(&mounts).iter().map(|mount| (mount.id, mount.point.clone())).collect();
        let point = |id, path: &str| (id, PathBuf::from(path));
        let expected = [
            point(27, "/"),
            point(29, "/a b\\"),
            point(31, "/dev/shm"),
            point(33, "/longer/whole"),
        ];
        assert_eq!(points, expected);
    }
}
