//! One process: proc_pid_status(5) and proc_pid_io(5).

use super::words::{lines, number, words};

/// The fields we use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Status {
    /// Not its own number: a thread of that process.
    pub(crate) thread_group: Option<u32>,
    pub(crate) real_uid: Option<u32>,
    pub(crate) effective_uid: Option<u32>,
    pub(crate) real_gid: Option<u32>,
    pub(crate) swap_kib: Option<u64>,
    pub(crate) voluntary_switches: Option<u64>,
    pub(crate) involuntary_switches: Option<u64>,
}

pub(crate) fn parse(bytes: &[u8]) -> Status {
    let mut status = Status::default();
    for line in lines(bytes) {
        let mut words = words(line);
        let (Some(key), Some(value)) = (words.next(), words.next()) else { continue };
        match key {
            b"Tgid:" => status.thread_group = number(value).map(|pid| pid as u32),
            b"Uid:" => {
                status.real_uid = number(value).map(|uid| uid as u32);
                status.effective_uid = words.next().and_then(number).map(|uid| uid as u32);
            }
            b"Gid:" => status.real_gid = number(value).map(|gid| gid as u32),
            b"VmSwap:" => status.swap_kib = number(value),
            b"voluntary_ctxt_switches:" => status.voluntary_switches = number(value),
            b"nonvoluntary_ctxt_switches:" => status.involuntary_switches = number(value),
            _ => {}
        }
    }
    status
}

/// Time the main thread was ready to run but had no core, nanoseconds: the second word of
/// `schedstat`.
pub(crate) fn run_delay(bytes: &[u8]) -> Option<u64> {
    number(words(bytes).nth(1)?)
}

/// Bytes read from and written to storage so far.
pub(crate) fn io(bytes: &[u8]) -> Option<(u64, u64)> {
    let field = |wanted: &[u8]| {
        let line = lines(bytes).find_map(|line| line.strip_prefix(wanted))?;
        number(line)
    };
    Some((field(b"read_bytes: ")?, field(b"write_bytes: ")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_takes_the_real_uid() {
        let text =
            b"Name:\tUid: 9\nTgid:\t7\nUid:\t1000\t0\t0\t0\nGid:\t100\t5\nVmSwap:\t     12 kB\n";
        let status = parse(text);
        assert_eq!((status.real_uid, status.swap_kib), (Some(1000), Some(12)));
        assert_eq!((status.effective_uid, status.real_gid), (Some(0), Some(100)));
        assert_eq!((status.thread_group, status.voluntary_switches), (Some(7), None));
    }

    #[test]
    fn run_delay_is_the_second_word() {
        assert_eq!(run_delay(b"91566 59369 2\n"), Some(59369));
        assert_eq!(run_delay(b"91566"), None);
        assert_eq!(run_delay(b""), None);
    }

    #[test]
    fn io_is_storage_not_the_page_cache() {
        let text = b"rchar: 9\nwchar: 8\nsyscr: 7\nsyscw: 6\nread_bytes: 5\nwrite_bytes: 4\n\
            cancelled_write_bytes: 3\n";
        assert_eq!(io(text), Some((5, 4)));
        assert_eq!(io(b"rchar: 9\n"), None);
    }
}
