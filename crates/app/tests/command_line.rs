//! What scripts rely on: exit codes, one line on what is wrong, nothing that writes to a terminal.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

fn topmast(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_topmast")).args(arguments).output().unwrap()
}

fn check(arguments: &[&str], code: i32, says: &str) {
    let output = topmast(arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    assert!(errors.contains(says), "{arguments:?}: {errors}");
}

#[test]
fn exit_codes_and_messages() {
    check(&["ps", "--limit", "1"], 0, "");
    check(&["ps", "--where", "pid = 0"], 1, "");
    check(&["ps", "--where", "cpuu > 5"], 2, "position 1: did you mean cpu?");
    check(&["ps", "--where", "cpu >"], 2, "position 6: a percentage like 20");
    check(&["net", "--sort", "-rxx"], 2, "did you mean rx?");
    check(&["serve", "--interval", "1ms"], 2, "between 100ms and 1h");
    check(&["serve", "--no-such-option"], 2, "unexpected argument");
    check(&["user", "link", "x", "--data", "/nonexistent/topmast"], 4, "/nonexistent/topmast");
}

#[test]
fn whoever_reads_may_stop_reading() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_topmast"))
        .args(["ps", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[test]
fn names_cannot_write_to_the_terminal() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join(std::ffi::OsStr::from_bytes(b"\x1b]0;owned\x07\nPID"));
    assert!(Command::new("cp").arg("/bin/sleep").arg(&program).status().unwrap().success());
    let mut child = Command::new(&program).arg("60").spawn().unwrap();
    let output = topmast(&["ps", "--where", &format!("pid = {}", child.id())]);
    child.kill().unwrap();
    child.wait().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\\x1b]0;owned\\x07\\x0aPID"), "{text:?}");
    assert!(text.chars().all(|c| !c.is_control() || c == '\n'), "{text:?}");
    assert_eq!(text.lines().count(), 2, "a header and one row: {text:?}");
}

#[test]
fn the_doctor_answers_in_json_too() {
    let output = topmast(&["doctor", "--json"]);
    let reply: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = reply["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["what"] == "processes" && finding["ok"] == true));
    let all_good = findings.iter().all(|finding| finding["ok"] == true);
    assert_eq!(reply["ok"], all_good);
    assert_eq!(reply["verdict"].as_str().unwrap().contains("missing"), !all_good);
    assert_eq!(output.status.code(), Some(i32::from(!all_good)));
}

struct Hub {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
    address: String,
}

impl Hub {
    fn start(data: &TempDir, listen: &str, password: Option<&str>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_topmast"));
        command.args(["serve", "--listen", listen, "--data"]).arg(data.path().join("new/hub"));
        command.env_remove("TOPMAST_ADMIN_PASSWORD").env_remove("TOPMAST_ADMIN_PASSWORD_FILE");
        password.map(|password| command.env("TOPMAST_ADMIN_PASSWORD", password));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.next().expect("it says where it listens").unwrap();
        let address = first.strip_prefix("listening on http://").expect("an address").to_owned();
        Self { child, lines, address }
    }

    fn stop(mut self) -> String {
        let begun = Instant::now();
        let pid = rustix::process::Pid::from_raw(self.child.id().cast_signed()).unwrap();
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        let status = self.child.wait().unwrap();
        assert_eq!(status.code(), Some(0), "a stop that was asked for is no failure");
        assert!(begun.elapsed() < Duration::from_secs(5), "it stops in time");
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

#[test]
fn a_first_start_prints_a_link_and_a_second_one_does_not() {
    let data = TempDir::new().unwrap();
    let mut hub = Hub::start(&data, "127.0.0.1:0", None);
    let printed: Vec<String> = hub.lines.by_ref().take(3).map(Result::unwrap).collect();
    assert!(printed.iter().any(|line| line.contains("/#link=")), "{printed:?}");
    let link = printed.iter().find_map(|line| line.split("/#link=").nth(1)).unwrap().to_owned();
    let log = hub.stop();
    assert!(!log.contains(&link), "a sign-in link is in no log");
    let mut hub = Hub::start(&data, "127.0.0.1:0", Some("ignored from now on"));
    let second = hub.lines.next().unwrap().unwrap();
    assert!(!second.contains("#link="), "{second}");
    let log = hub.stop();
    assert!(log.contains("TOPMAST_ADMIN_PASSWORD is ignored"), "{log}");
    assert!(!log.contains("ignored from now on"), "a password is in no log: {log}");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(data.path().join("new/hub")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn one_hub_a_data_directory_and_one_a_port() {
    let (data, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let hub = Hub::start(&data, "127.0.0.1:0", Some("long enough to be one"));
    let same_data = data.path().join("new/hub");
    let same_data = same_data.to_str().unwrap();
    check(&["serve", "--listen", "127.0.0.1:0", "--data", same_data], 5, "is in use by another");
    let other = other.path().to_str().unwrap();
    check(&["serve", "--listen", &hub.address, "--data", other], 5, "--listen");
    check(&["serve", "--listen", "0.0.0.0:0", "--data", other], 2, "--insecure");
    hub.stop();
}

#[test]
fn a_first_password_that_cannot_be_one_is_refused_before_anything_is_made() {
    let data = TempDir::new().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_topmast"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(data.path())
        .env("TOPMAST_ADMIN_PASSWORD", "short")
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains("at least 12 characters"), "{errors}");
}
