//! What does not change while a process runs one program: read once, kept until it executes
//! another, checked again now and then.

use super::process_dir::ProcessDir;
use super::processes::Sighting;
use super::procfs::{ProcFs, absence};
use super::strings::Strings;
use super::users::Users;
use crate::options::ProbeOptions;
use crate::parse::{cgroup, fdinfo, status, status::Status, terminal};
use crate::scrub;
use model::snapshot::ProcessFacts;
use model::{Absence, Observed, text};
use rustix::io::Errno;
use std::collections::HashMap;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// Command lines are kept up to this many bytes; longer ones end in `…`.
const COMMAND_LINE_MAX: usize = 4096;

/// Room for `status` of a process in a thousand groups and for any path of a control group.
const FILE_MAX: usize = 16 * 1024;

/// The kernel cuts the names of programs to this many bytes.
const COMM_MAX: usize = 15;

/// Facts nobody holds any more are let go when there are more than this.
const SHARED: usize = 1024;

/// Where the strings of facts lie that differ most: equal strings lie in one place.
type Likeness = [usize; 3];

/// Reads facts; keeps the memory for it.
pub(super) struct FactReader {
    users: Users,
    strings: Strings,
    shared: HashMap<Likeness, Arc<ProcessFacts>>,
    shared_most: usize,
    scrub: Arc<scrub::Rules>,
    terminals: Vec<terminal::Driver>,
    buffer: Vec<u8>,
    link: Vec<MaybeUninit<u8>>,
}

impl FactReader {
    pub(super) fn new(root: &ProcFs, options: &ProbeOptions) -> Self {
        Self {
            users: Users::of(root),
            strings: Strings::default(),
            shared: HashMap::new(),
            shared_most: SHARED,
            scrub: Arc::clone(&options.scrub),
            terminals: terminal::drivers(&root.read_named("tty/drivers").unwrap_or_default()),
            buffer: vec![0; FILE_MAX],
            link: vec![MaybeUninit::uninit(); 4096],
        }
    }

    /// All facts of a process, and what else stood in its `status`.
    pub(super) fn read(&mut self, process: &Sighting<'_>) -> (ProcessFacts, Result<Status, Errno>) {
        let Sighting { root, stat, pid, nanos: now } = process;
        let (root, pid, now) = (*root, *pid, *now);
        let is_kernel = stat.is_kernel();
        let cmdline = if is_kernel { String::new() } else { self.command_line(root, pid) };
        let exe = self.path(root, pid, "exe", is_kernel);
        let status = self.status(root, pid);
        let of_status = |pick: fn(&Status) -> Option<u32>| match &status {
            Ok(status) => Observed::from_option(pick(status), Absence::Gone),
            Err(errno) => Observed::Absent(absence(*errno)),
        };
        let uid = of_status(|status| status.real_uid);
        let terminal = terminal::name(&self.terminals, stat.terminal);
        let mut facts = ProcessFacts {
            name: self.strings.share(&full_name(stat.comm, &cmdline, exe.as_ref().known())),
            cwd: self.path(root, pid, "cwd", is_kernel),
            username: uid.map(|uid| self.users.name(uid, now)),
            cmdline: self.strings.share(&cmdline),
            exe,
            uid,
            effective_uid: of_status(|status| status.effective_uid),
            gid: of_status(|status| status.real_gid),
            terminal: terminal.map(|name| self.strings.share(&name)),
            net_namespace: self.net_namespace(root, pid),
            is_kernel,
            ..ProcessFacts::default()
        };
        self.read_cgroup(root, pid, &mut facts);
        (facts, status)
    }

    /// The workers of one program have equal facts, which then are held once.
    pub(super) fn share(&mut self, facts: ProcessFacts) -> Arc<ProcessFacts> {
        let place = |text: &Arc<str>| text.as_ptr().addr();
        let cgroup = facts.cgroup.as_ref().known().map_or(0, place);
        let likeness = [place(&facts.name), place(&facts.cmdline), cgroup];
        if let Some(shared) = self.shared.get(&likeness).filter(|shared| ***shared == facts) {
            return Arc::clone(shared);
        }
        if self.shared.len() >= self.shared_most {
            self.shared.retain(|_, facts| Arc::strong_count(facts) > 1);
            self.shared_most = SHARED.max(2 * self.shared.len());
        }
        let facts = Arc::new(facts);
        self.shared.insert(likeness, Arc::clone(&facts));
        facts
    }

    /// Facts under another name: workers of the kernel change theirs all the time.
    pub(super) fn renamed(&mut self, facts: &ProcessFacts, comm: &[u8]) -> ProcessFacts {
        let name = self.strings.share(&text::from_kernel(comm));
        ProcessFacts { name, ..facts.clone() }
    }

    /// Whether what others can change of a process that does nothing is still as it was: its user
    /// and its control group. Far cheaper than reading all facts.
    pub(super) fn still_hold(&mut self, process: &Sighting<'_>, facts: &ProcessFacts) -> bool {
        let Sighting { root, pid, .. } = process;
        let owner = root.owner_and_size(*pid, ".").ok().map(|(owner, _)| owner);
        let cgroup = root.read(*pid, "cgroup", &mut self.buffer).ok().and_then(cgroup::path);
        let same_user = !root.is_live() || owner == facts.effective_uid.as_ref().known().copied();
        let same_group = match (cgroup, facts.cgroup.as_ref().known()) {
            (Some(path), Some(known)) => path == known.as_bytes(),
            (path, known) => path.is_none() && known.is_none(),
        };
        same_user && same_group
    }

    /// Calls `each` with names of users that were found out since the last time.
    pub(super) fn each_new_user_name(&mut self, each: impl FnMut(u32, &Arc<str>)) {
        self.users.each_answer(each);
    }

    pub(super) fn status(&mut self, root: &ProcFs, pid: u32) -> Result<Status, Errno> {
        root.read(pid, "status", &mut self.buffer).map(status::parse)
    }

    fn command_line(&mut self, root: &ProcFs, pid: u32) -> String {
        let buffer = &mut self.buffer[..=COMMAND_LINE_MAX];
        let Ok(raw) = root.read(pid, "cmdline", buffer) else { return String::new() };
        let is_cut = raw.len() > COMMAND_LINE_MAX;
        let whole = if is_cut { without_cut_word(&raw[..COMMAND_LINE_MAX]) } else { raw };
        let mut line = self.scrub.command_line(whole);
        if is_cut {
            line.push('…');
        }
        line
    }

    /// A kernel thread or a zombie has no executable and no directory.
    fn path(&mut self, root: &ProcFs, pid: u32, link: &str, is_kernel: bool) -> Observed<Arc<str>> {
        if is_kernel {
            return Observed::Absent(Absence::Unsupported);
        }
        match root.link(pid, link, &mut self.link) {
            Ok(target) => Observed::Known(self.strings.share(&text::from_kernel(target))),
            Err(Errno::NOENT) => Observed::Absent(Absence::Unsupported),
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }

    fn net_namespace(&mut self, root: &ProcFs, pid: u32) -> Observed<u64> {
        match root.link(pid, "ns/net", &mut self.link) {
            Ok(target) => {
                Observed::from_option(fdinfo::bracketed(target, b"net"), Absence::Unsupported)
            }
            // A zombie has left its namespaces.
            Err(Errno::NOENT) => Observed::Absent(Absence::Unsupported),
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }

    fn read_cgroup(&mut self, root: &ProcFs, pid: u32, facts: &mut ProcessFacts) {
        let bytes = match root.read(pid, "cgroup", &mut self.buffer) {
            Ok(bytes) => bytes,
            Err(errno) => {
                facts.cgroup = Observed::Absent(absence(errno));
                return;
            }
        };
        let path = cgroup::path(bytes);
        let strings = &mut self.strings;
        facts.unit = path.and_then(cgroup::unit).map(|unit| strings.share(&unit));
        facts.slice = path.and_then(cgroup::slice).map(|slice| strings.share(&slice));
        let container = cgroup::container_in(bytes);
        facts.runtime = container.as_ref().map(|(_, runtime)| *runtime);
        facts.container = container.map(|(id, _)| strings.share(&id));
        let path = path.map(|path| strings.share(&text::from_kernel(path)));
        facts.cgroup = Observed::from_option(path, Absence::Unsupported);
    }
}

/// A line up to the end of its last whole word: half a secret is not known for one.
fn without_cut_word(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|byte| matches!(byte, 0 | b' '));
    &line[..end.unwrap_or(line.len())]
}

/// The full name of one process, apart from a sample.
pub(super) fn name(place: &ProcessDir, comm: &[u8]) -> String {
    if comm.len() < COMM_MAX {
        return text::from_kernel(comm);
    }
    let cmdline = place.read("cmdline", COMMAND_LINE_MAX).unwrap_or_default();
    let exe = place.link("exe").ok().map(|path| Arc::from(text::from_kernel(&path)));
    full_name(comm, &scrub::command_line(&cmdline), exe.as_ref())
}

/// The kernel's name, or the longer one it is the beginning of: that of the program or of its
/// file. A program may call itself something else; then the kernel's name stands.
fn full_name(comm: &[u8], cmdline: &str, exe: Option<&Arc<str>>) -> String {
    let name = text::from_kernel(comm);
    if comm.len() < COMM_MAX {
        return name;
    }
    let program = cmdline.split(' ').next().unwrap_or("");
    let candidates = [program, exe.map_or("", |path| path.trim_end_matches(" (deleted)"))];
    let longer = candidates.into_iter().map(|path| path.rsplit('/').next().unwrap_or(path));
    longer.into_iter().find(|long| long.starts_with(&name)).map_or(name, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_cut_in_its_midst_is_not_shown() {
        assert_eq!(without_cut_word(b"psql\0-x\0postgres://me:hunt"), b"psql\0-x");
        assert_eq!(without_cut_word(b"psql"), b"psql");
    }

    #[test]
    fn names_cut_by_the_kernel_are_completed_only_by_what_continues_them() {
        let exe: Arc<str> = "/usr/lib/systemd/systemd-journald (deleted)".into();
        assert_eq!(full_name(b"systemd-journal", "", Some(&exe)), "systemd-journald");
        assert_eq!(full_name(b"sh", "/bin/shell-of-mine", None), "sh");
        assert_eq!(full_name(b"0123456789abcde", "/bin/other x", None), "0123456789abcde");
        assert_eq!(
            full_name(b"0123456789abcde", "/bin/0123456789abcdefg x", None),
            "0123456789abcdefg"
        );
    }
}
