//! Space of file systems. A mount whose server is gone answers never: each question is asked by a
//! worker, and one that gets no answer is left behind.

use super::rounds::gap;
use crate::linux::procfs::absence;
use crate::linux::system_files::SystemFiles;
use crate::parse::mount::{self, Mount};
use crate::{Clock, SystemClock};
use model::snapshot::{FileSystem, Space};
use model::{Absence, Gap, Observed, text};
use rustix::io::Errno;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::time::Duration;

/// Workers left behind at most. The last one is kept for mounts of this machine's own devices.
const MOST_STUCK: usize = 4;

/// File systems at most; a machine with more shows the first ones.
const MOST_FILE_SYSTEMS: usize = 1024;

type Answer = Result<Option<Space>, Errno>;
type Ask = Arc<dyn Fn(&Path) -> Answer + Send + Sync>;

/// Asks mounts for their space.
pub(super) struct Asker {
    ask: Ask,
    patience: Duration,
    worker: Option<Worker>,
    stuck: Vec<(PathBuf, Worker)>,
}

/// A thread that asks for others; it ends when this is dropped and its last question is answered.
struct Worker {
    questions: Sender<PathBuf>,
    answers: Receiver<Answer>,
}

impl Worker {
    fn start(ask: &Ask) -> Option<Self> {
        let (questions, asked) = channel::<PathBuf>();
        let (answer, answers) = channel();
        let ask = Arc::clone(ask);
        let run = move || {
            while let Ok(path) = asked.recv() {
                if answer.send(ask(&path)).is_err() {
                    return;
                }
            }
        };
        std::thread::Builder::new().name("mounts".to_owned()).spawn(run).ok()?;
        Some(Self { questions, answers })
    }
}

/// Why a mount's space is not known.
enum Silence {
    /// It does not answer.
    Stuck,
    /// It was not asked: too many others do not answer.
    NotAsked,
    /// It refuses.
    Refused(Errno),
    /// There is nobody to ask it.
    NoThread,
}

impl Asker {
    pub(super) fn new(patience: Duration) -> Self {
        Self::with(Arc::new(statvfs), patience)
    }

    fn with(ask: Ask, patience: Duration) -> Self {
        Self { ask, patience, worker: None, stuck: Vec::new() }
    }

    /// Every file system once, by path. Those without blocks are left out.
    pub(super) fn ask_all(
        &mut self,
        system: &SystemFiles,
        mounts: &[Mount],
        gaps: &mut Vec<Gap>,
    ) -> Vec<FileSystem> {
        self.stuck.retain(|(_, worker)| worker.answers.try_recv() == Err(TryRecvError::Empty));
        let mut chosen = mount::file_systems(mounts);
        chosen.truncate(MOST_FILE_SYSTEMS);
        // This machine's own first, so that nothing dead elsewhere keeps them from being asked.
        chosen.sort_by_key(|mount| mount.is_elsewhere());
        let mut rows = Vec::new();
        for mount in chosen {
            let space = match self.ask_one(system, mount) {
                Ok(None) => continue,
                Ok(Some(space)) => Observed::Known(space),
                Err(silence) => {
                    let absence = silence.absence();
                    gaps.push(gap("file_systems", absence, silence.sentence(mount, self.patience)));
                    Observed::Absent(absence)
                }
            };
            rows.push(FileSystem {
                mount_point: point(mount).into(),
                device: mount.source.as_str().into(),
                kind: mount.kind.as_str().into(),
                is_read_only: mount.is_read_only,
                space,
                read_nanos: SystemClock.boot_nanos(),
            });
        }
        rows.sort_by(|one, other| one.mount_point.cmp(&other.mount_point));
        rows
    }

    fn ask_one(&mut self, system: &SystemFiles, mount: &Mount) -> Result<Option<Space>, Silence> {
        if self.stuck.iter().any(|(point, _)| *point == mount.point) {
            return Err(Silence::Stuck);
        }
        let most = if mount.is_elsewhere() { MOST_STUCK - 1 } else { MOST_STUCK };
        if self.stuck.len() >= most {
            return Err(Silence::NotAsked);
        }
        let worker = self.worker.take().or_else(|| Worker::start(&self.ask));
        let worker = worker.ok_or(Silence::NoThread)?;
        let path = system.path(&mount.point);
        worker.questions.send(path).map_err(|_| Silence::NoThread)?;
        match worker.answers.recv_timeout(self.patience) {
            Ok(answer) => {
                self.worker = Some(worker);
                answer.map_err(Silence::Refused)
            }
            Err(RecvTimeoutError::Timeout) => {
                self.stuck.push((mount.point.clone(), worker));
                Err(Silence::Stuck)
            }
            Err(RecvTimeoutError::Disconnected) => Err(Silence::NoThread),
        }
    }
}

impl Silence {
    fn absence(&self) -> Absence {
        match self {
            Self::Stuck | Self::NotAsked | Self::NoThread => Absence::NotYet,
            Self::Refused(errno) => absence(*errno),
        }
    }

    fn sentence(&self, mount: &Mount, patience: Duration) -> String {
        let (point, kind, source) = (point(mount), &mount.kind, &mount.source);
        let seconds = patience.as_secs_f64();
        match self {
            Self::Stuck => format!(
                "{point} ({kind} of {source}) does not answer: more than {seconds:.1} s went by; \
                 its server or device may be gone."
            ),
            Self::NotAsked => {
                format!("{point} ({kind} of {source}) is not asked while others do not answer.")
            }
            Self::Refused(errno) => format!("{point} ({kind} of {source}) refuses: {errno}."),
            Self::NoThread => format!("{point} was not asked: the system gives no thread."),
        }
    }
}

fn point(mount: &Mount) -> String {
    text::from_kernel(mount.point.as_os_str().as_bytes())
}

/// Space of the file system at `path`; `None` for one that holds no blocks.
fn statvfs(path: &Path) -> Answer {
    let answer = rustix::fs::statvfs(path)?;
    Ok((answer.f_blocks > 0).then(|| space(&answer)))
}

/// Used, available and reserved add up to the total, whatever is answered.
pub(crate) fn space(answer: &rustix::fs::StatVfs) -> Space {
    let unit = if answer.f_frsize > 0 { answer.f_frsize } else { answer.f_bsize };
    let free_blocks = answer.f_bfree.min(answer.f_blocks);
    let available_blocks = answer.f_bavail.min(free_blocks);
    let total = answer.f_blocks.saturating_mul(unit);
    let free = free_blocks.saturating_mul(unit);
    let available = available_blocks.saturating_mul(unit);
    Space {
        total,
        used: total - free,
        available,
        reserved: free - available,
        inodes: answer.f_files,
        inodes_free: answer.f_ffree,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    const SPACE: Space =
        Space { total: 10, used: 1, available: 9, reserved: 0, inodes: 0, inodes_free: 0 };

    fn mounts(points: &[(&str, &str)]) -> Vec<Mount> {
        let line = |(row, (point, kind)): (usize, &(&str, &str))| {
            format!("{row} 1 8:{row} / {point} rw - {kind} source rw\n")
        };
        let text: String = points.iter().enumerate().map(line).collect();
        mount::mounts(text.as_bytes())
    }

    /// A file system below /dead answers when the gate is opened, and counts how often it was asked.
    fn asker(patience: Duration) -> (Asker, Sender<()>, Arc<AtomicUsize>) {
        let (open, gate) = channel::<()>();
        let gate = Mutex::new(gate);
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let ask = move |path: &Path| {
            if path.starts_with("/dead") {
                count.fetch_add(1, Ordering::SeqCst);
                let _ = gate.lock().map(|gate| gate.recv());
            }
            Ok(Some(SPACE))
        };
        (Asker::with(Arc::new(ask), patience), open, asked)
    }

    fn ask(asker: &mut Asker, mounts: &[Mount]) -> (Vec<FileSystem>, Vec<Gap>) {
        let mut gaps = Vec::new();
        let rows = asker.ask_all(&SystemFiles::new(Path::new("/")), mounts, &mut gaps);
        (rows, gaps)
    }

    #[test]
    fn a_dead_mount_is_a_gap_and_holds_up_no_other_and_is_not_asked_twice() {
        let (mut asker, open, asked) = asker(Duration::from_millis(50));
        let mounts = mounts(&[("/", "ext4"), ("/dead/nfs", "nfs4"), ("/zfs", "zfs")]);
        for _ in 0..3 {
            let (rows, gaps) = ask(&mut asker, &mounts);
            let spaces: Vec<_> = rows.iter().map(|row| (&*row.mount_point, row.space)).collect();
            let dead = Observed::Absent(Absence::NotYet);
            let alive = Observed::Known(SPACE);
            assert_eq!(spaces, [("/", alive), ("/dead/nfs", dead), ("/zfs", alive)]);
            assert!(gaps.len() == 1 && gaps[0].detail.contains("/dead/nfs"), "{gaps:?}");
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "one worker is left behind, not one a round");
        drop(open);
        // Its server is back: the worker's answer frees the mount to be asked again.
        asker.patience = Duration::from_secs(60);
        loop {
            let (rows, gaps) = ask(&mut asker, &mounts);
            if gaps.is_empty() {
                assert!(rows.iter().all(|row| row.space == Observed::Known(SPACE)));
                break;
            }
        }
    }

    #[test]
    fn no_more_than_four_workers_are_ever_left_behind() {
        let (mut asker, open, asked) = asker(Duration::from_millis(20));
        let points: Vec<String> = (0..9).map(|row| format!("/dead/{row}")).collect();
        let mut list: Vec<_> = points.iter().map(|point| (point.as_str(), "nfs")).collect();
        list.push(("/dead/disk", "ext4"));
        list.push(("/dead/other-disk", "ext4"));
        let mounts = mounts(&list);
        for _ in 0..3 {
            let (rows, gaps) = ask(&mut asker, &mounts);
            assert!(rows.iter().all(|row| row.space == Observed::Absent(Absence::NotYet)));
            assert_eq!((rows.len(), gaps.len()), (11, 11));
        }
        assert!(asked.load(Ordering::SeqCst) <= MOST_STUCK);
        assert_eq!(asker.stuck.len(), MOST_STUCK - 1, "the last one is for our own devices");
        drop(open);
    }

    #[test]
    fn parts_add_up_to_the_total_whatever_is_answered() {
        let mut answer = rustix::fs::statvfs("/").expect("the root can be asked");
        (answer.f_frsize, answer.f_bsize) = (4096, 512);
        for (blocks, free, available) in [(100, 30, 20), (100, 30, u64::MAX), (100, 200, 20)] {
            (answer.f_blocks, answer.f_bfree, answer.f_bavail) = (blocks, free, available);
            let space = space(&answer);
            assert_eq!(space.used + space.available + space.reserved, space.total);
            assert_eq!(space.total, 409_600);
        }
    }
}
