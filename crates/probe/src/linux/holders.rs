//! Who holds a file, a file system, the space of deleted files, or a socket.
//!
//! Files are told apart by device and inode, never by name alone, and mostly without asking the
//! file system: descriptors tell their mount and inode. Only files on local file systems are asked
//! for more, so that no dead server and no program that serves files can hold up the search.

mod kernel;
mod target;

use super::detail::{Life, descriptor_of, kind};
use super::facts;
use super::mounts::{Mounts, stat_local};
use super::process_dir::{Lines, Patience, ProcessDir};
use super::procfs::{ProcFs, decimal, each_entry};
use super::users::Users;
use crate::ProbeError;
use crate::parse::fdinfo::{self, Descriptor};
use crate::parse::maps::{self, MapLine};
use crate::parse::{full_status, stat};
use model::request::{FileKind, Held, Hold, Holder, HolderReport};
use model::{Absence, Observed, ProcessKey, text};
use rustix::fd::AsFd;
use rustix::fs::Statx;
use rustix::io::Errno;
use std::collections::HashSet;
use std::ffi::CStr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use target::{Target, identity};

pub use target::is_mount_point;

/// Rows kept at most.
const HOLDERS_MAX: usize = 100_000;

/// A file: its device and inode.
type File = ((u32, u32), u64);

/// Looks through all processes for `patience` at most, Topmast itself left out.
///
/// # Errors
/// When procfs is not there, or the path is not or does not answer.
pub fn find(held: &Held, patience: Duration) -> Result<HolderReport, ProbeError> {
    find_some(held, patience, HOLDERS_MAX)
}

fn find_some(held: &Held, patience: Duration, most: usize) -> Result<HolderReport, ProbeError> {
    let root = ProcFs::open(Path::new("/proc"))?;
    let patience = Patience::of(patience);
    let mut mounts = Mounts::new();
    let own = ProcessDir::open(&root, std::process::id()).map_err(ProbeError::own)?;
    let own_namespace = namespace(&own);
    mounts.learn(&own, own_namespace).map_err(ProbeError::own)?;
    let target = Target::of(held, &mounts)?;
    let mut search = Search {
        target,
        mounts,
        own_namespace,
        users: Users::of(&root),
        patience,
        most,
        report: HolderReport::default(),
    };
    search.report.holders = kernel::holders(&search.target, &search.mounts, own_namespace);
    let mut pids = Vec::new();
    root.each_pid(|pid, _| pids.push(pid)).map_err(ProbeError::own)?;
    for (index, pid) in pids.iter().enumerate() {
        if patience.is_over() || search.report.holders.len() >= most {
            search.report.left += (pids.len() - index) as u32;
            break;
        }
        if *pid != std::process::id() {
            search.look_at(&root, *pid);
        }
    }
    search.report.holders.sort_by(|a, b| (a.key, a.hold, &a.path).cmp(&(b.key, b.hold, &b.path)));
    Ok(search.report)
}

/// Inode of a process's mount namespace, 0 where it may not be known.
fn namespace(place: &ProcessDir) -> u64 {
    place.link("ns/mnt").ok().and_then(|link| fdinfo::bracketed(&link, b"mnt")).unwrap_or(0)
}

struct Search {
    target: Target,
    mounts: Mounts,
    own_namespace: u64,
    users: Users,
    patience: Patience,
    /// Rows kept.
    most: usize,
    report: HolderReport,
}

/// One process while it is looked at.
struct Suspect {
    place: ProcessDir,
    namespace: u64,
    found: Vec<Find>,
    /// Rows there is room for.
    room: usize,
    /// Time or room was over before all of it was looked at.
    is_cut: bool,
}

/// One way in which it holds the target.
struct Find {
    hold: Hold,
    path: Vec<u8>,
    file: Option<File>,
    size: Observed<(u64, u64)>,
    is_deleted: bool,
}

impl Search {
    /// A process that ends meanwhile holds nothing.
    fn look_at(&mut self, root: &ProcFs, pid: u32) {
        let Ok(place) = ProcessDir::open(root, pid) else { return };
        let Ok(line) = place.read("stat", 4096) else { return };
        let Some(stat) = stat::parse(&line) else { return };
        if Life::of(&stat) != Life::Alive {
            return;
        }
        self.report.processes += 1;
        let key = ProcessKey { pid, birth: stat.start_ticks };
        let namespace = namespace(&place);
        let _ = self.mounts.learn(&place, namespace);
        let room = self.most.saturating_sub(self.report.holders.len());
        let mut suspect = Suspect { place, namespace, found: Vec::new(), room, is_cut: false };
        if let Err(Errno::ACCESS | Errno::PERM) = self.look_through(&mut suspect) {
            self.report.denied += 1;
        }
        self.report.left += u32::from(suspect.is_cut);
        if suspect.found.is_empty() {
            return;
        }
        let name: Arc<str> = facts::name(&suspect.place, stat.comm).into();
        let user = self.user(&suspect.place);
        let rows = suspect.found.into_iter();
        self.report.holders.extend(rows.map(|find| find.row(key, &name, user.clone())));
    }

    fn user(&mut self, place: &ProcessDir) -> Observed<Arc<str>> {
        let status = place.read("status", 64 * 1024).unwrap_or_default();
        let uid = full_status::parse(&status).uids.map(|uids| uids[0]);
        Observed::from_option(uid.map(|uid| self.users.name(uid, 0)), Absence::Gone)
    }

    fn look_through(&self, suspect: &mut Suspect) -> Result<(), Errno> {
        self.look_at_descriptors(suspect)?;
        if matches!(self.target, Target::Sockets(_)) {
            return Ok(());
        }
        for (link, hold) in
            [(c"cwd", Hold::WorkingDirectory), (c"root", Hold::Root), (c"exe", Hold::Executable)]
        {
            self.look_at_link(suspect, link, hold);
        }
        self.look_at_maps(suspect)
    }

    fn look_at_descriptors(&self, suspect: &mut Suspect) -> Result<(), Errno> {
        let links = suspect.place.folder("fd")?;
        let positions = suspect.place.folder("fdinfo")?;
        let mut refused = None;
        each_entry(links.as_fd(), |name| {
            let Some(number) = decimal(name.to_bytes()) else { return };
            if self.is_over(suspect) {
                return;
            }
            let link = match rustix::fs::readlinkat(&links, name, Vec::with_capacity(256)) {
                Ok(link) => link.into_bytes(),
                Err(errno @ (Errno::ACCESS | Errno::PERM)) => {
                    refused = Some(errno);
                    return;
                }
                Err(_) => return,
            };
            if !self.target.may_be(&link) {
                return;
            }
            let descriptor = descriptor_of(positions.as_fd(), name);
            let stat = || stat_local(&links, name);
            if let Some(mut find) = self.judge(suspect, &link, &descriptor, stat) {
                find.hold = Hold::Open(number, descriptor.mode());
                suspect.found.push(find);
            }
        })?;
        refused.map_or(Ok(()), Err)
    }

    /// Whether nothing more of that process is looked at: it may have millions of descriptors.
    fn is_over(&self, suspect: &mut Suspect) -> bool {
        suspect.is_cut |= suspect.found.len() >= suspect.room || self.patience.is_over();
        suspect.is_cut
    }

    /// Whether an open file is the target.
    fn judge(
        &self,
        suspect: &Suspect,
        link: &[u8],
        descriptor: &Descriptor,
        stat: impl Fn() -> Result<Statx, Errno>,
    ) -> Option<Find> {
        if let Target::Sockets(inodes) = &self.target {
            let inode = fdinfo::bracketed(link, b"socket").filter(|id| inodes.contains(id))?;
            return Some(Find::of(link, Some(((0, 0), inode))));
        }
        let mount = descriptor.mount.and_then(|id| self.mounts.get(id));
        let is_local = self.mounts.is_local(descriptor.mount);
        let ask = || if is_local { stat().ok() } else { None };
        let found = match &self.target {
            Target::FileSystem(device) => mount.is_some_and(|mount| mount.device == *device),
            Target::Below(..) if self.is_below(suspect, link) => true,
            Target::File(file, path) | Target::Below(file, path) => {
                match identity(mount, descriptor.inode, &ask) {
                    Some(seen) => seen == *file,
                    None => suspect.namespace == self.own_namespace && link == path,
                }
            }
            // Memory files have no name to begin with, and are on no mount that is listed.
            Target::Deleted => mount.is_some() && fdinfo::without_mark(link).1,
            Target::Sockets(_) => false,
        };
        let stat = if found { ask() } else { None };
        if self.target == Target::Deleted && stat.is_some_and(|stat| !takes_space(&stat)) {
            return None;
        }
        let file = identity(mount, descriptor.inode, &|| stat);
        found.then(|| Find { file, ..Find::of(link, None).with(stat) })
    }

    /// Working directory, root and program: their link tells no mount, so the path must.
    fn look_at_link(&self, suspect: &mut Suspect, name: &CStr, hold: Hold) {
        let Ok(link) = suspect.place.link(name.to_str().unwrap_or_default()) else { return };
        let (path, has_mark) = fdinfo::without_mark(&link);
        let stat = self.is_local(suspect, path).then(|| stat_local(&suspect.place, name).ok());
        let stat = stat.flatten();
        let file = stat.map(|stat| ((stat.stx_dev_major, stat.stx_dev_minor), stat.stx_ino));
        let is_found = match &self.target {
            Target::FileSystem(device) => {
                let mount = self.mounts.of_path(suspect.namespace, path);
                mount.is_some_and(|mount| mount.device == *device)
            }
            Target::Below(..) if self.is_below(suspect, &link) => true,
            Target::File(wanted, path) | Target::Below(wanted, path) => match file {
                Some(file) => file == *wanted,
                None => suspect.namespace == self.own_namespace && link == *path,
            },
            Target::Deleted => {
                has_mark
                    && stat.is_some_and(|stat| takes_space(&stat) && !self.mounts.is_memory(&stat))
            }
            Target::Sockets(_) => false,
        };
        if is_found {
            suspect.found.push(Find { file, hold, ..Find::of(&link, None).with(stat) });
        }
    }

    fn look_at_maps(&self, suspect: &mut Suspect) -> Result<(), Errno> {
        let mut lines = Lines::of(suspect.place.file("maps")?);
        let mut seen: HashSet<File> = HashSet::new();
        // The program itself is mapped too, and was found already.
        seen.extend(suspect.found.iter().filter_map(|find| match find.hold {
            Hold::Executable => find.file,
            _ => None,
        }));
        while let Some(line) = lines.next()? {
            if self.is_over(suspect) {
                break;
            }
            let Some(map) = maps::line(line).filter(|map| map.inode != 0) else { continue };
            let file = (map.device, map.inode);
            if !seen.contains(&file) && self.is_mapped(suspect, &map) {
                seen.insert(file);
                let find = self.mapped(suspect, &map);
                suspect.found.extend(find);
            }
        }
        Ok(())
    }

    fn is_mapped(&self, suspect: &Suspect, map: &MapLine<'_>) -> bool {
        match &self.target {
            Target::FileSystem(device) => map.device == *device,
            Target::Below(..) if self.is_below(suspect, map.path) => true,
            Target::File(file, path) | Target::Below(file, path) => {
                // Where the numbers of maps are not those of stat, the name decides.
                let is_named = suspect.namespace == self.own_namespace && map.path == path;
                (map.device, map.inode) == *file || is_named && !self.is_plain(map.device)
            }
            Target::Deleted => {
                fdinfo::without_mark(map.path).1 && self.mount_on(map.device).is_some()
            }
            Target::Sockets(_) => false,
        }
    }

    fn mapped(&self, suspect: &Suspect, map: &MapLine<'_>) -> Option<Find> {
        let (path, _) = fdinfo::without_mark(map.path);
        let name = std::ffi::CString::new(format!("{:x}-{:x}", map.start, map.end)).ok()?;
        let folder = suspect.place.folder("map_files").ok();
        let stat = folder
            .filter(|_| self.is_local(suspect, path))
            .and_then(|folder| stat_local(&folder, &name).ok());
        if self.target == Target::Deleted && stat.is_some_and(|stat| !takes_space(&stat)) {
            return None;
        }
        let file = Some((map.device, map.inode));
        Some(Find { file, hold: Hold::Mapped, ..Find::of(map.path, None).with(stat) })
    }

    fn mount_on(&self, device: (u32, u32)) -> Option<&super::mounts::Mount> {
        self.mounts.on_device(device)
    }

    fn is_plain(&self, device: (u32, u32)) -> bool {
        self.mount_on(device).is_some_and(|mount| mount.is_plain)
    }

    /// A path means the same to us and to a process only in one mount namespace.
    fn is_below(&self, suspect: &Suspect, link: &[u8]) -> bool {
        let Target::Below(_, directory) = &self.target else { return false };
        suspect.namespace == self.own_namespace
            && super::mounts::is_at_or_below(fdinfo::without_mark(link).0, directory)
    }

    /// Whether a path is on a local file system as that process sees it and as we see it: of a
    /// process in a changed root the link may be either.
    fn is_local(&self, suspect: &Suspect, path: &[u8]) -> bool {
        let theirs = self.mounts.of_path(suspect.namespace, path);
        let ours = self.mounts.of_path(self.own_namespace, path);
        theirs.or(ours).is_some()
            && theirs.is_none_or(|mount| mount.is_local)
            && ours.is_none_or(|mount| mount.is_local)
    }
}

/// A regular file that no name leads to.
fn takes_space(stat: &Statx) -> bool {
    stat.stx_nlink == 0 && kind(stat.stx_mode) == FileKind::File
}

impl Find {
    fn of(path: &[u8], file: Option<File>) -> Self {
        Self {
            hold: Hold::Mapped,
            path: path.to_vec(),
            file,
            size: Observed::Absent(Absence::Unsupported),
            is_deleted: fdinfo::without_mark(path).1,
        }
    }

    /// What the file itself tells, where it was asked.
    fn with(mut self, stat: Option<Statx>) -> Self {
        if let Some(stat) = stat {
            self.is_deleted = stat.stx_nlink == 0;
            if kind(stat.stx_mode) == FileKind::File {
                // Blocks are of 512 bytes, whatever the file system's own are.
                self.size = Observed::Known((stat.stx_size, stat.stx_blocks.saturating_mul(512)));
            }
        }
        self
    }

    fn row(self, key: ProcessKey, name: &Arc<str>, user: Observed<Arc<str>>) -> Holder {
        let (device, inode) = self.file.unwrap_or_default();
        Holder {
            key: Some(key),
            name: Arc::clone(name),
            user,
            hold: self.hold,
            path: text::from_kernel(&self.path).into(),
            inode,
            device,
            size_bytes: self.size.map(|(size, _)| size),
            space_bytes: self.size.map(|(_, space)| space),
            is_deleted: self.is_deleted,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_process_with_very_many_files_takes_no_more_room_than_there_is() {
        let path = std::env::temp_dir().join(format!("topmast-many-{}", std::process::id()));
        std::fs::write(&path, "x").unwrap();
        let script = "exec 3<$0 4<$0 5<$0 6<$0 7<$0 8<$0; echo; read x";
        let mut child = std::process::Command::new("sh")
            .args(["-c", script])
            .arg(&path)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        // What it writes tells that all are open.
        std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0]).unwrap();
        let held = Held::Path(path.canonicalize().unwrap());
        let patience = Duration::from_secs(60);
        let all = find_some(&held, patience, HOLDERS_MAX).unwrap();
        let some = find_some(&held, patience, 2).unwrap();
        drop(child.stdin.take());
        child.wait().unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!((all.holders.len(), all.left), (6, 0));
        assert_eq!(some.holders.len(), 2);
        assert!(some.left > 0);
    }
}
