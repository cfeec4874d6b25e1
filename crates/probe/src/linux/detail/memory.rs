//! Memory in sum and map by map. The kernel walks page tables for both, so both are only for one
//! process at a time.

use super::Reading;
use crate::linux::process_dir::Lines;
use crate::parse::{full_status, maps, smaps};
use model::request::{MemoryDetail, MemoryMap, Wanted};
use model::{Observed, text};
use rustix::io::Errno;
use std::collections::HashMap;
use std::sync::Arc;

/// Maps listed at most; the kernel's own limit is 65,530 unless it was raised.
const MAPS_MAX: usize = 200_000;

impl Reading<'_> {
    /// The sum over all maps, with what only `status` counts.
    pub(super) fn memory(&self, status: &[u8]) -> Result<MemoryDetail, Errno> {
        let bytes = self.body.read("smaps_rollup", super::SMALL)?;
        let mut memory = smaps::rollup(&bytes).ok_or(Errno::SRCH)?;
        let counted = full_status::parse(status);
        memory.rss_peak_bytes = counted.peak_kib.map_or(memory.rss_bytes, kib);
        if let Some((file, shmem)) = smaps::resident_kinds(status) {
            memory.file_bytes = kib(file);
            memory.shmem_bytes = kib(shmem);
        }
        Ok(memory)
    }

    /// By address ascending; with the resident memory of each where memory is wished too.
    pub(super) fn maps(&mut self, memory: Wanted) -> Result<Vec<MemoryMap>, Errno> {
        let file = if memory == Wanted::Yes { "smaps" } else { "maps" };
        let mut lines = Lines::of(self.body.file(file)?);
        let mut all: Vec<MemoryMap> = Vec::new();
        // A library has several maps, and a program thousands without a name.
        let mut paths: HashMap<Vec<u8>, Arc<str>> = HashMap::new();
        while let Some(line) = lines.next()? {
            let Some(map) = maps::line(line) else {
                let last = all.last_mut().filter(|map| map.rss_bytes.known().is_none());
                if let (Some(last), Some(rss)) = (last, maps::resident(line)) {
                    last.rss_bytes = Observed::Known(rss);
                }
                continue;
            };
            if all.len() >= MAPS_MAX || self.patience.is_over() {
                self.unfinished.push("maps");
                break;
            }
            let path = match paths.get(map.path) {
                Some(path) => Arc::clone(path),
                None => {
                    let path: Arc<str> = text::from_kernel(map.path).into();
                    paths.insert(map.path.to_vec(), Arc::clone(&path));
                    path
                }
            };
            all.push(MemoryMap {
                start: map.start,
                end: map.end,
                permissions: text::from_kernel(map.permissions).into(),
                offset: map.offset,
                path,
                rss_bytes: Observed::default(),
            });
        }
        Ok(all)
    }
}

fn kib(kib: u64) -> u64 {
    kib.saturating_mul(1024)
}
