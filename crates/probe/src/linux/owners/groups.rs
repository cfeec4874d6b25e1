//! Ids of control groups: the kernel names a socket's group by the inode of its directory.

use crate::linux::procfs::ProcFs;
use crate::parse::mount;
use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// A service that is started again gets a new directory of the same name.
const BELIEVED_NANOS: u64 = 30_000_000_000;

/// Where the unified hierarchy is, and the ids of the groups that were asked for.
#[derive(Default)]
pub(super) struct Groups {
    mount: Option<Option<(PathBuf, u64)>>,
    by_path: HashMap<Arc<str>, (u64, u64)>,
}

impl Groups {
    /// The id of a group; `None` where there is no unified hierarchy. A path that is not in it is
    /// one of an older hierarchy: then the process is in the root of the unified one.
    pub(super) fn id(&mut self, root: &ProcFs, path: &Arc<str>, now: u64) -> Option<u64> {
        let (mount, top) = self.mount.get_or_insert_with(|| find(root)).as_ref()?;
        if let Some((id, until)) = self.by_path.get(path)
            && now < *until
        {
            return Some(*id);
        }
        if self.by_path.len() > 10_000 {
            self.by_path.clear();
        }
        let id = below(mount, path).and_then(|path| inode(&path)).unwrap_or(*top);
        self.by_path.insert(Arc::clone(path), (id, now + BELIEVED_NANOS));
        Some(id)
    }
}

/// The directory of a group. One outside our own cgroup namespace begins with `..`, which would
/// lead out of the hierarchy to names that anybody may have chosen.
fn below(mount: &Path, group: &str) -> Option<PathBuf> {
    let group = Path::new(group.trim_start_matches('/'));
    let is_plain = group.components().all(|part| matches!(part, Component::Normal(_)));
    is_plain.then(|| mount.join(group))
}

fn find(root: &ProcFs) -> Option<(PathBuf, u64)> {
    let mounts = mount::mounts(&root.read_named("self/mountinfo").ok()?);
    let point = mounts.into_iter().find(|mount| mount.kind == "cgroup2")?.point;
    let top = inode(&point)?;
    Some((point, top))
}

fn inode(path: &Path) -> Option<u64> {
    rustix::fs::stat(path).ok().map(|stat| stat.st_ino)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_outside_our_namespace_leads_nowhere() {
        let mount = Path::new("/sys/fs/cgroup");
        assert_eq!(below(mount, "/a.slice/b"), Some(mount.join("a.slice/b")));
        assert_eq!(below(mount, "/"), Some(mount.join("")));
        assert_eq!(below(mount, "/../../home/eve/mount"), None);
    }
}
