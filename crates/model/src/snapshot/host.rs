//! The machine itself.

use super::surroundings::Surroundings;
use std::sync::Arc;

/// What does not change while a machine runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostFacts {
    /// The kernel's random id of this boot.
    pub boot_id: String,
    /// Host name.
    pub hostname: String,
    /// Distribution and version, as os-release says it.
    pub os: String,
    /// Kernel release.
    pub kernel: String,
    /// Machine architecture.
    pub architecture: String,
    /// Processor model.
    pub cpu_model: Option<String>,
    /// First address that is not loopback.
    pub ip_address: Option<String>,
    /// Cores without their hyper-threads, where the kernel tells.
    pub physical_cores: Option<u32>,
    /// What virtualises it, where that shows: `kvm`, `docker`, …
    pub virtualization: Option<String>,
}

/// The machine at one instant.
#[derive(Debug, Clone, Default)]
pub struct Host {
    /// What does not change.
    pub facts: Arc<HostFacts>,
    /// Time of all cores together.
    pub cpu: CpuTimes,
    /// Time of each core.
    pub cores: Vec<CpuTimes>,
    /// The kernel's number of each core: they may be switched off and on.
    pub core_numbers: Vec<u32>,
    /// Frequency of each core, hertz, where the kernel tells; in the order of `cores`.
    pub frequencies: Vec<Option<u64>>,
    /// Memory and swap.
    pub memory: Memory,
    /// Load average of 1, 5 and 15 minutes.
    pub load: [f64; 3],
    /// Pressure stall information, where the kernel has it.
    pub pressure: Option<Pressure>,
    /// Network interfaces.
    pub interfaces: Vec<Interface>,
    /// Block devices, partitions included.
    pub disks: Vec<Disk>,
    /// What the kernel counts since boot.
    pub counters: KernelCounters,
    /// Unix time of the boot, nanoseconds: where start times are counted from. Follows the wall
    /// clock when that is set, but not its small corrections.
    pub boot_unix_nanos: i64,
    /// Time asleep since boot, nanoseconds.
    pub asleep_nanos: u64,
    /// What is read beside the sampling thread.
    pub surroundings: Arc<Surroundings>,
}

/// What the kernel counts since boot.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KernelCounters {
    /// Processes begun, threads included.
    pub forks: u64,
    /// Context switches.
    pub context_switches: u64,
    /// Interrupts.
    pub interrupts: u64,
    /// Bytes read from swap.
    pub swap_in_bytes: u64,
    /// Bytes written to swap.
    pub swap_out_bytes: u64,
    /// Page faults, minor ones included.
    pub page_faults: u64,
    /// Page faults that needed storage.
    pub major_faults: u64,
    /// Processes killed for want of memory.
    pub oom_kills: u64,
}

/// A block device, so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The kernel's name.
    pub name: Arc<str>,
    /// Whether it is a part of another in this list.
    pub is_partition: bool,
    /// What went through it.
    pub counters: DiskCounters,
}

/// What went through a block device so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DiskCounters {
    /// Reads completed.
    pub reads: u64,
    /// Bytes read.
    pub read_bytes: u64,
    /// Time reads took, added up, nanoseconds.
    pub read_nanos: u64,
    /// Writes completed.
    pub writes: u64,
    /// Bytes written.
    pub write_bytes: u64,
    /// Time writes took, added up, nanoseconds.
    pub write_nanos: u64,
    /// Requests on their way now.
    pub in_flight: u64,
    /// Time in which there was at least one, nanoseconds.
    pub busy_nanos: u64,
}

/// Time of a core so far, nanoseconds. `guest` time is inside `user`, as the kernel counts it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CpuTimes {
    /// User mode.
    pub user: u64,
    /// User mode at a positive nice value.
    pub nice: u64,
    /// Kernel mode.
    pub system: u64,
    /// Nothing to do.
    pub idle: u64,
    /// Nothing to do but wait for storage. May go backwards.
    pub iowait: u64,
    /// Hardware interrupts.
    pub irq: u64,
    /// Software interrupts.
    pub softirq: u64,
    /// Taken by the hypervisor.
    pub steal: u64,
    /// Ran a guest; inside `user`.
    pub guest: u64,
    /// Ran a guest at a positive nice value; inside `nice`.
    pub guest_nice: u64,
}

/// Memory and swap, bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Memory {
    /// All of it.
    pub total: u64,
    /// Used for nothing.
    pub free: u64,
    /// What programs could get without swapping, by the kernel's estimate.
    pub available: u64,
    /// Page cache, buffers and reclaimable kernel memory.
    pub cached: u64,
    /// Block device buffers; inside `cached`.
    pub buffers: u64,
    /// Kernel memory that can be taken back; inside `cached`.
    pub reclaimable: u64,
    /// Kernel memory that cannot.
    pub unreclaimable: u64,
    /// Anonymous memory of processes.
    pub anonymous: u64,
    /// Files mapped into processes; inside `cached`.
    pub mapped: u64,
    /// Waiting to be written to storage.
    pub dirty: u64,
    /// Being written to storage.
    pub writeback: u64,
    /// Used lately.
    pub active: u64,
    /// Not used lately.
    pub inactive: u64,
    /// Kept in memory by its owners.
    pub locked: u64,
    /// Page tables.
    pub page_tables: u64,
    /// Set aside for huge pages.
    pub huge_pages_total: u64,
    /// Of that, not in use.
    pub huge_pages_free: u64,
    /// Promised to programs.
    pub committed: u64,
    /// What may be promised.
    pub commit_limit: u64,
    /// Shared memory and tmpfs.
    pub shared: u64,
    /// All swap.
    pub swap_total: u64,
    /// Swap not in use.
    pub swap_free: u64,
    /// In swap and in memory at once.
    pub swap_cached: u64,
}

/// Pressure stall information: how much tasks waited for a resource.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pressure {
    /// Some task waited for a core.
    pub cpu_some: Stall,
    /// All tasks of some group waited for a core.
    pub cpu_full: Stall,
    /// Some task waited for storage.
    pub io_some: Stall,
    /// All tasks waited for storage.
    pub io_full: Stall,
    /// Some task waited for memory.
    pub memory_some: Stall,
    /// All tasks waited for memory.
    pub memory_full: Stall,
}

/// One line of pressure stall information.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Stall {
    /// Percent of the last 10 s.
    pub average_10: f64,
    /// Percent of the last minute.
    pub average_60: f64,
    /// Percent of the last five minutes.
    pub average_300: f64,
    /// Stalled so far, nanoseconds.
    pub total_nanos: u64,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's name.
    pub name: Arc<str>,
    /// What went through it.
    pub counters: TrafficCounters,
    /// How it is set up.
    pub setup: Arc<InterfaceSetup>,
}

/// How a network interface is set up: read again only now and then.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceSetup {
    /// The kernel's word: `up`, `down`, `unknown`, …
    pub state: Option<Arc<str>>,
    /// Speed, bits per second.
    pub speed_bits_per_sec: Option<u64>,
    /// Largest packet, bytes.
    pub mtu: Option<u32>,
    /// Hardware address.
    pub hardware_address: Option<Arc<str>>,
    /// Addresses with their prefix lengths.
    pub addresses: Vec<Arc<str>>,
}

/// Traffic so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TrafficCounters {
    /// Bytes received.
    pub received_bytes: u64,
    /// Packets received.
    pub received_packets: u64,
    /// Errors while receiving.
    pub received_errors: u64,
    /// Packets dropped on the way in.
    pub received_drops: u64,
    /// Bytes sent.
    pub sent_bytes: u64,
    /// Packets sent.
    pub sent_packets: u64,
    /// Errors while sending.
    pub sent_errors: u64,
    /// Packets dropped on the way out.
    pub sent_drops: u64,
}
