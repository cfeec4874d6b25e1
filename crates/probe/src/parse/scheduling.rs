//! How one thread is scheduled: the fields 39 to 41 of proc_pid_stat(5), and I/O priorities as
//! ioprio_get(2) packs them.

use super::words::number;

/// Where it ran last and by which policy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Scheduling {
    pub(crate) processor: Option<u32>,
    pub(crate) policy: Option<&'static str>,
}

pub(crate) fn parse(bytes: &[u8]) -> Scheduling {
    let Some(close) = bytes.iter().rposition(|byte| *byte == b')') else {
        return Scheduling::default();
    };
    // The first word behind the name is field 3.
    let rest = bytes.get(close + 2..).unwrap_or(&[]);
    let mut fields = rest.split(|byte| *byte == b' ').skip(39 - 3);
    let processor = fields.next().and_then(number).map(|core| core as u32);
    let policy = fields.nth(1).and_then(number).and_then(policy);
    Scheduling { processor, policy }
}

/// include/uapi/linux/sched.h
fn policy(number: u64) -> Option<&'static str> {
    Some(match number {
        0 => "other",
        1 => "fifo",
        2 => "round-robin",
        3 => "batch",
        5 => "idle",
        6 => "deadline",
        7 => "ext",
        _ => return None,
    })
}

/// `best-effort 4`: the class in the bits from 13 up, the level in the lowest three. A process
/// without a class of its own goes by its nice value.
pub(crate) fn io_priority(packed: u32, nice: i8) -> Option<String> {
    let level = packed & 7;
    Some(match packed >> 13 & 7 {
        // As io_prio(2) of the kernel computes it: (nice + 20) / 5.
        0 => format!("best-effort {} (by nice)", (i32::from(nice) + 20).clamp(0, 39) / 5),
        1 => format!("real-time {level}"),
        2 => format!("best-effort {level}"),
        3 => "idle".to_owned(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn core_and_policy_are_counted_from_the_last_parenthesis() {
        let line =
            b"12 (a) 1 2) S 7 7 7 0 -1 4194304 10 0 3 0 5 6 0 0 20 0 1 0 4711 1000 25 99 1 1 \
            77 0 0 0 0 0 0 0 0 0 17 3 0 5 0 0 0\n";
        assert_eq!(parse(line), Scheduling { processor: Some(3), policy: Some("idle") });
        assert_eq!(parse(b"12 (a) S 7"), Scheduling::default());
        assert_eq!(parse(b")"), Scheduling::default());
    }

    #[test]
    fn io_priorities_have_a_class_and_a_level() {
        assert_eq!(io_priority(0, 0).as_deref(), Some("best-effort 4 (by nice)"));
        assert_eq!(io_priority(0, -20).as_deref(), Some("best-effort 0 (by nice)"));
        assert_eq!(io_priority(2 << 13 | 7, 0).as_deref(), Some("best-effort 7"));
        assert_eq!(io_priority(1 << 13, 0).as_deref(), Some("real-time 0"));
        assert_eq!(io_priority(3 << 13, 0).as_deref(), Some("idle"));
        assert_eq!(io_priority(7 << 13, 0), None);
    }
}
