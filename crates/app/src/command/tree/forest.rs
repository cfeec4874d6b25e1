//! Who is below whom, and what they use together. Parents come from the kernel at different
//! instants, so that anything may be claimed: missing ones, rings, a process below itself.

use std::collections::HashMap;

/// One process before it has its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twig {
    pub(super) pid: u32,
    pub(super) parent: u32,
    /// Whether it is asked for itself; its ancestors are shown with it.
    pub(super) is_wanted: bool,
    pub(super) cpu_percent: Option<f64>,
    pub(super) rss_bytes: Option<u64>,
}

/// One process in its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Branch {
    /// Which twig it is.
    pub(super) twig: usize,
    /// Levels above it.
    pub(super) depth: usize,
    /// Of the last levels above it below the root, and its own: whether nothing follows there.
    pub(super) lasts: Vec<bool>,
    /// CPU of it and all below, as far as it is known.
    pub(super) cpu_percent: Option<f64>,
    /// Resident memory of it and all below, as far as it is known; shared memory counts each time.
    pub(super) rss_bytes: Option<u64>,
}

/// Branches in the order they are drawn.
#[derive(Debug, Default)]
pub(super) struct Forest {
    pub(super) shown: Vec<Branch>,
}

/// Levels drawn before a branch; a deeper one is drawn with the last of them.
pub(super) const LEVELS_MAX: usize = 30;

impl Forest {
    /// Children keep the order of the twigs.
    pub(super) fn grow(twigs: &[Twig]) -> Self {
        let (order, parents) = order(twigs);
        let mut sums: Vec<_> = twigs.iter().map(|t| (t.cpu_percent, t.rss_bytes)).collect();
        let mut kept: Vec<bool> = twigs.iter().map(|twig| twig.is_wanted).collect();
        // Each stands behind its parent in that order, so backwards all children come first.
        for &twig in order.iter().rev() {
            if let Some(parent) = parents[twig] {
                sums[parent].0 = add(sums[parent].0, sums[twig].0, |a, b| a + b);
                sums[parent].1 = add(sums[parent].1, sums[twig].1, u64::saturating_add);
                kept[parent] |= kept[twig];
            }
        }
        let mut last_child = vec![None; twigs.len()];
        for &twig in order.iter().filter(|twig| kept[**twig]) {
            if let Some(parent) = parents[twig] {
                last_child[parent] = Some(twig);
            }
        }
        let mut places: Vec<(usize, Vec<bool>)> = vec![(0, Vec::new()); twigs.len()];
        let mut shown = Vec::new();
        for &twig in order.iter().filter(|twig| kept[**twig]) {
            if let Some(parent) = parents[twig] {
                places[twig] = below(&places[parent], last_child[parent] == Some(twig));
            }
            let (depth, lasts) = places[twig].clone();
            let (cpu_percent, rss_bytes) = sums[twig];
            shown.push(Branch { twig, depth, lasts, cpu_percent, rss_bytes });
        }
        Self { shown }
    }
}

fn below((depth, lasts): &(usize, Vec<bool>), is_last: bool) -> (usize, Vec<bool>) {
    let skipped = lasts.len().saturating_sub(LEVELS_MAX - 1);
    (depth + 1, lasts[skipped..].iter().copied().chain([is_last]).collect())
}

fn add<T>(left: Option<T>, right: Option<T>, sum: impl Fn(T, T) -> T) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(sum(left, right)),
        (left, right) => left.or(right),
    }
}

/// Each twig behind its parent, and the parents that hold: a ring is cut at its first twig.
fn order(twigs: &[Twig]) -> (Vec<usize>, Vec<Option<usize>>) {
    let by_pid: HashMap<u32, usize> =
        twigs.iter().enumerate().map(|(index, twig)| (twig.pid, index)).collect();
    let parent =
        |twig: &Twig| by_pid.get(&twig.parent).copied().filter(|_| twig.parent != twig.pid);
    let mut parents: Vec<Option<usize>> = twigs.iter().map(parent).collect();
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); twigs.len()];
    for (twig, parent) in parents.iter().enumerate() {
        if let Some(parent) = parent {
            children[*parent].push(twig);
        }
    }
    let mut order = Vec::with_capacity(twigs.len());
    let mut is_placed = vec![false; twigs.len()];
    let roots = (0..twigs.len()).filter(|twig| parents[*twig].is_none()).collect::<Vec<_>>();
    roots.into_iter().for_each(|root| walk(root, &children, &mut is_placed, &mut order));
    // Whoever has no place yet is in a ring, or below one.
    for twig in 0..twigs.len() {
        if !is_placed[twig] {
            parents[twig] = None;
            walk(twig, &children, &mut is_placed, &mut order);
        }
    }
    (order, parents)
}

fn walk(root: usize, children: &[Vec<usize>], is_placed: &mut [bool], order: &mut Vec<usize>) {
    let mut waiting = vec![root];
    while let Some(twig) = waiting.pop() {
        if is_placed[twig] {
            continue;
        }
        is_placed[twig] = true;
        order.push(twig);
        waiting.extend(children[twig].iter().rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn twig(pid: u32, parent: u32) -> Twig {
        Twig { pid, parent, is_wanted: true, cpu_percent: Some(1.0), rss_bytes: Some(10) }
    }

    fn pids(twigs: &[Twig]) -> Vec<(u32, usize)> {
        let shown = Forest::grow(twigs).shown;
        shown.iter().map(|branch| (twigs[branch.twig].pid, branch.depth)).collect()
    }

    #[test]
    fn children_stand_below_their_parents_and_orphans_at_the_root() {
        let twigs = [twig(1, 0), twig(2, 0), twig(3, 1), twig(4, 3), twig(5, 1), twig(6, 99)];
        assert_eq!(pids(&twigs), [(1, 0), (3, 1), (4, 2), (5, 1), (2, 0), (6, 0)]);
        let shown = Forest::grow(&twigs).shown;
        assert_eq!(shown[0].cpu_percent, Some(4.0), "itself and three below");
        assert_eq!(shown[0].rss_bytes, Some(40));
        assert_eq!(shown[2].lasts, [false, true]);
        assert_eq!(shown[3].lasts, [true]);
    }

    #[test]
    fn a_filter_keeps_ancestors_and_sums_count_all() {
        let mut twigs = [twig(1, 0), twig(2, 1), twig(3, 2), twig(4, 1)];
        twigs.iter_mut().for_each(|twig| twig.is_wanted = twig.pid == 3);
        twigs[3].cpu_percent = None;
        assert_eq!(pids(&twigs), [(1, 0), (2, 1), (3, 2)]);
        let shown = Forest::grow(&twigs).shown;
        assert_eq!((shown[0].cpu_percent, shown[0].rss_bytes), (Some(3.0), Some(40)));
        assert_eq!(shown[1].lasts, [true], "what is left out is not drawn as following");
    }

    #[test]
    fn rings_and_chains_end() {
        assert_eq!(pids(&[twig(1, 1)]), [(1, 0)]);
        assert_eq!(pids(&[twig(1, 3), twig(2, 1), twig(3, 2)]), [(1, 0), (2, 1), (3, 2)]);
        let chain: Vec<Twig> = (1..5000).map(|pid| twig(pid, pid - 1)).collect();
        let shown = Forest::grow(&chain).shown;
        assert_eq!(shown.len(), 4999);
        assert_eq!(shown[4998].depth, 4998);
        assert!(shown.iter().all(|branch| branch.lasts.len() <= LEVELS_MAX));
        assert_eq!(shown[0].rss_bytes, Some(49_990));
    }
}
