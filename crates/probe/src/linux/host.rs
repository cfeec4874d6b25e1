//! The machine itself: files kept open and read again each sample.

use super::procfs::{ProcFs, absence, read_again};
use crate::parse::host;
use model::snapshot::{HostFacts, Interface, Pressure, Stall};
use model::{Absence, Gap, Snapshot, text};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use std::net::UdpSocket;
use std::sync::Arc;

/// Room for `stat` of a machine with a thousand cores and as many interrupts.
const FILE_MAX: usize = 1 << 18;

/// The wall clock has been set when it is this far from where the boot clock says; less is
/// a correction of its speed, and start times must not flicker with it.
const CLOCK_STEP_NANOS: u64 = 50_000_000;

pub(super) struct HostReader {
    facts: Arc<HostFacts>,
    stat: Result<OwnedFd, Errno>,
    meminfo: Result<OwnedFd, Errno>,
    loadavg: Result<OwnedFd, Errno>,
    interfaces: Result<OwnedFd, Errno>,
    pressure: [Result<OwnedFd, Errno>; 3],
    hidepid: Option<String>,
    ticks_per_second: u64,
    boot_unix_nanos: i64,
    buffer: Vec<u8>,
}

impl HostReader {
    pub(super) fn open(root: &ProcFs) -> Self {
        let pressure = |name| root.open_named(name);
        Self {
            facts: Arc::new(read_facts(root)),
            stat: root.open_named("stat"),
            meminfo: root.open_named("meminfo"),
            loadavg: root.open_named("loadavg"),
            interfaces: root.open_named("net/dev"),
            pressure: [
                pressure("pressure/cpu"),
                pressure("pressure/io"),
                pressure("pressure/memory"),
            ],
            hidepid: hidepid(root).filter(|_| !sees_pid_1(root)),
            ticks_per_second: rustix::param::clock_ticks_per_second(),
            boot_unix_nanos: 0,
            buffer: vec![0; FILE_MAX],
        }
    }

    /// Fills the host of a snapshot whose instant is set.
    pub(super) fn read(&mut self, snapshot: &mut Snapshot) {
        snapshot.host.facts = Arc::clone(&self.facts);
        let boot = snapshot.taken.unix_nanos - snapshot.taken.boot_nanos as i64;
        if self.boot_unix_nanos.abs_diff(boot) > CLOCK_STEP_NANOS {
            self.boot_unix_nanos = boot;
        }
        snapshot.host.boot_unix_nanos = self.boot_unix_nanos;
        self.read_cpu(snapshot);
        self.read_memory(snapshot);
        self.read_interfaces(snapshot);
        snapshot.host.pressure = self.read_pressure();
        if snapshot.host.pressure.is_none() {
            let detail = "This kernel keeps no pressure stall information (CONFIG_PSI, psi=1).";
            push_gap(snapshot, "pressure", Absence::NotEnabled, detail);
        }
        if let Some(option) = &self.hidepid {
            let detail = format!(
                "procfs is mounted with {option}: processes of other users may be missing."
            );
            push_gap(snapshot, "processes", Absence::Denied, &detail);
        }
    }

    fn read_cpu(&mut self, snapshot: &mut Snapshot) {
        let ticks = self.ticks_per_second;
        let cores = &mut snapshot.host.cores;
        let times = read(&self.stat, &mut self.buffer)
            .and_then(|bytes| host::cpu_times(bytes, ticks, cores).ok_or(Absence::Unsupported));
        match times {
            Ok((cpu, forks)) => (snapshot.host.cpu, snapshot.host.counters.forks) = (cpu, forks),
            Err(absence) => {
                push_gap(
                    snapshot,
                    "cpu_percent",
                    absence,
                    "The times of the cores cannot be read.",
                );
            }
        }
        match read(&self.loadavg, &mut self.buffer).ok().and_then(host::load) {
            Some(load) => snapshot.host.load = load,
            None => push_gap(snapshot, "load_1", Absence::Unsupported, "The load cannot be read."),
        }
    }

    fn read_memory(&mut self, snapshot: &mut Snapshot) {
        match read(&self.meminfo, &mut self.buffer).ok().and_then(host::memory) {
            Some(memory) => snapshot.host.memory = memory,
            None => {
                push_gap(snapshot, "memory_total", Absence::Unsupported, "Memory cannot be read.");
            }
        }
    }

    /// Names are kept where the list is the same as before, so that nothing is allocated.
    fn read_interfaces(&mut self, snapshot: &mut Snapshot) {
        let Ok(bytes) = read(&self.interfaces, &mut self.buffer) else {
            let detail = "The list of network interfaces cannot be read.";
            return push_gap(snapshot, "interfaces", Absence::Unsupported, detail);
        };
        let rows = &mut snapshot.host.interfaces;
        let mut count = 0;
        host::interfaces(bytes, |name, counters| {
            match rows.get_mut(count) {
                Some(row) if row.name.as_bytes() == name => row.counters = counters,
                found => {
                    let name = text::from_kernel(name).into();
                    let row = Interface { name, counters, setup: Arc::default() };
                    match found {
                        Some(other) => *other = row,
                        None => rows.push(row),
                    }
                }
            }
            count += 1;
        });
        rows.truncate(count);
    }

    fn read_pressure(&mut self) -> Option<Pressure> {
        let mut values = [(Stall::default(), Stall::default()); 3];
        for (value, file) in values.iter_mut().zip(&self.pressure) {
            *value = host::pressure(read(file, &mut self.buffer).ok()?)?;
        }
        let [cpu, io, memory] = values;
        Some(Pressure {
            cpu_some: cpu.0,
            cpu_full: cpu.1,
            io_some: io.0,
            io_full: io.1,
            memory_some: memory.0,
            memory_full: memory.1,
        })
    }
}

fn read<'b>(file: &Result<OwnedFd, Errno>, buffer: &'b mut [u8]) -> Result<&'b [u8], Absence> {
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
    let line = mounts.lines().find(|line| line.split(' ').nth(2) == Some("proc"))?;
    let options = line.split(' ').nth(3)?;
    let option = options.split(',').find(|option| option.starts_with("hidepid="))?;
    (!matches!(option, "hidepid=0" | "hidepid=off")).then(|| option.to_owned())
}

/// The option hides nothing from root or with CAP_SYS_PTRACE: then pid 1 is there.
fn sees_pid_1(root: &ProcFs) -> bool {
    root.read(1, "stat", &mut [0; 64]).is_ok()
}

fn read_facts(root: &ProcFs) -> HostFacts {
    let line = |file| {
        let bytes = root.read_named(file).unwrap_or_default();
        text::from_kernel(bytes.trim_ascii())
    };
    HostFacts {
        boot_id: line("sys/kernel/random/boot_id"),
        hostname: line("sys/kernel/hostname"),
        os: os_name(),
        kernel: line("sys/kernel/osrelease"),
        architecture: std::env::consts::ARCH.to_owned(),
        cpu_model: cpu_model(root),
        ip_address: ip_address(),
        ..HostFacts::default()
    }
}

fn os_name() -> String {
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    name.map_or_else(|| "Linux".to_owned(), |name| name.trim_matches('"').to_owned())
}

fn cpu_model(root: &ProcFs) -> Option<String> {
    let text = root.read_named("cpuinfo").ok()?;
    let text = String::from_utf8_lossy(&text).into_owned();
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The address this machine would send from: asking the routing table sends nothing.
/// 192.0.2.1 is reserved for documentation (RFC 5737).
fn ip_address() -> Option<String> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then(|| address.to_string())
}
