//! `show`, `holders`, `term`, `kill`, `stop`, `cont` and `nice` on real processes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

/// Children of ours are zombies until we collect them, as are those of a shell; what `topmast`
/// ends is collected at once by whoever waits on its own thread.
struct Sleeper(Child);

impl Sleeper {
    fn new() -> Self {
        Self(Command::new("sleep").arg("600").stdin(Stdio::null()).spawn().unwrap())
    }

    /// One that ignores SIGTERM.
    fn stubborn() -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", "trap '' TERM; echo ready; exec sleep 600"]).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self(child)
    }

    fn pid(&self) -> String {
        self.0.id().to_string()
    }

    fn state(&self) -> char {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        stat.rsplit(") ").next().unwrap().chars().next().unwrap()
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn topmast(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topmast"));
    command.args(arguments).stdin(Stdio::null()).env("COLUMNS", "80").output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn check(arguments: &[&str], code: i32, says: &str) -> String {
    let output = topmast(arguments);
    let (text, errors) = (text(&output), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}{errors}");
    assert!(text.contains(says) || errors.contains(says), "{arguments:?}: {text}{errors}");
    text
}

fn json(arguments: &[&str]) -> Value {
    let output = topmast(arguments);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn a_process_is_shown_whole_and_fits_80_columns() {
    let mut command = Command::new("sleep");
    command.arg("600").env("API_TOKEN", "hunter2").env("PLAIN", "value").stdin(Stdio::null());
    let sleeper = Sleeper(command.spawn().unwrap());
    let shown = check(&["show", &sleeper.pid()], 0, "Lineage");
    for part in [
        "sleep 600",
        "1 ",
        "Activity",
        "Memory",
        "State and scheduling",
        "Rights",
        "capabilities",
        "Surroundings",
        "namespaces",
        "Limits (16)",
        "Max open files",
        "Threads (1)",
        "Open files",
        "/dev/null",
        "Connections (0)",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("hunter2") && !shown.contains("API_TOKEN"), "not asked for");
    let wide: Vec<_> = shown.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.iter().all(|line| line.contains('/')), "only paths in lists are wider: {wide:?}");
    let with = check(&["show", &sleeper.pid(), "--environment", "--maps"], 0, "Environment");
    assert!(with.contains("***") && !with.contains("hunter2"), "{with}");
    assert!(with.contains("PLAIN") && with.contains("[stack]"), "{with}");
}

#[test]
fn the_document_of_a_process_names_everything() {
    let sleeper = Sleeper::new();
    let reply = json(&["show", &sleeper.pid(), "--json"]);
    assert_eq!(reply["process"]["pid"], sleeper.0.id());
    assert_eq!(reply["process"]["name"], "sleep");
    assert_eq!(reply["uids"]["real"], reply["process"]["uid"]);
    assert_eq!(reply["limits"].as_array().unwrap().len(), 16);
    assert_eq!(reply["threads"][0]["tid"], sleeper.0.id());
    assert_eq!(reply["files"][0]["target"], "/dev/null");
    assert_eq!(reply["ancestors"][0]["pid"], std::process::id());
    assert!(reply["memory"]["pss_bytes"].as_u64().unwrap() > 0);
    assert!(!reply["maps"].as_array().unwrap().is_empty());
    assert!(reply["namespaces"]["net"].as_u64().unwrap() > 0);
    assert_eq!(reply["environment"], Value::Null, "not asked for");
    let gaps = reply["gaps"].as_array().unwrap();
    assert!(gaps.iter().any(|gap| gap["what"] == "environment" && gap["reason"] == "not_yet"));
}

#[test]
fn what_is_not_there_is_not_shown() {
    let mut sleeper = Sleeper::new();
    let pid = sleeper.pid();
    check(&["show", &format!("{pid}@0.01")], 4, "belongs to another");
    sleeper.0.kill().unwrap();
    sleeper.0.wait().unwrap();
    check(&["show", &pid], 4, "no process has that pid");
    check(&["show", "0"], 2, "expected a pid");
    let (tell, told) = std::sync::mpsc::channel();
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        tell.send(rustix::thread::gettid().as_raw_nonzero().to_string()).unwrap();
        let _ = ended.recv();
    });
    let hint = format!("is a thread of process {}", std::process::id());
    let thread_id = told.recv().unwrap();
    check(&["show", &thread_id], 4, &hint);
    check(&["cont", &thread_id], 4, &format!("topmast cont {}", std::process::id()));
    drop(end);
    thread.join().unwrap();
}

#[test]
fn the_environment_is_for_root_and_its_own_user() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("topmast");
    std::fs::copy(env!("CARGO_BIN_EXE_topmast"), &program).unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let sleeper = Sleeper::new();
    let mut command = Command::new(&program);
    command.uid(65_534).gid(65_534).args(["show", &sleeper.pid(), "--environment"]);
    let output = command.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{errors}");
    assert!(errors.contains("for root and for the user"), "{errors}");
    let mut command = Command::new(&program);
    let output = command.uid(65_534).args(["show", &sleeper.pid()]).output().unwrap();
    let shown = text(&output);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(shown.contains("Open files\n  - (denied)"), "{shown}");
    let mut command = Command::new(&program);
    let output = command.uid(65_534).args(["kill", &sleeper.pid()]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_ne!(sleeper.state(), 'Z');
}

#[test]
fn processes_are_stopped_continued_reniced_and_ended_with_a_line_for_each() {
    let (first, second) = (Sleeper::new(), Sleeper::new());
    let (one, two) = (first.pid(), second.pid());
    let said = check(&["stop", &one, &two], 0, "(stopped in ");
    assert_eq!(said.lines().count(), 2);
    assert!(said.starts_with(&format!("suspended {one} sleep (stopped in ")), "{said}");
    assert_eq!((first.state(), second.state()), ('T', 'T'));
    check(&["cont", &one, &two], 0, &format!("resumed {one} sleep (goes on)"));
    assert_ne!(first.state(), 'T');
    check(&["nice", &one, "7"], 0, &format!("reniced {one} sleep (nice 7)"));
    check(&["nice", &one, "20"], 2, "20");
    let reply = json(&["term", &one, "--json"]);
    assert_eq!(reply["results"][0]["outcome"], "ended");
    assert_eq!(reply["results"][0]["action"], "terminate");
    check(&["term", &one], 4, "has ended already; it stays in the list until its parent");
    check(&["kill", &one, &two], 1, &format!("killed {two} sleep (gone in "));
}

#[test]
fn a_process_is_acted_on_only_in_the_life_that_is_meant() {
    let sleeper = Sleeper::new();
    let pid = sleeper.pid();
    let start = json(&["show", &pid, "--json"])["process"]["start_time"].to_string();
    check(&["stop", &format!("{pid}@0.01")], 4, "belongs to another");
    check(&["stop", &pid, "--start-time", "0.01"], 4, "belongs to another");
    assert_ne!(sleeper.state(), 'T');
    check(&["stop", &format!("{pid}@{start}")], 0, "suspended");
    check(&["cont", &pid, "--start-time", &start], 0, "resumed");
    check(&["stop", &pid, "1", "--start-time", &start], 2, "PID@START");
    check(&["kill", "1"], 3, "pid 1");
}

#[test]
fn what_does_not_end_when_asked_is_killed_if_that_is_said() {
    let sleeper = Sleeper::stubborn();
    let pid = sleeper.pid();
    check(&["term", &pid, "--wait", "50ms"], 1, "still there after");
    assert_ne!(sleeper.state(), 'Z');
    check(&["term", &pid, "--then-kill", "50ms"], 0, &format!("killed {pid} sleep (gone in "));
    assert_eq!(sleeper.state(), 'Z');
}

#[test]
fn holders_are_named_in_full_and_what_is_no_port_is_told() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("a-name-longer-than-15-bytes");
    assert!(Command::new("cp").arg("/bin/sleep").arg(&program).status().unwrap().success());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut command = Command::new(&program);
    let holder = Sleeper(command.arg("600").stdin(OwnedFd::from(listener)).spawn().unwrap());
    drop(command);
    let filter = format!("pid = {}", holder.pid());
    for what in [program.to_str().unwrap(), &port] {
        let reply = json(&["holders", what, "--json", "--where", &filter]);
        let rows = reply["holders"].as_array().unwrap();
        assert!(!rows.is_empty(), "{what}");
        assert!(rows.iter().all(|row| row["name"] == "a-name-longer-than-15-bytes"), "{rows:?}");
    }
    check(&["holders", "65536"], 2, "65536 is no port");
    check(&["holders", ""], 2, "neither a path nor a port");
}

#[test]
fn holders_of_files_ports_and_deleted_space_are_found() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("big");
    std::fs::write(&path, vec![1; 3 << 20]).unwrap();
    let named = path.to_str().unwrap();
    let mut command = Command::new("sleep");
    command.arg("600").stdin(std::fs::File::open(&path).unwrap()).current_dir(folder.path());
    let sleeper = Sleeper(command.spawn().unwrap());
    let pid = sleeper.0.id();
    // A process that another test begins has all our files for a moment, before it execs.
    let filter = format!("pid = {pid}");
    let rows = json(&["holders", named, "--json", "--where", &filter]);
    assert_eq!(rows["holders"].as_array().unwrap().len(), 1);
    assert_eq!(rows["holders"][0]["mode"], "r");
    let folder_name = folder.path().to_str().unwrap();
    let below = json(&["holders", folder_name, "--below", "--json", "--where", &filter]);
    let ways: Vec<_> =
        below["holders"].as_array().unwrap().iter().map(|row| &row["hold"]).collect();
    assert_eq!(ways, ["open", "cwd"]);
    std::fs::remove_file(&path).unwrap();
    check(&["holders", named], 4, named);
    let table = check(&["holders", "--deleted", "--where", &filter], 0, "big (deleted)");
    assert!(table.contains("3.00M") && table.contains("without a name"), "{table}");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let mut command = Command::new("sleep");
    let listening = Sleeper(command.arg("600").stdin(OwnedFd::from(listener)).spawn().unwrap());
    // The command has the listener too.
    drop(command);
    let table = check(&["holders", &port], 0, &format!("tcp 127.0.0.1:{port} LISTEN"));
    assert!(table.contains(&listening.pid()), "{table}");
    drop(listening);
    while topmast(&["holders", &port]).status.code() != Some(1) {
        std::thread::yield_now();
    }
}
