//! Identities.

use std::sync::Arc;

/// A monitored machine, as the API calls it; `local` is the one we run on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostId(pub Arc<str>);

impl HostId {
    /// The machine this program runs on.
    #[must_use]
    pub fn local() -> Self {
        Self("local".into())
    }
}

/// One process for its whole life on one boot. Ordered by pid, then birth.
///
/// `birth` tells a reused pid apart: compared, never computed with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProcessKey {
    /// Process id in our own pid namespace.
    pub pid: u32,
    /// Start in clock ticks since boot (proc_pid_stat(5), field 22).
    pub birth: u64,
}

/// Clock ticks a second in everything the kernel shows to programs: `USER_HZ`, 100 on every
/// architecture Linux still runs on.
pub const TICKS_PER_SECOND: u64 = 100;

impl ProcessKey {
    /// The birth as the API shows it: seconds since boot. Exact to compare, since each tick count
    /// below 2^53 renders to its own number.
    #[must_use]
    pub fn start_time(&self) -> f64 {
        self.birth as f64 / TICKS_PER_SECOND as f64
    }

    /// The birth in nanoseconds since boot, exact to one tick.
    #[must_use]
    pub fn birth_nanos(&self) -> u64 {
        self.birth.saturating_mul(1_000_000_000 / TICKS_PER_SECOND)
    }
}
