//! A pid that is given to another process is noticed in the next sample, however seldom its row is
//! read: the directory of another process has another inode.
//!
//! The test runs itself again as pid 1 of a small pid namespace, where the next pid can be chosen.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test says where and what")]

use model::Snapshot;
use probe::{Probe, SystemClock};
use rustix::time::{ClockId, clock_gettime};
use std::process::{Child, Command, Stdio};

const INSIDE: &str = "TOPMAST_TEST_INSIDE_PID_NAMESPACE";
const ROUNDS: u32 = 100;
const PID: u32 = 300;

#[test]
fn a_pid_given_to_another_process_is_noticed_in_the_next_sample() {
    if std::env::var_os(INSIDE).is_some() {
        return inside();
    }
    let own_user = if rustix::process::geteuid().is_root() { "" } else { "--map-root-user" };
    let output = Command::new("unshare")
        .args(["--pid", "--fork", "--mount-proc", "--kill-child"])
        .args(Some(own_user).filter(|option| !option.is_empty()))
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "a_pid_given_to_another_process_is_noticed_in_the_next_sample"])
        .arg("--nocapture")
        .env(INSIDE, "1")
        .output()
        .expect("unshare, of util-linux, makes the pid namespace");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "inside the namespace:\n{text}\n{errors}");
    assert!(text.contains("0 unnoticed"), "the rounds were not run:\n{text}\n{errors}");
}

fn inside() {
    assert_eq!(std::process::id(), 1, "the namespace's first process");
    let mut probe = Probe::new().unwrap();
    let mut snapshot = Snapshot::default();
    let mut late = 0;
    let mut child = spawn();
    for round in 0..ROUNDS {
        // Read so often without a change that it is left for later.
        while !is_late(&snapshot) {
            probe.sample(&mut snapshot, &SystemClock);
        }
        late += 1;
        let old = birth(&snapshot).unwrap();
        outlive_its_tick(old);
        end(&mut child);
        child = spawn();
        probe.sample(&mut snapshot, &SystemClock);
        assert_ne!(birth(&snapshot), Some(old), "round {round}: unnoticed");
    }
    end(&mut child);
    println!("{late} taken over, 0 unnoticed");
}

fn is_late(snapshot: &Snapshot) -> bool {
    let row = snapshot.processes.find(PID);
    row.is_some_and(|row| snapshot.processes.read_nanos[row] < snapshot.taken.boot_nanos)
}

fn birth(snapshot: &Snapshot) -> Option<u64> {
    snapshot.processes.find(PID).map(|row| snapshot.processes.key[row].birth)
}

fn spawn() -> Child {
    // The next process of this namespace gets the number after this one.
    std::fs::write("/proc/sys/kernel/ns_last_pid", (PID - 1).to_string())
        .expect("the namespace's last pid can be set by its root");
    let child = Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap();
    assert_eq!(child.id(), PID, "the pid was free and is given");
    child
}

/// Two lives within one tick of 10 ms have the same identity.
fn outlive_its_tick(birth: u64) {
    let now = || clock_gettime(ClockId::Boottime);
    while (now().tv_sec * 100 + now().tv_nsec / 10_000_000).cast_unsigned() < birth + 3 {
        std::thread::yield_now();
    }
}

fn end(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}
