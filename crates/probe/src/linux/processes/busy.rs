//! Does a process that long stood still work again? The machine's own count of busy time tells
//! when the rows that were read do not account for it.

use super::SECOND;

/// Share of one core that may stay unexplained: ticks of the machine and of processes are counted
/// by different means.
const TOLERATED_PERCENT: u64 = 15;

/// Ten ticks: in short intervals rounding alone makes that much.
const LEAST_NANOS: u64 = 100_000_000;

/// Where looking found nothing, the time belongs to processes that were never sampled, or whose
/// namespace we do not see; looking again waits, longer each time.
const WAITS: [u64; 3] = [2 * SECOND, 4 * SECOND, 8 * SECOND];

/// CPU time of one process, or what it grew by, nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Spent {
    pub(super) own: u64,
    /// Of children that were waited for.
    pub(super) children: u64,
}

/// CPU time that is accounted for.
#[derive(Debug, Default)]
pub(super) struct Explained {
    own: u64,
    children: u64,
    /// What is known of processes that ended since: their parents get it as children's time, the
    /// largest part of it not spent in this interval.
    buried: u64,
}

impl Explained {
    pub(super) fn add(&mut self, grown: Spent) {
        self.own = self.own.saturating_add(grown.own);
        self.children = self.children.saturating_add(grown.children);
    }

    pub(super) fn bury(&mut self, last: Spent) {
        self.buried = self.buried.saturating_add(last.own).saturating_add(last.children);
    }

    pub(super) fn total(&self) -> u64 {
        self.own.saturating_add(self.children.saturating_sub(self.buried))
    }
}

/// Compares the machine with its processes.
#[derive(Debug, Default)]
pub(super) struct Unexplained {
    /// Instant and busy time of the sample before.
    before: Option<(u64, u64)>,
    missing: u64,
    /// Times in a row that looking found nothing.
    fruitless: usize,
    not_before: u64,
}

impl Unexplained {
    /// Whether the machine, `busy` so far, worked more than `explained` since the sample before.
    pub(super) fn calls_for_idle_rows(&mut self, taken: u64, busy: u64, explained: u64) -> bool {
        let Some((taken_before, busy_before)) = self.before.replace((taken, busy)) else {
            return false;
        };
        let interval = taken.saturating_sub(taken_before);
        let tolerated = (interval / 100 * TOLERATED_PERCENT).max(LEAST_NANOS);
        self.missing = busy.saturating_sub(busy_before).saturating_sub(explained);
        self.missing > tolerated && taken >= self.not_before
    }

    /// After the idle rows were read, which accounted for `found` more.
    pub(super) fn note_found(&mut self, taken: u64, found: u64) {
        if found.saturating_mul(2) >= self.missing {
            self.fruitless = 0;
            return;
        }
        self.not_before = taken + WAITS[self.fruitless.min(WAITS.len() - 1)] - SECOND / 2;
        self.fruitless += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since the first sample at which idle rows are called for, of 30.
    fn calls(mut busy_percent: impl FnMut(u64) -> u64, found_percent: u64) -> Vec<u64> {
        let mut unexplained = Unexplained::default();
        let mut busy = 0;
        let mut calls = Vec::new();
        for second in 0..30 {
            busy += SECOND / 100 * busy_percent(second);
            if unexplained.calls_for_idle_rows(second * SECOND, busy, SECOND / 100 * 50) {
                calls.push(second);
                unexplained.note_found(second * SECOND, SECOND / 100 * found_percent);
            }
        }
        calls
    }

    #[test]
    fn what_is_explained_calls_for_nothing() {
        assert!(calls(|_| 50, 0).is_empty());
        assert!(calls(|_| 64, 0).is_empty());
        assert!(calls(|_| 0, 0).is_empty());
    }

    #[test]
    fn a_process_that_wakes_is_looked_for_at_once() {
        assert_eq!(calls(|second| if second == 7 { 66 } else { 50 }, 16), [7]);
        assert_eq!(calls(|second| if second > 26 { 150 } else { 50 }, 100), [27, 28, 29]);
    }

    #[test]
    fn looking_in_vain_waits_longer_each_time() {
        assert_eq!(calls(|_| 100, 1), [1, 3, 7, 15, 23]);
    }

    #[test]
    fn children_count_without_what_was_known_of_them() {
        let mut explained = Explained::default();
        explained.add(Spent { own: 1, children: 100 });
        explained.bury(Spent { own: 60, children: 10 });
        assert_eq!(explained.total(), 31);
        explained.bury(Spent { own: 60, children: 0 });
        assert_eq!(explained.total(), 1);
    }
}
