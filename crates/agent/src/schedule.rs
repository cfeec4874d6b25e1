//! When to sample: absolute deadlines, so that the time a sample takes shifts none after it.

use std::time::{Duration, Instant};

/// The next deadline, and how many were missed.
#[derive(Debug)]
pub(crate) struct Schedule {
    interval: Duration,
    due: Instant,
    overruns: u64,
}

impl Schedule {
    pub(crate) fn starting(now: Instant, interval: Duration) -> Self {
        Self { interval, due: now, overruns: 0 }
    }

    /// Deadlines that passed while a sample was taken.
    pub(crate) fn overruns(&self) -> u64 {
        self.overruns
    }

    /// Moves to the first deadline after `now` and answers it. Those already past are counted, not
    /// made up for.
    pub(crate) fn next_after(&mut self, now: Instant) -> Instant {
        self.due += self.interval;
        if self.due <= now {
            let late = (now - self.due).as_nanos() / self.interval.as_nanos().max(1);
            let missed = u32::try_from(late).unwrap_or(u32::MAX - 1) + 1;
            self.overruns += u64::from(missed);
            self.due += self.interval * missed;
        }
        self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn deadlines_do_not_drift_with_the_time_a_sample_takes() {
        let start = Instant::now();
        let mut schedule = Schedule::starting(start, SECOND);
        assert_eq!(schedule.next_after(start + SECOND / 3), start + SECOND);
        assert_eq!(schedule.next_after(start + SECOND + SECOND / 2), start + SECOND * 2);
        assert_eq!(schedule.overruns(), 0);
    }

    #[test]
    fn missed_deadlines_are_counted_and_not_made_up_for() {
        let start = Instant::now();
        let mut schedule = Schedule::starting(start, SECOND);
        assert_eq!(schedule.next_after(start + SECOND * 7 / 2), start + SECOND * 4);
        assert_eq!(schedule.overruns(), 3);
    }
}
