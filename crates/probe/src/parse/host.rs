//! The machine: proc_stat(5), proc_meminfo(5), proc_loadavg(5), pressure, net/dev.

use super::words::{lines, number, words};
use model::snapshot::{CpuTimes, Memory, Stall, TrafficCounters};

/// Time of all cores and of each, and how many processes were begun. `None` without the first line.
pub(crate) fn cpu_times(
    bytes: &[u8],
    ticks_per_second: u64,
    cores: &mut Vec<CpuTimes>,
) -> Option<(CpuTimes, u64)> {
    let mut all = None;
    let mut forks = 0;
    cores.clear();
    for line in lines(bytes) {
        let mut words = words(line);
        let Some(key) = words.next() else { continue };
        if key == b"cpu" {
            all = Some(times(words, ticks_per_second));
        } else if key.starts_with(b"cpu") {
            cores.push(times(words, ticks_per_second));
        } else if key == b"processes" {
            forks = words.next().and_then(number).unwrap_or(0);
        }
    }
    Some((all?, forks))
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
    let (mut buffers, mut cache, mut reclaimable) = (0, 0, 0);
    for line in lines(bytes) {
        let mut words = words(line);
        let (Some(key), Some(value)) = (words.next(), words.next().and_then(number)) else {
            continue;
        };
        let value = value.saturating_mul(1024);
        match key {
            b"MemTotal:" => memory.total = value,
            b"MemFree:" => memory.free = value,
            b"MemAvailable:" => available = Some(value),
            b"Buffers:" => buffers = value,
            b"Cached:" => cache = value,
            b"SReclaimable:" => reclaimable = value,
            b"Shmem:" => memory.shared = value,
            b"SwapTotal:" => memory.swap_total = value,
            b"SwapFree:" => memory.swap_free = value,
            _ => {}
        }
    }
    memory.cached = buffers.saturating_add(cache).saturating_add(reclaimable);
    memory.available = available.unwrap_or(memory.free.saturating_add(memory.cached));
    (memory.total > 0).then_some(memory)
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
    fn cores_and_forks() {
        let text =
            b"cpu  10 1 5 100 7 1 2 3 4 0\ncpu0 10 1 5 100 7 1 2 3 4 0\nintr 5\nprocesses 42\n";
        let mut cores = Vec::new();
        let (all, forks) = cpu_times(text, 100, &mut cores).expect("cpu line");
        assert_eq!((all.user, all.steal, forks), (100_000_000, 30_000_000, 42));
        assert_eq!(cores, [all]);
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
