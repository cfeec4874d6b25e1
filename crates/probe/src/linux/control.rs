//! Acting on one process, and never on another.
//!
//! A pidfd holds on to the process it was opened for. After opening it the start time behind that
//! pid is read: if it is the one that was meant, the pidfd is either for that process or for one
//! that ended before; in both cases a signal through it cannot reach any other.

use super::procfs::{ProcFs, absence};
use crate::ProbeError;
use crate::parse::{stat, stat::Stat, status};
use model::request::{Action, DetailWish, Outcome, OutcomeKind, ProcessDetail, Refusal, Target};
use model::snapshot::ProcessState;
use model::{Absence, Observed, ProcessKey, text};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal};
use std::mem::MaybeUninit;
use std::path::Path;
use std::time::{Duration, Instant};

/// How long the outcome of a signal is watched.
const WATCH: Duration = Duration::from_secs(2);

/// How often a state that cannot be waited for is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Acts on processes of this machine.
pub struct Control {
    root: ProcFs,
    own_pid: u32,
    /// Why nothing can be acted on here at all.
    refusal: Option<Refusal>,
}

impl Control {
    /// For the running kernel.
    ///
    /// # Errors
    /// When procfs is not mounted where it belongs.
    pub fn new() -> Result<Self, ProbeError> {
        let root = ProcFs::open(Path::new("/proc"))?;
        let own_pid = std::process::id();
        let refusal = foreign_namespace(&root, own_pid);
        Ok(Self { root, own_pid, refusal })
    }

    /// Sends the action's signal to the process that is meant, and watches what happens.
    ///
    /// # Errors
    /// Why no signal was sent.
    pub fn act(&self, target: Target, action: Action) -> Result<Outcome, Refusal> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        let pid =
            Pid::from_raw(i32::try_from(target.pid).unwrap_or(0)).ok_or(Refusal::NoSuchProcess)?;
        let pidfd = rustix::process::pidfd_open(pid, PidfdFlags::empty())
            .map_err(|errno| refusal_of(errno, target, action, None))?;
        let mut buffer = [0; 1200];
        let stat = self.stat(target, &mut buffer)?;
        let key = ProcessKey { pid: target.pid, birth: stat.start_ticks };
        if let Some(why) = self.protection(key.pid, &stat) {
            return Err(Refusal::Protected(why));
        }
        let name = text::from_kernel(stat.comm).into();
        let Some(signal) = signal(action) else {
            let why = "nice values cannot be changed yet";
            return Err(Refusal::Unavailable(why.to_owned()));
        };
        let begun = Instant::now();
        rustix::process::pidfd_send_signal(&pidfd, signal)
            .map_err(|errno| refusal_of(errno, target, action, Some(&stat)))?;
        let kind = self.watch(&pidfd, key, action, begun);
        Ok(Outcome { key, name, kind, elapsed: begun.elapsed() })
    }

    /// Reads what is read of a process only when somebody opens it.
    ///
    /// # Errors
    /// When it is not there, or not the one that is meant.
    pub fn detail(&self, target: Target, wish: DetailWish) -> Result<ProcessDetail, Refusal> {
        let _ = wish;
        let mut buffer = [0; 1200];
        let stat = self.stat(target, &mut buffer)?;
        let pid = target.pid;
        let mut text = [0; 4096];
        let status = self.root.read(pid, "status", &mut text).map(status::parse).map_err(absence);
        let is_thread = |status: status::Status| status.thread_group.is_some_and(|id| id != pid);
        if status.is_ok_and(is_thread) {
            return Err(Refusal::NoSuchProcess);
        }
        let field = |pick: fn(status::Status) -> Option<u64>| match status {
            Ok(status) => Observed::from_option(pick(status), Absence::Unsupported),
            Err(absence) => Observed::Absent(absence),
        };
        Ok(ProcessDetail {
            key: ProcessKey { pid, birth: stat.start_ticks },
            descriptors: self.descriptors(pid),
            terminal: self.terminal(pid, &stat),
            process_group: stat.process_group,
            session: stat.session,
            voluntary_switches: field(|status| status.voluntary_switches),
            involuntary_switches: field(|status| status.involuntary_switches),
            swap_bytes: field(|status| status.swap_kib.map(|kib| kib.saturating_mul(1024))),
            oom_score: self.oom_score(pid),
            protected: self.protection(pid, &stat),
            ..ProcessDetail::default()
        })
    }

    /// The process behind a pid, if it is the one that is meant.
    fn stat<'b>(&self, target: Target, buffer: &'b mut [u8]) -> Result<Stat<'b>, Refusal> {
        let gone = || match target.start_time {
            Some(_) => Refusal::AnotherProcess,
            None => Refusal::NoSuchProcess,
        };
        let bytes =
            self.root.read(target.pid, "stat", buffer).map_err(|errno| match absence(errno) {
                Absence::Gone => gone(),
                _ => Refusal::Unavailable(format!("this process cannot be read: {errno}")),
            })?;
        let stat = stat::parse(bytes).ok_or_else(gone)?;
        let key = ProcessKey { pid: target.pid, birth: stat.start_ticks };
        match target.start_time {
            // Exactly: it is our own rendering that comes back.
            Some(meant) if meant.to_bits() != key.start_time().to_bits() => {
                Err(Refusal::AnotherProcess)
            }
            _ => Ok(stat),
        }
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
            let mut buffer = [0; 1200];
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
        begun: Instant,
    ) -> OutcomeKind {
        loop {
            let state = self.state(key);
            let left = WATCH.saturating_sub(begun.elapsed());
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
        let mut buffer = [0; 1200];
        let bytes = self.root.read(key.pid, "stat", &mut buffer).map_err(absence)?;
        let stat = stat::parse(bytes).filter(|stat| stat.start_ticks == key.birth);
        let stat = stat.ok_or(Absence::Gone)?;
        Ok(match ProcessState::from_letter(stat.state) {
            // Its first thread has ended, the others go on.
            ProcessState::Zombie if stat.threads > 1 => ProcessState::Running,
            state => state,
        })
    }

    fn descriptors(&self, pid: u32) -> Observed<u32> {
        let dir = match self.root.open_dir(pid, "fd") {
            Ok(dir) => dir,
            Err(errno) => return Observed::Absent(absence(errno)),
        };
        let mut count = 0_u32;
        let read = super::procfs::each_entry(dir.as_fd(), |name| {
            count += u32::from(name.to_bytes()[0] != b'.');
        });
        read.map_or_else(|errno| Observed::Absent(absence(errno)), |()| Observed::Known(count))
    }

    fn oom_score(&self, pid: u32) -> Observed<i32> {
        let mut buffer = [0; 32];
        match self.root.read(pid, "oom_score", &mut buffer) {
            Ok(bytes) => {
                let text = std::str::from_utf8(bytes.trim_ascii()).ok();
                Observed::from_option(text.and_then(|t| t.parse().ok()), Absence::Unsupported)
            }
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }

    /// The device behind the controlling terminal's number: descriptor 0 usually is it, and the
    /// number alone tells pseudo-terminals (major 136 to 143).
    fn terminal(&self, pid: u32, stat: &Stat<'_>) -> Option<String> {
        if stat.terminal == 0 {
            return None;
        }
        let major = stat.terminal >> 8 & 0xfff;
        let minor = stat.terminal & 0xff | stat.terminal >> 12 & 0xfff00;
        if (136..=143).contains(&major) {
            return Some(format!("pts/{}", (major - 136) * 256 + minor));
        }
        if major == 4 && minor < 64 {
            return Some(format!("tty{minor}"));
        }
        let mut link = [MaybeUninit::uninit(); 128];
        let target = self.root.link(pid, "fd/0", &mut link).ok()?;
        target.strip_prefix(b"/dev/").map(text::from_kernel)
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
        Errno::SRCH | Errno::INVAL | Errno::NOENT => match target.start_time {
            Some(_) => Refusal::AnotherProcess,
            None => Refusal::NoSuchProcess,
        },
        Errno::PERM | Errno::ACCESS => {
            let name = stat.map_or_else(String::new, |stat| text::from_kernel(stat.comm));
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
