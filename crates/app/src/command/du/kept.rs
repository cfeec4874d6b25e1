//! Sizes counted earlier, in a file of the user's cache directory. Anything wrong with it and it is
//! as if there were none: everything can be counted again.

use probe::space::{Child, Collection, Identity, Manner, Measure, Reading};
use serde_json::{Value, json};
use std::env;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A longer file is not ours.
const FILE_MAX: u64 = 64 << 20;

/// Named directories at most; the oldest go first.
const ENTRIES_MAX: usize = 200;

/// A directory with more files of several names is counted anew each time.
const LINKS_MAX: usize = 20_000;

/// Of what the file looks like; another version's is not read.
const VERSION: u64 = 1;

struct Entry {
    path: PathBuf,
    identity: Identity,
    reading: Reading,
}

/// What is in the file.
#[derive(Default)]
pub(super) struct Kept {
    entries: Vec<Entry>,
}

impl Kept {
    pub(super) fn read() -> Self {
        file().and_then(|path| Self::from_file(&path)).unwrap_or_default()
    }

    fn from_file(path: &Path) -> Option<Self> {
        let mut bytes = Vec::new();
        File::open(path).ok()?.take(FILE_MAX).read_to_end(&mut bytes).ok()?;
        let value: Value = serde_json::from_slice(&bytes).ok()?;
        if value.get("version")?.as_u64()? != VERSION {
            return None;
        }
        let entries = value.get("entries")?.as_array()?;
        Some(Self { entries: entries.iter().filter_map(entry).collect() })
    }

    /// Hands what is kept to those that are the same by path and by what is there.
    pub(super) fn restore(self, collection: &mut Collection) {
        for entry in self.entries {
            let is_same = |named: &&probe::space::Named| {
                named.identity() == entry.identity && named.path() == entry.path
            };
            // What this run counted itself is newer.
            let meant = collection.named().iter().find(is_same);
            if meant.is_some_and(|named| named.reading().is_none()) {
                collection.restore(entry.identity, entry.reading);
            }
        }
    }

    /// Keeps what was counted beside what is kept. That this fails stops nobody.
    pub(super) fn keep(mut self, collection: &Collection, now_unix_nanos: i64) {
        for named in collection.named() {
            let Some(reading) = named.reading() else { continue };
            self.entries.retain(|entry| entry.path != named.path());
            if reading.links.len() <= LINKS_MAX {
                let (path, identity) = (named.path().to_owned(), named.identity());
                self.entries.push(Entry { path, identity, reading: reading.clone() });
            }
        }
        self.entries.retain(|entry| entry.reading.read_unix_nanos <= now_unix_nanos);
        self.entries.sort_by_key(|entry| std::cmp::Reverse(entry.reading.read_unix_nanos));
        self.entries.truncate(ENTRIES_MAX);
        let _ = file().map(|path| self.write(&path));
    }

    /// Beside the old file and then in its place, so that no reader meets half of it.
    fn write(&self, path: &Path) -> std::io::Result<()> {
        let entries: Vec<Value> = self.entries.iter().map(value).collect();
        let text = json!({"version": VERSION, "entries": entries}).to_string();
        let dir = path.parent().unwrap_or(path);
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        let fresh = path.with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(0o600).open(&fresh)?;
        let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&fresh, path));
        if written.is_err() {
            let _ = fs::remove_file(&fresh);
        }
        written
    }

    /// Path, bytes and time of each, the largest first.
    pub(super) fn sizes(&self) -> Vec<(String, u64, i64)> {
        let size = |entry: &Entry| {
            let linked = entry.reading.links.iter().map(|(_, bytes)| bytes).sum::<u64>();
            let path = model::text::from_kernel(entry.path.as_os_str().as_bytes());
            let bytes = entry.reading.bytes.saturating_add(linked);
            (path, bytes, entry.reading.read_unix_nanos)
        };
        let mut sizes: Vec<_> = self.entries.iter().map(size).collect();
        sizes.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        sizes
    }
}

/// `$XDG_CACHE_HOME/topmast/du.json`, else below `~/.cache`.
fn file() -> Option<PathBuf> {
    let named = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = named("XDG_CACHE_HOME").or_else(|| Some(named("HOME")?.join(".cache")))?;
    Some(cache.join("topmast/du.json"))
}

fn value(entry: &Entry) -> Value {
    let Entry { path, identity, reading } = entry;
    let links = reading.links.iter().map(|(file, bytes)| json!([identity_value(file), bytes]));
    let children = &reading.children;
    let children =
        children.iter().map(|child| json!([path_value(&child.path), child.bytes, child.files]));
    json!({
        "path": path_value(path),
        "identity": identity_value(identity),
        "read_unix_nanos": reading.read_unix_nanos,
        "apparent": reading.manner.measure == Measure::Apparent,
        "depth": reading.manner.depth,
        "without": reading.without.iter().map(identity_value).collect::<Vec<_>>(),
        "bytes": reading.bytes,
        "files": reading.files,
        "links": links.collect::<Vec<_>>(),
        "unread": reading.unread,
        "unread_paths": reading.unread_paths.iter().map(|p| path_value(p)).collect::<Vec<_>>(),
        "children": children.collect::<Vec<_>>(),
    })
}

fn entry(value: &Value) -> Option<Entry> {
    let number = |name: &str| value.get(name)?.as_u64();
    let apparent = value.get("apparent")?.as_bool()?;
    let measure = if apparent { Measure::Apparent } else { Measure::Allocated };
    let depth = u32::try_from(number("depth")?).ok()?;
    let link = |row: &Value| Some((identity(row.get(0)?)?, row.get(1)?.as_u64()?));
    let child = |row: &Value| {
        let (bytes, files) = (row.get(1)?.as_u64()?, row.get(2)?.as_u64()?);
        Some(Child { path: path(row.get(0)?)?, bytes, files })
    };
    Some(Entry {
        path: path(value.get("path")?)?,
        identity: identity(value.get("identity")?)?,
        reading: Reading {
            read_unix_nanos: value.get("read_unix_nanos")?.as_i64()?,
            manner: Manner { measure, depth },
            without: each(value.get("without")?, identity)?,
            bytes: number("bytes")?,
            files: number("files")?,
            links: each(value.get("links")?, link)?,
            unread: number("unread")?,
            unread_paths: each(value.get("unread_paths")?, path)?,
            children: each(value.get("children")?, child)?,
        },
    })
}

fn each<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    value.as_array()?.iter().map(read).collect()
}

fn identity_value(identity: &Identity) -> Value {
    json!([identity.device.0, identity.device.1, identity.node])
}

fn identity(value: &Value) -> Option<Identity> {
    let number = |at: usize| value.get(at)?.as_u64();
    let part = |at| number(at).and_then(|number| u32::try_from(number).ok());
    Some(Identity { device: (part(0)?, part(1)?), node: number(2)? })
}

/// Text where it is, and else its bytes: a name may be anything.
fn path_value(path: &Path) -> Value {
    path.to_str().map_or_else(|| json!(path.as_os_str().as_bytes()), |text| json!(text))
}

fn path(value: &Value) -> Option<PathBuf> {
    let bytes = match value {
        Value::String(text) => text.clone().into_bytes(),
        other => each(other, |byte| u8::try_from(byte.as_u64()?).ok())?,
    };
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_broken_is_not_there() {
        let identity = Identity { device: (8, 1), node: u64::MAX };
        let odd = PathBuf::from(OsString::from_vec(b"/a\xff\n".to_vec()));
        let reading = Reading {
            read_unix_nanos: -5,
            manner: Manner { measure: Measure::Apparent, depth: 3 },
            without: vec![identity],
            bytes: u64::MAX,
            files: 2,
            links: vec![(identity, 7)],
            unread: 1,
            unread_paths: vec![PathBuf::new()],
            children: vec![Child { path: odd.clone(), bytes: 1, files: 1 }],
        };
        let kept = Entry { path: odd.clone(), identity, reading: reading.clone() };
        let written = value(&kept);
        let text = written.to_string();
        let read = entry(&serde_json::from_str(&text).expect("JSON")).expect("an entry");
        assert_eq!((read.path, read.identity, read.reading), (odd, identity, reading));
        // Whatever is missing, it is not there.
        for name in written.as_object().expect("an object").keys() {
            let mut broken = written.clone();
            broken[name] = Value::Null;
            assert!(entry(&broken).is_none(), "without {name}");
        }
    }
}
