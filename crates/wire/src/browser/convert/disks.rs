//! Block devices and file systems.

use super::{hundredths, tenths};
use crate::browser::reply::{DiskReply, FileSystemReply};
use model::Delta;
use model::delta::DiskRates;

pub(super) fn disks(delta: &Delta) -> Vec<DiskReply> {
    let rows = delta.host.disks.iter().zip(&delta.host_rates.disks);
    rows.map(|(disk, rates)| {
        let rate = |pick: fn(&DiskRates) -> f64| rates.as_ref().map(|rates| tenths(pick(rates)));
        DiskReply {
            name: disk.name.to_string(),
            partition: disk.is_partition,
            read_bytes: disk.counters.read_bytes,
            write_bytes: disk.counters.write_bytes,
            read_per_sec: rate(|rates| rates.read_bytes),
            write_per_sec: rate(|rates| rates.write_bytes),
            reads_per_sec: rate(|rates| rates.reads),
            writes_per_sec: rate(|rates| rates.writes),
            busy_percent: rate(|rates| rates.busy_percent),
            latency_ms: rates.and_then(|rates| rates.latency_ms).map(hundredths),
        }
    })
    .collect()
}

pub(super) fn file_systems(delta: &Delta) -> Vec<FileSystemReply> {
    let rows = delta.host.surroundings.file_systems.iter();
    rows.map(|system| {
        let space = system.space.known();
        FileSystemReply {
            mount_point: system.mount_point.to_string(),
            device: system.device.to_string(),
            kind: system.kind.to_string(),
            read_only: system.is_read_only,
            total: space.map(|space| space.total),
            used: space.map(|space| space.used),
            available: space.map(|space| space.available),
            reserved: space.map(|space| space.reserved),
            used_percent: space.map(|space| tenths(space.used_percent())),
        }
    })
    .collect()
}
