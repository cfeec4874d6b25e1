//! What is read of one process only when somebody opens it.

use crate::snapshot::Group;
use crate::{Observed, ProcessKey};
use std::sync::Arc;
use std::time::Duration;

/// Which parts of a process are wanted, and how long reading them may take. What is not wanted, or
/// not reached in time, is absent as not yet read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DetailWish {
    /// PSS, USS and the like: the kernel walks the page tables of the process.
    pub memory: Wanted,
    /// Threads.
    pub threads: Wanted,
    /// Open files.
    pub files: Wanted,
    /// Memory maps.
    pub maps: Wanted,
    /// Environment variables, secrets masked.
    pub environment: Wanted,
    /// Time all this may take.
    pub patience: Duration,
}

/// Whether a part is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wanted {
    /// It is.
    Yes,
    /// It is not.
    #[default]
    No,
}

impl DetailWish {
    /// Nothing that costs much.
    #[must_use]
    pub fn cheap() -> Self {
        let no = Wanted::No;
        let patience = Duration::from_secs(1);
        Self { memory: no, threads: no, files: no, maps: no, environment: no, patience }
    }

    /// All there is.
    #[must_use]
    pub fn everything() -> Self {
        let yes = Wanted::Yes;
        let patience = Duration::from_secs(2);
        Self { memory: yes, threads: yes, files: yes, maps: yes, environment: yes, patience }
    }
}

/// One process, whole: what the table does not have.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ProcessDetail {
    /// The process.
    pub key: ProcessKey,
    /// Open file descriptors.
    pub descriptors: Observed<u32>,
    /// Terminal, e.g. `pts/0`.
    pub terminal: Option<String>,
    /// Process group.
    pub process_group: u32,
    /// Session.
    pub session: u32,
    /// Voluntary context switches so far, of the main thread.
    pub voluntary_switches: Observed<u64>,
    /// Involuntary context switches so far, of the main thread.
    pub involuntary_switches: Observed<u64>,
    /// Swapped-out memory, bytes.
    pub swap_bytes: Observed<u64>,
    /// Out-of-memory score.
    pub oom_score: Observed<i32>,
    /// What its owner adds to that score.
    pub oom_score_adjustment: Observed<i32>,
    /// Why an action on it would be refused.
    pub protected: Option<String>,
    /// Core it ran on last.
    pub processor: Option<u32>,
    /// Cores it may run on, as the kernel lists them: `0-3,8`.
    pub affinity: Observed<String>,
    /// Scheduling policy: `other`, `batch`, `idle`, `fifo`, `round-robin`, `deadline`.
    pub scheduling: Option<&'static str>,
    /// I/O class and level, e.g. `best-effort 4`.
    pub io_priority: Observed<String>,
    /// What it waits for in the kernel.
    pub wait_channel: Observed<String>,
    /// Real, effective, saved and file-system user ids.
    pub uids: Observed<[u32; 4]>,
    /// Real, effective, saved and file-system group ids.
    pub gids: Observed<[u32; 4]>,
    /// Supplementary groups.
    pub groups: Observed<Vec<u32>>,
    /// Its pids in the pid namespaces it is in, outermost first.
    pub namespace_pids: Vec<u32>,
    /// Capability sets.
    pub capabilities: Observed<Capabilities>,
    /// Whether it may gain privileges by exec no more.
    pub no_new_privileges: Option<bool>,
    /// Seccomp mode: `off`, `strict`, `filter`.
    pub seccomp: Option<&'static str>,
    /// Security label (SELinux, AppArmor).
    pub security_label: Observed<String>,
    /// Process that debugs it, 0 for none.
    pub tracer: u32,
    /// Namespaces: kind and inode.
    pub namespaces: Observed<Vec<(&'static str, u64)>>,
    /// Control group paths: hierarchy and path.
    pub cgroups: Vec<(String, String)>,
    /// Limits and use of its control group.
    pub group: Option<Group>,
    /// Resource limits.
    pub limits: Observed<Vec<ResourceLimit>>,
    /// Memory in detail.
    pub memory: Observed<MemoryDetail>,
    /// Threads.
    pub threads: Observed<Vec<ThreadDetail>>,
    /// Open files.
    pub files: Observed<Vec<OpenFile>>,
    /// Memory maps.
    pub maps: Observed<Vec<MemoryMap>>,
    /// Environment as it was at exec, secrets masked.
    pub environment: Observed<Vec<(String, String)>>,
    /// Parts that were left unfinished because the time was over.
    pub unfinished: Vec<&'static str>,
}

/// Capability sets (capabilities(7)), one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Inheritable.
    pub inheritable: u64,
    /// Permitted.
    pub permitted: u64,
    /// Effective.
    pub effective: u64,
    /// Bounding.
    pub bounding: u64,
    /// Ambient.
    pub ambient: u64,
}

/// One resource limit (getrlimit(2)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceLimit {
    /// The kernel's name of it.
    pub name: String,
    /// Unit, as the kernel says it; empty for plain numbers.
    pub unit: String,
    /// Limit in force; `None` for unlimited.
    pub soft: Option<u64>,
    /// How far it may be raised; `None` for unlimited.
    pub hard: Option<u64>,
}

/// Memory of one process, bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemoryDetail {
    /// Resident.
    pub rss_bytes: u64,
    /// Its share of what it uses together with others.
    pub pss_bytes: u64,
    /// What would be free if it ended.
    pub uss_bytes: u64,
    /// Shared with others.
    pub shared_bytes: u64,
    /// Anonymous.
    pub anonymous_bytes: u64,
    /// Of files.
    pub file_bytes: u64,
    /// Shared memory and tmpfs.
    pub shmem_bytes: u64,
    /// Swapped out.
    pub swap_bytes: u64,
    /// Its share of what is swapped out.
    pub swap_pss_bytes: u64,
    /// In huge pages (hugetlbfs), not in RSS.
    pub huge_bytes: u64,
    /// Locked in memory.
    pub locked_bytes: u64,
    /// Highest resident memory so far.
    pub rss_peak_bytes: u64,
}

/// One thread.
#[derive(Debug, Clone, PartialEq)]
pub struct ThreadDetail {
    /// Thread id.
    pub tid: u32,
    /// Name.
    pub name: Arc<str>,
    /// State.
    pub state: crate::snapshot::ProcessState,
    /// CPU time in user mode so far, nanoseconds.
    pub user_nanos: u64,
    /// CPU time in kernel mode so far, nanoseconds.
    pub system_nanos: u64,
    /// Core it ran on last.
    pub processor: Option<u32>,
    /// Nice value.
    pub nice: i8,
}

/// One open descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// Its number.
    pub descriptor: u32,
    /// What it leads to, as the kernel says it.
    pub target: Arc<str>,
    /// What kind of thing that is.
    pub kind: FileKind,
    /// `r`, `w` or `rw`; `path` for one that only names a place, empty where not known.
    pub mode: &'static str,
    /// Where reading or writing goes on, bytes.
    pub position: Option<u64>,
    /// Size of a regular file, bytes.
    pub size_bytes: Option<u64>,
    /// Whether no name leads to it any more.
    pub is_deleted: bool,
}

/// What a descriptor leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A device.
    Device,
    /// A pipe or fifo.
    Pipe,
    /// A socket.
    Socket,
    /// Something of the kernel's own: eventfd, epoll, timer, pidfd, …
    Anonymous,
    /// Not known: it may not be looked at.
    Unknown,
}

impl FileKind {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Directory => "directory",
            Self::Device => "device",
            Self::Pipe => "pipe",
            Self::Socket => "socket",
            Self::Anonymous => "anonymous",
            Self::Unknown => "unknown",
        }
    }
}

/// One memory map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryMap {
    /// First address.
    pub start: u64,
    /// First address behind it.
    pub end: u64,
    /// `rwxp` or `rwxs`, dashes for what is not allowed.
    pub permissions: Arc<str>,
    /// Offset in the file, bytes.
    pub offset: u64,
    /// File, or the kernel's name of it in brackets; empty for anonymous memory.
    pub path: Arc<str>,
    /// Resident, bytes; absent where only the cheap list was read.
    pub rss_bytes: Observed<u64>,
}
