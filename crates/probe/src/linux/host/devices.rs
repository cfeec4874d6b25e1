//! Network interfaces and block devices: a row keeps its name while the list stays the same, so
//! that nothing is allocated.

use crate::linux::place::Place;
use crate::linux::surroundings::Setups;
use crate::parse::{disk, host};
use model::snapshot::{Disk, Interface};
use model::text;
use std::sync::Arc;

/// Refills the rows from `net/dev`.
pub(super) fn refill_interfaces(bytes: &[u8], setups: &Setups, rows: &mut Vec<Interface>) {
    let mut count = 0;
    host::interfaces(bytes, |name, counters| {
        if rows.get(count).is_none_or(|row| row.name.as_bytes() != name) {
            let name = text::from_kernel(name).into();
            put(rows, count, Interface { name, counters, setup: Arc::default() });
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
}

/// Refills the rows from `diskstats`.
pub(super) fn refill_disks(bytes: &[u8], place: &Place, rows: &mut Vec<Disk>) {
    let mut count = 0;
    disk::disks(bytes, |name, counters| {
        if rows.get(count).is_none_or(|row| row.name.as_bytes() != name) {
            let name: Arc<str> = text::from_kernel(name).into();
            let is_partition = is_partition(place, &name);
            put(rows, count, Disk { name, is_partition, counters });
        }
        rows[count].counters = counters;
        count += 1;
    });
    rows.truncate(count);
}

/// sysfs writes `!` for a slash in a name, as in `cciss!c0d0`.
fn is_partition(place: &Place, name: &str) -> bool {
    let name = name.replace('/', "!");
    place.path(format!("sys/class/block/{name}/partition")).exists()
}

fn put<T>(rows: &mut Vec<T>, at: usize, row: T) {
    match rows.get_mut(at) {
        Some(other) => *other = row,
        None => rows.push(row),
    }
}
