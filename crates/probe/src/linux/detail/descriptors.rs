//! Open files: links, positions and, where asking cannot block, sizes.

use super::Reading;
use crate::linux::mounts::{Mounts, stat_local};
use crate::linux::process_dir::read_below;
use crate::linux::procfs::{decimal, each_entry};
use crate::parse::fdinfo::{self, Descriptor};
use model::request::{FileKind, OpenFile};
use model::text;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::FileType;
use rustix::io::Errno;
use std::ffi::CStr;

/// Descriptors listed at most.
const FILES_MAX: usize = 100_000;

impl Reading<'_> {
    /// By descriptor ascending, as the kernel lists them.
    pub(super) fn files(&mut self) -> Result<Vec<OpenFile>, Errno> {
        let links = self.body.folder("fd")?;
        // Not there on kernels without it, and then only positions and sizes are missing.
        let positions = self.body.folder("fdinfo").ok();
        let mut mounts = Mounts::new();
        let _ = mounts.learn(self.body, 0);
        let folder = Folder { links: &links, positions: positions.as_ref(), mounts: &mounts };
        let mut files = Vec::new();
        let (mut is_cut, mut refused) = (false, None);
        each_entry(links.as_fd(), |name| {
            let Some(number) = decimal(name.to_bytes()) else { return };
            is_cut = is_cut || files.len() >= FILES_MAX || self.patience.is_over();
            if is_cut {
                return;
            }
            match folder.file(name, number) {
                Ok(file) => files.push(file),
                Err(errno @ (Errno::ACCESS | Errno::PERM)) => refused = Some(errno),
                // Closed meanwhile.
                Err(_) => {}
            }
        })?;
        if is_cut {
            self.unfinished.push("files");
        }
        match refused {
            // Root may open the directory of a protected process and still not read what is in it.
            Some(errno) if files.is_empty() => Err(errno),
            _ => Ok(files),
        }
    }
}

struct Folder<'a> {
    links: &'a OwnedFd,
    positions: Option<&'a OwnedFd>,
    mounts: &'a Mounts,
}

impl Folder<'_> {
    fn file(&self, name: &CStr, descriptor: u32) -> Result<OpenFile, Errno> {
        let link = rustix::fs::readlinkat(self.links, name, Vec::with_capacity(256))?.into_bytes();
        let position =
            self.positions.map_or_else(Descriptor::default, |dir| descriptor_of(dir.as_fd(), name));
        let mut file = OpenFile {
            descriptor,
            target: text::from_kernel(&link).into(),
            kind: fdinfo::kind_of(&link),
            mode: position.mode(),
            position: None,
            size_bytes: None,
            is_deleted: fdinfo::without_mark(&link).1,
        };
        if file.kind == FileKind::Unknown && self.mounts.is_local(position.mount) {
            self.ask(name, &mut file);
        }
        if matches!(file.kind, FileKind::File | FileKind::Unknown) {
            file.position = position.position;
        }
        Ok(file)
    }

    /// What only the file itself tells.
    fn ask(&self, name: &CStr, file: &mut OpenFile) {
        let Ok(found) = stat_local(self.links, name) else { return };
        file.kind = kind(found.stx_mode);
        file.size_bytes = (file.kind == FileKind::File).then_some(found.stx_size);
        // The mark of a deleted file may be part of a name; the count of names cannot be forged.
        file.is_deleted = found.stx_nlink == 0;
    }
}

/// What fdinfo says of one descriptor; nothing where it may not be read.
pub(in crate::linux) fn descriptor_of(dir: BorrowedFd<'_>, name: &CStr) -> Descriptor {
    let mut buffer = [0; 512];
    read_below(dir, name, &mut buffer).map_or_else(|_| Descriptor::default(), fdinfo::parse)
}

/// The kind a file's mode tells.
pub(in crate::linux) fn kind(mode: u16) -> FileKind {
    match FileType::from_raw_mode(mode.into()) {
        FileType::RegularFile => FileKind::File,
        FileType::Directory => FileKind::Directory,
        FileType::CharacterDevice | FileType::BlockDevice => FileKind::Device,
        FileType::Fifo => FileKind::Pipe,
        FileType::Socket => FileKind::Socket,
        _ => FileKind::Unknown,
    }
}
