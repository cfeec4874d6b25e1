//! The four actions on real processes: what is reported is what happened.
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
        for action in Action::SIGNALS {
            let refusal = control.act(target, action).unwrap_err();
            assert!(matches!(refusal, Refusal::Protected(_)), "{pid}: {refusal:?}");
        }
        assert!(control.detail(target, DetailWish::cheap()).unwrap().protected.is_some());
    }
}
