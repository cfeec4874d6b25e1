//! Network interfaces and block devices: a row keeps its name while the list stays the same, so
//! that nothing is allocated.

use super::Change;
use crate::linux::surroundings::Setups;
use crate::linux::system_files::SystemFiles;
use crate::parse::{disk, host};
use model::snapshot::{Disk, Interface};
use model::text;
use std::sync::Arc;

/// Refills the rows from `net/dev`. Tells of a new one whose settings are not known.
pub(super) fn refill_interfaces(
    bytes: &[u8],
    setups: &Setups,
    rows: &mut Vec<Interface>,
) -> Change {
    let mut count = 0;
    let mut change = Change::None;
    host::interfaces(bytes, |name, counters| {
        if rows.get(count).is_none_or(|row| row.name.as_bytes() != name) {
            let name = text::from_kernel(name).into();
            put(rows, count, Interface { name, counters, setup: Arc::default() });
            if !setups.contains_key(&rows[count].name) {
                change = Change::OfInterfaces;
            }
        }
        let row = &mut rows[count];
        row.counters = counters;
        match setups.get(&row.name) {
            Some(setup) if Arc::ptr_eq(setup, &row.setup) => {}
            Some(setup) => row.setup = Arc::clone(setup),
            None => {}
        }
        count += 1;
    });
    rows.truncate(count);
    change
}

/// Refills the rows from `diskstats`.
pub(super) fn refill_disks(bytes: &[u8], system: &SystemFiles, rows: &mut Vec<Disk>) {
    let mut count = 0;
    disk::disks(bytes, |name, counters| {
        if rows.get(count).is_none_or(|row| row.name.as_bytes() != name) {
            let name: Arc<str> = text::from_kernel(name).into();
            let is_partition = is_partition(system, &name);
            put(rows, count, Disk { name, is_partition, counters });
        }
        rows[count].counters = counters;
        count += 1;
    });
    rows.truncate(count);
}

/// sysfs writes `!` for a slash in a name, as in `cciss!c0d0`.
fn is_partition(system: &SystemFiles, name: &str) -> bool {
    let name = name.replace('/', "!");
    system.path(format!("sys/class/block/{name}/partition")).exists()
}

fn put<T>(rows: &mut Vec<T>, at: usize, row: T) {
    match rows.get_mut(at) {
        Some(other) => *other = row,
        None => rows.push(row),
    }
}
