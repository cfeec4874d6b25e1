//! The machine itself.

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
    /// Memory and swap.
    pub memory: Memory,
    /// Load average of 1, 5 and 15 minutes.
    pub load: [f64; 3],
    /// Pressure stall information, where the kernel has it.
    pub pressure: Option<Pressure>,
    /// Network interfaces.
    pub interfaces: Vec<Interface>,
    /// Processes begun since boot, threads included.
    pub forks: u64,
    /// Unix time of the boot, nanoseconds: where start times are counted from. Follows the wall
    /// clock when that is set, but not its small corrections.
    pub boot_unix_nanos: i64,
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
    /// Shared memory and tmpfs.
    pub shared: u64,
    /// All swap.
    pub swap_total: u64,
    /// Swap not in use.
    pub swap_free: u64,
}

/// Pressure stall information: percent of the last 10 s in which tasks waited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pressure {
    /// Some task waited for a core.
    pub cpu_some: f64,
    /// Some task waited for storage.
    pub io_some: f64,
    /// All tasks waited for storage.
    pub io_full: f64,
    /// Some task waited for memory.
    pub memory_some: f64,
    /// All tasks waited for memory.
    pub memory_full: f64,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interface {
    /// The kernel's name.
    pub name: Arc<str>,
    /// What went through it.
    pub counters: TrafficCounters,
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
