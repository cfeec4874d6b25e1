//! Deltas used again, so that sampling allocates nothing once it runs.

use model::{Delta, Snapshot};
use std::sync::Arc;

/// Keeps the last few deltas and refills one that nobody looks at any more.
#[derive(Default)]
pub struct DeltaPool {
    kept: Vec<Arc<Delta>>,
}

/// As many as are in use at once in steady state: the monitor's newest, the one being made, and
/// one that a slow view still encodes.
const KEPT_MAX: usize = 3;

impl DeltaPool {
    /// Lets go of the rows that deltas nobody looks at share with their snapshots, so that the next
    /// sample can be read into them. To be called before it.
    pub fn release(&mut self) {
        for delta in self.kept.iter_mut().filter_map(Arc::get_mut) {
            delta.processes = Arc::default();
            delta.sockets = Arc::default();
        }
    }

    /// The delta between two snapshots, in memory used before where there is any.
    pub fn between(&mut self, before: Option<&Snapshot>, now: &Snapshot) -> Arc<Delta> {
        let free = self.kept.iter_mut().position(|delta| Arc::get_mut(delta).is_some());
        let mut delta = free.map_or_else(Arc::default, |index| self.kept.swap_remove(index));
        if let Some(owned) = Arc::get_mut(&mut delta) {
            owned.refill(before, now);
        }
        if self.kept.len() < KEPT_MAX {
            self.kept.push(Arc::clone(&delta));
        }
        delta
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_nobody_looks_at_are_free_for_the_next_sample() {
        let mut pool = DeltaPool::default();
        let mut snapshot = Snapshot::default();
        let passing = Arc::as_ptr(&snapshot.processes);
        drop(pool.between(None, &snapshot));
        pool.release();
        snapshot.clear();
        assert_eq!(Arc::as_ptr(&snapshot.processes), passing);
        let held = pool.between(None, &snapshot);
        pool.release();
        snapshot.clear();
        assert_ne!(Arc::as_ptr(&snapshot.processes), Arc::as_ptr(&held.processes));
    }

    #[test]
    fn a_delta_nobody_holds_is_used_again_and_a_held_one_is_not() {
        let mut pool = DeltaPool::default();
        let snapshot = Snapshot::default();
        let held = pool.between(None, &snapshot);
        let passing = Arc::as_ptr(&pool.between(None, &snapshot));
        let third = pool.between(None, &snapshot);
        assert_eq!(Arc::as_ptr(&third), passing);
        assert_ne!(Arc::as_ptr(&third), Arc::as_ptr(&held));
    }
}
