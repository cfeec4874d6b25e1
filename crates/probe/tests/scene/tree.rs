//! A procfs that stands still until it is changed here, and a clock that passes when it is told to.

use probe::Clock;
use std::cell::Cell;
use std::fs;
use std::path::PathBuf;

pub(crate) const SECOND: u64 = 1_000_000_000;

/// Begins an hour after boot.
pub(crate) struct Hands(Cell<u64>);

impl Hands {
    pub(crate) fn new() -> Self {
        Self(Cell::new(3600 * SECOND))
    }

    pub(crate) fn pass(&self, nanos: u64) {
        self.0.set(self.0.get() + nanos);
    }
}

impl Clock for Hands {
    fn boot_nanos(&self) -> u64 {
        self.0.get()
    }

    fn unix_nanos(&self) -> i64 {
        self.0.get().cast_signed()
    }

    fn thread_cpu_nanos(&self) -> u64 {
        0
    }
}

/// Holds process 7, started at tick 4711.
pub(crate) struct Tree(pub(crate) PathBuf);

impl Tree {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("topmast-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        let tree = Self(path);
        tree.process(7, 4711, 5);
        tree
    }

    pub(crate) fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        fs::create_dir_all(self.0.join(file).parent().unwrap()).unwrap();
        fs::write(self.0.join(file), text).unwrap();
    }

    /// A process that has used so many ticks.
    pub(crate) fn process(&self, pid: u32, birth: u64, ticks: u64) {
        self.write(&format!("{pid}/stat"), stat(pid, birth, ticks));
    }
}

/// A line of `stat`.
pub(crate) fn stat(pid: u32, birth: u64, ticks: u64) -> String {
    format!("{pid} (sh) S 1 7 7 0 7 0 1 0 0 0 {ticks} 6 0 0 20 0 1 0 {birth} 1 2 9 1 1 77 0\n")
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
