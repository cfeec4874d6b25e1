//! What exists at one instant: cumulative counters and levels in SI units. Made only by the probe.

pub mod host;
pub mod process;
pub mod socket;

pub use host::{CpuTimes, Host, HostFacts, Interface, Memory, Pressure, TrafficCounters};
pub use process::{IoSample, ProcessFacts, ProcessSample, ProcessState, Processes};
pub use socket::{Owner, Protocol, SocketSample, SocketState, Sockets, TcpCounters};

use crate::{Gap, Moment};

/// One host at one instant. Kept by the sampler and refilled in place.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// When reading began.
    pub taken: Moment,
    /// The machine itself.
    pub host: Host,
    /// Every process, by pid ascending.
    pub processes: Processes,
    /// Every socket we may see, by cookie ascending.
    pub sockets: Sockets,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// What taking it cost.
    pub cost: SampleCost,
}

/// What sampling costs the machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SampleCost {
    /// CPU time this sample took, nanoseconds.
    pub cpu_nanos: u64,
    /// Deadlines missed since sampling began.
    pub overruns: u64,
}

impl Snapshot {
    /// Empties it for the next reading; what was allocated stays.
    pub fn clear(&mut self) {
        self.processes.clear();
        self.sockets.clear();
        self.gaps.clear();
    }
}
