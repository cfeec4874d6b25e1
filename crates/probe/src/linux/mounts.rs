//! Which mount a file is on, and whether asking that file system may block.

use super::process_dir::{Lines, ProcessDir};
use crate::parse::mount;
use rustix::fd::AsFd;
use rustix::fs::{AtFlags, MemfdFlags, Statx, StatxFlags};
use rustix::io::Errno;
use std::collections::HashMap;
use std::ffi::CStr;

/// File systems that answer from this machine's own memory and disks. All others are taken to be
/// able to block for ever, as NFS does when its server is gone.
const LOCAL: &[&[u8]] = &[
    b"ext2",
    b"ext3",
    b"ext4",
    b"xfs",
    b"btrfs",
    b"f2fs",
    b"jfs",
    b"reiserfs",
    b"nilfs2",
    b"bcachefs",
    b"zfs",
    b"tmpfs",
    b"ramfs",
    b"rootfs",
    b"devtmpfs",
    b"devpts",
    b"proc",
    b"sysfs",
    b"cgroup",
    b"cgroup2",
    b"hugetlbfs",
    b"mqueue",
    b"squashfs",
    b"erofs",
    b"iso9660",
    b"udf",
    b"vfat",
    b"msdos",
    b"exfat",
    b"ntfs3",
    b"hfsplus",
    b"minix",
    b"debugfs",
    b"tracefs",
    b"bpf",
    b"securityfs",
    b"configfs",
    b"efivarfs",
    b"pstore",
    b"overlay",
    b"romfs",
    b"cramfs",
];

/// Mounts kept at most: a machine full of containers has some ten thousand.
const MOUNTS_MAX: usize = 200_000;

/// Bytes of their names kept at most: whoever rules a mount namespace makes each 4 KiB long.
const NAMES_MAX: usize = 64 << 20;

/// One mount.
#[derive(Clone)]
pub(super) struct Mount {
    pub(super) device: (u32, u32),
    pub(super) is_local: bool,
    /// Whether inodes and devices are those that the mount and the descriptor tell; elsewhere
    /// (overlay, btrfs) only stat knows them.
    pub(super) is_plain: bool,
    pub(super) source: Vec<u8>,
    pub(super) mount_point: Vec<u8>,
}

/// Mounts by the kernel's number, which differs in all mount namespaces.
#[derive(Default)]
pub(super) struct Mounts {
    by_id: HashMap<u32, Mount>,
    /// Ids of each namespace in the order of mounting.
    namespaces: HashMap<u64, Vec<u32>>,
    /// Bytes of all names.
    names: usize,
    /// The kernel's own mount for anonymous shared memory, in no list.
    memory: Option<u32>,
    /// Device of its files.
    memory_device: Option<(u32, u32)>,
}

impl Mounts {
    pub(super) fn new() -> Self {
        let found = memory_mount();
        let (memory, memory_device) = (found.map(|found| found.0), found.map(|found| found.1));
        Self { memory, memory_device, ..Self::default() }
    }

    /// Reads the mounts a process sees, once for each namespace; 0 stands for one not known.
    pub(super) fn learn(&mut self, place: &ProcessDir, namespace: u64) -> Result<(), Errno> {
        if namespace != 0 && self.namespaces.contains_key(&namespace) {
            return Ok(());
        }
        let mut lines = Lines::of(place.file("mountinfo")?);
        let mut ids = Vec::new();
        while let Some(line) = lines.next()? {
            let Some(mount) = mount::line(line) else { continue };
            let Ok(id) = u32::try_from(mount.id) else { continue };
            if self.by_id.len() >= MOUNTS_MAX || self.names >= NAMES_MAX {
                break;
            }
            self.names += line.len();
            ids.push(id);
            self.by_id.insert(
                id,
                Mount {
                    device: mount.device,
                    is_local: LOCAL.contains(&mount.kind),
                    is_plain: !matches!(mount.kind, b"overlay" | b"btrfs" | b"zfs" | b"bcachefs"),
                    source: mount.source().into_owned(),
                    mount_point: mount.point().into_owned(),
                },
            );
        }
        self.namespaces.insert(namespace, ids);
        Ok(())
    }

    pub(super) fn get(&self, id: u32) -> Option<&Mount> {
        self.by_id.get(&id)
    }

    /// Whether a file opened through that mount can be asked for its size without blocking.
    pub(super) fn is_local(&self, id: Option<u32>) -> bool {
        let is_memory = id.is_some() && id == self.memory;
        is_memory || id.and_then(|id| self.get(id)).is_some_and(|mount| mount.is_local)
    }

    /// The mount a path is on, by its longest beginning; of two at one place the later.
    pub(super) fn of_path(&self, namespace: u64, path: &[u8]) -> Option<&Mount> {
        let ids = self.namespaces.get(&namespace)?;
        let mounts = ids.iter().filter_map(|id| self.by_id.get(id));
        let around = mounts.filter(|mount| is_at_or_below(path, &mount.mount_point));
        around.max_by_key(|mount| mount.mount_point.len())
    }

    /// Whether a file is anonymous shared memory, which has no name to begin with.
    pub(super) fn is_memory(&self, stat: &Statx) -> bool {
        self.memory_device == Some((stat.stx_dev_major, stat.stx_dev_minor))
    }

    /// A mount of that device.
    pub(super) fn on_device(&self, device: (u32, u32)) -> Option<&Mount> {
        self.by_id.values().find(|mount| mount.device == device)
    }

    /// All mounts of a namespace.
    pub(super) fn all(&self, namespace: u64) -> impl Iterator<Item = &Mount> {
        let ids = self.namespaces.get(&namespace).map_or(&[][..], |ids| ids);
        ids.iter().filter_map(|id| self.by_id.get(id))
    }
}

/// Whether a path is that directory or below it.
pub(super) fn is_at_or_below(path: &[u8], directory: &[u8]) -> bool {
    let directory = directory.strip_suffix(b"/").unwrap_or(directory);
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

/// What is behind a link of procfs that leads to a local file. Takes what is in memory and asks no
/// server, should it be none after all.
pub(super) fn stat_local(dir: impl AsFd, name: &CStr) -> Result<Statx, Errno> {
    rustix::fs::statx(dir, name, AtFlags::STATX_DONT_SYNC, StatxFlags::BASIC_STATS)
}

fn memory_mount() -> Option<(u32, (u32, u32))> {
    use std::os::fd::AsRawFd;
    let file = rustix::fs::memfd_create("topmast", MemfdFlags::CLOEXEC).ok()?;
    let text = std::fs::read(format!("/proc/self/fdinfo/{}", file.as_raw_fd())).ok()?;
    let mount = crate::parse::fdinfo::parse(&text).mount?;
    let stat = rustix::fs::statx(&file, c"", AtFlags::EMPTY_PATH, StatxFlags::BASIC_STATS).ok()?;
    Some((mount, (stat.stx_dev_major, stat.stx_dev_minor)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_below_a_directory_only_by_whole_names() {
        assert!(is_at_or_below(b"/a/b", b"/a"));
        assert!(is_at_or_below(b"/a", b"/a/"));
        assert!(is_at_or_below(b"/a", b"/"));
        assert!(!is_at_or_below(b"/ab", b"/a"));
        assert!(!is_at_or_below(b"a", b"/a"));
    }

    #[test]
    fn memory_files_have_a_mount_that_no_list_has() {
        let root =
            super::super::procfs::ProcFs::open(std::path::Path::new("/proc")).expect("procfs");
        let mut mounts = Mounts::new();
        let place = ProcessDir::open(&root, std::process::id()).expect("ourselves");
        mounts.learn(&place, 1).expect("our mounts");
        assert!(mounts.memory.is_some_and(|id| mounts.get(id).is_none()));
        assert!(mounts.is_local(mounts.memory));
        assert!(!mounts.is_local(None));
        assert!(mounts.of_path(1, b"/proc/1/stat").is_some_and(|mount| mount.is_local));
    }
}
