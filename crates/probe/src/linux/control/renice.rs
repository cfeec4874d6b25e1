//! Giving a process another nice value.
//!
//! Setting it takes a number and no pidfd. The pidfd that is held open proves at the end that the
//! process was alive all the while, so its own number was its own. The number of one of its other
//! threads could in theory pass to another process between the look at that thread and the call,
//! some microseconds later; the kernel has no way to exclude that.

use super::Control;
use crate::linux::detail::nice_values;
use crate::linux::process_dir::ProcessDir;
use crate::parse::stat::Stat;
use model::request::{OutcomeKind, Refusal, Target};
use model::{ProcessKey, text};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::OwnedFd;
use rustix::io::Errno;
use rustix::process::Pid;

/// Threads that begin meanwhile inherit the value of the one that began them, old or new, so the
/// list is gone through until all have it; this many times at most.
const PASSES: usize = 16;

/// Why a nice value was not given.
pub(super) struct Refused {
    errno: Errno,
    /// Value asked for.
    nice: i8,
}

impl Control {
    pub(super) fn renice(
        &self,
        pidfd: &OwnedFd,
        key: ProcessKey,
        nice: i8,
    ) -> Result<OutcomeKind, Refused> {
        let refused = |errno| Refused { errno, nice };
        if !(-20..=19).contains(&nice) {
            return Err(refused(Errno::RANGE));
        }
        let place = ProcessDir::open(&self.root, key.pid).map_err(refused)?;
        for _ in 0..PASSES {
            let mut others = nice_values(&place).map_err(refused)?;
            others.retain(|(_, has)| *has != nice);
            // Whoever has the highest value is refused first, if any is: nothing is half done.
            others.sort_by_key(|(_, has)| std::cmp::Reverse(*has));
            // Only now that it is known to be alive are the numbers known to be its own.
            if has_ended(pidfd) {
                return Ok(OutcomeKind::Ended);
            }
            if others.is_empty() {
                return Ok(OutcomeKind::Reniced);
            }
            for (tid, _) in others {
                // A list of thousands takes time, in which one may end and its number pass on.
                if place.thread(tid).is_err() {
                    continue;
                }
                let thread = i32::try_from(tid).ok().and_then(Pid::from_raw);
                match rustix::process::setpriority_process(thread, nice.into()) {
                    // That thread has ended.
                    Ok(()) | Err(Errno::SRCH) => {}
                    Err(errno) => return Err(refused(errno)),
                }
            }
        }
        Ok(OutcomeKind::StillRunning)
    }
}

/// Whether the process of a pidfd has ended: the pidfd is readable from then on.
fn has_ended(pidfd: &OwnedFd) -> bool {
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut asked = [PollFd::new(pidfd, PollFlags::IN)];
    poll(&mut asked, Some(&now)).is_ok_and(|ready| ready > 0)
}

impl Refused {
    /// The sentence for people, with what would be needed.
    pub(super) fn refusal(&self, target: Target, stat: &Stat<'_>) -> Refusal {
        let name = text::for_terminal(&text::from_kernel(stat.comm));
        let (pid, nice) = (target.pid, self.nice);
        match self.errno {
            Errno::RANGE => {
                Refusal::Unavailable(format!("nice values go from -20 to 19, {nice} is none"))
            }
            Errno::ACCESS => Refusal::NotPermitted(format!(
                "the system does not let Topmast give {name} {pid} more of the processor: nice \
                 {nice} is below what it has, which takes CAP_SYS_NICE or a limit `nice` (see \
                 limits.conf) that allows it"
            )),
            Errno::PERM => Refusal::NotPermitted(format!(
                "the system does not let Topmast renice {name} {pid}: it belongs to another user \
                 and Topmast runs without CAP_SYS_NICE"
            )),
            Errno::SRCH | Errno::NOENT => super::gone(target),
            other => Refusal::Unavailable(format!("the system refused: {other}")),
        }
    }
}
