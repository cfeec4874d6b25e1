//! Counting one directory. Every step goes from an open directory to a name in it and never through
//! a link, so that renaming and linking meanwhile cannot lead it elsewhere. It does not recurse:
//! trees may be deeper than any stack, and deeper than we may hold directories open.

use super::{
    BrokenOff, Child, Identity, Manner, Measure, Named, Progress, Reading, WANTED, path_of, stat_of,
};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, Statx, StatxAttributes, StatxFlags};
use rustix::io::Errno;
use std::collections::{HashMap, HashSet};
use std::ffi::{CStr, CString};
use std::mem::MaybeUninit;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Directories kept open at once; those further up are opened again from below.
const OPEN_MAX: usize = 64;

/// Entries between two reports of progress within one directory.
const REPORT_EVERY: u64 = 4096;

/// Paths that could not be read are named up to this many.
const UNREAD_NAMED: usize = 100;

/// Children are kept up to this many, the largest of twice as many.
const CHILDREN_MAX: usize = 10_000;

const DIRECTORY: OFlags =
    OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

const ENTRY: AtFlags = AtFlags::SYMLINK_NOFOLLOW.union(AtFlags::NO_AUTOMOUNT);

/// What is to be counted.
pub(super) struct Order<'a> {
    pub(super) named: &'a Named,
    pub(super) manner: Manner,
    /// What else is named on its device.
    pub(super) stops: &'a HashSet<Identity>,
    /// Files and bytes counted before, for the reports.
    pub(super) done: (u64, u64),
}

type Report<'a> = &'a mut dyn FnMut(&Progress<'_>) -> ControlFlow<()>;

/// A directory on the way down to where we are.
struct Frame {
    /// `None` while it is closed because too many are open.
    dir: Option<OwnedFd>,
    identity: Identity,
    name: CString,
    /// Directories in it that are still to be counted.
    pending: Vec<CString>,
    bytes: u64,
    files: u64,
}

struct Walk<'a> {
    order: &'a Order<'a>,
    frames: Vec<Frame>,
    /// Bytes and names not seen yet, of files with several names.
    links: HashMap<Identity, (u64, u32)>,
    reading: Reading,
    seen: (u64, u64),
    reported: u64,
}

/// Counts it. What vanishes meanwhile is not there; what may not be read is named.
pub(super) fn count(order: &Order<'_>, report: Report<'_>) -> Result<Reading, BrokenOff> {
    let mut walk = Walk {
        order,
        frames: Vec::new(),
        links: HashMap::new(),
        reading: Reading {
            read_unix_nanos: 0,
            manner: order.manner,
            without: Vec::new(),
            bytes: 0,
            files: 0,
            links: Vec::new(),
            unread: 0,
            unread_paths: Vec::new(),
            children: Vec::new(),
        },
        seen: order.done,
        reported: 0,
    };
    walk.begin();
    while !walk.frames.is_empty() {
        walk.step(report)?;
    }
    Ok(walk.finish())
}

impl Walk<'_> {
    fn begin(&mut self) {
        let named = self.order.named;
        let stat = match stat_of(&named.handle) {
            Ok(stat) => stat,
            Err(_) => return self.unread(c""),
        };
        if !is_directory(&stat) {
            let bytes = self.file_bytes(&stat);
            self.reading.files = 1;
            self.reading.bytes = bytes;
            return;
        }
        match rustix::fs::openat(&named.handle, c".", DIRECTORY, Mode::empty()) {
            Ok(dir) => self.enter(dir, &stat, CString::default()),
            Err(_) => {
                self.reading.files = 1;
                self.reading.bytes = self.size(&stat);
                self.unread(c"");
            }
        }
    }

    /// Lists a directory and stands in it. Its own size is counted with it.
    fn enter(&mut self, dir: OwnedFd, stat: &Statx, name: CString) {
        let bytes = self.size(stat);
        let mut frame = Frame {
            dir: None,
            identity: Identity::of(stat),
            name,
            pending: Vec::new(),
            bytes,
            files: 1,
        };
        self.seen = (self.seen.0 + 1, self.seen.1.saturating_add(bytes));
        self.list(&dir, &mut frame);
        frame.dir = Some(dir);
        self.frames.push(frame);
        if let Some(above) = self.frames.len().checked_sub(OPEN_MAX + 1) {
            self.frames[above].dir = None;
        }
    }

    fn list(&mut self, dir: &OwnedFd, frame: &mut Frame) {
        let mut buffer = [MaybeUninit::uninit(); 32 * 1024];
        let mut entries = RawDir::new(dir.as_fd(), &mut buffer);
        while let Some(entry) = entries.next() {
            let name = match &entry {
                Ok(entry) => entry.file_name(),
                Err(_) => {
                    self.unread_in(frame, c"");
                    break;
                }
            };
            if name != c"." && name != c".." {
                self.look(dir, name, frame);
            }
        }
    }

    /// Counts one entry; a directory is only noted.
    fn look(&mut self, dir: &OwnedFd, name: &CStr, frame: &mut Frame) {
        let stat = match rustix::fs::statx(dir, name, ENTRY, WANTED) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => return,
            Err(_) => return self.unread_in(frame, name),
        };
        if self.is_elsewhere(&stat) || self.is_named(&stat) {
            return;
        }
        if is_directory(&stat) {
            frame.pending.push(name.to_owned());
            return;
        }
        let bytes = self.file_bytes(&stat);
        frame.bytes = frame.bytes.saturating_add(bytes);
        frame.files += 1;
        self.seen = (self.seen.0 + 1, self.seen.1.saturating_add(bytes));
        if self.frames.len() < self.order.manner.depth as usize {
            let path = self.path_below(frame, name);
            self.keep_child(Child { path, bytes, files: 1 });
        }
    }

    /// Another file system, or a mount of this one: counted where it is mounted from, if at all.
    /// Devices are compared for directories only: overlays show files of several.
    fn is_elsewhere(&self, stat: &Statx) -> bool {
        let named = self.order.named;
        let is_other = is_directory(stat) && Identity::of(stat).device != named.identity.device;
        let is_mount_root = stat.stx_attributes_mask.contains(StatxAttributes::MOUNT_ROOT)
            && stat.stx_attributes.contains(StatxAttributes::MOUNT_ROOT);
        let tells_mount = StatxFlags::from_bits_retain(stat.stx_mask).contains(StatxFlags::MNT_ID);
        is_other || is_mount_root || (tells_mount && stat.stx_mnt_id != named.mount_id)
    }

    /// Named itself: left out here, and remembered as left out.
    fn is_named(&mut self, stat: &Statx) -> bool {
        let identity = Identity::of(stat);
        let is_named = !self.order.stops.is_empty() && self.order.stops.contains(&identity);
        if is_named {
            self.reading.without.push(identity);
        }
        is_named
    }

    fn size(&self, stat: &Statx) -> u64 {
        match self.order.manner.measure {
            Measure::Allocated => stat.stx_blocks.saturating_mul(512),
            Measure::Apparent => stat.stx_size,
        }
    }

    /// A file with several names counts where it is seen first.
    fn file_bytes(&mut self, stat: &Statx) -> u64 {
        let bytes = self.size(stat);
        if stat.stx_nlink <= 1 {
            return bytes;
        }
        let mut is_new = false;
        let left = self.links.entry(Identity::of(stat)).or_insert_with(|| {
            is_new = true;
            (bytes, stat.stx_nlink)
        });
        left.1 = left.1.saturating_sub(1);
        if is_new { bytes } else { 0 }
    }

    /// Goes down into the next directory, or up.
    fn step(&mut self, report: Report<'_>) -> Result<(), BrokenOff> {
        if self.seen.0.saturating_sub(self.reported) >= REPORT_EVERY || self.reported == 0 {
            self.reported = self.seen.0;
            let directory = self.order.named.path.join(self.path());
            let progress =
                Progress { files: self.seen.0, bytes: self.seen.1, directory: &directory };
            if report(&progress).is_break() {
                return Err(BrokenOff);
            }
        }
        let Some(frame) = self.frames.last_mut() else { return Ok(()) };
        match (frame.pending.pop(), &frame.dir) {
            (Some(name), Some(dir)) => match open_below(dir, &name) {
                // It was a directory just now: what it is by now is looked at again.
                Ok((below, stat)) if !self.is_elsewhere(&stat) && !self.is_named(&stat) => {
                    self.enter(below, &stat, name);
                }
                Ok(_) | Err((Errno::NOENT | Errno::NOTDIR | Errno::LOOP, _)) => {}
                Err((_, stat)) => self.refused(&name, stat.as_deref()),
            },
            // It went elsewhere while we were below it.
            (Some(name), None) => self.unread(&name),
            (None, _) => self.leave(),
        }
        Ok(())
    }

    /// A directory that may not be opened has a size of its own nevertheless.
    fn refused(&mut self, name: &CStr, stat: Option<&Statx>) {
        let bytes = stat.map_or(0, |stat| self.size(stat));
        if let Some(frame) = self.frames.last_mut() {
            frame.bytes = frame.bytes.saturating_add(bytes);
            frame.files += u64::from(stat.is_some());
        }
        self.unread(name);
    }

    /// Everything in a directory is counted: adds it to the one above and stands in that again.
    fn leave(&mut self) {
        let depth = self.frames.len().saturating_sub(1);
        let is_kept = (1..=self.order.manner.depth as usize).contains(&depth);
        let path = if is_kept { self.path() } else { PathBuf::new() };
        let Some(frame) = self.frames.pop() else { return };
        let Some(above) = self.frames.last_mut() else {
            (self.reading.bytes, self.reading.files) = (frame.bytes, frame.files);
            return;
        };
        above.bytes = above.bytes.saturating_add(frame.bytes);
        above.files += frame.files;
        if above.dir.is_none() {
            // Also where nothing is left to be counted: the way further up leads through it.
            above.dir = frame.dir.as_ref().and_then(|dir| open_above(dir, above.identity));
        }
        if is_kept {
            self.keep_child(Child { path, bytes: frame.bytes, files: frame.files });
        }
    }

    fn keep_child(&mut self, child: Child) {
        let children = &mut self.reading.children;
        children.push(child);
        if children.len() >= 2 * CHILDREN_MAX {
            keep_largest(children);
        }
    }

    /// Where we are, relative to what is named.
    fn path(&self) -> PathBuf {
        self.frames.iter().map(|frame| path_of(frame.name.as_bytes())).collect()
    }

    fn path_below(&self, frame: &Frame, name: &CStr) -> PathBuf {
        let mut path = self.path();
        path.push(path_of(frame.name.as_bytes()));
        path.push(path_of(name.to_bytes()));
        path
    }

    fn unread(&mut self, name: &CStr) {
        self.reading.unread += 1;
        if self.reading.unread_paths.len() < UNREAD_NAMED {
            let path = self.path().join(path_of(name.to_bytes()));
            self.reading.unread_paths.push(path);
        }
    }

    fn unread_in(&mut self, frame: &Frame, name: &CStr) {
        self.reading.unread += 1;
        if self.reading.unread_paths.len() < UNREAD_NAMED {
            let path = self.path_below(frame, name);
            self.reading.unread_paths.push(path);
        }
    }

    /// Files all of whose names were seen need not be told from others any more.
    fn finish(mut self) -> Reading {
        let outside = self.links.iter().filter(|(_, (_, left))| *left > 0);
        self.reading.links = outside.map(|(identity, (bytes, _))| (*identity, *bytes)).collect();
        self.reading.links.sort_unstable();
        let linked = self.reading.links.iter().fold(0_u64, |sum, (_, b)| sum.saturating_add(*b));
        self.reading.bytes = self.reading.bytes.saturating_sub(linked);
        self.reading.without.sort_unstable();
        self.reading.without.dedup();
        keep_largest(&mut self.reading.children);
        self.reading
    }
}

fn is_directory(stat: &Statx) -> bool {
    FileType::from_raw_mode(stat.stx_mode.into()) == FileType::Directory
}

fn keep_largest(children: &mut Vec<Child>) {
    children.sort_by(|one, other| (other.bytes, &one.path).cmp(&(one.bytes, &other.path)));
    children.truncate(CHILDREN_MAX);
}

type Below = (OwnedFd, Box<Statx>);

/// Opens a directory in another, and says which it is. A refusal comes with what it is, if that
/// can be told.
fn open_below(dir: &OwnedFd, name: &CStr) -> Result<Below, (Errno, Option<Box<Statx>>)> {
    let stat = |errno| {
        let stat = rustix::fs::statx(dir, name, ENTRY, WANTED).ok().map(Box::new);
        (errno, stat)
    };
    let below = rustix::fs::openat(dir, name, DIRECTORY, Mode::empty()).map_err(stat)?;
    let found = stat_of(&below).map_err(|errno| (errno, None))?;
    Ok((below, Box::new(found)))
}

/// The directory above, if it is still the one we came from.
fn open_above(dir: &OwnedFd, expected: Identity) -> Option<OwnedFd> {
    let above = rustix::fs::openat(dir, c"..", DIRECTORY, Mode::empty()).ok()?;
    let found = Identity::of(&stat_of(&above).ok()?);
    (found == expected).then_some(above)
}
