//! Instants and the time between them. Nothing here reads a clock.

use std::num::NonZeroU64;
use std::time::Duration;

/// One instant on both of a machine's clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// Nanoseconds since boot, time asleep included (`CLOCK_BOOTTIME`). Rates are made of this.
    pub boot_nanos: u64,
    /// Nanoseconds since 1970 UTC (`CLOCK_REALTIME`). For people; may jump.
    pub unix_nanos: i64,
}

/// Time between two readings. Never zero, so every rate has a divisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    nanos: NonZeroU64,
}

impl Interval {
    /// From two readings of the boot clock; `None` unless time went on between them.
    #[must_use]
    pub fn between(before_nanos: u64, now_nanos: u64) -> Option<Self> {
        let nanos = NonZeroU64::new(now_nanos.checked_sub(before_nanos)?)?;
        Some(Self { nanos })
    }

    /// The interval in seconds, always above zero.
    #[must_use]
    pub fn seconds(self) -> f64 {
        Duration::from_nanos(self.nanos.get()).as_secs_f64()
    }

    /// Growth of a counter per second; `None` if it went backwards: the kernel object was
    /// replaced, so there is no rate.
    #[must_use]
    pub fn rate(self, before: u64, now: u64) -> Option<f64> {
        Some(now.checked_sub(before)? as f64 / self.seconds())
    }
}
