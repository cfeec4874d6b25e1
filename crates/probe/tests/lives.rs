//! What is told of processes that ended, on processes that end here. Needs root, as taskstats does.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::snapshot::{Exit, ExitStatus, LifeSource};
use model::{Observed, ProcessKey, Snapshot};
use probe::{Probe, ProbeOptions, Reading, SystemClock};
use rustix::thread::CapabilitySet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What one test does must not slow what another measures.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A probe, and all that it told so far.
struct Watch {
    probe: Probe,
    snapshot: Snapshot,
    exits: Vec<Exit>,
}

impl Watch {
    fn begin() -> Self {
        let options = ProbeOptions { lives: Reading::Yes, ..ProbeOptions::default() };
        let probe = Probe::with(&options).unwrap();
        let mut watch = Self { probe, snapshot: Snapshot::default(), exits: Vec::new() };
        watch.look();
        watch
    }

    fn look(&mut self) {
        self.probe.sample(&mut self.snapshot, &SystemClock);
        self.exits.extend_from_slice(&self.snapshot.lives.exits);
    }

    /// The end of a child that was waited for: it was told of before that.
    fn end_of(&mut self, pid: u32) -> Exit {
        self.look();
        let mut ends = self.exits.iter().filter(|exit| exit.key.pid == pid);
        let exit = ends.next().unwrap_or_else(|| panic!("the end of {pid} was not seen")).clone();
        assert_eq!(ends.next(), None, "told of twice");
        exit
    }

    fn gap(&self) -> Option<&str> {
        let gap = self.snapshot.gaps.iter().find(|gap| gap.what == "lives");
        gap.map(|gap| gap.detail.as_str())
    }
}

fn shell(script: &str) -> Child {
    Command::new("sh").args(["-c", script]).spawn().unwrap()
}

/// Gives up a privilege of the calling thread and of those it starts.
fn without<T: Send>(privilege: CapabilitySet, what: impl FnOnce() -> T + Send) -> T {
    let give_up = move || {
        let mut sets = rustix::thread::capabilities(None).unwrap();
        sets.effective.remove(privilege);
        sets.permitted.remove(privilege);
        rustix::thread::set_capabilities(None, sets).unwrap();
        what()
    };
    std::thread::scope(|scope| scope.spawn(give_up).join().unwrap())
}

#[test]
fn short_lives_are_all_counted() {
    let _alone = alone();
    let mut watch = Watch::begin();
    assert_eq!(watch.snapshot.lives.source, LifeSource::Taskstats);
    assert_eq!(watch.gap(), None);
    const RUNS: usize = 5000;
    for run in 0..RUNS {
        assert!(Command::new("true").status().unwrap().success());
        if run % 1000 == 999 {
            watch.look();
        }
    }
    let mine = |exit: &&Exit| exit.parent == std::process::id() && &*exit.name == "true";
    let counted = watch.exits.iter().filter(mine).count();
    assert!(counted >= RUNS * 99 / 100, "{counted}");
    let lives = &watch.snapshot.lives;
    assert_eq!((lives.lost, lives.overflows), (0, 0));
    let with_code = Observed::Known(ExitStatus::Code(0));
    assert!(watch.exits.iter().filter(mine).all(|exit| exit.status == with_code));
    assert!(watch.exits.iter().filter(mine).all(|exit| exit.uid == Observed::Known(0)));
    let unseen = watch.exits.iter().filter(mine).filter(|exit| exit.was_unseen).count();
    assert!(unseen >= RUNS * 9 / 10, "{unseen} of {counted}");
}

#[test]
fn codes_and_signals_are_the_ones_the_parent_gets() {
    let _alone = alone();
    let mut watch = Watch::begin();
    for (script, status) in [
        ("exit 0", ExitStatus::Code(0)),
        ("exit 7", ExitStatus::Code(7)),
        ("exit 255", ExitStatus::Code(255)),
        ("kill -TERM $$", ExitStatus::Signal(15)),
        ("ulimit -c 0; kill -SEGV $$", ExitStatus::Signal(11)),
    ] {
        let mut child = shell(script);
        child.wait().unwrap();
        let exit = watch.end_of(child.id());
        assert_eq!(exit.status, Observed::Known(status), "{script}");
        assert_eq!((&*exit.name, exit.parent), ("sh", std::process::id()));
    }
}

fn is_there(path: &str) -> bool {
    std::path::Path::new(path).exists()
}

/// Birth in the kernel's own words.
fn birth(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    stat.rsplit_once(')').unwrap().1.split_whitespace().nth(19).unwrap().parse().unwrap()
}

#[test]
fn the_end_of_a_sampled_process_has_its_identity_and_its_full_name() {
    let _alone = alone();
    let mut watch = Watch::begin();
    let name = "a-name-longer-than-the-kernel-keeps";
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_file(&path);
    let sleep = ["/usr/bin/sleep", "/bin/sleep"].into_iter().find(|path| is_there(path)).unwrap();
    std::os::unix::fs::symlink(sleep, &path).unwrap();
    let mut seen = Command::new(&path).arg("600").spawn().unwrap();
    let key = ProcessKey { pid: seen.id(), birth: birth(seen.id()) };
    let sampled_name = |snapshot: &Snapshot| {
        let row = snapshot.processes.key.iter().position(|other| *other == key)?;
        Some(snapshot.processes.facts[row].name.clone())
    };
    while sampled_name(&watch.snapshot).as_deref() != Some(name) {
        watch.look();
    }
    let mut unseen = shell("exec sleep 600");
    let computed = birth(unseen.id());
    for child in [&mut seen, &mut unseen] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let exit = watch.end_of(key.pid);
    assert_eq!((exit.key, exit.was_unseen, &*exit.name), (key, false, name));
    assert_eq!(exit.status, Observed::Known(ExitStatus::Signal(9)));
    let exit = watch.end_of(unseen.id());
    assert!(exit.was_unseen);
    assert!(exit.key.birth.abs_diff(computed) <= 20, "{} {computed}", exit.key.birth);
}

const WRITTEN: usize = 4 << 20;

/// Set for this test run as a process of its own, which then only works.
const BUSY: &str = "TOPMAST_TEST_BUSY";

/// Writes a file and uses 200 ms of CPU on two threads, then tells what the kernel says of that.
fn be_busy() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("written-{}", std::process::id()));
    let mut file = std::fs::File::create(&path).unwrap();
    file.write_all(&vec![1; WRITTEN]).unwrap();
    file.sync_all().unwrap();
    std::fs::remove_file(&path).unwrap();
    let cpu = || {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
        time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    };
    let work = move || while std::hint::black_box(cpu()) < 200 {};
    let threads = [std::thread::spawn(work), std::thread::spawn(work)];
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    assert!(cpu() >= 200);
    let io = std::fs::read_to_string("/proc/self/io").unwrap();
    let line = io.lines().find_map(|line| line.strip_prefix("write_bytes: ")).unwrap();
    std::io::stderr().write_all(format!("used {} {line}\n", cpu()).as_bytes()).unwrap();
}

#[test]
fn totals_of_a_process_are_those_of_all_its_threads() {
    if std::env::var_os(BUSY).is_some() {
        return be_busy();
    }
    let _alone = alone();
    let mut watch = Watch::begin();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "totals_of_a_process_are_those_of_all_its_threads"])
        .env(BUSY, "")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let used = lines.last().unwrap();
    assert!(child.wait().unwrap().success(), "{used}");
    let used: Vec<u64> = used.split(' ').skip(1).map(|word| word.parse().unwrap()).collect();
    let exit = watch.end_of(child.id());
    let cpu = exit.user_nanos.known().unwrap() + exit.system_nanos.known().unwrap();
    let told = used[0] * 1_000_000;
    assert!(cpu + 10_000_000 >= told && cpu <= told + 30_000_000, "{cpu} of {told}");
    // What came through the page cache counts in whole kibibytes.
    let written = exit.io_write_bytes.known().unwrap();
    assert!(written + 4096 >= used[1], "{written} of {}", used[1]);
    assert!(exit.rss_peak_bytes.known().unwrap() >= WRITTEN as u64);
    assert!(exit.lived_nanos.known().unwrap() >= 100_000_000);
}

#[test]
fn without_the_right_to_taskstats_codes_still_come() {
    let _alone = alone();
    without(CapabilitySet::NET_ADMIN, || {
        let mut watch = Watch::begin();
        let source = watch.snapshot.lives.source;
        assert!(watch.gap().is_some(), "{source:?}");
        let mut child = shell("exit 7");
        child.wait().unwrap();
        if source == LifeSource::BirthRate {
            // Before Linux 6.6 the proc connector asks for the same right.
            watch.look();
            assert!(watch.gap().unwrap().contains("a second begin"));
            return;
        }
        assert_eq!(source, LifeSource::ProcConnector);
        let exit = watch.end_of(child.id());
        assert_eq!(exit.status, Observed::Known(ExitStatus::Code(7)));
        assert_eq!((exit.parent, exit.was_unseen), (std::process::id(), true));
        assert_eq!(exit.user_nanos.known(), None);
        assert!(exit.lived_nanos.known().is_some_and(|lived| lived > 0));
    });
}

#[test]
fn where_nothing_tells_of_ends_the_rate_of_births_is_told() {
    let _alone = alone();
    let mut home = Command::new("unshare")
        .args(["-n", "sh", "-c", "echo ready; read -r end"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(home.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let namespace = std::fs::File::open(format!("/proc/{}/ns/net", home.id())).unwrap();
    without(CapabilitySet::NET_ADMIN, move || {
        use rustix::fd::AsFd;
        let kind = Some(rustix::thread::LinkNameSpaceType::Network);
        rustix::thread::move_into_link_name_space(namespace.as_fd(), kind).unwrap();
        let mut watch = Watch::begin();
        assert_eq!(watch.snapshot.lives.source, LifeSource::BirthRate);
        shell("true").wait().unwrap();
        watch.look();
        assert!(watch.exits.is_empty());
        let gap = watch.gap().unwrap();
        assert!(gap.starts_with(|digit: char| digit.is_ascii_digit()), "{gap}");
    });
    drop(home.stdin.take());
    home.wait().unwrap();
}

#[test]
fn the_thread_that_listens_ends_with_its_probe() {
    let _alone = alone();
    let listens = || {
        let threads = std::fs::read_dir("/proc/self/task").unwrap().flatten();
        let mut names = threads.map(|thread| std::fs::read_to_string(thread.path().join("comm")));
        names.any(|name| name.is_ok_and(|name| name == "lives\n"))
    };
    let watch = Watch::begin();
    assert!(listens());
    drop(watch);
    assert!(!listens());
    Probe::new().unwrap().sample(&mut Snapshot::default(), &SystemClock);
    assert!(!listens());
}
