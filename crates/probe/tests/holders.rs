//! Who holds what, on real processes and files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::Observed;
use model::request::{Held, Hold, Holder, HolderReport};
use rustix::process::Uid;
use std::fs::{self, File};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("topmast-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path.canonicalize().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Sleeper(Child);

impl Sleeper {
    /// A process whose standard input is that file.
    fn holding(input: impl Into<Stdio>) -> Self {
        Self::of(Command::new("sleep").stdin(input))
    }

    /// Spawning returns when the program runs, so that it holds what it was given.
    fn of(command: &mut Command) -> Self {
        Self(command.arg("600").spawn().unwrap())
    }

    fn holds<'a>(&self, report: &'a HolderReport) -> Vec<&'a Holder> {
        let is_own = |holder: &&Holder| holder.key.is_some_and(|key| key.pid == self.0.id());
        report.holders.iter().filter(is_own).collect()
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn find(held: &Held) -> HolderReport {
    let report = probe::find_holders(held, Duration::from_secs(60)).unwrap();
    assert_eq!(report.left, 0);
    report
}

fn file(path: &Path) -> Held {
    Held::Path(path.to_owned())
}

#[test]
fn a_deleted_file_is_found_with_its_space_and_counted_once() {
    let folder = Folder::new("deleted");
    let path = folder.path("ten megabytes");
    fs::write(&path, vec![7; 10 << 20]).unwrap();
    let kept = folder.path("kept (deleted)");
    fs::write(&kept, "this one has a name").unwrap();
    let both = File::options().read(true).write(true).open(&path).unwrap();
    let space = both.metadata().unwrap().blocks() * 512;
    let inode = both.metadata().unwrap().ino();
    let first = Sleeper::holding(both);
    let second = Sleeper::holding(File::open(&path).unwrap());
    let other = Sleeper::holding(File::open(&kept).unwrap());
    fs::remove_file(&path).unwrap();
    let memory = rustix::fs::memfd_create("nameless", rustix::fs::MemfdFlags::CLOEXEC).unwrap();
    rustix::io::write(&memory, b"takes memory, and never had a name").unwrap();
    let nameless = Sleeper::holding(memory);
    let report = find(&Held::Deleted);
    assert_eq!(nameless.holds(&report), Vec::<&Holder>::new());
    assert_eq!(other.holds(&report), Vec::<&Holder>::new(), "its name only looks like it");
    for (sleeper, mode) in [(&first, "rw"), (&second, "r")] {
        let [holder] = &*sleeper.holds(&report) else { panic!("{report:?}") };
        assert_eq!((holder.hold, holder.inode), (Hold::Open(0, mode), inode));
        assert_eq!(holder.size_bytes, Observed::Known(10 << 20));
        assert_eq!(holder.space_bytes, Observed::Known(space));
        assert!(holder.is_deleted && holder.path.ends_with("ten megabytes (deleted)"));
        assert_eq!(&*holder.name, "sleep");
    }
    let mut ours = report.clone();
    ours.holders.retain(|holder| holder.inode == inode);
    assert!(ours.holders.len() >= 2);
    assert_eq!(ours.space_bytes(), space);
}

#[test]
fn a_mapped_library_is_held_by_who_maps_it() {
    let sleeper = Sleeper::holding(Stdio::null());
    let library = || {
        let maps = fs::read_to_string(format!("/proc/{}/maps", sleeper.0.id())).unwrap();
        let line = maps.lines().find(|line| line.contains("libc"))?;
        Some(PathBuf::from(line.split_whitespace().last().unwrap()))
    };
    // The loader maps it soon after the program was begun.
    let library = std::iter::repeat_with(library).find_map(|found| found).unwrap();
    let report = find(&file(&library));
    let holds: Vec<_> = sleeper.holds(&report).iter().map(|holder| holder.hold).collect();
    assert_eq!(holds, [Hold::Mapped]);
}

#[test]
fn directories_and_programs_are_held_in_their_own_ways() {
    let folder = Folder::new("ways");
    let inner = folder.path("inner");
    fs::create_dir(&inner).unwrap();
    let program = folder.path("own sleep");
    assert!(Command::new("cp").arg("/bin/sleep").arg(&program).status().unwrap().success());
    let sleeper = Sleeper::of(Command::new(&program).current_dir(&inner));
    let ways = |held: &Held| -> Vec<Hold> {
        sleeper.holds(&find(held)).iter().map(|holder| holder.hold).collect()
    };
    assert_eq!(ways(&file(&inner)), [Hold::WorkingDirectory]);
    assert_eq!(ways(&file(&program)), [Hold::Executable], "and not as mapped once more");
    assert_eq!(ways(&file(&folder.0)), []);
    let below = ways(&Held::Below(folder.0.clone()));
    assert_eq!(below, [Hold::WorkingDirectory, Hold::Executable]);
    let system = ways(&Held::FileSystem(folder.0.clone()));
    assert!(below.iter().all(|way| system.contains(way)), "{system:?}");
    assert_eq!(ways(&Held::FileSystem("/proc".into())), []);
}

#[test]
fn a_file_is_the_same_under_every_name() {
    let folder = Folder::new("names");
    let (old, new, link) = (folder.path("old"), folder.path("new"), folder.path("link"));
    fs::write(&old, "x").unwrap();
    let sleeper = Sleeper::holding(File::open(&old).unwrap());
    fs::hard_link(&old, &link).unwrap();
    fs::rename(&old, &new).unwrap();
    // Another file that has the old name now is not the one that is held.
    fs::write(&old, "y").unwrap();
    for name in [&new, &link] {
        let report = find(&file(name));
        let [holder] = &*sleeper.holds(&report) else { panic!("{name:?}: {report:?}") };
        assert_eq!((holder.hold, holder.size_bytes), (Hold::Open(0, "r"), Observed::Known(1)));
    }
    assert_eq!(sleeper.holds(&find(&file(&old))), Vec::<&Holder>::new());
}

#[test]
fn a_listening_socket_is_held_by_all_who_have_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listener = OwnedFd::from(listener);
    let inode = rustix::fs::fstat(&listener).unwrap().st_ino;
    let first = Sleeper::holding(listener.try_clone().unwrap());
    let second = Sleeper::holding(listener);
    let report = find(&Held::Sockets(vec![inode]));
    assert!(report.holders.iter().all(|holder| holder.inode == inode));
    for sleeper in [first, second] {
        let [holder] = &*sleeper.holds(&report) else { panic!("{report:?}") };
        assert_eq!((holder.hold, holder.inode), (Hold::Open(0, "rw"), inode));
    }
}

#[test]
fn who_may_not_look_is_told_how_many_were_hidden() {
    let search = || {
        if rustix::process::geteuid().is_root() {
            let nobody = Uid::from_raw(65_534);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        find(&Held::Deleted)
    };
    let report = std::thread::scope(|scope| scope.spawn(search).join().expect("a report"));
    assert!(report.denied > 0 && report.denied <= report.processes, "{report:?}");
}

#[test]
fn no_time_and_no_such_path_are_said() {
    let report = probe::find_holders(&Held::Deleted, Duration::ZERO).unwrap();
    assert!(report.left > 0 && report.processes == 0);
    let error = probe::find_holders(&file(Path::new("/no/such")), Duration::ZERO).unwrap_err();
    assert!(error.to_string().contains("/no/such"), "{error}");
}

#[test]
fn mount_points_are_told_by_the_list_alone() {
    for (path, is_one) in [("/proc", true), ("/proc/", true), ("/", true), ("/proc/self", false)] {
        assert_eq!(probe::is_mount_point(Path::new(path)), is_one, "{path}");
    }
}
