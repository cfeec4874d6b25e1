//! The machine: proc_stat(5), proc_meminfo(5), proc_vmstat(5), proc_loadavg(5), pressure, net/dev.

use super::words::{lines, number, words};
use model::snapshot::{CpuTimes, Memory, Stall, TrafficCounters};

/// What `stat` says of the machine as a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct MachineStat {
    /// Time of all cores together.
    pub(crate) cpu: CpuTimes,
    pub(crate) forks: u64,
    pub(crate) context_switches: u64,
    pub(crate) interrupts: u64,
}

/// The cores that are switched on: their numbers have holes where others are off.
pub(crate) struct Cores<'a> {
    pub(crate) times: &'a mut Vec<CpuTimes>,
    pub(crate) numbers: &'a mut Vec<u32>,
}

/// Time of all cores and of each. `None`, and no cores, without the first line.
pub(crate) fn stat(bytes: &[u8], ticks_per_second: u64, cores: Cores<'_>) -> Option<MachineStat> {
    let Cores { times: rows, numbers } = cores;
    rows.clear();
    numbers.clear();
    let mut stat = MachineStat::default();
    let mut is_whole = false;
    for line in lines(bytes) {
        let mut words = words(line);
        let Some(key) = words.next() else { continue };
        match key {
            b"cpu" => {
                stat.cpu = times(words, ticks_per_second);
                is_whole = true;
            }
            b"processes" => stat.forks = words.next().and_then(number).unwrap_or(0),
            b"ctxt" => stat.context_switches = words.next().and_then(number).unwrap_or(0),
            b"intr" => stat.interrupts = words.next().and_then(number).unwrap_or(0),
            _ => {
                let core = key.strip_prefix(b"cpu").and_then(number);
                if let Some(core) = core.and_then(|core| u32::try_from(core).ok()) {
                    rows.push(times(words, ticks_per_second));
                    numbers.push(core);
                }
            }
        }
    }
    if !is_whole {
        rows.clear();
        numbers.clear();
    }
    is_whole.then_some(stat)
}

/// What `vmstat` counts that is of use, in pages where the kernel counts pages.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct VmStat {
    pub(crate) pages_swapped_in: u64,
    pub(crate) pages_swapped_out: u64,
    pub(crate) faults: u64,
    pub(crate) major_faults: u64,
    /// Missing before Linux 4.13.
    pub(crate) oom_kills: Option<u64>,
}

/// `None` without a count of page faults: then it is not what it seems.
pub(crate) fn vmstat(bytes: &[u8]) -> Option<VmStat> {
    let mut stat = VmStat::default();
    let mut is_whole = false;
    for line in lines(bytes) {
        let mut words = words(line);
        let (Some(key), Some(value)) = (words.next(), words.next().and_then(number)) else {
            continue;
        };
        match key {
            b"pswpin" => stat.pages_swapped_in = value,
            b"pswpout" => stat.pages_swapped_out = value,
            b"pgfault" => (stat.faults, is_whole) = (value, true),
            b"pgmajfault" => stat.major_faults = value,
            b"oom_kill" => stat.oom_kills = Some(value),
            _ => {}
        }
    }
    is_whole.then_some(stat)
}

fn times<'a>(mut words: impl Iterator<Item = &'a [u8]>, ticks_per_second: u64) -> CpuTimes {
    let nanos_per_tick = 1_000_000_000 / ticks_per_second.max(1);
    let mut next = || words.next().and_then(number).unwrap_or(0).saturating_mul(nanos_per_tick);
    CpuTimes {
        user: next(),
        nice: next(),
        system: next(),
        idle: next(),
        iowait: next(),
        irq: next(),
        softirq: next(),
        steal: next(),
        guest: next(),
        guest_nice: next(),
    }
}

/// Memory; a kernel before 3.14 has no estimate of what is available, then free and cache count.
pub(crate) fn memory(bytes: &[u8]) -> Option<Memory> {
    let mut memory = Memory::default();
    let mut available = None;
    let mut cache = 0;
    let (mut huge_total, mut huge_free, mut huge_size) = (0_u64, 0_u64, 0);
    for line in lines(bytes) {
        let mut words = words(line);
        let (Some(key), Some(value)) = (words.next(), words.next().and_then(number)) else {
            continue;
        };
        let bytes = value.saturating_mul(1024);
        match key {
            b"MemAvailable:" => available = Some(bytes),
            b"Cached:" => cache = bytes,
            // These two count pages, not kB.
            b"HugePages_Total:" => huge_total = value,
            b"HugePages_Free:" => huge_free = value,
            b"Hugepagesize:" => huge_size = bytes,
            _ => {
                if let Some(field) = memory_field(&mut memory, key) {
                    *field = bytes;
                }
            }
        }
    }
    memory.huge_pages_total = huge_total.saturating_mul(huge_size);
    memory.huge_pages_free = huge_free.saturating_mul(huge_size);
    memory.cached = memory.buffers.saturating_add(cache).saturating_add(memory.reclaimable);
    memory.available = available.unwrap_or(memory.free.saturating_add(memory.cached));
    (memory.total > 0).then_some(memory)
}

fn memory_field<'m>(memory: &'m mut Memory, key: &[u8]) -> Option<&'m mut u64> {
    Some(match key {
        b"MemTotal:" => &mut memory.total,
        b"MemFree:" => &mut memory.free,
        b"Buffers:" => &mut memory.buffers,
        b"SReclaimable:" => &mut memory.reclaimable,
        b"SUnreclaim:" => &mut memory.unreclaimable,
        b"AnonPages:" => &mut memory.anonymous,
        b"Mapped:" => &mut memory.mapped,
        b"Dirty:" => &mut memory.dirty,
        b"Writeback:" => &mut memory.writeback,
        b"Active:" => &mut memory.active,
        b"Inactive:" => &mut memory.inactive,
        b"Mlocked:" => &mut memory.locked,
        b"PageTables:" => &mut memory.page_tables,
        b"Committed_AS:" => &mut memory.committed,
        b"CommitLimit:" => &mut memory.commit_limit,
        b"Shmem:" => &mut memory.shared,
        b"SwapTotal:" => &mut memory.swap_total,
        b"SwapFree:" => &mut memory.swap_free,
        b"SwapCached:" => &mut memory.swap_cached,
        _ => return None,
    })
}

/// Load average of 1, 5 and 15 minutes.
pub(crate) fn load(bytes: &[u8]) -> Option<[f64; 3]> {
    let mut values = words(bytes).map(decimal);
    Some([values.next()??, values.next()??, values.next()??])
}

/// `avg10` of the lines `some` and `full`; the latter is missing for CPU before Linux 5.13.
pub(crate) fn pressure(bytes: &[u8]) -> Option<(Stall, Stall)> {
    let stall = |name: &[u8]| {
        let line = lines(bytes).find(|line| line.starts_with(name))?;
        let value = |key: &[u8]| words(line).find_map(|word| word.strip_prefix(key));
        Some(Stall {
            average_10: value(b"avg10=").and_then(decimal)?,
            average_60: value(b"avg60=").and_then(decimal)?,
            average_300: value(b"avg300=").and_then(decimal)?,
            total_nanos: value(b"total=").and_then(number)?.saturating_mul(1000),
        })
    };
    Some((stall(b"some ")?, stall(b"full ").unwrap_or_default()))
}

fn decimal(word: &[u8]) -> Option<f64> {
    let value: f64 = std::str::from_utf8(word.trim_ascii()).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Calls `each` with the name and counters of every interface.
pub(crate) fn interfaces(bytes: &[u8], mut each: impl FnMut(&[u8], TrafficCounters)) {
    for line in lines(bytes) {
        // The name may touch the first number: "eth0:123".
        let Some(colon) = line.iter().rposition(|byte| *byte == b':') else { continue };
        let mut values = [0_u64; 16];
        let mut count = 0;
        for (value, word) in values.iter_mut().zip(words(&line[colon + 1..])) {
            let Some(number) = number(word) else { break };
            *value = number;
            count += 1;
        }
        if count == 16 {
            each(line[..colon].trim_ascii(), traffic(&values));
        }
    }
}

fn traffic(values: &[u64; 16]) -> TrafficCounters {
    TrafficCounters {
        received_bytes: values[0],
        received_packets: values[1],
        received_errors: values[2],
        received_drops: values[3],
        sent_bytes: values[8],
        sent_packets: values[9],
        sent_errors: values[10],
        sent_drops: values[11],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cores_with_their_numbers_and_what_is_counted_since_boot() {
        let text = b"cpu  10 1 5 100 7 1 2 3 4 5\ncpu0 10 1 5 100 7 1 2 3 4 5\n\
            cpu12 0 0 0 50\nintr 5 1 1\nctxt 77\nprocesses 42\nprocs_blocked 1\n";
        let (mut times, mut numbers) = (Vec::new(), Vec::new());
        let cores = Cores { times: &mut times, numbers: &mut numbers };
        let stat = stat(text, 100, cores).expect("cpu line");
        assert_eq!((stat.cpu.user, stat.cpu.steal), (100_000_000, 30_000_000));
        assert_eq!((stat.cpu.guest, stat.cpu.guest_nice), (40_000_000, 50_000_000));
        assert_eq!((stat.interrupts, stat.context_switches, stat.forks), (5, 77, 42));
        assert_eq!(numbers, [0, 12], "a core that is switched off leaves a hole");
        assert_eq!(times[0], stat.cpu);
        assert_eq!(times[1], CpuTimes { idle: 500_000_000, ..CpuTimes::default() });
    }

    #[test]
    fn cores_are_forgotten_when_the_file_says_nothing() {
        let (mut times, mut numbers) = (vec![CpuTimes::default()], vec![0]);
        let cores = Cores { times: &mut times, numbers: &mut numbers };
        assert_eq!(stat(b"cpu0 1 2 3\nprocesses 1\n", 100, cores), None);
        assert!(times.is_empty() && numbers.is_empty());
    }

    #[test]
    fn paging_and_kills() {
        let text = b"nr_free_pages 9\npswpin 3\npswpout 4\npgfault 100\npgmajfault 7\n";
        let without = VmStat {
            pages_swapped_in: 3,
            pages_swapped_out: 4,
            faults: 100,
            major_faults: 7,
            oom_kills: None,
        };
        assert_eq!(vmstat(text), Some(without));
        let with = vmstat(b"pgfault 1\noom_kill 2\n").and_then(|stat| stat.oom_kills);
        assert_eq!(with, Some(2));
        assert_eq!(vmstat(b"pswpin 3\n"), None);
    }

    #[test]
    fn memory_in_full() {
        let text = b"MemTotal: 1000 kB\nMemFree: 100 kB\nMemAvailable: 500 kB\nBuffers: 10 kB\n\
            Cached: 200 kB\nSwapCached: 1 kB\nActive: 2 kB\nActive(anon): 99 kB\nInactive: 3 kB\n\
            Mlocked: 4 kB\nSwapTotal: 50 kB\nSwapFree: 40 kB\nDirty: 5 kB\nWriteback: 6 kB\n\
            AnonPages: 300 kB\nMapped: 20 kB\nShmem: 7 kB\nSReclaimable: 30 kB\n\
            SUnreclaim: 8 kB\nPageTables: 9 kB\nCommitLimit: 11 kB\nCommitted_AS: 12 kB\n\
            HugePages_Total: 2\nHugePages_Free: 1\nHugepagesize: 2048 kB\n";
        let memory = memory(text).expect("a total");
        let kb = |bytes: u64| bytes / 1024;
        assert_eq!([kb(memory.cached), kb(memory.buffers), kb(memory.reclaimable)], [240, 10, 30]);
        assert_eq!([kb(memory.active), kb(memory.inactive), kb(memory.locked)], [2, 3, 4]);
        assert_eq!([kb(memory.dirty), kb(memory.writeback), kb(memory.unreclaimable)], [5, 6, 8]);
        assert_eq!([kb(memory.anonymous), kb(memory.mapped), kb(memory.shared)], [300, 20, 7]);
        assert_eq!([kb(memory.page_tables), kb(memory.swap_cached)], [9, 1]);
        assert_eq!([kb(memory.commit_limit), kb(memory.committed)], [11, 12]);
        assert_eq!([kb(memory.huge_pages_total), kb(memory.huge_pages_free)], [4096, 2048]);
    }

    #[test]
    fn old_kernels_without_an_estimate() {
        let memory = memory(b"MemTotal: 100 kB\nMemFree: 10 kB\nBuffers: 1 kB\nCached: 5 kB\n");
        assert_eq!(memory.map(|memory| memory.available), Some(16 * 1024));
    }

    #[test]
    fn interfaces_with_and_without_a_space() {
        let text = b"Inter-|   Receive\n face |bytes\n    lo: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n\
            eth0:9 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n";
        let mut seen = Vec::new();
        interfaces(text, |name, counters| seen.push((name.to_vec(), counters.received_bytes)));
        assert_eq!(seen, [(b"lo".to_vec(), 1), (b"eth0".to_vec(), 9)]);
    }

    #[test]
    fn pressure_and_load() {
        let text = b"some avg10=5.43 avg60=1.20 avg300=0.91 total=1\n";
        let stall =
            Stall { average_10: 5.43, average_60: 1.2, average_300: 0.91, total_nanos: 1000 };
        assert_eq!(pressure(text), Some((stall, Stall::default())));
        assert_eq!(load(b"0.50 1.25 2.00 1/230 4711\n"), Some([0.5, 1.25, 2.0]));
    }
}
