//! What the kernel itself holds: mounted devices, images behind loop devices, swap.

use super::Target;
use crate::linux::mounts::Mounts;
use model::request::{Hold, Holder};
use model::{Absence, Observed, text};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

/// Uses of the target by the kernel, as this mount namespace shows them.
pub(super) fn holders(target: &Target, mounts: &Mounts, namespace: u64) -> Vec<Holder> {
    let Target::File(file, name) = target else { return Vec::new() };
    let held_by = |what: &str, place: &[u8]| Holder {
        key: None,
        name: what.into(),
        user: Observed::Absent(Absence::Unsupported),
        hold: Hold::Mounted,
        path: text::from_kernel(place).into(),
        inode: file.1,
        device: file.0,
        size_bytes: Observed::Absent(Absence::Unsupported),
        space_bytes: Observed::Absent(Absence::Unsupported),
        is_deleted: false,
    };
    let mounted = mounts.all(namespace).filter(|mount| mount.source == *name);
    let mut all: Vec<Holder> =
        mounted.map(|mount| held_by("(mount)", &mount.mount_point)).collect();
    all.extend(loops(name).iter().map(|device| held_by("(loop device)", device)));
    if is_swap(name) {
        all.push(held_by("(swap)", name));
    }
    all
}

/// Loop devices whose image that file is.
fn loops(name: &[u8]) -> Vec<Vec<u8>> {
    let Ok(blocks) = std::fs::read_dir("/sys/block") else { return Vec::new() };
    let uses = |block: &Path| {
        let image = std::fs::read(block.join("loop/backing_file")).unwrap_or_default();
        image.trim_ascii_end() == name
    };
    let blocks = blocks.filter_map(Result::ok).filter(|block| uses(&block.path()));
    blocks.map(|block| [b"/dev/", &*block.file_name().into_vec()].concat()).collect()
}

fn is_swap(name: &[u8]) -> bool {
    let swaps = std::fs::read("/proc/swaps").unwrap_or_default();
    swaps.split(|byte| *byte == b'\n').skip(1).any(|line| {
        let device = line.split(|byte| matches!(byte, b' ' | b'\t')).next();
        device.is_some_and(|device| device == name)
    })
}
