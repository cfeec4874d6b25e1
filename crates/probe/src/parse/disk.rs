//! Block devices: Documentation/admin-guide/iostats.rst.

use super::words::{lines, number, words};
use model::snapshot::DiskCounters;

/// The kernel counts in sectors of this many bytes, whatever the device's own are.
const SECTOR: u64 = 512;

/// Counters behind the name; kernels before 2.6.25 had four for partitions, which are left out.
const COUNTERS: usize = 11;

/// Calls `each` with the name and counters of every block device that can be told from others.
/// Loop, RAM and compressed-RAM devices through which nothing went are left out.
pub(crate) fn disks(bytes: &[u8], mut each: impl FnMut(&[u8], DiskCounters)) {
    for line in lines(bytes) {
        let mut words = words(line).skip(2);
        let Some(name) = words.next() else { continue };
        // A device without a name was seen: its first counter stands in the name's place.
        if name.iter().all(u8::is_ascii_digit) {
            continue;
        }
        let mut values = [0_u64; COUNTERS];
        let mut count = 0;
        for (value, word) in values.iter_mut().zip(&mut words) {
            let Some(number) = number(word) else { break };
            *value = number;
            count += 1;
        }
        let is_idle = values[0] == 0 && values[4] == 0;
        if count == COUNTERS && !(is_idle && is_spare(name)) {
            each(name, counters(&values));
        }
    }
}

fn is_spare(name: &[u8]) -> bool {
    let numbered = |prefix: &[u8]| {
        let rest = name.strip_prefix(prefix);
        rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
    };
    numbered(b"loop") || numbered(b"ram") || numbered(b"zram")
}

fn counters(values: &[u64; COUNTERS]) -> DiskCounters {
    let nanos = |milliseconds: u64| milliseconds.saturating_mul(1_000_000);
    DiskCounters {
        reads: values[0],
        read_bytes: values[2].saturating_mul(SECTOR),
        read_nanos: nanos(values[3]),
        writes: values[4],
        write_bytes: values[6].saturating_mul(SECTOR),
        write_nanos: nanos(values[7]),
        in_flight: values[8],
        busy_nanos: nanos(values[9]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &[u8]) -> Vec<String> {
        let mut seen = Vec::new();
        disks(text, |name, _| seen.push(String::from_utf8_lossy(name).into_owned()));
        seen
    }

    #[test]
    fn counters_are_in_bytes_and_nanoseconds() {
        let text = b" 254       0 vda 10 1 20 30 40 2 60 70 3 90 100 5582 36 518584 994 1426 63\n";
        let mut seen = Vec::new();
        disks(text, |_, counters| seen.push(counters));
        let expected = DiskCounters {
            reads: 10,
            read_bytes: 20 * 512,
            read_nanos: 30_000_000,
            writes: 40,
            write_bytes: 60 * 512,
            write_nanos: 70_000_000,
            in_flight: 3,
            busy_nanos: 90_000_000,
        };
        assert_eq!(seen, [expected]);
    }

    #[test]
    fn spare_devices_are_listed_once_something_went_through_them() {
        let text = b"7 0 loop0 0 0 0 0 0 0 0 0 0 0 0\n7 1 loop1 1 0 8 0 0 0 0 0 0 0 0\n\
            1 0 ram0 0 0 0 0 0 0 0 0 0 0 0\n253 0 zram0 0 0 0 0 5 0 0 0 0 0 0\n\
            8 0 sda 0 0 0 0 0 0 0 0 0 0 0\n";
        assert_eq!(names(text), ["loop1", "zram0", "sda"]);
    }

    #[test]
    fn short_and_nameless_lines_are_passed_over() {
        let text = b"8 1 sda1 1 2 3 4\n8 0  1 2 3 4 5 6 7 8 9 10 11\n\n8 0\n";
        assert!(names(text).is_empty());
    }
}
