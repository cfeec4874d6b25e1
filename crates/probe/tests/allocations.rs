//! Once it runs, a sample allocates nothing per process.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![expect(unsafe_code, reason = "counting allocations needs an allocator of one's own")]

use model::{Delta, Snapshot};
use probe::{Probe, SystemClock};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::process::{Child, Command};

struct Counting;

thread_local! {
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

// SAFETY: every call is passed on unchanged to the system's allocator; counting touches a
// thread-local that needs no allocation of its own.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are those the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the pointer came from `alloc` above, thus from the system's allocator.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const PROCESSES: usize = 300;

struct Crowd(Vec<Child>);

impl Drop for Crowd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn a_sample_in_steady_state_allocates_nothing_per_process() {
    let spawn = |_| Command::new("sleep").arg("600").spawn().expect("sleep is there");
    let _crowd = Crowd((0..PROCESSES).map(spawn).collect());
    let mut probe = Probe::new().unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    let mut delta = Delta::default();
    let mut fewest = u64::MAX;
    for _ in 0..12 {
        let start = COUNT.get();
        probe.sample(&mut now, &SystemClock);
        delta.refill(Some(&before), &now);
        fewest = fewest.min(COUNT.get() - start);
        std::mem::swap(&mut before, &mut now);
    }
    assert!(now.processes.len() >= PROCESSES);
    // The rest of the system starts programs and renames kernel workers meanwhile.
    assert!(fewest < 60, "{fewest} allocations for {} processes", now.processes.len());
}
