//! What exists at one instant: cumulative counters and levels in SI units. Made only by the probe.

pub mod host;
pub mod life;
pub mod process;
pub mod socket;
pub mod surroundings;

pub use host::{
    CpuTimes, Disk, DiskCounters, Host, HostFacts, Interface, InterfaceSetup, KernelCounters,
    Memory, Pressure, Stall, TrafficCounters,
};
pub use life::{Exit, ExitStatus, LifeSource, Lives};
pub use process::{
    IoSample, NetSample, Occasional, ProcessFacts, ProcessSample, ProcessState, Processes, Runtime,
};
pub use socket::{
    NamespaceAccess, NetNamespace, NetTotals, Owner, Payload, Protocol, Scope, SocketSample,
    SocketState, Sockets, TcpCounters,
};
pub use surroundings::{
    Battery, Container, FileSystem, Group, OwnLimits, Sensor, SensorKind, Session, Space,
    Surroundings,
};

use crate::{Gap, Moment};
use std::sync::Arc;

/// One host at one instant. Kept by the sampler and refilled in place.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// When reading began.
    pub taken: Moment,
    /// The machine itself.
    pub host: Host,
    /// Every process, by pid ascending.
    /// Shared with the delta made of it, so that no row is copied.
    pub processes: Arc<Processes>,
    /// Every socket we may see, by cookie ascending.
    pub sockets: Arc<Sockets>,
    /// Processes that ended since the snapshot before.
    pub lives: Lives,
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
    /// Descriptors of processes kept open, so that reading them again is cheap.
    pub kept_descriptors: u32,
    /// Rows that were not read again, because they had long stood still.
    pub rows_late: u32,
}

impl Snapshot {
    /// The processes, to fill them. After [`Snapshot::clear`] nobody else holds them.
    pub fn processes_mut(&mut self) -> &mut Processes {
        Arc::make_mut(&mut self.processes)
    }

    /// The sockets, to fill them. After [`Snapshot::clear`] nobody else holds them.
    pub fn sockets_mut(&mut self) -> &mut Sockets {
        Arc::make_mut(&mut self.sockets)
    }

    /// Empties it for the next reading; what was allocated stays.
    pub fn clear(&mut self) {
        // Where somebody still looks at the rows of the sample before, they are left to them.
        match Arc::get_mut(&mut self.processes) {
            Some(processes) => processes.clear(),
            None => self.processes = Arc::default(),
        }
        match Arc::get_mut(&mut self.sockets) {
            Some(sockets) => sockets.clear(),
            None => self.sockets = Arc::default(),
        }
        self.lives.exits.clear();
        self.gaps.clear();
    }
}
