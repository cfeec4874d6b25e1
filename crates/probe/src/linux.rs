//! This machine, through procfs and sock_diag. One source a file.

pub(crate) mod control;
mod detail;
mod facts;
pub(crate) mod holders;
mod host;
mod io_priority;
mod lives;
mod mounts;
mod namespaces;
mod netlink;
mod owners;
mod payload;
pub(crate) mod privilege;
mod process_dir;
mod processes;
pub(crate) mod procfs;
mod sockets;
mod strings;
pub(crate) mod surroundings;
pub(crate) mod system_files;
mod users;

use crate::{Clock, ProbeError, ProbeOptions};
use host::{Change, HostReader};
use lives::LifeReader;
use model::snapshot::{Owner, Surroundings};
use model::{Absence, Gap, Snapshot};
use owners::Owners;
use payload::Payloads;
use processes::ProcessReader;
use procfs::ProcFs;
use sockets::{Freshness, SocketReader};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use surroundings::{Around, Watch};
use system_files::SystemFiles;

/// Reads this machine. Keeps of the past only what spares reading it again.
pub struct Probe {
    root: ProcFs,
    system: SystemFiles,
    host: HostReader,
    processes: ProcessReader,
    sockets: SocketReader,
    owners: Owners,
    payloads: Payloads,
    around: Around,
    watch: Option<Watch>,
    lives: LifeReader,
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
        Self::build(options, SystemFiles::new(Path::new("/")))
    }

    /// A probe of a captured machine: `proc`, `sys`, `run` and the rest below one directory.
    ///
    /// # Errors
    /// When it has no `proc`.
    pub fn of_machine(root: &Path) -> Result<Self, ProbeError> {
        let options = ProbeOptions { root: root.join("proc"), ..ProbeOptions::default() };
        Self::build(&options, SystemFiles::new(root))
    }

    fn build(options: &ProbeOptions, system: SystemFiles) -> Result<Self, ProbeError> {
        let root = ProcFs::open(&options.root)?;
        Ok(Self {
            host: HostReader::open(&root, &system, options.units),
            processes: ProcessReader::new(&root, options),
            sockets: SocketReader::open(options),
            owners: Owners::default(),
            payloads: Payloads::default(),
            around: Around::default(),
            watch: options.surroundings.is_on().then(|| Watch::start(&system)).flatten(),
            system,
            lives: LifeReader::open(options.lives),
            root,
        })
    }

    /// Begins to read what is around the processes (file systems, sensors, sessions, control groups,
    /// containers, how interfaces are set up) on a thread of its own, which ends with this probe.
    /// Samples take over what it published last and never wait for it.
    pub fn watch_surroundings(&mut self) {
        if self.watch.is_none() {
            self.watch = Watch::start(&self.system);
        }
    }

    /// Reads what is around the processes once, for the samples that follow. What does not come
    /// within `patience` is a gap of the surroundings.
    pub fn look_around(&mut self, patience: Duration) {
        self.around = Watch::once(&self.system, patience);
    }

    /// What stands around the processes, as it was read last, by [`Self::look_around`] or beside
    /// the samples.
    #[must_use]
    pub fn surroundings(&self) -> Arc<Surroundings> {
        Arc::clone(&self.around.surroundings)
    }

    /// Takes one sample, into memory that is already there.
    pub fn sample(&mut self, snapshot: &mut Snapshot, clock: &dyn Clock) {
        let cpu_before = clock.thread_cpu_nanos();
        snapshot.clear();
        snapshot.taken.boot_nanos = clock.boot_nanos();
        snapshot.taken.unix_nanos = clock.unix_nanos();
        if let Some(watch) = &self.watch {
            watch.refresh(&mut self.around);
            add_gap_of_silence(&self.around.surroundings, snapshot);
        }
        let change = self.host.read(snapshot, &self.around, clock);
        if let (Some(watch), Change::OfInterfaces) = (&self.watch, change) {
            watch.hurry();
        }
        self.processes.read(&self.root, snapshot, clock);
        self.lives.read(snapshot);
        self.read_sockets(snapshot, clock);
        add_gaps(snapshot);
        snapshot.cost.cpu_nanos = clock.thread_cpu_nanos().saturating_sub(cpu_before);
    }

    fn read_sockets(&mut self, snapshot: &mut Snapshot, clock: &dyn Clock) {
        if self.sockets.read(&self.root, snapshot, clock) == Freshness::Read {
            self.payloads.pair(snapshot, self.sockets.own_access());
            self.owners.resolve(&self.root, snapshot, clock);
            self.payloads.charge(snapshot, self.sockets.closings());
            self.sockets.keep(snapshot);
        } else if self.owners.is_searching() {
            self.owners.resolve(&self.root, snapshot, clock);
            self.sockets.keep(snapshot);
        }
        self.payloads.fill(snapshot);
    }
}

/// What we may do does not change while we run.
static CAN_INSPECT_OTHERS: LazyLock<bool> =
    LazyLock::new(|| privilege::privileges().can_inspect_others());

/// What is around is read every few seconds; when it is not, the thread waits for something that
/// may never answer, and what it published last grows old.
const SILENCE_NANOS: u64 = 60_000_000_000;

fn add_gap_of_silence(surroundings: &Surroundings, snapshot: &mut Snapshot) {
    let (read, now) = (surroundings.read_nanos, snapshot.taken.boot_nanos);
    let age = now.saturating_sub(read);
    if read > 0 && age > SILENCE_NANOS {
        let detail = format!(
            "What is around the processes (file systems, sensors, control groups) was last read \
             {} s ago: something there does not answer.",
            age / 1_000_000_000
        );
        snapshot.gaps.push(Gap {
            what: "surroundings",
            absence: Absence::NotYet,
            count: None,
            detail,
        });
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
        let remedy = match *CAN_INSPECT_OTHERS {
            true => "the kernel keeps them from Topmast, which may look into all others",
            false => "run Topmast as root or with CAP_SYS_PTRACE to see them",
        };
        let detail = format!("{sentence}; {remedy}.");
        snapshot.gaps.push(Gap { what, absence: Absence::Denied, count, detail });
    }
}
