//! Equal strings share one allocation: most processes of a machine run few programs in few
//! control groups.

use std::collections::HashSet;
use std::sync::Arc;

/// Strings nobody holds any more are let go when this many came since the last time.
const GROWTH: usize = 1024;

/// Every string that is held somewhere.
#[derive(Default)]
pub(super) struct Strings {
    known: HashSet<Arc<str>>,
    prune_at: usize,
}

impl Strings {
    pub(super) fn share(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.known.get(text) {
            return Arc::clone(known);
        }
        if self.known.len() >= self.prune_at.max(GROWTH) {
            self.known.retain(|string| Arc::strong_count(string) > 1);
            self.prune_at = self.known.len() + self.known.len() / 2 + GROWTH;
        }
        let new: Arc<str> = text.into();
        self.known.insert(Arc::clone(&new));
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_are_one_and_unheld_ones_are_let_go() {
        let mut strings = Strings::default();
        let first = strings.share("a");
        assert!(Arc::ptr_eq(&first, &strings.share("a")));
        (0..100_000).for_each(|number| drop(strings.share(&number.to_string())));
        assert!(strings.known.len() <= 3 * GROWTH, "{}", strings.known.len());
        assert!(Arc::ptr_eq(&first, &strings.share("a")));
    }
}
