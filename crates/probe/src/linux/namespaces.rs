//! Network namespaces other than our own: entered where we may, else read by the tables in procfs.

use super::procfs::ProcFs;
use super::sockets::{Door, FOREIGN_ROOM, Tour};
use crate::Clock;
use crate::parse::{fdinfo, tables};
use model::snapshot::{NamespaceAccess, NetNamespace, Processes, Protocol};
use model::{Absence, Gap, Observed, ProcessKey};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::collections::HashMap;
use std::mem::MaybeUninit;

/// Namespaces that are read at most; each costs a walk through all the kernel's connections.
const NAMESPACES_MAX: usize = 64;

/// CPU time for the tables of one reading: they cost ten times what entering does.
const TABLES_NANOS: u64 = 100_000_000;

/// A table is read up to this many bytes: 100,000 sockets.
const TABLE_MAX: usize = 16 << 20;

const TABLES: [(&str, Protocol); 4] = [
    ("tcp", Protocol::Tcp),
    ("tcp6", Protocol::Tcp6),
    ("udp", Protocol::Udp),
    ("udp6", Protocol::Udp6),
];

/// What is kept of other network namespaces.
#[derive(Default)]
pub(super) struct Namespaces {
    own: Option<u64>,
    /// Of processes whose facts do not tell their namespace.
    by_process: HashMap<ProcessKey, Option<u64>>,
    /// Every other namespace and a process in it, by inode ascending.
    found: Vec<(u64, u32)>,
    doors: HashMap<u64, Result<Door, Errno>>,
    table: Vec<u8>,
    tables: u32,
    unread: u32,
}

impl Namespaces {
    /// Gathers the sockets of all other namespaces; answers which there are.
    pub(super) fn read(
        &mut self,
        root: &ProcFs,
        processes: &Processes,
        clock: &dyn Clock,
        tour: &mut Tour<'_>,
    ) -> Vec<NetNamespace> {
        self.find(root, processes);
        // An open door would keep its namespace from ending with its last process.
        let found = &self.found;
        self.doors.retain(|inode, _| found.binary_search_by_key(inode, |ns| ns.0).is_ok());
        (self.tables, self.unread) = (0, 0);
        let began = clock.thread_cpu_nanos();
        let found = std::mem::take(&mut self.found);
        let mut seen = Vec::with_capacity(found.len());
        for (row, &(inode, pid)) in found.iter().enumerate() {
            let may_read_tables = clock.thread_cpu_nanos().saturating_sub(began) < TABLES_NANOS;
            let access = if row < NAMESPACES_MAX && self.enter(root, inode, pid, tour) {
                NamespaceAccess::Entered
            } else if row < NAMESPACES_MAX
                && may_read_tables
                && self.read_tables(root, inode, pid, tour).is_ok()
            {
                self.tables += 1;
                NamespaceAccess::Tables
            } else {
                self.unread += 1;
                NamespaceAccess::Denied
            };
            seen.push(NetNamespace { inode, pid, access });
        }
        self.found = found;
        seen
    }

    /// What could not be read of them.
    pub(super) fn add_gaps(&self, gaps: &mut Vec<Gap>) {
        let remedy = "run Topmast as root or with CAP_SYS_ADMIN and CAP_SYS_PTRACE";
        let kinds = [
            (
                self.tables,
                format!(
                    "Connections in other network namespaces are listed, but not what they move; {remedy} to count their bytes."
                ),
            ),
            (
                self.unread,
                format!(
                    "Connections in these network namespaces are not listed; {remedy} if there are fewer than {NAMESPACES_MAX} of them."
                ),
            ),
        ];
        for (count, detail) in kinds.into_iter().filter(|(count, _)| *count > 0) {
            let what = "network_connections";
            gaps.push(Gap { what, absence: Absence::Denied, count: Some(count), detail });
        }
    }

    /// Every namespace but our own in which a process is seen, with the lowest pid in it.
    fn find(&mut self, root: &ProcFs, processes: &Processes) {
        self.found.clear();
        if self.own.is_none() {
            self.own = own(root);
        }
        let Some(own) = self.own else { return };
        self.by_process.retain(|key, _| processes.key.binary_search(key).is_ok());
        for (key, facts) in processes.key.iter().zip(&processes.facts) {
            let inode = match facts.net_namespace {
                Observed::Known(inode) => Some(inode),
                Observed::Absent(Absence::NotYet) if !facts.is_kernel => {
                    *self.by_process.entry(*key).or_insert_with(|| namespace_of(root, key.pid))
                }
                Observed::Absent(_) => None,
            };
            let Some(inode) = inode.filter(|inode| *inode != own) else { continue };
            if self.found.last().is_none_or(|(last, _)| *last != inode) {
                self.found.push((inode, key.pid));
            }
        }
        self.found.sort_unstable();
        self.found.dedup_by_key(|(inode, _)| *inode);
    }

    /// Reads through the door of a namespace, which is opened at the first time.
    fn enter(&mut self, root: &ProcFs, inode: u64, pid: u32, tour: &mut Tour<'_>) -> bool {
        let door = self.doors.entry(inode).or_insert_with(|| open_door(root, inode, pid));
        let rows = tour.rows.len();
        let result = door.as_mut().map_err(|errno| *errno).and_then(|door| door.read(inode, tour));
        match result {
            Ok(()) => true,
            Err(errno) => {
                tour.rows.truncate(rows);
                // Refusals last; a process that ended while it was asked for says nothing.
                if !matches!(errno, Errno::PERM | Errno::ACCESS) {
                    self.doors.remove(&inode);
                }
                false
            }
        }
    }

    fn read_tables(
        &mut self,
        root: &ProcFs,
        inode: u64,
        pid: u32,
        tour: &mut Tour<'_>,
    ) -> Result<(), Errno> {
        let first = tour.rows.len();
        for (name, protocol) in TABLES {
            match read_whole(root, &format!("{pid}/net/{name}"), &mut self.table) {
                Ok(()) => tables::sockets(&self.table, protocol, |row| tour.rows.push(row)),
                // A kernel without IPv6 has no such table.
                Err(Errno::NOENT) if first < tour.rows.len() || protocol != Protocol::Tcp => {}
                Err(errno) => return Err(errno),
            }
        }
        tour.rows[first..].iter_mut().for_each(|row| row.namespace = inode);
        Ok(())
    }
}

/// That of the thread that samples: the sockets it opens are there.
fn own(root: &ProcFs) -> Option<u64> {
    let mut buffer = [MaybeUninit::uninit(); 64];
    fdinfo::bracketed(root.link_named("thread-self/ns/net", &mut buffer).ok()?, b"net")
}

fn namespace_of(root: &ProcFs, pid: u32) -> Option<u64> {
    let mut buffer = [MaybeUninit::uninit(); 64];
    fdinfo::bracketed(root.link(pid, "ns/net", &mut buffer).ok()?, b"net")
}

/// A thread of its own enters the namespace and ends; the thread that samples never leaves its
/// own. A socket belongs for ever to the namespace it was opened in.
fn open_door(root: &ProcFs, inode: u64, pid: u32) -> Result<Door, Errno> {
    let namespace = root.open_named(&format!("{pid}/ns/net"))?;
    if rustix::fs::fstat(&namespace)?.st_ino != inode {
        return Err(Errno::SRCH);
    }
    let enter = move || {
        move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
        Door::open(FOREIGN_ROOM)
    };
    let thread = std::thread::Builder::new().name("netns".to_owned()).spawn(enter);
    thread.map_err(|_| Errno::AGAIN)?.join().unwrap_or(Err(Errno::IO))
}

fn read_whole(root: &ProcFs, path: &str, into: &mut Vec<u8>) -> Result<(), Errno> {
    let file: OwnedFd = root.open_named(path)?;
    into.clear();
    while into.len() < TABLE_MAX {
        into.reserve(64 * 1024);
        if rustix::io::read(&file, rustix::buffer::spare_capacity(into))? == 0 {
            break;
        }
    }
    Ok(())
}
