//! Limits and counters of control groups, of both versions.

use super::cgroup::fields;
use super::words::{lines, number, words};

/// Version 1 writes the largest number that fits and is a multiple of the page size for "none".
const NO_LIMIT: u64 = 1 << 62;

/// Path of the hierarchy that holds a controller: of its own (version 1), or of the unified one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Membership<'a> {
    Own(&'a [u8]),
    Unified(&'a [u8]),
}

/// Where proc_pid_cgroup(5) says that a process is, for one controller.
pub(crate) fn membership<'a>(bytes: &'a [u8], controller: &[u8]) -> Option<Membership<'a>> {
    let mut unified = None;
    for (id, names, path) in lines(bytes).filter_map(fields) {
        if names.split(|byte| *byte == b',').any(|name| name == controller) {
            return Some(Membership::Own(path));
        }
        if id == b"0" && names.is_empty() {
            unified = Some(Membership::Unified(path));
        }
    }
    unified
}

/// A limit: `max`, `-1` and numbers beyond any memory are none. The outer `None` is no limit file.
pub(crate) fn limit(bytes: &[u8]) -> Option<Option<u64>> {
    let word = bytes.trim_ascii();
    if word == b"max" || word.starts_with(b"-") {
        return Some(None);
    }
    // More digits than a number has are a limit that nothing reaches.
    if word.len() > 19 && word.iter().all(u8::is_ascii_digit) {
        return Some(None);
    }
    number(word).map(|value| (value < NO_LIMIT).then_some(value))
}

/// Cores in `cpu.max`: `QUOTA PERIOD`, or `max PERIOD`.
pub(crate) fn cpu_max(bytes: &[u8]) -> Option<Option<f64>> {
    let mut words = words(bytes.trim_ascii());
    let quota = limit(words.next()?)?;
    let period = words.next().and_then(number).unwrap_or(100_000);
    cores(quota, period)
}

/// Cores of a quota within a period, both in microseconds.
pub(crate) fn cores(quota: Option<u64>, period: u64) -> Option<Option<f64>> {
    match quota {
        None => Some(None),
        Some(_) if period == 0 => None,
        Some(quota) => Some(Some(quota as f64 / period as f64)),
    }
}

/// The number behind a key, as in `cpu.stat` and `memory.events`.
pub(crate) fn keyed(bytes: &[u8], key: &[u8]) -> Option<u64> {
    lines(bytes).find_map(|line| {
        let mut words = words(line);
        (words.next() == Some(key)).then(|| words.next().and_then(number)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hybrid_hosts_have_some_controllers_in_hierarchies_of_their_own() {
        let text = b"4:memory:/job/a\n2:cpu,cpuacct:/b:c\n1:name=systemd:/\n0::/all\n";
        assert_eq!(membership(text, b"memory"), Some(Membership::Own(b"/job/a")));
        assert_eq!(membership(text, b"cpu"), Some(Membership::Own(b"/b:c")));
        assert_eq!(membership(text, b"pids"), Some(Membership::Unified(b"/all")));
        assert_eq!(membership(b"1:net_cls:/\n", b"pids"), None);
    }

    #[test]
    fn every_way_to_say_that_there_is_no_limit() {
        for none in [
            "max\n",
            "-1\n",
            "9223372036854771712\n",
            "9223372036854775807\n",
            "18446744073709551615\n",
            "99999999999999999999999\n",
        ] {
            assert_eq!(limit(none.as_bytes()), Some(None), "{none}");
        }
        assert_eq!(limit(b"0\n"), Some(Some(0)), "nothing may be used: that is a limit");
        assert_eq!(limit(b"536870912\n"), Some(Some(536_870_912)));
        assert_eq!(limit(b""), None);
    }

    #[test]
    fn quotas_are_cores() {
        assert_eq!(cpu_max(b"50000 100000\n"), Some(Some(0.5)));
        assert_eq!(cpu_max(b"max 100000\n"), Some(None));
        assert_eq!(cpu_max(b"300000\n"), Some(Some(3.0)));
        assert_eq!(cpu_max(b"1 0\n"), None);
        assert_eq!(cpu_max(b"\n"), None);
    }

    #[test]
    fn keys_are_whole_words() {
        let text = b"oom 3\noom_kill 2\noom_group_kill 0\n";
        assert_eq!(keyed(text, b"oom_kill"), Some(2));
        assert_eq!(keyed(text, b"oo"), None);
        assert_eq!(keyed(b"oom_kill x\n", b"oom_kill"), None);
    }
}
