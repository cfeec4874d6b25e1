//! One process as it is read when somebody opens it: proc_pid_status(5), what the table does not
//! need of it.

use super::words::{lines, number, words};
use model::request::Capabilities;

/// Groups are listed up to this many; the kernel allows 65,536.
const GROUPS_MAX: usize = 4096;

/// The fields we use. What the kernel does not tell is `None` or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FullStatus {
    pub(crate) tracer: u32,
    /// Real, effective, saved, file system.
    pub(crate) uids: Option<[u32; 4]>,
    pub(crate) gids: Option<[u32; 4]>,
    pub(crate) groups: Option<Vec<u32>>,
    /// Outermost namespace first.
    pub(crate) namespace_pids: Vec<u32>,
    pub(crate) capabilities: Option<Capabilities>,
    pub(crate) no_new_privileges: Option<bool>,
    pub(crate) seccomp: Option<u64>,
    pub(crate) affinity: Option<String>,
    pub(crate) peak_kib: Option<u64>,
    pub(crate) swap_kib: Option<u64>,
    pub(crate) huge_kib: Option<u64>,
    pub(crate) voluntary_switches: Option<u64>,
    pub(crate) involuntary_switches: Option<u64>,
}

pub(crate) fn parse(bytes: &[u8]) -> FullStatus {
    let mut status = FullStatus::default();
    let mut sets = [None; 5];
    for line in lines(bytes) {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let (key, value) = (&line[..colon], &line[colon + 1..]);
        let first = || words(value).next().and_then(number);
        match key {
            b"TracerPid" => status.tracer = first().unwrap_or(0) as u32,
            b"Uid" => status.uids = four(value),
            b"Gid" => status.gids = four(value),
            b"Groups" => status.groups = Some(numbers(value)),
            b"NSpid" => status.namespace_pids = numbers(value),
            b"CapInh" => sets[0] = bits(value),
            b"CapPrm" => sets[1] = bits(value),
            b"CapEff" => sets[2] = bits(value),
            b"CapBnd" => sets[3] = bits(value),
            b"CapAmb" => sets[4] = bits(value),
            b"NoNewPrivs" => status.no_new_privileges = first().map(|flag| flag != 0),
            b"Seccomp" => status.seccomp = first(),
            b"Cpus_allowed_list" => status.affinity = list(value),
            b"VmHWM" => status.peak_kib = first(),
            b"VmSwap" => status.swap_kib = first(),
            b"HugetlbPages" => status.huge_kib = first(),
            b"voluntary_ctxt_switches" => status.voluntary_switches = first(),
            b"nonvoluntary_ctxt_switches" => status.involuntary_switches = first(),
            _ => {}
        }
    }
    status.capabilities = capabilities(sets);
    status
}

fn numbers(value: &[u8]) -> Vec<u32> {
    words(value).filter_map(number).take(GROUPS_MAX).map(|id| id as u32).collect()
}

fn four(value: &[u8]) -> Option<[u32; 4]> {
    numbers(value).try_into().ok()
}

fn bits(value: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(value.trim_ascii()).ok()?, 16).ok()
}

/// Ambient capabilities came with Linux 4.3; before, there were none.
fn capabilities(sets: [Option<u64>; 5]) -> Option<Capabilities> {
    Some(Capabilities {
        inheritable: sets[0]?,
        permitted: sets[1]?,
        effective: sets[2]?,
        bounding: sets[3]?,
        ambient: sets[4].unwrap_or(0),
    })
}

/// `0-3,8`, and nothing else.
fn list(value: &[u8]) -> Option<String> {
    let list = value.trim_ascii();
    let is_list = list.iter().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b','));
    (is_list && !list.is_empty()).then(|| String::from_utf8_lossy(list).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] =
        b"Name:\tUid:\t9\nTgid:\t7\nTracerPid:\t3\nUid:\t1000\t0\t0\t5\nGid:\t1\t2\t3\t4\n\
        Groups:\t4 24 27 \nNSpid:\t7\t2\t1\nVmHWM:\t  20 kB\nVmSwap:\t     12 kB\n\
        HugetlbPages:\t 2048 kB\nCapInh:\t0000000000000000\nCapPrm:\t000001ffffffffff\n\
        CapEff:\t0000000000000020\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000001\n\
        NoNewPrivs:\t1\nSeccomp:\t2\nCpus_allowed_list:\t0-3,8\nvoluntary_ctxt_switches:\t5\n";

    #[test]
    fn every_field_is_the_documented_one() {
        let status = parse(TEXT);
        assert_eq!(status.tracer, 3);
        assert_eq!(status.uids, Some([1000, 0, 0, 5]));
        assert_eq!(status.gids, Some([1, 2, 3, 4]));
        assert_eq!(status.groups.as_deref(), Some(&[4, 24, 27][..]));
        assert_eq!(status.namespace_pids, [7, 2, 1]);
        let sets = status.capabilities.expect("all sets");
        assert_eq!((sets.effective, sets.permitted, sets.ambient), (0x20, 0x1ff_ffff_ffff, 1));
        assert_eq!((status.no_new_privileges, status.seccomp), (Some(true), Some(2)));
        assert_eq!(status.affinity.as_deref(), Some("0-3,8"));
        assert_eq!(
            (status.peak_kib, status.swap_kib, status.huge_kib),
            (Some(20), Some(12), Some(2048))
        );
        assert_eq!((status.voluntary_switches, status.involuntary_switches), (Some(5), None));
    }

    #[test]
    fn what_a_kernel_does_not_tell_is_not_made_up() {
        let status = parse(b"Name:\tx\nUid:\t1\t2\nCapInh:\tzz\nCpus_allowed_list:\t\x1b[0m\n");
        assert_eq!(status, FullStatus::default());
        assert_eq!(parse(b"Groups:\t\n").groups, Some(Vec::new()), "none is known to be none");
    }
}
