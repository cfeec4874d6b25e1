//! What is around the processes and changes slowly, or answers slowly: read beside the sampling
//! thread, never by it, so that a dead mount or a slow directory of users holds up no sample.

use super::process::Runtime;
use crate::{Gap, Observed};
use std::sync::Arc;

/// All of it, as it was last read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surroundings {
    /// When this was put together, nanoseconds since boot; 0 for not yet.
    pub read_nanos: u64,
    /// Mounted file systems, each once.
    pub file_systems: Vec<FileSystem>,
    /// Temperatures, fans, voltages and the like.
    pub sensors: Vec<Sensor>,
    /// Batteries.
    pub batteries: Vec<Battery>,
    /// Who is signed in.
    pub sessions: Vec<Session>,
    /// Control groups in which processes run, with their limits.
    pub groups: Vec<Group>,
    /// Containers, with the names their runtimes give them where these may be read.
    pub containers: Vec<Container>,
    /// What limits Topmast itself, and all that runs beside it in a container.
    pub own_limits: OwnLimits,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// One mounted file system.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSystem {
    /// Where it is mounted; the shortest path where there are several.
    pub mount_point: Arc<str>,
    /// Its device or source.
    pub device: Arc<str>,
    /// The kernel's name of its type.
    pub kind: Arc<str>,
    /// Whether it is mounted read-only.
    pub is_read_only: bool,
    /// Its space; absent when it does not answer in time.
    pub space: Observed<Space>,
    /// When its space was read, nanoseconds since boot.
    pub read_nanos: u64,
}

/// Space of a file system, bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Space {
    /// All of it.
    pub total: u64,
    /// In use.
    pub used: u64,
    /// Free for everybody.
    pub available: u64,
    /// Free for root only.
    pub reserved: u64,
    /// File nodes; 0 where the file system has no fixed number.
    pub inodes: u64,
    /// Free file nodes.
    pub inodes_free: u64,
}

impl Space {
    /// Share in use of what everybody may use, 0 to 100, as `df` computes it.
    #[must_use]
    pub fn used_percent(&self) -> f64 {
        let usable = self.used.saturating_add(self.available);
        if usable == 0 { 0.0 } else { self.used as f64 * 100.0 / usable as f64 }
    }
}

/// What a sensor measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SensorKind {
    /// Degrees Celsius.
    Temperature,
    /// Turns per minute.
    Fan,
    /// Volts.
    Voltage,
    /// Watts.
    Power,
    /// Amperes.
    Current,
}

impl SensorKind {
    /// The word used in every output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Temperature => "temperature",
            Self::Fan => "fan",
            Self::Voltage => "voltage",
            Self::Power => "power",
            Self::Current => "current",
        }
    }

    /// What its values are measured in.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Temperature => "°C",
            Self::Fan => "turns/min",
            Self::Voltage => "V",
            Self::Power => "W",
            Self::Current => "A",
        }
    }
}

/// One sensor.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensor {
    /// The chip's name.
    pub chip: Arc<str>,
    /// Which of the chip's.
    pub label: Arc<str>,
    /// What it measures.
    pub kind: SensorKind,
    /// Its value, in the unit of its kind.
    pub value: f64,
    /// Where it gets high.
    pub high: Option<f64>,
    /// Where it gets critical.
    pub critical: Option<f64>,
}

/// One battery.
#[derive(Debug, Clone, PartialEq)]
pub struct Battery {
    /// The kernel's name.
    pub name: Arc<str>,
    /// Charge, 0 to 100.
    pub percent: f64,
    /// The kernel's word: `Charging`, `Discharging`, `Full`, …
    pub status: Arc<str>,
    /// Seconds until it is empty, while it discharges.
    pub seconds_left: Option<f64>,
}

/// Somebody signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// User name.
    pub user: Arc<str>,
    /// Terminal.
    pub terminal: Arc<str>,
    /// From where, when it is not here.
    pub from: Option<Arc<str>>,
    /// Since when, nanoseconds since 1970 UTC.
    pub since_unix_nanos: i64,
    /// The process of the session.
    pub pid: u32,
}

/// One control group with its limits and what they cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its path, as in the facts of its processes.
    pub path: Arc<str>,
    /// Cores it may use at most; `None` for no limit.
    pub cpu_limit_cores: Observed<Option<f64>>,
    /// CPU time so far, nanoseconds.
    pub cpu_nanos: Observed<u64>,
    /// Periods in which it was held back so far.
    pub throttled_periods: Observed<u64>,
    /// Time it was held back so far, nanoseconds.
    pub throttled_nanos: Observed<u64>,
    /// Memory it may use at most, bytes; the lowest limit of it and the groups above it.
    pub memory_limit_bytes: Observed<Option<u64>>,
    /// Memory it uses, bytes.
    pub memory_bytes: Observed<u64>,
    /// Times processes in it were killed for want of memory.
    pub oom_kills: Observed<u64>,
    /// Tasks it may hold at most.
    pub pids_limit: Observed<Option<u64>>,
    /// Tasks it holds.
    pub pids: Observed<u64>,
}

/// One container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// Its id, as in the facts of its processes.
    pub id: Arc<str>,
    /// What runs it.
    pub runtime: Runtime,
    /// Its name.
    pub name: Option<Arc<str>>,
    /// The image it was made of.
    pub image: Option<Arc<str>>,
}

/// Limits on what Topmast's own control group, and those above it, may use.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct OwnLimits {
    /// Cores; `None` for no limit.
    pub cpu_cores: Option<f64>,
    /// Memory, bytes; `None` for no limit.
    pub memory_bytes: Option<u64>,
    /// Tasks; `None` for no limit.
    pub pids: Option<u64>,
}
