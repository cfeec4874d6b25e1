//! User names. What /etc/passwd says is known at once; whatever else the C library would ask
//! (LDAP, systemd) may hang, so a thread of its own asks, and until then the number stands.

use super::procfs::ProcFs;
use model::text;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::time::{Duration, SystemTime};

/// A name is asked for again after this long: directories of users change, and answer slowly.
const KEEP_NANOS: u64 = 300 * 1_000_000_000;

/// Whether the file was written meanwhile is looked at after this long.
const FILE_NANOS: u64 = 10 * 1_000_000_000;

/// Names waiting to be asked for; what does not fit is asked for later.
const WAITING: usize = 256;

/// More names than this are forgotten, as no machine runs so many users at once.
const MOST_NAMES: usize = 16_384;

/// Of a file of users, no more is read.
const FILE_MAX: u64 = 4 << 20;

/// The thread ends when nothing was asked for so long.
const IDLE: Duration = Duration::from_secs(30);

/// Asks whoever knows.
type Ask = fn(u32) -> Option<String>;

/// Names known so far.
pub(super) struct Users {
    names: HashMap<u32, Entry>,
    file: HashMap<u32, Arc<str>>,
    file_due: u64,
    /// When the file that was read last was written.
    file_written: Option<SystemTime>,
    source: Source,
    asking: Option<Asking>,
}

/// Where users of what is read are listed.
enum Source {
    /// This machine.
    System { file: &'static str, ask: Ask },
    /// A captured tree, with its own list.
    Tree(Vec<u8>),
}

struct Entry {
    name: Arc<str>,
    /// When it must be looked up again.
    due: u64,
}

/// The thread that asks.
struct Asking {
    questions: SyncSender<u32>,
    answers: Receiver<(u32, Option<String>)>,
}

impl Users {
    pub(super) fn of(root: &ProcFs) -> Self {
        Self::from(if root.is_live() {
            Source::System { file: "/etc/passwd", ask: ask_the_c_library }
        } else {
            Source::Tree(root.read_named("passwd").unwrap_or_default())
        })
    }

    fn from(source: Source) -> Self {
        Self {
            names: HashMap::new(),
            file: HashMap::new(),
            file_due: 0,
            file_written: None,
            source,
            asking: None,
        }
    }

    /// Name of a user, or its number in digits when it has none or none is known yet.
    pub(super) fn name(&mut self, uid: u32, now_nanos: u64) -> Arc<str> {
        if let Some(entry) = self.names.get(&uid)
            && now_nanos < entry.due
        {
            return Arc::clone(&entry.name);
        }
        let listed = self.listed(uid, now_nanos);
        let is_asked = listed.is_none() && self.ask(uid);
        let known = listed.or_else(|| self.names.get(&uid).map(|entry| Arc::clone(&entry.name)));
        let name = known.unwrap_or_else(|| uid.to_string().into());
        // What could not be asked for now is tried again soon.
        let due = now_nanos + if is_asked || self.is_tree() { KEEP_NANOS } else { FILE_NANOS };
        if self.names.len() >= MOST_NAMES {
            self.names.clear();
        }
        self.names.insert(uid, Entry { name: Arc::clone(&name), due });
        name
    }

    /// Calls `each` with the names that were found out since; rarely any.
    pub(super) fn each_answer(&mut self, mut each: impl FnMut(u32, &Arc<str>)) {
        let Some(asking) = &self.asking else { return };
        while let Ok((uid, name)) = asking.answers.try_recv() {
            let Some((name, entry)) = name.zip(self.names.get_mut(&uid)) else { continue };
            if *entry.name != *name {
                entry.name = name.into();
                each(uid, &entry.name);
            }
        }
    }

    fn is_tree(&self) -> bool {
        matches!(self.source, Source::Tree(_))
    }

    fn listed(&mut self, uid: u32, now_nanos: u64) -> Option<Arc<str>> {
        if now_nanos >= self.file_due {
            self.file_due = now_nanos + FILE_NANOS;
            self.read_list();
        }
        self.file.get(&uid).cloned()
    }

    fn read_list(&mut self) {
        match &self.source {
            Source::Tree(bytes) if self.file.is_empty() => self.file = passwd(bytes),
            Source::Tree(_) => {}
            Source::System { file, .. } => {
                let written = std::fs::metadata(file).and_then(|file| file.modified()).ok();
                if written.is_none() || written != self.file_written {
                    self.file = passwd(&read_bounded(file));
                    self.file_written = written;
                }
            }
        }
    }

    /// Whether somebody is found to ask now.
    fn ask(&mut self, uid: u32) -> bool {
        let Source::System { ask, .. } = self.source else { return false };
        for _ in 0..2 {
            if self.asking.is_none() {
                self.asking = Asking::start(ask);
            }
            let Some(asking) = &self.asking else { return false };
            match asking.questions.try_send(uid) {
                Ok(()) => return true,
                Err(std::sync::mpsc::TrySendError::Full(_)) => return false,
                // It had nothing to do and ended.
                Err(std::sync::mpsc::TrySendError::Disconnected(_)) => self.asking = None,
            }
        }
        false
    }
}

impl Asking {
    /// The thread is not joined: what it asks may never answer.
    fn start(ask: Ask) -> Option<Self> {
        let (questions, asked) = sync_channel::<u32>(WAITING);
        let (tell, answers) = channel();
        let work = move || {
            loop {
                match asked.recv_timeout(IDLE) {
                    Ok(uid) if tell.send((uid, ask(uid))).is_ok() => {}
                    Ok(_) | Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                        return;
                    }
                }
            }
        };
        let thread = std::thread::Builder::new().name("user-names".to_owned());
        thread.spawn(work).ok()?;
        Some(Self { questions, answers })
    }
}

fn ask_the_c_library(uid: u32) -> Option<String> {
    let user = uzers::get_user_by_uid(uid)?;
    Some(text::from_kernel(user.name().as_encoded_bytes()))
}

fn read_bounded(file: &str) -> Vec<u8> {
    use std::io::Read;
    let mut bytes = Vec::new();
    // Unreadable is the same as empty: then the C library is asked.
    if let Ok(opened) = std::fs::File::open(file) {
        let _ = opened.take(FILE_MAX).read_to_end(&mut bytes);
    }
    bytes
}

/// Names by number; of several names for one number the first counts, as in the C library.
fn passwd(bytes: &[u8]) -> HashMap<u32, Arc<str>> {
    let mut names = HashMap::new();
    crate::parse::passwd::users(bytes, |uid, name| {
        names.entry(uid).or_insert_with(|| text::from_kernel(name).into());
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use std::time::Instant;

    static HELD: Mutex<()> = Mutex::new(());

    fn ask_slowly(uid: u32) -> Option<String> {
        let _held = HELD.lock();
        Some(format!("user-{uid}"))
    }

    #[test]
    fn a_directory_that_hangs_holds_up_nothing_and_its_answer_is_taken_later() {
        let source = Source::System { file: "/nonexistent", ask: ask_slowly };
        let mut users = Users::from(source);
        let hang = HELD.lock();
        assert_eq!(&*users.name(4711, 0), "4711");
        users.each_answer(|uid, name| panic!("{uid} {name}"));
        // A full queue is no reason to wait either.
        (0..2 * WAITING as u32).for_each(|uid| drop(users.name(uid, 0)));
        drop(hang);
        let begun = Instant::now();
        let mut found = None;
        while found.is_none() && begun.elapsed() < Duration::from_secs(60) {
            users.each_answer(|uid, name| {
                if uid == 4711 {
                    found = Some(Arc::clone(name));
                }
            });
            std::thread::yield_now();
        }
        assert_eq!(found.as_deref(), Some("user-4711"));
        assert_eq!(&*users.name(4711, 1), "user-4711");
    }

    #[test]
    fn a_listed_user_needs_no_thread() {
        let mut users = Users::from(Source::System { file: "/etc/passwd", ask: ask_slowly });
        assert_eq!(&*users.name(0, 0), "root");
        assert!(users.asking.is_none());
        let mut users = Users::from(Source::Tree(b"me:x:1000:1000::/:\n".to_vec()));
        assert_eq!((&*users.name(1000, 0), &*users.name(7, 0)), ("me", "7"));
        assert!(users.asking.is_none());
    }
}
