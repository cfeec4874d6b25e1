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
    /// Time asleep since boot, nanoseconds; a clock that tells nothing of it never slept.
    fn asleep_nanos(&self) -> u64 {
        0
    }
}

/// Two clocks read one after the other differ by the time that takes; a sleep takes longer.
const READING_NANOS: i64 = 50_000_000;

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

    /// The monotonic clock stands still while the machine sleeps. What is no
    /// longer than being interrupted between the two readings is no sleep.
    fn asleep_nanos(&self) -> u64 {
        let awake = nanos(clock_gettime(ClockId::Monotonic));
        let asleep = nanos(clock_gettime(ClockId::Boottime)).saturating_sub(awake);
        if asleep < READING_NANOS { 0 } else { asleep.cast_unsigned() }
    }
}

fn nanos(time: Timespec) -> i64 {
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}
