//! Memory of one process in sum: `smaps_rollup` (proc_pid_smaps(5), Linux 4.14).

use super::words::{lines, number};
use model::request::MemoryDetail;

/// `None` without the two lines that matter most. The peak and the huge pages are not in it.
pub(crate) fn rollup(bytes: &[u8]) -> Option<MemoryDetail> {
    let field = |key: &[u8]| {
        let line = lines(bytes).find_map(|line| line.strip_prefix(key))?;
        let kib = number(line.strip_prefix(b":")?.trim_ascii_start())?;
        Some(kib.saturating_mul(1024))
    };
    let sum =
        |keys: &[&[u8]]| keys.iter().filter_map(|key| field(key)).fold(0_u64, u64::saturating_add);
    let anonymous = field(b"Anonymous").unwrap_or(0);
    let rss = field(b"Rss")?;
    let pss = field(b"Pss")?;
    Some(MemoryDetail {
        rss_bytes: rss,
        pss_bytes: pss,
        uss_bytes: sum(&[b"Private_Clean", b"Private_Dirty"]),
        shared_bytes: sum(&[b"Shared_Clean", b"Shared_Dirty"]),
        anonymous_bytes: anonymous,
        file_bytes: rss.saturating_sub(anonymous),
        shmem_bytes: 0,
        swap_bytes: field(b"Swap").unwrap_or(0),
        swap_pss_bytes: field(b"SwapPss").unwrap_or(0),
        huge_bytes: sum(&[b"Shared_Hugetlb", b"Private_Hugetlb"]),
        locked_bytes: field(b"Locked").unwrap_or(0),
        rss_peak_bytes: 0,
    })
}

/// Resident memory of files and of shared memory, KiB, as `status` counts them (Linux 4.5).
pub(crate) fn resident_kinds(status: &[u8]) -> Option<(u64, u64)> {
    let field = |key: &[u8]| {
        let line = lines(status).find_map(|line| line.strip_prefix(key))?;
        number(line.trim_ascii_start())
    };
    Some((field(b"RssFile:")?, field(b"RssShmem:")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"5595f205a000-7ffdf4f55000 ---p 00000000 00:00 0       [rollup]\n\
        Rss:                1620 kB\nPss:                 400 kB\nPss_Dirty:           116 kB\n\
        Shared_Clean:       1412 kB\nShared_Dirty:          1 kB\nPrivate_Clean:        92 kB\n\
        Private_Dirty:       116 kB\nAnonymous:           116 kB\nSwap:                  8 kB\n\
        SwapPss:               4 kB\nLocked:                2 kB\nPrivate_Hugetlb:    2048 kB\n";

    #[test]
    fn uss_is_what_is_private() {
        let memory = rollup(TEXT).expect("a sum");
        assert_eq!((memory.rss_bytes, memory.pss_bytes), (1620 << 10, 400 << 10));
        assert_eq!((memory.uss_bytes, memory.shared_bytes), (208 << 10, 1413 << 10));
        assert_eq!((memory.anonymous_bytes, memory.file_bytes), (116 << 10, 1504 << 10));
        assert_eq!((memory.swap_bytes, memory.swap_pss_bytes), (8 << 10, 4 << 10));
        assert_eq!((memory.huge_bytes, memory.locked_bytes), (2048 << 10, 2 << 10));
    }

    #[test]
    fn half_a_sum_is_none() {
        assert_eq!(rollup(b"Rss:  1 kB\nPss_Dirty:  1 kB\n"), None);
        assert_eq!(rollup(b""), None);
        assert_eq!(resident_kinds(b"RssFile:\t 7 kB\nRssShmem:\t 3 kB\n"), Some((7, 3)));
        assert_eq!(resident_kinds(b"RssFile:\t 7 kB\n"), None);
    }
}
