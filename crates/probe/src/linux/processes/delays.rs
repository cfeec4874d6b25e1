//! Whether the kernel counts how long processes wait for block I/O.

use super::super::procfs::{ProcFs, read_once};
use super::SECOND;
use model::{Absence, Gap, Snapshot};
use rustix::fd::OwnedFd;

/// The switch is looked at again after this long.
const LOOK_NANOS: u64 = 10 * SECOND;

/// The switch, a file since Linux 5.14.
pub(super) struct BlockDelays {
    switch: Option<OwnedFd>,
    absence: Option<Absence>,
    due: u64,
}

impl BlockDelays {
    pub(super) fn new(root: &ProcFs) -> Self {
        let switch = root.open_named("sys/kernel/task_delayacct").ok();
        Self { switch, absence: Some(Absence::Unsupported), due: 0 }
    }

    /// Says of a snapshot whose processes are read whether their block delays count.
    pub(super) fn read(&mut self, snapshot: &mut Snapshot, now: u64) {
        if now >= self.due {
            self.due = now + LOOK_NANOS;
            self.absence = self.look(&snapshot.processes.block_delay_nanos);
        }
        snapshot.processes_mut().block_delay_absence = self.absence;
        if self.absence == Some(Absence::NotEnabled) {
            let detail = "The kernel does not count how long processes wait for block I/O; \
                `sysctl kernel.task_delayacct=1` makes it count for processes started from then on.";
            snapshot.gaps.push(Gap {
                what: "block_delay_seconds",
                absence: Absence::NotEnabled,
                count: None,
                detail: detail.to_owned(),
            });
        }
    }

    fn look(&self, delays: &[u64]) -> Option<Absence> {
        let mut buffer = [0; 8];
        let length = self.switch.as_ref().map(|switch| read_once(switch, &mut buffer));
        match length {
            Some(Ok(_)) if buffer[0] == b'1' => None,
            Some(Ok(_)) => Some(Absence::NotEnabled),
            // Before 5.14 there is no switch and counting is on where it was built in: then some
            // process has waited.
            Some(Err(_)) | None if delays.iter().any(|nanos| *nanos > 0) => None,
            Some(Err(_)) | None => Some(Absence::Unsupported),
        }
    }
}
