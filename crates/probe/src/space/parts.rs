//! From readings to parts that add up.

use super::{Identity, Named, Reading, shown};
use crate::parse::mount::Mount;
use model::snapshot::Space;
use model::space::{Place, PlaceKind};
use model::{Absence, Observed};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// A file system and what fills it.
#[derive(Debug, Clone, PartialEq)]
pub struct FileSystemParts {
    /// Where it is mounted.
    pub mount_point: Arc<str>,
    /// Its device or source.
    pub device: Arc<str>,
    /// The kernel's name of its type.
    pub kind: Arc<str>,
    /// Its space.
    pub space: Observed<Space>,
    /// Its parts: what is named with what is inside, the largest first, then what is left.
    pub places: Vec<Place>,
}

/// One file system is one device, whatever it is mounted as.
pub(super) fn file_systems(named: &[Named], mounts: &[Mount]) -> Vec<FileSystemParts> {
    let mut groups = BTreeMap::<(u32, u32), Vec<&Named>>::new();
    for named in named {
        let device = named.mount(mounts).map_or(named.identity.device, |mount| mount.device);
        groups.entry(device).or_default().push(named);
    }
    let mut all: Vec<_> = groups.into_values().map(|named| parts(&named, mounts)).collect();
    all.sort_by(|one, other| one.mount_point.cmp(&other.mount_point));
    all
}

fn parts(named: &[&Named], mounts: &[Mount]) -> FileSystemParts {
    let mount = named.iter().find_map(|named| named.mount(mounts));
    let mount_point: Arc<str> = mount.map_or_else(|| "?".into(), |mount| shown(&mount.point));
    let space = named.first().map_or(Observed::Absent(Absence::NotYet), |named| named.space());
    let book = Book { mount_point: Arc::clone(&mount_point), space };
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    let mut sum = 0_u64;
    for named in named {
        let bytes = named.reading.as_ref().map(|reading| own_bytes(reading, &mut seen));
        sum = sum.saturating_add(bytes.unwrap_or(0));
        groups.push((bytes, *named));
    }
    groups.sort_by(|one, other| (other.0, &one.1.path).cmp(&(one.0, &other.1.path)));
    let mut places = Vec::new();
    for (bytes, named) in groups {
        book.push_named(named, bytes, &mut places);
    }
    book.push_rest(sum, &mut places);
    let words = |pick: fn(&Mount) -> &str| mount.map_or("?", pick).into();
    FileSystemParts {
        mount_point,
        device: words(|mount| &mount.source),
        kind: words(|mount| &mount.kind),
        space,
        places,
    }
}

/// Bytes with those of files with several names, unless one counted before has them.
fn own_bytes(reading: &Reading, seen: &mut HashSet<Identity>) -> u64 {
    let fresh = reading.links.iter().filter(|(identity, _)| seen.insert(*identity));
    let linked = fresh.fold(0_u64, |sum, (_, bytes)| sum.saturating_add(*bytes));
    reading.bytes.saturating_add(linked)
}

/// What all parts of one file system share.
struct Book {
    mount_point: Arc<str>,
    space: Observed<Space>,
}

impl Book {
    fn place(&self, kind: PlaceKind, bytes: Observed<u64>) -> Place {
        let percent = match (bytes, self.space) {
            (Observed::Known(bytes), Observed::Known(space)) if space.total > 0 => {
                Observed::Known(bytes as f64 * 100.0 / space.total as f64)
            }
            (Observed::Absent(absence), _) | (_, Observed::Absent(absence)) => {
                Observed::Absent(absence)
            }
            _ => Observed::Absent(Absence::Unsupported),
        };
        let none = Absence::Unsupported;
        Place {
            file_system: Arc::clone(&self.mount_point),
            kind,
            path: Observed::Absent(none),
            depth: 0,
            bytes,
            percent,
            files: Observed::Absent(none),
            unread: Observed::Absent(none),
            read_unix_nanos: Observed::Absent(none),
        }
    }

    fn push_named(&self, named: &Named, bytes: Option<u64>, places: &mut Vec<Place>) {
        let reading = named.reading.as_ref();
        let told =
            |pick: fn(&Reading) -> u64| Observed::from_option(reading.map(pick), Absence::NotYet);
        let read = Observed::from_option(reading.map(|r| r.read_unix_nanos), Absence::NotYet);
        places.push(Place {
            path: Observed::Known(shown(&named.path)),
            files: told(|reading| reading.files),
            unread: told(|reading| reading.unread),
            read_unix_nanos: read,
            ..self.place(PlaceKind::Named, Observed::from_option(bytes, Absence::NotYet))
        });
        let children = reading.map_or(&[][..], |reading| &reading.children);
        for child in in_order(children) {
            places.push(Place {
                path: Observed::Known(shown(&named.path.join(&child.path))),
                depth: child.path.components().count() as u32,
                files: Observed::Known(child.files),
                read_unix_nanos: read,
                ..self.place(PlaceKind::Inside, Observed::Known(child.bytes))
            });
        }
    }

    /// What is left of a file system beside the named parts, so that all add up to it.
    fn push_rest(&self, named: u64, places: &mut Vec<Place>) {
        let part = |pick: &dyn Fn(&Space) -> u64| self.space.as_ref().map(pick);
        places.push(self.place(PlaceKind::Other, part(&|space| space.used.saturating_sub(named))));
        places.push(self.place(PlaceKind::Free, part(&|space| space.available)));
        places.push(self.place(PlaceKind::Reserved, part(&|space| space.reserved)));
        let overlap = part(&|space| named.saturating_sub(space.used));
        if overlap.known().is_some_and(|bytes| bytes > 0) {
            places.push(self.place(PlaceKind::Overlap, overlap));
        }
    }
}

/// Each directory before what is inside it, the largest first among neighbours.
fn in_order(children: &[super::Child]) -> Vec<&super::Child> {
    let mut below = BTreeMap::<&std::path::Path, Vec<&super::Child>>::new();
    for child in children {
        below.entry(child.path.parent().unwrap_or(&child.path)).or_default().push(child);
    }
    for siblings in below.values_mut() {
        siblings.sort_by(|one, other| (one.bytes, &other.path).cmp(&(other.bytes, &one.path)));
    }
    // Smallest first, because the last of the stack is taken.
    let mut stack = below.remove(std::path::Path::new("")).unwrap_or_default();
    let mut ordered = Vec::with_capacity(children.len());
    while let Some(child) = stack.pop() {
        ordered.push(child);
        stack.extend(below.remove(child.path.as_path()).unwrap_or_default());
    }
    ordered
}
