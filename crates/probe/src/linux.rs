//! This machine, through procfs and sock_diag. One source a file.

pub(crate) mod control;
mod facts;
mod host;
mod owners;
mod payload;
pub(crate) mod privilege;
mod processes;
mod procfs;
mod sockets;
mod users;

use crate::{Clock, ProbeError, ProbeOptions};
use host::HostReader;
use model::snapshot::Owner;
use model::{Absence, Gap, Snapshot};
use owners::Owners;
use payload::Payloads;
use processes::ProcessReader;
use procfs::ProcFs;
use sockets::SocketReader;
use std::path::Path;

/// Reads this machine. Keeps of the past only what spares reading it again.
pub struct Probe {
    root: ProcFs,
    host: HostReader,
    processes: ProcessReader,
    sockets: SocketReader,
    owners: Owners,
    payloads: Payloads,
}

impl Probe {
    /// A probe of the running kernel.
    ///
    /// # Errors
    /// When procfs is not mounted where it belongs.
    pub fn new() -> Result<Self, ProbeError> {
        Self::with(&ProbeOptions::default())
    }

    /// A probe of a procfs mounted elsewhere, or of a captured tree.
    ///
    /// # Errors
    /// When there is no such directory.
    pub fn at(root: &Path) -> Result<Self, ProbeError> {
        Self::with(&ProbeOptions { root: root.to_owned(), ..ProbeOptions::default() })
    }

    /// A probe that reads what `options` ask for.
    ///
    /// # Errors
    /// When procfs is not mounted where it belongs.
    pub fn with(options: &ProbeOptions) -> Result<Self, ProbeError> {
        let root = ProcFs::open(&options.root)?;
        Ok(Self {
            host: HostReader::open(&root),
            processes: ProcessReader::new(),
            sockets: SocketReader::open(),
            owners: Owners::default(),
            payloads: Payloads::default(),
            root,
        })
    }

    /// Takes one sample, into memory that is already there.
    pub fn sample(&mut self, snapshot: &mut Snapshot, clock: &dyn Clock) {
        let cpu_before = clock.thread_cpu_nanos();
        snapshot.clear();
        snapshot.taken.boot_nanos = clock.boot_nanos();
        snapshot.taken.unix_nanos = clock.unix_nanos();
        self.host.read(snapshot);
        self.processes.read(&self.root, snapshot, clock);
        self.sockets.read(snapshot);
        self.payloads.pair(snapshot);
        self.owners.resolve(&self.root, snapshot);
        self.payloads.charge(snapshot);
        add_gaps(snapshot);
        snapshot.cost.cpu_nanos = clock.thread_cpu_nanos().saturating_sub(cpu_before);
    }
}

/// One line for each kind of thing that stayed hidden, never one a row.
fn add_gaps(snapshot: &mut Snapshot) {
    let denied = |count: usize| (count > 0).then_some(count as u32);
    let processes = &snapshot.processes;
    let io = processes.io.iter().filter(|io| io.absence == Some(Absence::Denied)).count();
    let paths = processes
        .facts
        .iter()
        .filter(|facts| facts.exe == model::Observed::Absent(Absence::Denied))
        .count();
    let owners = snapshot.sockets.owner.iter().filter(|o| **o == Owner::Denied).count();
    let hidden = [
        ("io_read_bytes", denied(io), "Storage I/O of other users' processes is hidden"),
        ("exe", denied(paths), "Executables and directories of other users' processes are hidden"),
        ("pid", denied(owners), "Sockets of other users are seen, but not their processes"),
    ];
    for (what, count, sentence) in hidden.into_iter().filter(|(_, count, _)| count.is_some()) {
        let detail = format!("{sentence}; run Topmast as root or with CAP_SYS_PTRACE to see them.");
        snapshot.gaps.push(Gap { what, absence: Absence::Denied, count, detail });
    }
}
