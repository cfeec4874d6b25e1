//! One process: proc_pid_stat(5).

use super::words::{number, signed};

/// The fields we use, in the kernel's units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stat<'a> {
    pub(crate) comm: &'a [u8],
    pub(crate) state: u8,
    pub(crate) parent: u32,
    pub(crate) process_group: u32,
    pub(crate) session: u32,
    pub(crate) terminal: u32,
    pub(crate) flags: u32,
    pub(crate) minor_faults: u64,
    pub(crate) major_faults: u64,
    pub(crate) user_ticks: u64,
    pub(crate) system_ticks: u64,
    /// Of children that ended and were waited for.
    pub(crate) children_user_ticks: u64,
    pub(crate) children_system_ticks: u64,
    pub(crate) priority: i16,
    pub(crate) nice: i8,
    pub(crate) threads: u32,
    pub(crate) start_ticks: u64,
    pub(crate) virtual_bytes: u64,
    pub(crate) resident_pages: u64,
    /// Moves on exec; 0 where we may not see it.
    pub(crate) start_stack: u64,
    /// Time spent waiting for block I/O; kernels before 2.6.18 end before it.
    pub(crate) block_delay_ticks: Option<u64>,
}

/// Set in `flags` for threads of the kernel (include/linux/sched.h, PF_KTHREAD).
const KERNEL_THREAD: u32 = 0x0020_0000;

impl Stat<'_> {
    pub(crate) fn is_kernel(&self) -> bool {
        self.flags & KERNEL_THREAD != 0
    }
}

/// `None` for what is no such line; an empty file means that the process is gone.
pub(crate) fn parse(bytes: &[u8]) -> Option<Stat<'_>> {
    let open = bytes.iter().position(|byte| *byte == b'(')?;
    // The name may itself contain ") ", so only the last parenthesis closes it.
    let close = bytes.iter().rposition(|byte| *byte == b')').filter(|close| *close > open)?;
    let mut fields = bytes.get(close + 2..)?.split(|byte| *byte == b' ');
    let mut next = || fields.next();
    let state = *next()?.first()?;
    let parent = number(next()?)? as u32;
    let process_group = signed(next()?)? as u32;
    let session = signed(next()?)? as u32;
    let terminal = signed(next()?)? as u32;
    next()?; // foreground process group
    let flags = number(next()?)? as u32;
    let minor_faults = number(next()?)?;
    next()?; // of waited-for children
    let major_faults = number(next()?)?;
    next()?;
    let user_ticks = number(next()?)?;
    let system_ticks = number(next()?)?;
    let children_user_ticks = signed(next()?)?.max(0) as u64;
    let children_system_ticks = signed(next()?)?.max(0) as u64;
    let priority = signed(next()?)? as i16;
    let nice = signed(next()?)? as i8;
    let threads = number(next()?)? as u32;
    next()?; // always 0
    let start_ticks = number(next()?)?;
    let virtual_bytes = number(next()?)?;
    let resident_pages = signed(next()?)?.max(0) as u64;
    for _ in 25..=27 {
        next()?; // rss limit, code addresses
    }
    let start_stack = number(next()?)?;
    // The 42nd field; the 13 before it hold addresses, signals and scheduling classes.
    let block_delay_ticks = fields.nth(13).and_then(number);
    Some(Stat {
        comm: &bytes[open + 1..close],
        state,
        parent,
        process_group,
        session,
        terminal,
        flags,
        minor_faults,
        major_faults,
        user_ticks,
        system_ticks,
        children_user_ticks,
        children_system_ticks,
        priority,
        nice,
        threads,
        start_ticks,
        virtual_bytes,
        resident_pages,
        start_stack,
        block_delay_ticks,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &[u8], comm: &[u8], state: u8, parent: u32, start_ticks: u64) {
        let stat = parse(line).expect("a stat line");
        assert_eq!((stat.comm, stat.state), (comm, state));
        assert_eq!((stat.parent, stat.start_ticks), (parent, start_ticks));
    }

    const REST: &[u8] =
        b"S 7 7 7 34816 7 4194304 10 2 3 4 5 6 7 8 20 -5 3 0 4711 1000 25 99 1 1 77 0 0\n";

    #[test]
    fn names_may_hold_anything() {
        for name in [&b"sh"[..], b") R 1 (x", b"a b", b"nl\nx", b"\x1b[31m", b"\xff\xfe", b"(", b""]
        {
            let line = [b"12 (", name, b") ", REST].concat();
            check(&line, name, b'S', 7, 4711);
        }
    }

    #[test]
    fn fields_are_the_documented_ones() {
        let line = [b"12 (sh) ", REST].concat();
        let stat = parse(&line).expect("a stat line");
        assert_eq!((stat.user_ticks, stat.system_ticks), (5, 6));
        assert_eq!((stat.minor_faults, stat.major_faults), (10, 3));
        assert_eq!((stat.nice, stat.threads), (-5, 3));
        assert_eq!((stat.virtual_bytes, stat.resident_pages), (1000, 25));
        assert_eq!((stat.terminal, stat.start_stack), (34816, 77));
        assert_eq!((stat.children_user_ticks, stat.children_system_ticks), (7, 8));
        assert_eq!((stat.priority, stat.block_delay_ticks), (20, None));
    }

    #[test]
    fn waiting_for_block_io_is_the_forty_second_field() {
        let rest =
            b"S 7 7 7 0 7 0 10 2 3 4 5 6 7 8 -51 0 3 0 4711 1000 25 99 1 1 77 0 0 0 0 0 0 0 \
            0 0 17 1 0 0 42 0 0\n";
        let line = [b"12 (sh) ", &rest[..]].concat();
        let stat = parse(&line).expect("a stat line");
        assert_eq!((stat.priority, stat.block_delay_ticks), (-51, Some(42)));
    }

    #[test]
    fn what_is_cut_short_is_none() {
        let line = [b"12 (sh) ", REST].concat();
        for length in 0..line.len() - 8 {
            assert_eq!(parse(&line[..length]), None, "{length}");
        }
    }
}
