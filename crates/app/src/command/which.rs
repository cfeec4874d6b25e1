//! Which process is meant: a pid, and by its start also which life of it.

use model::ProcessKey;
use model::request::{DetailWish, Target, Wanted};
use model::text::for_terminal;
use probe::Control;

/// `4711` or `4711@123456.78`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Which {
    pub(crate) pid: u32,
    pub(crate) start_time: Option<f64>,
}

impl Which {
    /// The same as a target.
    pub(crate) fn target(self) -> Target {
        Target { pid: self.pid, start_time: self.start_time }
    }

    /// How it is typed to mean this life only.
    pub(crate) fn pinned(key: ProcessKey) -> String {
        format!("{}@{}", key.pid, key.start_time())
    }
}

/// For arguments.
pub(crate) fn which(text: &str) -> Result<Which, String> {
    let (pid, start) = match text.split_once('@') {
        Some((pid, start)) => (pid, Some(start)),
        None => (text, None),
    };
    let expected = "expected a pid like 4711, or with its start time 4711@123456.78";
    let pid = pid.parse().ok().filter(|pid| *pid > 0).ok_or(expected)?;
    let start_time = start.map(str::parse).transpose().map_err(|_| expected)?;
    Ok(Which { pid, start_time })
}

/// What to type instead of the number of a thread that is not its process's first.
pub(crate) fn thread_hint(control: &Control, pid: u32, command: &str) -> Option<String> {
    let process = control.process_of_thread(pid)?;
    let meant = Target { pid: process, start_time: None };
    let threads = DetailWish { threads: Wanted::Yes, ..DetailWish::cheap() };
    let name = control.detail(meant, threads).ok().and_then(|detail| {
        detail.threads.known()?.first().map(|thread| format!(" ({})", for_terminal(&thread.name)))
    });
    let name = name.unwrap_or_default();
    Some(format!("{pid} is a thread of process {process}{name}: topmast {command} {process}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_a_pid_and_perhaps_a_start() {
        assert_eq!(which("7"), Ok(Which { pid: 7, start_time: None }));
        assert_eq!(which("7@12.5"), Ok(Which { pid: 7, start_time: Some(12.5) }));
        for wrong in ["", "0", "-1", "x", "7@", "7@x", "@1", "4294967296"] {
            assert!(which(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_printed_can_be_typed_again() {
        for birth in [0, 1, 7, 123_456_789, u64::from(u32::MAX)] {
            let key = ProcessKey { pid: 9, birth };
            let start_time = Some(key.start_time());
            assert_eq!(which(&Which::pinned(key)), Ok(Which { pid: 9, start_time }));
        }
    }
}
