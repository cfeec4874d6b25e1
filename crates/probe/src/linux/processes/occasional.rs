//! What costs too much to be read in every sample.

use super::super::procfs::{ProcFs, absence, each_entry};
use super::{SECOND, Sighting, spread};
use crate::parse::{status, status::Status};
use model::Absence;
use model::snapshot::{Occasional, ProcessSample};
use rustix::fd::AsFd;
use rustix::io::Errno;

/// Read again after this long where the process moved.
const PERIOD_NANOS: u64 = 30 * SECOND;

/// Reads it.
pub(super) struct OccasionalReader {
    /// Since Linux 6.2 the size of the directory is the number of descriptors.
    counts_by_size: bool,
}

impl OccasionalReader {
    pub(super) fn new(root: &ProcFs) -> Self {
        let own = root.owner_and_size(std::process::id(), "fd");
        Self { counts_by_size: root.is_live() && own.is_ok_and(|(_, size)| size > 0) }
    }

    pub(super) fn is_due(&self, sample: &ProcessSample) -> bool {
        let period = PERIOD_NANOS - PERIOD_NANOS / 8 + spread(sample.key.pid, PERIOD_NANOS / 4);
        sample.read_nanos >= sample.occasional.read_nanos.saturating_add(period)
    }

    /// `status` was read by whoever needs more of it.
    pub(super) fn read(&self, process: &Sighting<'_>, status: Result<Status, Errno>) -> Occasional {
        let mut found = Occasional { read_nanos: process.nanos, ..Occasional::default() };
        match status {
            Ok(status) => take_status(&mut found, &status),
            Err(errno) => found.status_absence = Some(absence(errno)),
        }
        let mut buffer = [0; 128];
        match read(process, "schedstat", &mut buffer, status::run_delay) {
            Ok(nanos) => found.run_delay_nanos = nanos,
            Err(absence) => found.run_delay_absence = Some(absence),
        }
        match read(process, "oom_score", &mut buffer, score) {
            Ok(score) => found.oom_score = score,
            Err(absence) => found.oom_absence = Some(absence),
        }
        match self.descriptors(process) {
            Ok(count) => found.descriptors = count,
            Err(errno) => found.descriptors_absence = Some(absence(errno)),
        }
        found
    }

    fn descriptors(&self, process: &Sighting<'_>) -> Result<u32, Errno> {
        let Sighting { root, pid, .. } = process;
        if self.counts_by_size {
            let (_, size) = root.owner_and_size(*pid, "fd")?;
            return Ok(u32::try_from(size).unwrap_or(u32::MAX));
        }
        let dir = root.open_dir(*pid, "fd")?;
        let mut count = 0_u32;
        each_entry(dir.as_fd(), |name| count += u32::from(name.to_bytes()[0] != b'.'))?;
        Ok(count)
    }
}

/// The lines are absent where there is nothing to count: a thread of the kernel and a zombie have
/// no memory, thus none swapped out.
fn take_status(found: &mut Occasional, status: &Status) {
    match (status.voluntary_switches, status.involuntary_switches) {
        (Some(voluntary), Some(involuntary)) => {
            found.voluntary_switches = voluntary;
            found.involuntary_switches = involuntary;
            found.swap_bytes = status.swap_kib.unwrap_or(0).saturating_mul(1024);
        }
        _ => found.status_absence = Some(Absence::Unsupported),
    }
}

fn read<T>(
    process: &Sighting<'_>,
    file: &str,
    buffer: &mut [u8],
    parse: impl Fn(&[u8]) -> Option<T>,
) -> Result<T, Absence> {
    match process.root.read(process.pid, file, buffer) {
        Ok(bytes) => parse(bytes).ok_or(Absence::Unsupported),
        // The process is there, so this kernel has no such file.
        Err(Errno::NOENT) => Err(Absence::Unsupported),
        Err(errno) => Err(absence(errno)),
    }
}

fn score(bytes: &[u8]) -> Option<i16> {
    let digits = std::str::from_utf8(bytes.trim_ascii()).ok()?;
    digits.parse::<i32>().ok().map(|score| score.clamp(i16::MIN.into(), i16::MAX.into()) as i16)
}
