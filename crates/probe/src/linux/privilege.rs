//! What this process may do, for `topmast doctor` and for messages.

use crate::parse::{full_status, hiding};
use hiding::Hiding;

/// What we run as and with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privileges {
    /// Effective user id.
    pub uid: u32,
    /// Effective capabilities, one bit each (capabilities(7)).
    pub capabilities: u64,
}

/// CAP_KILL: signals to processes of other users.
const KILL: u32 = 5;
/// CAP_SYS_PTRACE: I/O, executables and descriptors of other users' processes.
const SYS_PTRACE: u32 = 19;

impl Privileges {
    /// Whether processes of other users may be signalled.
    #[must_use]
    pub fn can_signal_others(&self) -> bool {
        self.has(KILL)
    }

    /// Whether I/O, executables and descriptors of other users' processes may be read.
    #[must_use]
    pub fn can_inspect_others(&self) -> bool {
        self.has(SYS_PTRACE)
    }

    fn has(&self, capability: u32) -> bool {
        self.capabilities >> capability & 1 == 1
    }
}

/// Our own privileges, as the kernel states them.
#[must_use]
pub fn privileges() -> Privileges {
    let text = std::fs::read("/proc/self/status").unwrap_or_default();
    Privileges {
        uid: rustix::process::geteuid().as_raw(),
        capabilities: full_status::parse(&text).capabilities.map_or(0, |sets| sets.effective),
    }
}

/// What procfs hides here from whoever may not trace every process.
#[must_use]
pub fn hiding() -> Hiding {
    let text = std::fs::read("/proc/self/mountinfo").unwrap_or_default();
    hiding::parse(&text).unwrap_or_default()
}
