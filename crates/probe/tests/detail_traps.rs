//! Three traps that process readers fall into: other users' processes, processes that have ended
//! and are still listed, and processes with very many threads and files.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::request::{Action, DetailWish, ProcessDetail, Refusal, Target};
use model::{Absence, Observed};
use probe::Control;
use rustix::process::Uid;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const INSIDE: &str = "TOPMAST_TEST_INSIDE";

fn patient() -> DetailWish {
    DetailWish { patience: Duration::from_secs(60), ..DetailWish::everything() }
}

/// Runs on a thread that has given up root, for itself alone.
fn as_nobody<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let run = move || {
        if rustix::process::geteuid().is_root() {
            let nobody = Uid::from_raw(65_534);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        work()
    };
    std::thread::scope(|scope| scope.spawn(run).join().expect("the work does not panic"))
}

fn is_inside(word: &str) -> bool {
    std::env::var(INSIDE).is_ok_and(|inside| inside == word)
}

fn detail(pid: u32) -> ProcessDetail {
    Control::new().unwrap().detail(Target { pid, start_time: None }, patient()).unwrap()
}

#[test]
fn trap_6_another_users_process_is_denied_part_by_part() {
    // Pid 1 is root's wherever this runs as somebody else.
    let detail = as_nobody(|| detail(1));
    let denied = Absence::Denied;
    assert_eq!(detail.files, Observed::Absent(denied));
    assert_eq!(detail.descriptors, Observed::Absent(denied));
    assert_eq!(detail.maps, Observed::Absent(denied));
    assert_eq!(detail.memory, Observed::Absent(denied));
    assert_eq!(detail.environment, Observed::Absent(denied));
    assert_eq!(detail.namespaces, Observed::Absent(denied));
    assert_eq!(detail.wait_channel, Observed::Absent(denied));
    // What everybody may read is there.
    assert_eq!(detail.uids.known().map(|uids| uids[0]), Some(0));
    assert!(detail.limits.known().is_some_and(|limits| limits.len() > 10));
    assert!(detail.threads.known().is_some_and(|threads| !threads.is_empty()));
    assert!(detail.capabilities.known().is_some());
    assert!(detail.oom_score.known().is_some());
    assert!(!detail.cgroups.is_empty());
    assert!(detail.unfinished.is_empty());
}

#[test]
fn trap_7_a_zombie_has_ended_and_says_who_should_collect_it() {
    let mut child = Command::new("sleep").arg("600").spawn().unwrap();
    child.kill().unwrap();
    let stat = format!("/proc/{}/stat", child.id());
    while !std::fs::read_to_string(&stat).unwrap().contains(") Z ") {
        std::thread::yield_now();
    }
    let detail = detail(child.id());
    let gone = Absence::Gone;
    assert_eq!(detail.memory, Observed::Absent(gone));
    assert_eq!(detail.maps, Observed::Absent(gone));
    assert_eq!(detail.files, Observed::Absent(gone));
    assert_eq!(detail.descriptors, Observed::Absent(gone));
    assert_eq!(detail.environment, Observed::Absent(gone));
    assert!(detail.limits.known().is_some());
    assert!(detail.uids.known().is_some());
    assert_eq!(detail.swap_bytes, Observed::Absent(Absence::Unsupported), "it has no such line");
    let target = Target { pid: child.id(), start_time: Some(detail.key.start_time()) };
    let control = Control::new().unwrap();
    for action in Action::SIGNALS.into_iter().chain([Action::Renice(5)]) {
        let Err(Refusal::Ended(why)) = control.act(target, action) else {
            panic!("{action:?} on what has ended");
        };
        let parent = format!("its parent {} ", std::process::id());
        assert!(why.contains(&parent) && why.contains("sleep has ended"), "{why}");
    }
    child.wait().unwrap();
}

/// Its main thread ends, another goes on.
#[test]
fn trap_7_a_dead_first_thread_is_no_dead_process() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .env(INSIDE, "headless")
        .env("MARK", "seen")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for(&mut child, "headless");
    let stat = format!("/proc/{}/stat", child.id());
    while !std::fs::read_to_string(&stat).unwrap().contains(") Z ") {
        std::thread::yield_now();
    }
    let detail = detail(child.id());
    let memory = detail.memory.known();
    let variables = detail.environment.known();
    let has_files = detail.files.known().is_some_and(|files| files.len() >= 3);
    let has_maps = detail.maps.known().is_some_and(|maps| !maps.is_empty());
    let target = Target { pid: child.id(), start_time: Some(detail.key.start_time()) };
    let outcome = Control::new().unwrap().act(target, Action::Kill);
    child.wait().unwrap();
    assert!(memory.is_some_and(|memory| memory.rss_bytes > 0), "{memory:?}");
    assert!(variables.is_some_and(|all| all.contains(&("MARK".to_owned(), "seen".to_owned()))));
    assert!(has_files && has_maps);
    assert_eq!(detail.threads.known().map(|threads| threads.len()), Some(2));
    assert!(outcome.is_ok(), "it can be ended: {outcome:?}");
}

fn wait_for(child: &mut Child, word: &str) {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let found = lines.map(Result::unwrap).any(|line| line.contains(word));
    assert!(found, "it said {word}");
}

/// Runs before `main`, on the first thread, where no test ever runs.
#[expect(unsafe_code, reason = "there is no other way onto the first thread of a test")]
#[unsafe(link_section = ".init_array")]
#[used]
static BEFORE_MAIN: extern "C" fn() = go_headless;

#[expect(unsafe_code, reason = "only this system call ends the first thread alone")]
extern "C" fn go_headless() {
    if !is_inside("headless") {
        return;
    }
    std::thread::spawn(|| {
        let _ = std::io::stdout().write_all(b"headless\n");
        std::thread::sleep(Duration::from_secs(600));
    });
    // SAFETY: exit(2) ends this thread only and runs nothing; what it owned is leaked, and nobody
    // joins the first thread.
    unsafe { libc::syscall(libc::SYS_exit, 0) };
}

#[test]
fn trap_13_no_descriptor_left_is_an_answer_and_no_end() {
    if is_inside("full") {
        return fill_up();
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -n 40; exec \"$0\" \"$@\""]).env(INSIDE, "full");
    shell.arg(std::env::current_exe().unwrap());
    let test = "trap_13_no_descriptor_left_is_an_answer_and_no_end";
    let output = shell.args(["--exact", test, "--nocapture"]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

fn fill_up() {
    let control = Control::new().unwrap();
    let own = Target { pid: std::process::id(), start_time: None };
    let mut open = Vec::new();
    while let Ok(file) = std::fs::File::open("/dev/null") {
        open.push(file);
    }
    assert!(open.len() > 10);
    // With none left, then with one and two, each step of reading meets the limit once.
    for _ in 0..3 {
        match control.detail(own, patient()) {
            Ok(detail) => assert_ne!(detail.files, Observed::Known(Vec::new())),
            Err(refusal) => assert!(matches!(refusal, Refusal::Unavailable(_)), "{refusal:?}"),
        }
        open.pop();
    }
    drop(open);
    assert!(control.detail(own, patient()).unwrap().files.known().is_some());
}
