//! Processes as the kernel's proc connector tells of them (include/uapi/linux/cn_proc.h).

use super::netlink::{self, u32_at, u64_at};

/// CN_IDX_PROC and CN_VAL_PROC, and the group that hears of them.
const PROCESSES: u32 = 1;
/// NLMSG_DONE: what the connector marks its messages with.
const KIND: u16 = 3;
/// Bytes of `struct cn_msg`.
const HEADER: usize = 20;
/// Bytes of what precedes the kinds of `struct proc_event`.
const EVENT: usize = HEADER + 16;

/// Asks to be told (PROC_CN_MCAST_LISTEN).
pub(crate) fn listen_request() -> Vec<u8> {
    let mut body = Vec::with_capacity(HEADER + 4);
    for word in [PROCESSES, PROCESSES, 0, 0] {
        body.extend(word.to_ne_bytes());
    }
    body.extend(4_u16.to_ne_bytes());
    body.extend(0_u16.to_ne_bytes());
    body.extend(1_u32.to_ne_bytes());
    netlink::request(KIND, 0, &body)
}

/// What happened to a task, at a time in nanoseconds of the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// It began.
    Began { pid: u32, group: u32, nanos: u64 },
    /// It ended, with this code as wait(2) gives it.
    Ended { pid: u32, group: u32, parent: u32, exit_code: u32, nanos: u64 },
}

/// Calls `each` with every beginning and end in one datagram.
pub(crate) fn events(bytes: &[u8], each: impl FnMut(Event)) {
    let length = u32_at(bytes, 0).map_or(0, |length| length as usize);
    let body = bytes.get(netlink::HEADER..length);
    body.and_then(event).into_iter().for_each(each);
}

fn event(body: &[u8]) -> Option<Event> {
    if (u32_at(body, 0)?, u32_at(body, 4)?) != (PROCESSES, PROCESSES) {
        return None;
    }
    let nanos = u64_at(body, HEADER + 8)?;
    let word = |at: usize| u32_at(body, EVENT + 4 * at);
    match u32_at(body, HEADER)? {
        0x0000_0001 => Some(Event::Began { pid: word(2)?, group: word(3)?, nanos }),
        0x8000_0000 => Some(Event::Ended {
            pid: word(0)?,
            group: word(1)?,
            exit_code: word(2)?,
            // Before Linux 4.18 the parent is not told.
            parent: word(5).unwrap_or(0),
            nanos,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::netlink::bytes;

    fn told(hex: &str) -> Vec<Event> {
        let mut found = Vec::new();
        events(&bytes(hex), |event| found.push(event));
        found
    }

    #[test]
    fn beginnings_and_ends_are_told_apart() {
        let began =
            "4c00000003000000df910100000000000100000001000000df91010000000000280000000100000
            001000000af6e7e7a3f030000ff3f0000ff3f000068740000687400000000000000000000";
        let nanos = 3_571_172_929_199;
        assert_eq!(told(began), [Event::Began { pid: 29_800, group: 29_800, nanos }]);
        let ended =
            "4c00000003000000fe9e0100000000000100000001000000fe9e010000000000280000000000008
            0000000009f128f7a3f03000068740000687400000007000011000000ff3f0000ff3f0000";
        let nanos = 3_571_174_019_743;
        let (pid, parent, exit_code) = (29_800, 16_383, 7 << 8);
        assert_eq!(told(ended), [Event::Ended { pid, group: pid, parent, exit_code, nanos }]);
        assert_eq!(told("4c000000030000"), []);
    }
}
