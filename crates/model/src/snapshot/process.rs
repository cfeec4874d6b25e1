//! Processes as columns: one vector a metric, all of the same length.

use crate::{Absence, Observed, ProcessKey};
use std::sync::Arc;

/// What does not change while a process runs one program.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessFacts {
    /// Full name: the kernel's 15 bytes, or the longer name the command line tells.
    pub name: Arc<str>,
    /// Path of the executable.
    pub exe: Observed<Arc<str>>,
    /// Arguments joined by spaces, secrets masked; empty for kernel threads and zombies.
    pub cmdline: Arc<str>,
    /// Working directory when it was last read.
    pub cwd: Observed<Arc<str>>,
    /// Real user id.
    pub uid: Observed<u32>,
    /// Effective user id.
    pub effective_uid: Observed<u32>,
    /// Real group id.
    pub gid: Observed<u32>,
    /// Name of that user, or its digits.
    pub username: Observed<Arc<str>>,
    /// Control group path.
    pub cgroup: Observed<Arc<str>>,
    /// Container id found in the control group path.
    pub container: Option<Arc<str>>,
    /// What runs that container.
    pub runtime: Option<Runtime>,
    /// systemd unit (service, scope) found in the control group path.
    pub unit: Option<Arc<str>>,
    /// Innermost systemd slice found in the control group path.
    pub slice: Option<Arc<str>>,
    /// Controlling terminal, e.g. `pts/0`.
    pub terminal: Option<Arc<str>>,
    /// Inode of its network namespace.
    pub net_namespace: Observed<u64>,
    /// Whether it is a thread of the kernel.
    pub is_kernel: bool,
}

/// What runs a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Runtime {
    /// Docker.
    Docker,
    /// containerd, under Kubernetes or alone.
    Containerd,
    /// CRI-O.
    CriO,
    /// Podman.
    Podman,
    /// LXC, and LXD or Incus on top of it.
    Lxc,
    /// systemd-nspawn.
    SystemdNspawn,
    /// One this version does not know, under Kubernetes or alone.
    Unknown,
}

impl Runtime {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Containerd => "containerd",
            Self::CriO => "cri-o",
            Self::Podman => "podman",
            Self::Lxc => "lxc",
            Self::SystemdNspawn => "systemd-nspawn",
            Self::Unknown => "unknown",
        }
    }
}

/// The kernel's state letter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProcessState {
    /// R: on a core or ready for one.
    Running,
    /// S: waiting, can be interrupted.
    Sleeping,
    /// D: waiting, usually for storage, cannot be interrupted.
    DiskSleep,
    /// T: stopped by a signal.
    Stopped,
    /// t: stopped by a debugger.
    TracingStop,
    /// Z: ended, not yet collected by its parent.
    Zombie,
    /// X: being removed.
    Dead,
    /// I: idle kernel thread.
    Idle,
    /// P: parked kernel thread.
    Parked,
    /// A letter this version does not know.
    #[default]
    Unknown,
}

impl ProcessState {
    /// From the letter in proc_pid_stat(5).
    #[must_use]
    pub fn from_letter(letter: u8) -> Self {
        match letter {
            b'R' => Self::Running,
            b'S' => Self::Sleeping,
            b'D' => Self::DiskSleep,
            b'T' => Self::Stopped,
            b't' => Self::TracingStop,
            b'Z' => Self::Zombie,
            b'X' | b'x' => Self::Dead,
            b'I' => Self::Idle,
            b'P' => Self::Parked,
            _ => Self::Unknown,
        }
    }

    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Sleeping => "sleeping",
            Self::DiskSleep => "disk-sleep",
            Self::Stopped => "stopped",
            Self::TracingStop => "tracing-stop",
            Self::Zombie => "zombie",
            Self::Dead => "dead",
            Self::Idle => "idle",
            Self::Parked => "parked",
            Self::Unknown => "unknown",
        }
    }
}

/// Defines the row and the table of columns from one list, so that neither can lack a field.
macro_rules! columns {
    ($($(#[$doc:meta])+ $name:ident: $kind:ty,)+) => {
        /// One process as it was read: a row on its way into the columns.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
        pub struct ProcessSample {
            $($(#[$doc])+ pub $name: $kind,)+
        }

        /// All processes of one instant. Row `i` of each column is the same process; by pid
        /// ascending.
        #[derive(Debug, Clone, Default)]
        pub struct Processes {
            $($(#[$doc])+ pub $name: Vec<$kind>,)+
            /// What does not change.
            pub facts: Vec<Arc<ProcessFacts>>,
            /// Network payload of those that hold or held sockets, by key ascending: most do not.
            pub net: Vec<(ProcessKey, NetSample)>,
            /// Why no block delays are counted, when they are not.
            pub block_delay_absence: Option<Absence>,
        }

        impl Processes {
            /// Removes all rows, keeps the memory.
            pub fn clear(&mut self) {
                $(self.$name.clear();)+
                self.facts.clear();
                self.net.clear();
            }

            /// Makes room for so many rows at once: growing little by little would leave as much
            /// memory unused as the table takes.
            pub fn reserve(&mut self, rows: usize) {
                $(self.$name.reserve_exact(rows.saturating_sub(self.$name.len()));)+
                self.facts.reserve_exact(rows.saturating_sub(self.facts.len()));
            }

            /// Adds one row.
            pub fn push(&mut self, sample: &ProcessSample, facts: Arc<ProcessFacts>) {
                $(self.$name.push(sample.$name);)+
                self.facts.push(facts);
            }
        }
    };
}

columns! {
    /// Identity.
    key: ProcessKey,
    /// Parent's pid, 0 for none.
    parent: u32,
    /// Process group.
    process_group: u32,
    /// Session.
    session: u32,
    /// State.
    state: ProcessState,
    /// CPU time in user mode so far, nanoseconds (the kernel counts in ticks of 10 ms).
    user_nanos: u64,
    /// CPU time in kernel mode so far, nanoseconds.
    system_nanos: u64,
    /// User mode time of children that ended and were waited for, nanoseconds.
    children_user_nanos: u64,
    /// Kernel mode time of children that ended and were waited for, nanoseconds.
    children_system_nanos: u64,
    /// Time spent waiting for block I/O so far, nanoseconds; counts only where the table's
    /// `block_delay_absence` is `None`.
    block_delay_nanos: u64,
    /// When this row was read, nanoseconds since boot. Before the snapshot's instant where the
    /// row was not read again, because it had long stood still.
    read_nanos: u64,
    /// Resident memory, bytes.
    rss_bytes: u64,
    /// Virtual memory, bytes.
    vms_bytes: u64,
    /// Threads.
    threads: u32,
    /// Nice value.
    nice: i8,
    /// The kernel's priority: 20 + nice, or below zero for real-time classes.
    priority: i16,
    /// Minor faults so far.
    minor_faults: u64,
    /// Major faults so far.
    major_faults: u64,
    /// Storage I/O.
    io: IoSample,
    /// What is read only now and then.
    occasional: Occasional,
}

impl Processes {
    /// Number of processes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.key.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.key.is_empty()
    }

    /// Network payload of one of them.
    #[must_use]
    pub fn net(&self, key: ProcessKey) -> NetSample {
        let found = self.net.binary_search_by_key(&key, |(key, _)| *key);
        found.map_or(NetSample::UNKNOWN, |row| self.net[row].1)
    }

    /// Row of a pid, if there is one.
    #[must_use]
    pub fn find(&self, pid: u32) -> Option<usize> {
        self.key.binary_search_by_key(&pid, |key| key.pid).ok()
    }
}

/// Storage I/O of one process so far. Read only where something moved.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IoSample {
    /// Bytes read from storage.
    pub read_bytes: u64,
    /// Bytes written to storage.
    pub write_bytes: u64,
    /// When they were read, nanoseconds since boot.
    pub read_nanos: u64,
    /// Why they are not known.
    pub absence: Option<Absence>,
}

/// TCP payload of one process since Topmast first saw it: what its connections moved, closed ones
/// included. The instants of both readings are the sockets' own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct NetSample {
    /// Payload received, bytes.
    pub received_bytes: u64,
    /// Payload sent and acknowledged, bytes.
    pub sent_bytes: u64,
    /// The same when sockets were read the time before.
    pub received_before: u64,
    /// The same when sockets were read the time before.
    pub sent_before: u64,
    /// Sockets it holds.
    pub sockets: u32,
    /// Why the bytes are not known: it has held no TCP connection so far, or we may not know.
    pub absence: Option<Absence>,
}

impl NetSample {
    /// Of a process that has held no socket so far.
    pub const UNKNOWN: Self = Self {
        received_bytes: 0,
        sent_bytes: 0,
        received_before: 0,
        sent_before: 0,
        sockets: 0,
        absence: Some(Absence::NotYet),
    };
}

/// What costs too much to be read in every sample: read when a process is new, and again after
/// some time where it moved meanwhile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Occasional {
    /// When it was read, nanoseconds since boot; 0 for not yet.
    pub read_nanos: u64,
    /// Swapped-out memory, bytes.
    pub swap_bytes: u64,
    /// Voluntary context switches so far, of the main thread.
    pub voluntary_switches: u64,
    /// Involuntary context switches so far, of the main thread.
    pub involuntary_switches: u64,
    /// Why the three above are not known.
    pub status_absence: Option<Absence>,
    /// Time ready to run but without a core so far, of the main thread, nanoseconds.
    pub run_delay_nanos: u64,
    /// Why it is not known.
    pub run_delay_absence: Option<Absence>,
    /// Open file descriptors.
    pub descriptors: u32,
    /// Why they are not known.
    pub descriptors_absence: Option<Absence>,
    /// Out-of-memory score.
    pub oom_score: i16,
    /// Why it is not known.
    pub oom_absence: Option<Absence>,
}
