//! Acting on one process, and never on another.
//!
//! A pidfd holds on to the process it was opened for. After opening it the start time behind that
//! pid is read: if it is the one that was meant, the pidfd is either for that process or for one
//! that ended before; in both cases a signal through it cannot reach any other.

mod renice;

use super::detail::{self, Life};
use super::process_dir::ProcessDir;
use super::procfs::{ProcFs, absence};
use crate::ProbeError;
use crate::parse::{stat, stat::Stat, status, terminal};
use crate::scrub::Rules;
use model::request::{Action, DetailWish, Outcome, OutcomeKind, ProcessDetail, Refusal, Target};
use model::snapshot::ProcessState;
use model::{Absence, ProcessKey, text};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long the outcome of a signal is watched.
const WATCH: Duration = Duration::from_secs(2);

/// How often a state that cannot be waited for is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Longer than any line of proc_pid_stat(5).
const STAT_MAX: usize = 1200;

/// Acts on processes of this machine, and reads one of them whole.
pub struct Control {
    root: ProcFs,
    own_pid: u32,
    /// Why nothing can be acted on here at all.
    refusal: Option<Refusal>,
    /// What is masked in environments.
    scrub: Arc<Rules>,
}

impl Control {
    /// For the running kernel, masking what is masked as a rule.
    ///
    /// # Errors
    /// When procfs is not mounted where it belongs.
    pub fn new() -> Result<Self, ProbeError> {
        Self::with(Arc::default())
    }

    /// The same, masking values of environments by these rules.
    ///
    /// # Errors
    /// When procfs is not mounted where it belongs.
    pub fn with(scrub: Arc<Rules>) -> Result<Self, ProbeError> {
        let root = ProcFs::open(Path::new("/proc"))?;
        let own_pid = std::process::id();
        let refusal = foreign_namespace(&root, own_pid);
        Ok(Self { root, own_pid, refusal, scrub })
    }

    /// Does the action to the process that is meant, and watches what happens. A nice value is
    /// given to every thread the process has: to the kernel each has its own.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn act(&self, target: Target, action: Action) -> Result<Outcome, Refusal> {
        self.act_within(target, action, WATCH)
    }

    /// The same, watching what happens no longer than `watch`.
    ///
    /// # Errors
    /// Why nothing was done.
    pub fn act_within(
        &self,
        target: Target,
        action: Action,
        watch: Duration,
    ) -> Result<Outcome, Refusal> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let pid =
            Pid::from_raw(i32::try_from(target.pid).unwrap_or(0)).ok_or(Refusal::NoSuchProcess)?;
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())
            .map_err(|errno| refusal_of(errno, target, action, None))?;
        let mut buffer = [0; STAT_MAX];
        let stat = self.stat(target, &mut buffer)?;
        let key = ProcessKey { pid: target.pid, birth: stat.start_ticks };
        if let Some(why) = self.protection(key.pid, &stat) {
            return Err(Refusal::Protected(why));
        }
        if Life::of(&stat) == Life::Zombie {
            return Err(Refusal::Ended(self.ended(&stat)));
        }
        let name = text::from_kernel(stat.comm).into();
        let begun = Instant::now();
        let kind = match (action, signal(action)) {
            (Action::Renice(nice), _) => {
                self.renice(&pidfd, key, nice).map_err(|refused| refused.refusal(target, &stat))?
            }
            (_, None) => return Err(Refusal::Unavailable("this cannot be done here".to_owned())),
            (_, Some(signal)) => {
                rustix::process::pidfd_send_signal(&pidfd, signal)
                    .map_err(|errno| refusal_of(errno, target, action, Some(&stat)))?;
                self.watch(&pidfd, key, action, (begun, watch))
            }
        };
        Ok(Outcome { key, name, kind, elapsed: begun.elapsed() })
    }

    /// Who should collect a process that has ended.
    fn ended(&self, stat: &Stat<'_>) -> String {
        let name = text::for_terminal(&text::from_kernel(stat.comm));
        let mut buffer = [0; STAT_MAX];
        let parent = self.root.read(stat.parent, "stat", &mut buffer).ok().and_then(stat::parse);
        let parent = parent.map_or_else(String::new, |parent| {
            format!(" {}", text::for_terminal(&text::from_kernel(parent.comm)))
        });
        format!(
            "{name} has ended already; it stays in the list until its parent {}{parent} collects it",
            stat.parent
        )
    }

    /// Reads what is read of a process only when somebody opens it. All of it is of one life: it
    /// is read through a directory that stays that process's, and is thrown away when the process
    /// has ended meanwhile.
    ///
    /// # Errors
    /// When it is not there, or not the one that is meant.
    pub fn detail(&self, target: Target, wish: DetailWish) -> Result<ProcessDetail, Refusal> {
        let place =
            ProcessDir::open(&self.root, target.pid).map_err(|errno| unreadable(errno, target))?;
        let line = place.read("stat", STAT_MAX).map_err(|errno| unreadable(errno, target))?;
        let stat = meant(&line, target)?;
        if self.process_of_thread(target.pid).is_some() {
            return Err(Refusal::NoSuchProcess);
        }
        let key = ProcessKey { pid: target.pid, birth: stat.start_ticks };
        let mut detail = detail::read(&place, &stat, key, (wish, &self.scrub));
        detail.protected = self.protection(key.pid, &stat);
        let terminals = terminal::drivers(&self.root.read_named("tty/drivers").unwrap_or_default());
        detail.terminal = terminal::name(&terminals, stat.terminal);
        let after = place.read("stat", STAT_MAX).map_err(|errno| unreadable(errno, target))?;
        match stat::parse(&after) {
            Some(after) if after.start_ticks == key.birth => Ok(detail),
            _ => Err(gone(target)),
        }
    }

    /// The process a thread belongs to, if that is the number of a thread that is not a process's
    /// first one.
    #[must_use]
    pub fn process_of_thread(&self, thread: u32) -> Option<u32> {
        let mut text = [0; 4096];
        let bytes = self.root.read(thread, "status", &mut text).ok()?;
        status::parse(bytes).thread_group.filter(|process| *process != thread)
    }

    /// The process behind a pid, if it is the one that is meant.
    fn stat<'b>(&self, target: Target, buffer: &'b mut [u8]) -> Result<Stat<'b>, Refusal> {
        let bytes = self.root.read(target.pid, "stat", buffer);
        meant(bytes.map_err(|errno| unreadable(errno, target))?, target)
    }

    /// Why a process is never acted on.
    fn protection(&self, pid: u32, stat: &Stat<'_>) -> Option<String> {
        if pid == 1 {
            return Some("pid 1 keeps this system alive; it is never acted on".to_owned());
        }
        if stat.is_kernel() {
            return Some("it is a thread of the kernel, which ignores signals".to_owned());
        }
        if pid == self.own_pid {
            return Some("it is Topmast itself".to_owned());
        }
        self.is_own_ancestor(pid).then(|| "Topmast runs below it and would go with it".to_owned())
    }

    fn is_own_ancestor(&self, pid: u32) -> bool {
        let mut current = self.own_pid;
        // A chain of parents is never longer than this; a circle would be pids reused meanwhile.
        for _ in 0..256 {
            let mut buffer = [0; STAT_MAX];
            let Ok(bytes) = self.root.read(current, "stat", &mut buffer) else { return false };
            let Some(stat) = stat::parse(bytes) else { return false };
            if stat.parent == pid {
                return true;
            }
            if stat.parent <= 1 {
                return false;
            }
            current = stat.parent;
        }
        false
    }

    fn watch(
        &self,
        pidfd: &OwnedFd,
        key: ProcessKey,
        action: Action,
        (begun, watch): (Instant, Duration),
    ) -> OutcomeKind {
        loop {
            let state = self.state(key);
            let left = watch.saturating_sub(begun.elapsed());
            match (action, state) {
                (_, Err(Absence::Gone) | Ok(ProcessState::Zombie | ProcessState::Dead)) => {
                    return OutcomeKind::Ended;
                }
                (Action::Suspend, Ok(ProcessState::Stopped | ProcessState::TracingStop)) => {
                    return OutcomeKind::Stopped;
                }
                (Action::Resume, Ok(state)) if state != ProcessState::Stopped => {
                    return OutcomeKind::Running;
                }
                _ if left.is_zero() => return OutcomeKind::StillRunning,
                (Action::Terminate | Action::Kill, _) => wait_for_end(pidfd, left),
                (Action::Suspend | Action::Resume | Action::Renice(_), _) => {
                    wait_for_end(pidfd, LOOK.min(left));
                }
            }
        }
    }

    /// Its state, or why that cannot be read: only [`Absence::Gone`] means that it has ended.
    fn state(&self, key: ProcessKey) -> Result<ProcessState, Absence> {
        let mut buffer = [0; STAT_MAX];
        let bytes = self.root.read(key.pid, "stat", &mut buffer).map_err(absence)?;
        let stat = stat::parse(bytes).filter(|stat| stat.start_ticks == key.birth);
        let stat = stat.ok_or(Absence::Gone)?;
        Ok(match ProcessState::from_letter(stat.state) {
            // Its first thread has ended, the others go on.
            ProcessState::Zombie if stat.threads > 1 => ProcessState::Running,
            state => state,
        })
    }
}

/// The stat line's process, if it is the one that is meant.
fn meant(line: &[u8], target: Target) -> Result<Stat<'_>, Refusal> {
    let stat = stat::parse(line).ok_or_else(|| gone(target))?;
    let key = ProcessKey { pid: target.pid, birth: stat.start_ticks };
    match target.start_time {
        // Exactly: it is our own rendering that comes back.
        Some(meant) if meant.to_bits() != key.start_time().to_bits() => {
            Err(Refusal::AnotherProcess)
        }
        _ => Ok(stat),
    }
}

fn gone(target: Target) -> Refusal {
    match target.start_time {
        Some(_) => Refusal::AnotherProcess,
        None => Refusal::NoSuchProcess,
    }
}

fn unreadable(errno: Errno, target: Target) -> Refusal {
    match absence(errno) {
        Absence::Gone => gone(target),
        _ => Refusal::Unavailable(format!("this process cannot be read: {errno}")),
    }
}

/// A procfs of another pid namespace shows pids that mean other processes here.
fn foreign_namespace(root: &ProcFs, own_pid: u32) -> Option<Refusal> {
    let own = root.read_named("self/stat").ok();
    let seen = own.as_deref().and_then(|bytes| {
        super::procfs::decimal(bytes.split(|byte| *byte == b' ').next().unwrap_or(&[]))
    });
    (seen != Some(own_pid)).then(|| {
        let why = "the process file system belongs to another pid namespace, so its pids mean \
            other processes here; mount the one of this namespace";
        Refusal::Unavailable(why.to_owned())
    })
}

fn signal(action: Action) -> Option<Signal> {
    Some(match action {
        Action::Terminate => Signal::TERM,
        Action::Kill => Signal::KILL,
        Action::Suspend => Signal::STOP,
        Action::Resume => Signal::CONT,
        Action::Renice(_) => return None,
    })
}

fn refusal_of(errno: Errno, target: Target, action: Action, stat: Option<&Stat<'_>>) -> Refusal {
    match errno {
        // What pidfd_open answers for the number of a thread: EINVAL, since Linux 6.16 ENOENT.
        Errno::SRCH | Errno::INVAL | Errno::NOENT => gone(target),
        Errno::PERM | Errno::ACCESS => {
            let name = stat.map(|stat| text::for_terminal(&text::from_kernel(stat.comm)));
            let name = name.unwrap_or_default();
            Refusal::NotPermitted(format!(
                "the system does not let Topmast {} {name} {}: it belongs to another user and \
                 Topmast runs without CAP_KILL",
                action.word(),
                target.pid
            ))
        }
        Errno::NOSYS => Refusal::Unavailable(
            "this kernel has no pidfd (Linux 5.3), without which a signal could hit another \
             process"
                .to_owned(),
        ),
        other => Refusal::Unavailable(format!("the system refused: {other}")),
    }
}

/// Returns when the process ends or the time is over.
fn wait_for_end(pidfd: &OwnedFd, time: Duration) {
    let timeout = Timespec { tv_sec: time.as_secs() as i64, tv_nsec: time.subsec_nanos().into() };
    // Interrupted or not: the caller looks at the state and at the clock again.
    let _ = poll(&mut [PollFd::new(pidfd, PollFlags::IN)], Some(&timeout));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_a_refusal_cannot_move_the_cursor() {
        let line = [
            &b"7 (a\x1b[2Jb) S 1 1 1 0 -1 0 0 0 0 0 1 2 3 4 20 0 1 0 9 4096 1 "[..],
            &b"0 ".repeat(20),
        ];
        let line = line.concat();
        let stat = stat::parse(&line).unwrap();
        let target = Target { pid: 7, start_time: None };
        let refusal = refusal_of(Errno::PERM, target, Action::Kill, Some(&stat));
        let Refusal::NotPermitted(sentence) = refusal else { panic!("{refusal:?}") };
        assert!(sentence.contains("a\\x1b[2Jb 7"), "{sentence}");
    }
}
