//! A pid that is given to another process between looking and acting: no signal may hit that one.
//!
//! The test runs itself again as pid 1 of a small pid namespace, where the next pid can be chosen.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says where and what")]

use model::request::{Action, Refusal, Target};
use probe::Control;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const INSIDE: &str = "TOPMAST_TEST_INSIDE_PID_NAMESPACE";

/// Rounds in which the pid is reused before acting, and rounds in which it is reused meanwhile.
const ROUNDS_BEFORE: u32 = 600;
const ROUNDS_MEANWHILE: u32 = 600;

/// The pid every victim gets.
const PID: u32 = 300;

#[test]
fn no_signal_reaches_a_process_that_took_over_the_pid() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let own_user = if rustix::process::geteuid().is_root() { "" } else { "--map-root-user" };
    let output = Command::new("unshare")
        .args(["--pid", "--fork", "--mount-proc", "--kill-child"])
        .args(Some(own_user).filter(|option| !option.is_empty()))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "no_signal_reaches_a_process_that_took_over_the_pid", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .expect("unshare, of util-linux, makes the pid namespace");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside the namespace:\n{text}\n{errors}");
    println!("{}", text.lines().find(|line| line.contains("wrong signals")).unwrap_or_default());
    assert!(text.contains("0 wrong signals"), "the rounds were not run:\n{text}\n{errors}");
}

fn inside() {
    assert_eq!(std::process::id(), 1, "the namespace's first process");
    let control = Control::new().expect("procfs of this namespace");
    let mut victim = Victim::spawn(&control);
    let mut refused = 0;
    for _ in 0..ROUNDS_BEFORE {
        let old = victim.start_time;
        victim = victim.replace(&control);
        assert_ne!(victim.start_time.to_bits(), old.to_bits(), "the pid's two lives differ");
        let target = Target { pid: PID, start_time: Some(old) };
        assert_eq!(control.act(target, Action::Suspend), Err(Refusal::AnotherProcess));
        assert_eq!(control.act(target, Action::Kill), Err(Refusal::AnotherProcess));
        victim.assert_untouched();
        refused += 1;
    }
    let mut hit_the_right_one = 0;
    for round in 0..ROUNDS_MEANWHILE {
        let target = Target { pid: PID, start_time: Some(victim.start_time) };
        victim.outlive_its_tick();
        let outcome = std::thread::scope(|scope| {
            let acting = scope.spawn(|| {
                // Spread over the time that the replacement takes.
                std::thread::sleep(Duration::from_micros(u64::from(round % 120) * 10));
                control.act(target, Action::Suspend)
            });
            victim = std::mem::replace(&mut victim, Victim::none()).replace(&control);
            acting.join().expect("acting does not panic")
        });
        match outcome {
            Ok(_) => hit_the_right_one += 1,
            // Seen as the new one, or as the old one before it was collected.
            Err(Refusal::AnotherProcess | Refusal::Ended(_)) => refused += 1,
            Err(other) => panic!("unexpected refusal: {other}"),
        }
        victim.assert_untouched();
    }
    victim.end();
    println!("{refused} refused, {hit_the_right_one} in time, 0 wrong signals");
    assert!(refused >= 1000, "the pid was reused often enough");
}

struct Victim {
    child: Option<Child>,
    start_time: f64,
}

impl Victim {
    fn none() -> Self {
        Self { child: None, start_time: 0.0 }
    }

    fn spawn(control: &Control) -> Self {
        // The next process of this namespace gets the number after this one.
        std::fs::write("/proc/sys/kernel/ns_last_pid", (PID - 1).to_string())
            .expect("the namespace's last pid can be set by its root");
        let child = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
        assert_eq!(child.id(), PID, "the pid was free and is given");
        let seen = control
            .detail(Target { pid: PID, start_time: None }, model::request::DetailWish::cheap());
        Self { child: Some(child), start_time: seen.expect("it lives").key.start_time() }
    }

    /// Ends it and gives its pid to another, at least one clock tick younger: two lives within one
    /// tick of 10 ms have the same identity.
    fn replace(mut self, control: &Control) -> Self {
        self.outlive_its_tick();
        self.end();
        Self::spawn(control)
    }

    fn outlive_its_tick(&self) {
        let uptime = || rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        let seconds = || uptime().tv_sec as f64 + uptime().tv_nsec as f64 / 1e9;
        while seconds() < self.start_time + 0.021 {
            std::thread::yield_now();
        }
    }

    fn end(&mut self) {
        let child = self.child.as_mut().expect("a victim that lives");
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn assert_untouched(&mut self) {
        let child = self.child.as_mut().expect("a victim that lives");
        assert!(child.try_wait().unwrap().is_none(), "a wrong signal ended it");
        let stat = std::fs::read_to_string(format!("/proc/{PID}/stat")).unwrap();
        let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
        assert_ne!(state, Some('T'), "a wrong signal stopped it");
    }
}
