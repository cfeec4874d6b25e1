//! Which process holds which socket: a kept map from inode to process, filled by looking through
//! descriptors only when a socket is new.

use super::procfs::{ProcFs, decimal, each_entry};
use model::snapshot::{Owner, Processes};
use model::{ProcessKey, Snapshot};
use rustix::fd::AsFd;
use rustix::io::Errno;
use std::collections::{HashMap, HashSet};
use std::mem::MaybeUninit;

const SECOND: u64 = 1_000_000_000;

/// Looking through all processes costs about 40 µs each, so not more often than this.
const FULL_SCAN_NANOS: u64 = 5 * SECOND;

/// All that is known is looked up anew after this long: a socket may have passed to another process
/// while the one that was known to hold it lives on, and what was denied may be allowed.
const FORGET_NANOS: u64 = 60 * SECOND;

/// What is known of sockets and their holders.
#[derive(Default)]
pub(super) struct Owners {
    by_inode: HashMap<u64, Holder>,
    /// Processes whose descriptors we may not read.
    denied: HashSet<ProcessKey>,
    newest_birth: u64,
    full_scan_due: u64,
    forget_due: u64,
    missing: HashSet<u64>,
}

#[derive(Clone, Copy)]
enum Holder {
    Process(ProcessKey),
    /// Looked for in vain.
    Nobody,
}

impl Owners {
    /// Fills the owners of a snapshot whose processes and sockets are read.
    pub(super) fn resolve(&mut self, root: &ProcFs, snapshot: &mut Snapshot) {
        let now = snapshot.taken.boot_nanos;
        let Snapshot { processes, sockets, .. } = snapshot;
        self.forget(processes, now);
        let inodes = sockets.sample.iter().map(|sample| sample.inode).filter(|inode| *inode != 0);
        self.missing.clear();
        for inode in inodes {
            if !self.by_inode.contains_key(&inode) {
                self.missing.insert(inode);
            }
        }
        if !self.missing.is_empty() {
            self.search(root, processes, now);
        }
        self.newest_birth = processes.key.iter().map(|key| key.birth).max().unwrap_or(0);
        let owner = |inode| self.owner(inode);
        sockets.owner.extend(sockets.sample.iter().map(|sample| owner(sample.inode)));
        if self.by_inode.len() > 2 * sockets.len() + 1024 {
            let live: HashSet<u64> = sockets.sample.iter().map(|sample| sample.inode).collect();
            self.by_inode.retain(|inode, _| live.contains(inode));
        }
    }

    fn forget(&mut self, processes: &Processes, now: u64) {
        if now >= self.forget_due {
            self.by_inode.clear();
            self.denied.clear();
            self.forget_due = now + FORGET_NANOS;
            self.full_scan_due = now;
        }
        let lives = |key: &ProcessKey| processes.key.binary_search(key).is_ok();
        self.by_inode.retain(|_, holder| match holder {
            Holder::Process(key) => lives(key),
            Holder::Nobody => true,
        });
        self.denied.retain(lives);
    }

    /// New processes and those that hold sockets already are the likely ones; the rest follows
    /// when it is time.
    fn search(&mut self, root: &ProcFs, processes: &Processes, now: u64) {
        let holders: HashSet<ProcessKey> = self
            .by_inode
            .values()
            .filter_map(|holder| match holder {
                Holder::Process(key) => Some(*key),
                Holder::Nobody => None,
            })
            .collect();
        let is_likely = |key: &ProcessKey| key.birth >= self.newest_birth || holders.contains(key);
        let (likely, others): (Vec<_>, Vec<_>) = processes.key.iter().copied().partition(is_likely);
        self.search_in(root, processes, &likely);
        if self.missing.is_empty() || now < self.full_scan_due {
            return;
        }
        self.search_in(root, processes, &others);
        self.full_scan_due = now + FULL_SCAN_NANOS;
        self.by_inode.extend(self.missing.drain().map(|inode| (inode, Holder::Nobody)));
    }

    fn search_in(&mut self, root: &ProcFs, processes: &Processes, keys: &[ProcessKey]) {
        for key in keys {
            let is_kernel =
                processes.find(key.pid).is_some_and(|row| processes.facts[row].is_kernel);
            if is_kernel || self.denied.contains(key) {
                continue;
            }
            if self.missing.is_empty() {
                return;
            }
            if let Err(Errno::ACCESS | Errno::PERM) = self.search_one(root, *key) {
                self.denied.insert(*key);
            }
        }
    }

    /// Root may open the directory of a protected process and still not read what is in it.
    fn search_one(&mut self, root: &ProcFs, key: ProcessKey) -> Result<(), Errno> {
        let dir = root.open_dir(key.pid, "fd")?;
        let mut target = [MaybeUninit::uninit(); 64];
        let mut refused = None;
        each_entry(dir.as_fd(), |name| {
            match rustix::fs::readlinkat_raw(&dir, name, &mut target) {
                Ok((link, _)) => {
                    let found = socket_inode(link).filter(|inode| self.missing.remove(inode));
                    if let Some(inode) = found {
                        self.by_inode.insert(inode, Holder::Process(key));
                    }
                }
                Err(errno @ (Errno::ACCESS | Errno::PERM)) => refused = Some(errno),
                Err(_) => {}
            }
        })?;
        refused.map_or(Ok(()), Err)
    }

    fn owner(&self, inode: u64) -> Owner {
        if inode == 0 {
            return Owner::Kernel;
        }
        match self.by_inode.get(&inode) {
            Some(Holder::Process(key)) => Owner::Process(key.pid),
            Some(Holder::Nobody) if !self.denied.is_empty() => Owner::Denied,
            Some(Holder::Nobody) => Owner::Unseen,
            None => Owner::NotYet,
        }
    }
}

/// `socket:[12345]`.
fn socket_inode(link: &[u8]) -> Option<u64> {
    let digits = link.strip_prefix(b"socket:[")?.strip_suffix(b"]")?;
    decimal(digits).map(u64::from)
}

#[cfg(test)]
mod tests {
    use super::socket_inode;

    #[test]
    fn only_sockets_have_a_socket_inode() {
        assert_eq!(socket_inode(b"socket:[4711]"), Some(4711));
        assert_eq!(socket_inode(b"pipe:[4711]"), None);
        assert_eq!(socket_inode(b"/tmp/socket:[1]"), None);
        assert_eq!(socket_inode(b"socket:[]"), None);
    }
}
