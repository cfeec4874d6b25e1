//! The clocks a sample is taken by, handed in so that a reading can be replayed.

use rustix::time::{ClockId, Timespec, clock_gettime};

/// The instants a probe stamps its rows with.
pub trait Clock {
    /// Nanoseconds since boot, time asleep included.
    fn boot_nanos(&self) -> u64;
    /// Nanoseconds since 1970 UTC.
    fn unix_nanos(&self) -> i64;
    /// CPU time the calling thread has used, nanoseconds.
    fn thread_cpu_nanos(&self) -> u64;
}

/// This machine's clocks.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn boot_nanos(&self) -> u64 {
        nanos(clock_gettime(ClockId::Boottime)) as u64
    }

    fn unix_nanos(&self) -> i64 {
        nanos(clock_gettime(ClockId::Realtime))
    }

    fn thread_cpu_nanos(&self) -> u64 {
        nanos(clock_gettime(ClockId::ThreadCPUTime)) as u64
    }
}

fn nanos(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}
