//! The actions on real processes: what is reported is what happened.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::request::{Action, DetailWish, OutcomeKind, Refusal, Target};
use probe::Control;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

struct Victim(Child);

impl Victim {
    /// A shell that says when it is ready, then sleeps as long as nobody ends it. What it ignores,
    /// it ignores as the sleeper it becomes.
    fn running(script: &str) -> Self {
        let script = format!("{script}; echo ready; exec sleep 600");
        let mut command = Command::new("sh");
        let mut child = command.args(["-c", &script]).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        Self(child)
    }

    fn target(&self, control: &Control) -> Target {
        let meant = Target { pid: self.0.id(), start_time: None };
        let key = control.detail(meant, DetailWish::cheap()).unwrap().key;
        Target { pid: key.pid, start_time: Some(key.start_time()) }
    }

    fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        stat.rsplit(") ").next().unwrap().chars().next().unwrap()
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn outcome(control: &Control, target: Target, action: Action) -> OutcomeKind {
    control.act(target, action).unwrap().kind
}

#[test]
fn each_action_is_seen_to_do_what_it_says() {
    let control = Control::new().unwrap();
    let mut victim = Victim::running(":");
    let target = victim.target(&control);
    assert_eq!(outcome(&control, target, Action::Suspend), OutcomeKind::Stopped);
    assert_eq!(victim.state(), 'T');
    assert_eq!(outcome(&control, target, Action::Resume), OutcomeKind::Running);
    assert_ne!(victim.state(), 'T');
    assert_eq!(outcome(&control, target, Action::Terminate), OutcomeKind::Ended);
    assert_eq!(victim.state(), 'Z', "its parent has not collected it so far");
    victim.0.wait().unwrap();
    assert_eq!(control.act(target, Action::Kill), Err(Refusal::AnotherProcess));
    let anyone = Target { start_time: None, ..target };
    assert_eq!(control.act(anyone, Action::Kill), Err(Refusal::NoSuchProcess));
}

#[test]
fn a_process_that_does_not_care_is_still_running_until_it_is_killed() {
    let control = Control::new().unwrap();
    let victim = Victim::running("trap '' TERM");
    let target = victim.target(&control);
    assert_eq!(outcome(&control, target, Action::Terminate), OutcomeKind::StillRunning);
    assert_eq!(outcome(&control, target, Action::Kill), OutcomeKind::Ended);
}

#[test]
fn a_start_time_that_is_almost_right_is_wrong() {
    let control = Control::new().unwrap();
    let victim = Victim::running(":");
    let target = victim.target(&control);
    let start_time = target.start_time.unwrap();
    for off in [start_time.next_up(), start_time.next_down(), start_time + 0.01, f64::NAN] {
        let target = Target { start_time: Some(off), ..target };
        assert_eq!(control.act(target, Action::Suspend), Err(Refusal::AnotherProcess), "{off}");
    }
    assert_ne!(victim.state(), 'T');
}

#[test]
fn pid_1_ourselves_and_those_above_us_are_protected() {
    let control = Control::new().unwrap();
    let parent = std::os::unix::process::parent_id();
    for pid in [1, std::process::id(), parent] {
        let target = Target { pid, start_time: None };
        for action in Action::SIGNALS.into_iter().chain([Action::Renice(3)]) {
            let refusal = control.act(target, action).unwrap_err();
            assert!(matches!(refusal, Refusal::Protected(_)), "{pid}: {refusal:?}");
        }
        assert!(control.detail(target, DetailWish::cheap()).unwrap().protected.is_some());
    }
}

/// Nice values of all its threads.
fn nice_values(pid: u32) -> Vec<i32> {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    let stat = |task: std::fs::DirEntry| {
        let line = std::fs::read_to_string(task.path().join("stat")).unwrap();
        let after_name = line.rsplit(") ").next().unwrap().to_owned();
        after_name.split(' ').nth(16).unwrap().parse().unwrap()
    };
    tasks.map(|task| stat(task.unwrap())).collect()
}

const INSIDE: &str = "TOPMAST_TEST_INSIDE_THREADS";

#[test]
fn a_nice_value_is_given_to_every_thread() {
    if std::env::var_os(INSIDE).is_some() {
        let thread = || std::thread::spawn(std::thread::park);
        let threads: Vec<_> = std::iter::repeat_with(thread).take(8).collect();
        std::io::Write::write_all(&mut std::io::stdout(), b"ready\n").unwrap();
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        return;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "a_nice_value_is_given_to_every_thread", "--nocapture"]);
    let mut child = command.env(INSIDE, "1").stdout(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line.contains("ready")));
    let victim = Victim(child);
    let control = Control::new().unwrap();
    let target = victim.target(&control);
    assert_eq!(outcome(&control, target, Action::Renice(7)), OutcomeKind::Reniced);
    let seen = nice_values(target.pid);
    assert!(seen.len() > 8 && seen.iter().all(|nice| *nice == 7), "{seen:?}");
    assert_eq!(outcome(&control, target, Action::Renice(7)), OutcomeKind::Reniced, "again");
    for nice in [-21, 20, i8::MIN, i8::MAX] {
        let refusal = control.act(target, Action::Renice(nice)).unwrap_err();
        assert!(refusal.to_string().contains("from -20 to 19"), "{refusal}");
    }
    assert_eq!(nice_values(target.pid), seen);
}

#[test]
fn a_nice_value_that_is_not_permitted_says_what_it_takes() {
    use rustix::process::Uid;
    use std::os::unix::process::CommandExt;
    let control = Control::new().unwrap();
    let is_root = rustix::process::geteuid().is_root();
    let foreign = Victim::running(":");
    let mut command = Command::new("sleep");
    if is_root {
        command.uid(65_534);
    }
    let own = Victim(command.arg("600").spawn().unwrap());
    let (foreign_target, own_target) = (foreign.target(&control), own.target(&control));
    let act = |target, nice| control.act(target, Action::Renice(nice));
    std::thread::scope(|scope| {
        let work = || {
            if is_root {
                let nobody = Uid::from_raw(65_534);
                rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
                let refusal = act(foreign_target, 9).unwrap_err();
                assert!(matches!(refusal, Refusal::NotPermitted(_)), "{refusal:?}");
                assert!(refusal.to_string().contains("belongs to another user"), "{refusal}");
            }
            assert_eq!(act(own_target, 9).unwrap().kind, OutcomeKind::Reniced);
            let refusal = act(own_target, -5).unwrap_err();
            assert!(matches!(refusal, Refusal::NotPermitted(_)), "{refusal:?}");
            assert!(refusal.to_string().contains("CAP_SYS_NICE"), "{refusal}");
        };
        scope.spawn(work).join().expect("the work does not panic");
    });
    assert_eq!(nice_values(own_target.pid), [9]);
    assert_eq!(nice_values(foreign_target.pid).len(), 1);
    assert!(nice_values(foreign_target.pid) != [9], "nothing was changed");
}
