//! Ends of tasks: taskstats (include/uapi/linux/taskstats.h, Documentation/accounting).

use super::netlink::{self, Frame, attributes, u16_at, u32_at, u64_at};

/// GENL_ID_CTRL, which knows the numbers of all families.
const CONTROL: u16 = 0x10;
/// NLM_F_REQUEST.
const REQUEST: u16 = 0x1;
/// NLM_F_ACK.
const ACKNOWLEDGE: u16 = 0x4;

/// Set in `ac_flag` for the last thread of a process.
const LAST_OF_GROUP: u8 = 0x20;

/// Asks for the number of the family of taskstats.
pub(crate) fn family_request() -> Vec<u8> {
    generic(CONTROL, REQUEST, 3, (2, b"TASKSTATS\0")) // CTRL_CMD_GETFAMILY, ..._FAMILY_NAME
}

/// The number of the family, from the answer.
pub(crate) fn family(bytes: &[u8]) -> Option<u16> {
    netlink::frames(bytes).find_map(|frame| match frame {
        Frame::Message(CONTROL, body) => attributes(body.get(4..)?)
            .find(|(kind, _)| *kind == 1)
            .and_then(|(_, id)| u16_at(id, 0)),
        _ => None,
    })
}

/// Asks for the statistics of one task.
pub(crate) fn task_request(family: u16, pid: u32) -> Vec<u8> {
    generic(family, REQUEST, 1, (1, &pid.to_ne_bytes()))
}

/// Asks to be told of all ends of tasks on these CPUs, written as the kernel does: `0-7`.
pub(crate) fn listen_request(family: u16, cpus: &[u8]) -> Vec<u8> {
    let text = [cpus, b"\0"].concat();
    generic(family, REQUEST | ACKNOWLEDGE, 1, (3, &text))
}

fn generic(family: u16, flags: u16, command: u8, attribute: (u16, &[u8])) -> Vec<u8> {
    let (kind, value) = attribute;
    let mut body = vec![command, 1, 0, 0];
    body.extend(((4 + value.len()) as u16).to_ne_bytes());
    body.extend(kind.to_ne_bytes());
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
    netlink::request(family, flags, &body)
}

/// Where the fields of `struct taskstats` are. Version 15 of it had new ones in its midst, which
/// versions 14 and 16 have not, so it is looked for where ours are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Bytes inserted before the name, and before the thread group.
    shifts: (usize, usize),
}

const NAME: usize = 80;
const PID: usize = 128;
const GROUP: usize = 368;

impl Layout {
    /// From the statistics of a task of which pid and thread group are known. `None` before
    /// version 12 (Linux 5.19), which does not tell the end of a thread from that of a process.
    pub(crate) fn find(stats: &[u8], pid: u32, group: u32) -> Option<Self> {
        let fits = |shifts: &(usize, usize)| {
            u32_at(stats, PID + shifts.0) == Some(pid)
                && u32_at(stats, GROUP + shifts.1) == Some(group)
        };
        let shifts = [(0, 0), (24, 48), (48, 96)].into_iter().find(fits)?;
        (u16_at(stats, 0)? >= 12).then_some(Self { shifts })
    }
}

/// What is told of a task that ended, or of a living one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) pid: u32,
    /// The process it is a thread of.
    pub(crate) group: u32,
    pub(crate) parent: u32,
    pub(crate) uid: u32,
    pub(crate) name: &'a [u8],
    /// As wait(2) gives it.
    pub(crate) exit_code: u32,
    /// Whether the process ended with it.
    pub(crate) is_last: bool,
    /// Since the process began; final where it ended.
    pub(crate) lived_micros: u64,
    pub(crate) usage: Usage,
    pub(crate) rss_peak_kibibytes: u64,
    /// CPU time of all threads of a process that had several, exact; told when it ended.
    pub(crate) group_cpu_nanos: Option<u64>,
}

/// What one task used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Counted in the scheduler's ticks, so zero for what is shorter.
    pub(crate) user_micros: u64,
    pub(crate) system_micros: u64,
    /// Exact, but the last tick may be missing.
    pub(crate) cpu_nanos: u64,
    pub(crate) read_bytes: u64,
    pub(crate) write_bytes: u64,
}

/// The statistics in an answer or in a notice, before their layout is known.
pub(crate) fn stats(bytes: &[u8], family: u16) -> Option<&[u8]> {
    let mut found = None;
    netlink::frames(bytes).for_each(|frame| {
        if let Frame::Message(kind, body) = frame
            && kind == family
        {
            found = found.or(aggregate(body, 4));
        }
    });
    found
}

/// Calls `each` with every task that ended.
pub(crate) fn records(bytes: &[u8], family: u16, layout: Layout, mut each: impl FnMut(Record<'_>)) {
    for frame in netlink::frames(bytes) {
        let Frame::Message(kind, body) = frame else { continue };
        if kind != family {
            continue;
        }
        let task = aggregate(body, 4).and_then(|stats| record(stats, layout));
        let Some(mut task) = task else { continue };
        task.group_cpu_nanos = aggregate(body, 5).and_then(|stats| cpu_nanos(stats, layout));
        each(task);
    }
}

/// The statistics of the task (TASKSTATS_TYPE_AGGR_PID) or the group (..._AGGR_TGID).
fn aggregate(body: &[u8], wanted: u16) -> Option<&[u8]> {
    let (_, inside) = attributes(body.get(4..)?).find(|(kind, _)| *kind == wanted)?;
    attributes(inside).find(|(kind, _)| *kind == 3).map(|(_, stats)| stats)
}

fn cpu_nanos(stats: &[u8], layout: Layout) -> Option<u64> {
    u64_at(stats, 72 + layout.shifts.0)
}

fn record(stats: &[u8], layout: Layout) -> Option<Record<'_>> {
    let (early, late) = layout.shifts;
    let name = stats.get(NAME + early..NAME + early + 32)?;
    let flags = *stats.get(8)?;
    Some(Record {
        pid: u32_at(stats, PID + early)?,
        group: u32_at(stats, GROUP + late)?,
        parent: u32_at(stats, 132 + early)?,
        uid: u32_at(stats, 120 + early)?,
        name: name.split(|byte| *byte == 0).next()?,
        exit_code: u32_at(stats, 4)?,
        is_last: flags & LAST_OF_GROUP != 0,
        lived_micros: u64_at(stats, 376 + late)?,
        usage: Usage {
            user_micros: u64_at(stats, 152 + early)?,
            system_micros: u64_at(stats, 160 + early)?,
            cpu_nanos: cpu_nanos(stats, layout)?,
            read_bytes: u64_at(stats, 248 + early)?,
            write_bytes: u64_at(stats, 256 + early)?,
        },
        rss_peak_kibibytes: u64_at(stats, 200 + early)?,
        group_cpu_nanos: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::netlink::bytes;

    /// What Linux 6.18 (version 16) told of `sh -c "exit 7"`.
    const EXIT: &str = "
        540200001f000000825e000000000000020100004002040008000100a4270000340203001000000000070000
        20000000000000000b0000000000000034a70100000000000000000000000000000000000000000000000000
        0000000000000000000000000000000000000000bd7c0f000000000073680000000000000000000000000000
        0000000000000000000000000000000000000000000000000000000000000000a4270000a32700007098016b
        00000000db04000000000000000000000000000000000000000000003f000000000000000100000000000000
        00000000000000000000000000000000b005000000000000200a000000000000000c00000000000000000000
        0000000000000000000000000000000000000000001000000000000000000000000000000000000000000000
        0100000000000000090000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000000000007098016b000000000000000000000000
        0000000000000000a427000000000000db0400000000000000fe00000000000024c503000000000000000000
        00000000000000000000000000000000000000000000000000000000cd41000000000000b20b000000000000
        0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000000000000000000000000000000000000000000";

    #[test]
    fn the_end_of_a_process_is_told_with_its_totals() {
        let datagram = bytes(EXIT);
        let layout = Layout::find(stats(&datagram, 31).unwrap(), 10_148, 10_148).unwrap();
        assert_eq!(layout, Layout::default());
        let mut found = 0;
        records(&datagram, 31, layout, |record| {
            found += 1;
            assert_eq!((record.pid, record.group, record.parent), (10_148, 10_148, 10_147));
            assert_eq!((record.name, record.uid), (&b"sh"[..], 0));
            assert_eq!((record.exit_code, record.is_last), (7 << 8, true));
            assert_eq!((record.lived_micros, record.rss_peak_kibibytes), (1243, 1456));
            let usage = Usage { cpu_nanos: 1_014_973, read_bytes: 4096, ..Usage::default() };
            assert_eq!((record.usage, record.group_cpu_nanos), (usage, None));
        });
        assert_eq!(found, 1);
        records(&datagram, 32, layout, |_| panic!("of another family"));
    }

    #[test]
    fn a_struct_with_new_fields_in_its_midst_is_read_where_ours_are() {
        let plain = bytes(EXIT);
        let plain = stats(&plain, 31).unwrap();
        let mut wide = plain[..32].to_vec();
        wide.extend([0; 48]);
        wide.extend(&plain[32..320]);
        wide.extend([0; 48]);
        wide.extend(&plain[320..]);
        assert_eq!(Layout::find(&wide, 10_148, 10_148), Some(Layout { shifts: (48, 96) }));
        assert_eq!(Layout::find(&wide, 10_149, 10_148), None);
        wide[..2].copy_from_slice(&11_u16.to_ne_bytes());
        assert_eq!(Layout::find(&wide, 10_148, 10_148), None);
    }

    #[test]
    fn the_family_is_found_by_its_name() {
        let answer = "700000001000000000000000ff3f0000010200000e0002005441534b53544154530000000600
            01001f0000000800030001000000080004000000000008000500000000002c00060014000100080001000100
            0000080002000b000000140002000800010004000000080002000a000000";
        assert_eq!(family(&bytes(answer)), Some(31));
        let request = listen_request(31, b"0-1");
        assert_eq!(request[16..28], [1, 1, 0, 0, 8, 0, 3, 0, b'0', b'-', b'1', 0]);
    }
}
