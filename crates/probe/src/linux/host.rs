//! The machine itself: files kept open and read again each sample.

mod devices;
mod facts;

use super::procfs::{ProcFs, absence, read_again};
use super::surroundings::Around;
use super::system_files::SystemFiles;
use crate::Clock;
use crate::Units;
use crate::parse::host;
use model::snapshot::{CpuTimes, Host, HostFacts, KernelCounters, Memory, Pressure, Stall};
use model::{Absence, Gap, Snapshot};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::sync::Arc;

/// Room for `stat` of a machine with a thousand cores and as many interrupts.
const FILE_MAX: usize = 1 << 18;

/// The wall clock has been set when it is this far from where the boot clock says; less is
/// a correction of its speed, and start times must not flicker with it.
const CLOCK_STEP_NANOS: u64 = 50_000_000;

pub(super) struct HostReader {
    system: SystemFiles,
    facts: Arc<HostFacts>,
    stat: File,
    vmstat: File,
    meminfo: File,
    loadavg: File,
    interfaces: File,
    disks: File,
    pressure: [File; 3],
    hidepid: Option<String>,
    ticks_per_second: u64,
    page_bytes: u64,
    boot_unix_nanos: i64,
    buffer: Vec<u8>,
}

/// Whether something is there that was not read about so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// An interface came whose settings are not known.
    OfInterfaces,
}

/// A file kept open, or why that failed.
type File = Result<OwnedFd, Errno>;

impl HostReader {
    pub(super) fn open(root: &ProcFs, system: &SystemFiles, units: Units) -> Self {
        let pressure = |name| root.open_named(name);
        Self {
            system: system.clone(),
            facts: Arc::new(facts::read_facts(root, system)),
            stat: root.open_named("stat"),
            vmstat: root.open_named("vmstat"),
            meminfo: root.open_named("meminfo"),
            loadavg: root.open_named("loadavg"),
            interfaces: root.open_named("net/dev"),
            disks: root.open_named("diskstats"),
            pressure: [
                pressure("pressure/cpu"),
                pressure("pressure/io"),
                pressure("pressure/memory"),
            ],
            hidepid: hidepid(root).filter(|_| !sees_pid_1(root)),
            ticks_per_second: units.ticks_per_second,
            page_bytes: units.page_bytes,
            boot_unix_nanos: 0,
            buffer: vec![0; FILE_MAX],
        }
    }

    /// Fills the host of a snapshot whose instant is set. What cannot be read is emptied, so that
    /// nothing of an earlier sample stands beside its gap.
    pub(super) fn read(
        &mut self,
        snapshot: &mut Snapshot,
        around: &Around,
        clock: &dyn Clock,
    ) -> Change {
        snapshot.host.facts = Arc::clone(&self.facts);
        let boot = snapshot.taken.unix_nanos - snapshot.taken.boot_nanos as i64;
        if self.boot_unix_nanos.abs_diff(boot) > CLOCK_STEP_NANOS {
            self.boot_unix_nanos = boot;
        }
        snapshot.host.boot_unix_nanos = self.boot_unix_nanos;
        snapshot.host.asleep_nanos = clock.asleep_nanos();
        snapshot.host.surroundings = Arc::clone(&around.surroundings);
        self.read_cpu(snapshot);
        self.read_paging(snapshot);
        refill_frequencies(&mut snapshot.host, around);
        self.read_memory(snapshot);
        let change = self.read_interfaces(snapshot, around);
        self.read_disks(snapshot);
        self.read_pressure(snapshot);
        if let Some(option) = &self.hidepid {
            let detail = format!(
                "procfs is mounted with {option}: processes of other users may be missing."
            );
            push_gap(snapshot, "processes", Absence::Denied, &detail);
        }
        change
    }

    fn read_cpu(&mut self, snapshot: &mut Snapshot) {
        let host = &mut snapshot.host;
        let cores = host::Cores { times: &mut host.cores, numbers: &mut host.core_numbers };
        let ticks = self.ticks_per_second;
        let stat = match read(&self.stat, &mut self.buffer) {
            Ok(bytes) => host::stat(bytes, ticks, cores).ok_or(Absence::Unsupported),
            Err(absence) => {
                // No bytes, no cores.
                host::stat(b"", ticks, cores);
                Err(absence)
            }
        };
        host.cpu = stat.map_or_else(|_| CpuTimes::default(), |stat| stat.cpu);
        let stat = stat.map_err(|absence| (absence, "The times of the cores cannot be read."));
        let counted = stat.unwrap_or_default();
        host.counters = KernelCounters {
            forks: counted.forks,
            context_switches: counted.context_switches,
            interrupts: counted.interrupts,
            ..KernelCounters::default()
        };
        if let Err((absence, detail)) = stat {
            push_gap(snapshot, "cpu_percent", absence, detail);
        }
        let load = read(&self.loadavg, &mut self.buffer);
        let load = load.and_then(|bytes| host::load(bytes).ok_or(Absence::Unsupported));
        snapshot.host.load = load.unwrap_or_default();
        if let Err(absence) = load {
            push_gap(snapshot, "load_1", absence, "The load cannot be read.");
        }
    }

    fn read_paging(&mut self, snapshot: &mut Snapshot) {
        let stat = read(&self.vmstat, &mut self.buffer);
        match stat.and_then(|bytes| host::vmstat(bytes).ok_or(Absence::Unsupported)) {
            Ok(stat) => {
                let counters = &mut snapshot.host.counters;
                counters.swap_in_bytes = stat.pages_swapped_in.saturating_mul(self.page_bytes);
                counters.swap_out_bytes = stat.pages_swapped_out.saturating_mul(self.page_bytes);
                counters.page_faults = stat.faults;
                counters.major_faults = stat.major_faults;
                counters.oom_kills = stat.oom_kills.unwrap_or(0);
                if stat.oom_kills.is_none() {
                    let detail = "This kernel (before Linux 4.13) does not count what it killed.";
                    push_gap(snapshot, "oom_kills", Absence::Unsupported, detail);
                }
            }
            Err(absence) => {
                let detail = "Paging and swapping cannot be read.";
                push_gap(snapshot, "swap_in_per_sec", absence, detail);
            }
        }
    }

    fn read_memory(&mut self, snapshot: &mut Snapshot) {
        let memory = read(&self.meminfo, &mut self.buffer);
        let memory = memory.and_then(|bytes| host::memory(bytes).ok_or(Absence::Unsupported));
        snapshot.host.memory = memory.unwrap_or_else(|_| Memory::default());
        if let Err(absence) = memory {
            push_gap(snapshot, "memory_total", absence, "Memory cannot be read.");
        }
    }

    fn read_interfaces(&mut self, snapshot: &mut Snapshot, around: &Around) -> Change {
        match read(&self.interfaces, &mut self.buffer) {
            Ok(bytes) => {
                let rows = &mut snapshot.host.interfaces;
                devices::refill_interfaces(bytes, &around.setups, rows)
            }
            Err(absence) => {
                snapshot.host.interfaces.clear();
                let detail = "The list of network interfaces cannot be read.";
                push_gap(snapshot, "interfaces", absence, detail);
                Change::None
            }
        }
    }

    fn read_disks(&mut self, snapshot: &mut Snapshot) {
        match read(&self.disks, &mut self.buffer) {
            Ok(bytes) => devices::refill_disks(bytes, &self.system, &mut snapshot.host.disks),
            Err(absence) => {
                snapshot.host.disks.clear();
                push_gap(snapshot, "disks", absence, "The list of disks cannot be read.");
            }
        }
    }

    fn read_pressure(&mut self, snapshot: &mut Snapshot) {
        let mut values = [(Stall::default(), Stall::default()); 3];
        let mut is_whole = true;
        for (value, file) in values.iter_mut().zip(&self.pressure) {
            let read = read(file, &mut self.buffer).ok().and_then(host::pressure);
            is_whole &= read.is_some();
            *value = read.unwrap_or_default();
        }
        let [cpu, io, memory] = values;
        snapshot.host.pressure = is_whole.then_some(Pressure {
            cpu_some: cpu.0,
            cpu_full: cpu.1,
            io_some: io.0,
            io_full: io.1,
            memory_some: memory.0,
            memory_full: memory.1,
        });
        if !is_whole {
            let detail = "This kernel keeps no pressure stall information (CONFIG_PSI, psi=1).";
            push_gap(snapshot, "pressure", Absence::NotEnabled, detail);
        }
    }
}

/// Frequencies are read elsewhere and now and then: reading one may take a core's attention.
fn refill_frequencies(host: &mut Host, around: &Around) {
    host.frequencies.clear();
    let told = &around.frequencies;
    host.frequencies.extend(host.core_numbers.iter().map(|core| {
        let at = told.binary_search_by_key(core, |(core, _)| *core).ok()?;
        Some(told[at].1)
    }));
}

fn read<'b>(file: &File, buffer: &'b mut [u8]) -> Result<&'b [u8], Absence> {
    let file = file.as_ref().map_err(|errno| absence(*errno))?;
    read_again(file, buffer).map_err(absence)
}

fn push_gap(snapshot: &mut Snapshot, what: &'static str, absence: Absence, detail: &str) {
    snapshot.gaps.push(Gap { what, absence, count: None, detail: detail.to_owned() });
}

/// The option that hides processes, if this procfs was mounted with it.
fn hidepid(root: &ProcFs) -> Option<String> {
    let mounts = root.read_named("self/mounts").ok()?;
    let mounts = String::from_utf8_lossy(&mounts).into_owned();
    // Mounted over each other, the last one is seen.
    let line = mounts.lines().rfind(|line| line.split(' ').nth(2) == Some("proc"))?;
    let options = line.split(' ').nth(3)?;
    let option = options.split(',').find(|option| option.starts_with("hidepid="))?;
    (!matches!(option, "hidepid=0" | "hidepid=off")).then(|| option.to_owned())
}

/// The option hides nothing from root or with CAP_SYS_PTRACE: then pid 1 is there.
fn sees_pid_1(root: &ProcFs) -> bool {
    root.read(1, "stat", &mut [0; 64]).is_ok()
}
