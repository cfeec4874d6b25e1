//! Sizes of real trees, beside what `du` says of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::Observed;
use model::space::{Place, PlaceKind};
use probe::space::{Collection, FileSystemParts, Manner, Measure, SpaceError};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File, Permissions};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A directory that is gone after the test.
struct Tree(PathBuf);

impl Tree {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("topmast-space-{}-{number}", std::process::id());
        let path = fs::canonicalize(std::env::temp_dir()).unwrap().join(name);
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    fn dir(&self, below: impl AsRef<Path>) -> PathBuf {
        let path = self.0.join(below);
        fs::create_dir_all(&path).unwrap();
        path
    }

    fn file(&self, below: impl AsRef<Path>, bytes: usize) -> PathBuf {
        let path = self.0.join(below);
        fs::write(&path, vec![7; bytes]).unwrap();
        path
    }

    /// Blocks are allocated when they are written back; afterwards sizes stand still.
    fn settle(&self) {
        rustix::fs::syncfs(File::open(&self.0).unwrap()).unwrap();
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn du(path: &Path, options: &[&str]) -> u64 {
    let output = Command::new("du").arg("-sx").args(options).arg("--").arg(path).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    text.split('\t').next().unwrap().parse().unwrap()
}

fn allocated(path: &Path) -> u64 {
    du(path, &["--block-size=1"])
}

fn counted(manner: Manner, paths: &[&Path]) -> Vec<FileSystemParts> {
    let mut collection = Collection::new(manner);
    for path in paths {
        collection.name(path, Duration::ZERO).unwrap();
    }
    collection.update(1, &mut |_| ControlFlow::Continue(())).unwrap();
    collection.file_systems()
}

fn sizes(parts: &[FileSystemParts]) -> BTreeMap<String, u64> {
    let named = parts.iter().flat_map(|parts| &parts.places);
    let named = named.filter(|place| place.kind == PlaceKind::Named);
    named.map(|place| (path(place), place.bytes.known().unwrap())).collect()
}

fn path(place: &Place) -> String {
    place.path.as_ref().known().unwrap().to_string()
}

fn size(path: &Path) -> u64 {
    sizes(&counted(Manner::default(), &[path])).into_values().sum()
}

fn assert_adds_up(parts: &FileSystemParts) {
    let sum = |kind| -> u64 {
        let places = parts.places.iter().filter(|place| place.kind == kind);
        places.map(|place| place.bytes.known().unwrap()).sum()
    };
    use PlaceKind::{Free, Named, Other, Overlap, Reserved};
    let all = sum(Named) + sum(Other) + sum(Free) + sum(Reserved) - sum(Overlap);
    let total = parts.space.known().unwrap().total;
    assert_eq!(all, total, "{parts:?}");
    let percent: f64 = parts
        .places
        .iter()
        .filter(|place| matches!(place.kind, Named | Other | Free | Reserved))
        .map(|place| place.percent.known().unwrap())
        .sum();
    let overlap = sum(Overlap) as f64 * 100.0 / total as f64;
    assert!((percent - overlap - 100.0).abs() < 1e-6, "{percent}");
}

/// What a tree is grown from: each step makes one thing below a directory made before.
#[derive(Debug, Clone)]
enum Step {
    Dir,
    File(usize),
    Sparse(u64),
    HardLink(usize),
    SymLink,
    Pipe,
}

fn steps() -> impl Strategy<Value = Vec<(Step, usize, Vec<u8>)>> {
    let step = prop_oneof![
        3 => Just(Step::Dir),
        3 => (0_usize..40_000).prop_map(Step::File),
        1 => (0_u64..1 << 30).prop_map(Step::Sparse),
        2 => any::<usize>().prop_map(Step::HardLink),
        1 => Just(Step::SymLink),
        1 => Just(Step::Pipe),
    ];
    let name = prop::collection::vec(any::<u8>(), 1..12);
    prop::collection::vec((step, any::<usize>(), name), 1..60)
}

/// Answers the directories.
fn grow(tree: &Tree, steps: &[(Step, usize, Vec<u8>)]) -> Vec<PathBuf> {
    let mut dirs = vec![tree.0.clone()];
    let mut files: Vec<PathBuf> = Vec::new();
    for (number, (step, place, name)) in steps.iter().enumerate() {
        // Any bytes but those that no name may hold; the number keeps names apart.
        let mut name: Vec<u8> = name.iter().copied().filter(|b| !matches!(b, 0 | b'/')).collect();
        name.extend(number.to_string().bytes());
        let path = dirs[place % dirs.len()].join(OsStr::from_bytes(&name));
        match step {
            Step::Dir => {
                fs::create_dir(&path).unwrap();
                dirs.push(path);
            }
            Step::File(bytes) => {
                fs::write(&path, vec![1; *bytes]).unwrap();
                files.push(path);
            }
            Step::Sparse(bytes) => {
                File::create(&path).unwrap().set_len(*bytes).unwrap();
                files.push(path);
            }
            Step::HardLink(which) if !files.is_empty() => {
                fs::hard_link(&files[which % files.len()], &path).unwrap();
            }
            Step::SymLink => symlink("/", &path).unwrap(),
            Step::HardLink(_) | Step::Pipe => {
                let mode = rustix::fs::Mode::RWXU;
                rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0)
                    .unwrap();
            }
        }
    }
    tree.settle();
    dirs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_is_as_large_as_du_says_however_it_is_divided(
        steps in steps(), chosen in prop::collection::vec(any::<usize>(), 0..5),
    ) {
        let tree = Tree::new();
        let dirs = grow(&tree, &steps);
        let truth = allocated(&tree.0);
        prop_assert_eq!(size(&tree.0), truth);
        let apparent = Manner { measure: Measure::Apparent, ..Manner::default() };
        let bytes: u64 = sizes(&counted(apparent, &[&tree.0])).into_values().sum();
        // `du` passes over the lengths of directories and links since 9.2; ours is never less.
        let least = du(&tree.0, &["--apparent-size", "--block-size=1"]);
        prop_assert!(bytes >= least, "{} < {}", bytes, least);
        // The same tree in pieces: nested ones come out of the outer ones, and links count once.
        let mut pieces: Vec<&Path> = vec![&tree.0];
        pieces.extend(chosen.iter().map(|at| dirs[at % dirs.len()].as_path()));
        let parts = counted(Manner::default(), &pieces);
        prop_assert_eq!(sizes(&parts).into_values().sum::<u64>(), truth);
        parts.iter().for_each(assert_adds_up);
    }
}

#[test]
fn nested_names_are_not_counted_twice() {
    let tree = Tree::new();
    let inner = tree.dir("outer/middle/inner");
    tree.file("outer/one", 10_000);
    tree.file("outer/middle/two", 20_000);
    tree.file("outer/middle/inner/three", 40_000);
    tree.settle();
    let outer = tree.0.join("outer");
    let alone = size(&inner);
    let whole = allocated(&outer);
    let parts = counted(Manner::default(), &[&outer, &inner, &inner.join("../inner")]);
    let sizes = sizes(&parts);
    assert_eq!(sizes.len(), 2, "what is named twice is there once");
    assert_eq!(sizes[inner.to_str().unwrap()], alone);
    assert_eq!(sizes[outer.to_str().unwrap()], whole - alone);
    assert_adds_up(&parts[0]);
    // The parts are sorted, and the rest follows.
    let kinds: Vec<_> = parts[0].places.iter().map(|place| place.kind).take(4).collect();
    use PlaceKind::{Free, Named, Other};
    assert_eq!(kinds, [Named, Named, Other, Free]);
    let bytes: Vec<_> = parts[0].places[..2].iter().map(|place| place.bytes.known()).collect();
    assert!(bytes[0] >= bytes[1]);
}

#[test]
fn a_file_with_names_in_two_parts_counts_once() {
    let tree = Tree::new();
    let (one, two) = (tree.dir("one"), tree.dir("two"));
    let file = tree.file("one/file", 100_000);
    fs::hard_link(&file, two.join("again")).unwrap();
    fs::hard_link(&file, two.join("and again")).unwrap();
    tree.settle();
    let parts = counted(Manner::default(), &[&one, &two]);
    let sum: u64 = sizes(&parts).into_values().sum();
    let output =
        Command::new("du").args(["-scx", "--block-size=1"]).args([&one, &two]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let truth: u64 = text.lines().last().unwrap().split('\t').next().unwrap().parse().unwrap();
    assert_eq!(sum, truth);
    assert_eq!(size(&two), allocated(&two), "alone it has it too");
}

#[test]
fn children_are_there_as_deep_as_asked_and_the_largest_first() {
    let tree = Tree::new();
    tree.dir("big/deep/deeper");
    tree.dir("small");
    tree.file("big/deep/deeper/file", 300_000);
    tree.file("big/file", 50_000);
    tree.file("small/file", 10_000);
    tree.settle();
    let manner = Manner { depth: 2, ..Manner::default() };
    let parts = counted(manner, &[&tree.0]);
    let inside = parts[0].places.iter().filter(|place| place.kind == PlaceKind::Inside);
    let rows: Vec<_> = inside
        .map(|place| {
            let path = PathBuf::from(path(place));
            let below = path.strip_prefix(&tree.0).unwrap().to_str().unwrap().to_owned();
            assert_eq!(place.bytes.known(), Some(allocated(&path)), "{below}");
            (below, place.depth)
        })
        .collect();
    let expected = [("big", 1), ("big/deep", 2), ("big/file", 2), ("small", 1), ("small/file", 2)];
    assert_eq!(rows, expected.map(|(path, depth)| (path.to_owned(), depth)));
}

#[test]
fn what_is_young_is_not_counted_again_and_what_was_named_since_is() {
    let tree = Tree::new();
    let (kept, fresh) = (tree.dir("kept"), tree.dir("fresh"));
    let mut collection = Collection::default();
    collection.name(&kept, Duration::from_secs(100)).unwrap();
    collection.name(&fresh, Duration::from_secs(1)).unwrap();
    let second = 1_000_000_000;
    let update = |collection: &mut Collection, now: i64| {
        collection.update(now, &mut |_| ControlFlow::Continue(())).unwrap();
        let read = |named: &probe::space::Named| named.reading().unwrap().read_unix_nanos;
        let mut read: Vec<_> = collection.named().iter().map(read).collect();
        read.sort_unstable();
        read
    };
    let start = 1_000 * second;
    assert_eq!(update(&mut collection, start), [start, start]);
    let later = start + 50 * second;
    assert_eq!(update(&mut collection, later), [start, later], "each has its own time");
    let inner = tree.dir("kept/inner");
    collection.name(&inner, Duration::from_secs(100)).unwrap();
    let last = later + second / 2;
    assert_eq!(update(&mut collection, last), [later, last, last], "it comes out of the outer one");
    let mut fewer = Collection::default();
    fewer.name(&kept, Duration::from_secs(100)).unwrap();
    let without_inner = collection.named()[1].reading().unwrap().clone();
    fewer.restore(collection.named()[1].identity(), without_inner);
    assert_eq!(update(&mut fewer, last + 1), [last + 1], "nothing is taken out of it any more");
    let back = start - 500 * second;
    assert_eq!(update(&mut collection, back), [back; 3], "a clock set back makes nothing younger");
}

#[test]
fn counting_can_be_broken_off_and_tells_where_it_is() {
    let tree = Tree::new();
    tree.dir("a/b/c");
    let mut collection = Collection::default();
    collection.name(&tree.0, Duration::ZERO).unwrap();
    let mut seen = None;
    let broken = collection.update(1, &mut |progress| {
        seen = Some((progress.files, progress.directory.to_owned()));
        ControlFlow::Break(())
    });
    assert!(broken.is_err());
    let (files, directory) = seen.unwrap();
    assert!(files > 0 && directory.starts_with(&tree.0), "{}", directory.display());
    assert!(collection.named()[0].reading().is_none(), "half a size is none");
}

#[test]
fn a_tree_deeper_than_descriptors_and_paths_may_be_is_counted_to_its_end() {
    use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
    const DEPTH: usize = 1500;
    let tree = Tree::new();
    let flags = OFlags::DIRECTORY | OFlags::RDONLY | OFlags::CLOEXEC;
    let mut dir = openat(CWD, &tree.0, flags, Mode::empty()).unwrap();
    for _ in 0..DEPTH {
        // Two of them, so that there is a way down left at every level on the way up.
        for name in ["one", "two"] {
            mkdirat(&dir, name, Mode::RWXU).unwrap();
        }
        dir = openat(&dir, "one", flags, Mode::empty()).unwrap();
    }
    tree.settle();
    let parts = counted(Manner::default(), &[&tree.0]);
    let place = &parts[0].places[0];
    assert_eq!(place.files.known(), Some(2 * DEPTH as u64 + 1));
    assert_eq!((place.bytes.known(), place.unread.known()), (Some(allocated(&tree.0)), Some(0)));
    // Deeper than the standard library removes.
    let removed = Command::new("rm").arg("-rf").arg(&tree.0).status().unwrap();
    assert!(removed.success());
}

#[test]
fn a_directory_that_may_not_be_read_is_counted_and_named() {
    let tree = Tree::new();
    fs::set_permissions(&tree.0, Permissions::from_mode(0o755)).unwrap();
    let closed = tree.dir("open/closed \x1b[1m");
    tree.file("open/file", 10_000);
    tree.file("open/closed \x1b[1m/hidden", 500_000);
    fs::set_permissions(&closed, Permissions::from_mode(0o000)).unwrap();
    tree.settle();
    let root = tree.0.clone();
    // Permissions do not hold for root: this thread becomes somebody else, the process does not.
    let counted = std::thread::spawn(move || {
        if rustix::process::geteuid().is_root() {
            let nobody = rustix::process::Uid::from_raw(65534);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        let mut collection = Collection::default();
        collection.name(&root, Duration::ZERO).unwrap();
        let below = collection.name(&root.join("open/closed \x1b[1m/hidden"), Duration::ZERO);
        let denied = matches!(below, Err(SpaceError::Denied { .. }));
        collection.update(1, &mut |_| ControlFlow::Continue(())).unwrap();
        (collection.named()[0].reading().unwrap().clone(), denied)
    });
    let (reading, denied) = counted.join().unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o755)).unwrap();
    assert!(denied);
    assert_eq!(reading.unread, 1);
    assert_eq!(reading.unread_paths, [PathBuf::from("open/closed \x1b[1m")]);
    let hidden = allocated(&closed.join("hidden"));
    assert_eq!(reading.bytes, allocated(&tree.0) - hidden, "its own block is seen from outside");
}

#[test]
fn trees_that_change_meanwhile_do_no_harm() {
    let tree = Tree::new();
    for number in 0..200 {
        tree.dir(format!("kept/{number}/sub"));
    }
    let outside = Tree::new();
    outside.file("large", 8 << 20);
    tree.settle();
    let (most, target) = (allocated(&tree.0), outside.0.clone());
    let mut round = 0;
    let mut collection = Collection::default();
    collection.name(&tree.0, Duration::ZERO).unwrap();
    // Whenever it reports, a directory it is about to enter goes, or becomes a link to elsewhere.
    let result = collection.update(1, &mut |_| {
        for number in (round..200).step_by(7) {
            let sub = tree.0.join(format!("kept/{number}/sub"));
            if fs::remove_dir(&sub).is_ok() && number % 2 == 0 {
                symlink(&target, &sub).unwrap();
            }
        }
        round += 1;
        ControlFlow::Continue(())
    });
    assert!(result.is_ok());
    let reading = collection.named()[0].reading().unwrap();
    assert!(reading.bytes <= most, "it followed a link: {} > {most}", reading.bytes);
    assert_eq!(reading.unread, 0, "what vanished is no mistake");
}

#[test]
fn files_that_pretend_to_be_endless_add_up_to_all_there_can_be() {
    let root = Path::new("/dev/shm").join(format!("topmast-endless-{}", std::process::id()));
    for name in ["one/a", "one/b", "one/c", "two/a", "two/b", "two/c"] {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::File::create(path).unwrap().set_len(i64::MAX as u64).unwrap();
    }
    let manner = Manner { measure: Measure::Apparent, depth: 0 };
    let parts = counted(manner, &[&root.join("one"), &root.join("two")]);
    std::fs::remove_dir_all(&root).unwrap();
    let named = parts[0].places.iter().filter(|place| place.kind == PlaceKind::Named);
    let bytes: Vec<_> = named.map(|place| place.bytes).collect();
    assert_eq!(bytes, [Observed::Known(u64::MAX); 2]);
}

#[test]
fn there_is_nothing_to_name() {
    let missing = Collection::default().name(Path::new("/no/such/thing"), Duration::ZERO).err();
    assert!(matches!(missing, Some(SpaceError::NotFound { .. })), "{missing:?}");
}

#[test]
fn a_single_file_can_be_named_inside_a_directory() {
    let tree = Tree::new();
    tree.dir("dir");
    let file = tree.file("dir/file", 100_000);
    tree.settle();
    let sizes = sizes(&counted(Manner::default(), &[&tree.0, &file]));
    assert_eq!(sizes[file.to_str().unwrap()], allocated(&file));
    let rest = sizes[tree.0.to_str().unwrap()];
    assert_eq!(rest, allocated(&tree.0) - allocated(&file));
}

const INSIDE: &str = "TOPMAST_TEST_INSIDE_MOUNT_NAMESPACE";

#[test]
fn mounts_inside_are_not_crossed() {
    if let Some(root) = std::env::var_os(INSIDE) {
        return inside(Path::new(&root));
    }
    let tree = Tree::new();
    let own_user = (!rustix::process::geteuid().is_root()).then_some("--map-root-user");
    let output = Command::new("unshare")
        .arg("--mount")
        .args(own_user)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "mounts_inside_are_not_crossed", "--nocapture"])
        .env(INSIDE, &tree.0)
        .output()
        .expect("unshare, of util-linux, makes the mount namespace");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && text.contains("1 passed"), "{text}\n{errors}");
}

fn inside(root: &Path) {
    let mount = |arguments: &[&str], target: &Path| {
        let status = Command::new("mount").args(arguments).arg(target).status().unwrap();
        assert!(status.success(), "mount {arguments:?}");
    };
    for name in ["plain", "tmpfs", "bind"] {
        fs::create_dir(root.join(name)).unwrap();
    }
    fs::write(root.join("plain/file"), vec![1; 50_000]).unwrap();
    fs::write(root.join("bound"), b"").unwrap();
    rustix::fs::syncfs(File::open(root).unwrap()).unwrap();
    let before = allocated(root);
    let below: u64 =
        ["tmpfs", "bind", "bound"].map(|name| allocated(&root.join(name))).iter().sum();
    mount(&["-t", "tmpfs", "-o", "size=1M", "topmast"], &root.join("tmpfs"));
    fs::write(root.join("tmpfs/file"), vec![1; 70_000]).unwrap();
    let plain = root.join("plain");
    mount(&["--bind", plain.to_str().unwrap()], &root.join("bind"));
    mount(&["--bind", plain.join("file").to_str().unwrap()], &root.join("bound"));
    // What is mounted over cannot be seen; what is mounted from elsewhere is counted there.
    assert_eq!(size(root), before - below);
    // The same directory by another mount: it comes out of where it really is.
    let sizes = sizes(&counted(Manner::default(), &[root, &root.join("bind")]));
    assert_eq!(sizes.values().sum::<u64>(), before - below);
    assert_eq!(sizes[root.join("bind").to_str().unwrap()], allocated(&plain));
    let parts = counted(Manner::default(), &[root, &root.join("tmpfs")]);
    assert_eq!(parts.len(), 2, "each file system adds up by itself");
    parts.iter().for_each(assert_adds_up);
    let tmpfs = parts.iter().find(|parts| &*parts.kind == "tmpfs").unwrap();
    assert_eq!(tmpfs.space.known().unwrap().total, 1 << 20);
    assert_eq!(tmpfs.places[0].bytes, Observed::Known(allocated(&root.join("tmpfs"))));
}
