//! Ids of control groups: the kernel names a socket's group by the inode of its directory.

use crate::linux::procfs::ProcFs;
use crate::parse::hierarchy;
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
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
        let id = inode(&mount.join(path.trim_start_matches('/'))).unwrap_or(*top);
        self.by_path.insert(Arc::clone(path), (id, now + BELIEVED_NANOS));
        Some(id)
    }
}

fn find(root: &ProcFs) -> Option<(PathBuf, u64)> {
    let point = hierarchy::unified(&root.read_named("self/mountinfo").ok()?)?;
    let point = PathBuf::from(OsStr::from_bytes(&point));
    let top = inode(&point)?;
    Some((point, top))
}

fn inode(path: &Path) -> Option<u64> {
    rustix::fs::stat(path).ok().map(|stat| stat.st_ino)
}
