//! What does not change while a process runs one program: read once, kept until it executes
//! another, checked again now and then.

use super::processes::Sighting;
use super::procfs::{ProcFs, absence};
use super::users::Users;
use crate::parse::{cgroup, status};
use crate::scrub;
use model::snapshot::ProcessFacts;
use model::{Absence, Observed, text};
use rustix::io::Errno;
use std::mem::MaybeUninit;
use std::sync::Arc;

/// Command lines are kept up to this many bytes; longer ones end in `…`.
const COMMAND_LINE_MAX: usize = 4096;

/// The kernel cuts the names of programs to this many bytes.
const COMM_MAX: usize = 15;

/// Reads facts; keeps the memory for it.
pub(super) struct FactReader {
    users: Users,
    buffer: Vec<u8>,
    link: Vec<MaybeUninit<u8>>,
}

impl FactReader {
    pub(super) fn new() -> Self {
        Self {
            users: Users::default(),
            buffer: vec![0; COMMAND_LINE_MAX + 1],
            link: vec![MaybeUninit::uninit(); 4096],
        }
    }

    pub(super) fn read(&mut self, process: &Sighting<'_>) -> ProcessFacts {
        let Sighting { root, stat, pid, nanos: now } = process;
        let (root, pid, now) = (*root, *pid, *now);
        let is_kernel = stat.is_kernel();
        let cmdline = if is_kernel { String::new() } else { self.command_line(root, pid) };
        let exe = self.path(root, pid, "exe", is_kernel);
        let uid = self.real_uid(root, pid);
        let cgroup = self.cgroup(root, pid);
        let container = cgroup.as_ref().known().and_then(|path| cgroup::container(path.as_bytes()));
        ProcessFacts {
            name: full_name(stat.comm, &cmdline, exe.as_ref().known()).into(),
            cwd: self.path(root, pid, "cwd", is_kernel),
            username: uid.map(|uid| self.users.name(uid, now)),
            container: container.map(|id| String::from_utf8_lossy(id).into()),
            cmdline: cmdline.into(),
            exe,
            uid,
            cgroup,
            is_kernel,
            ..ProcessFacts::default()
        }
    }

    fn command_line(&mut self, root: &ProcFs, pid: u32) -> String {
        let Ok(raw) = root.read(pid, "cmdline", &mut self.buffer) else { return String::new() };
        let is_cut = raw.len() > COMMAND_LINE_MAX;
        let mut line = scrub::command_line(&raw[..raw.len().min(COMMAND_LINE_MAX)]);
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
            Ok(target) => Observed::Known(text::from_kernel(target).into()),
            Err(Errno::NOENT) => Observed::Absent(Absence::Unsupported),
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }

    fn real_uid(&mut self, root: &ProcFs, pid: u32) -> Observed<u32> {
        match root.read(pid, "status", &mut self.buffer) {
            Ok(bytes) => Observed::from_option(status::parse(bytes).real_uid, Absence::Gone),
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }

    fn cgroup(&mut self, root: &ProcFs, pid: u32) -> Observed<Arc<str>> {
        match root.read(pid, "cgroup", &mut self.buffer) {
            Ok(bytes) => {
                let path = cgroup::path(bytes).map(|path| text::from_kernel(path).into());
                Observed::from_option(path, Absence::Unsupported)
            }
            Err(errno) => Observed::Absent(absence(errno)),
        }
    }
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
