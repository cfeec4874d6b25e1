//! Machines that hide things: namespaces, a procfs that shows only one's own. What is seen there is
//! right, only less, and what is missing is named.
//!
//! These tests make namespaces, so they need root; as another user they say so and fail.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

/// The program where anybody may execute it.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let place = Self { folder };
        let from = env!("CARGO_BIN_EXE_topmast");
        let done = Command::new("cp").arg(from).arg(place.program()).status().unwrap();
        assert!(done.success(), "{from} could not be copied");
        place
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("topmast")
    }

    /// Runs a script of `sh` in new namespaces, the program as `$0`.
    fn in_namespaces(&self, which: &[&str], script: &str) -> Output {
        let output = Command::new("unshare")
            .args(which)
            .args(["sh", "-c", script])
            .arg(self.program())
            .stdin(Stdio::null())
            .output()
            .expect("unshare, of util-linux");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!errors.contains("unshare failed"), "these tests need root: {errors}");
        output
    }
}

fn json(output: &Output) -> Value {
    let errors = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {errors}"))
}

fn gap<'a>(seen: &'a Value, what: &str) -> Option<&'a Value> {
    seen["gaps"].as_array().expect("gaps").iter().find(|gap| gap["what"] == what)
}

fn names(seen: &Value) -> Vec<&str> {
    let rows = seen["processes"].as_array().expect("rows").iter();
    rows.filter_map(|row| row["name"].as_str()).collect()
}

#[test]
fn a_pid_namespace_has_its_own_processes_and_they_can_be_acted_on() {
    let place = Place::new();
    let script = "sleep 300 & \"$0\" ps --json; \"$0\" stop $! --json; \"$0\" kill $! --json";
    let output = place.in_namespaces(&["--pid", "--fork", "--mount-proc"], script);
    let mut answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let mut next = || answers.next().expect("an answer").expect("JSON");
    let seen = next();
    let mut found = names(&seen);
    found.sort_unstable();
    assert_eq!(found, ["sh", "sleep", "topmast"], "{seen}");
    assert!(seen["processes"].as_array().unwrap().iter().any(|row| row["pid"] == 1), "{seen}");
    let (stopped, killed) = (next().to_string(), next().to_string());
    assert!(stopped.contains("\"stopped\""), "{stopped}");
    assert!(killed.contains("\"ended\""), "{killed}");
}

#[test]
fn pids_of_another_namespace_are_never_acted_on() {
    let place = Place::new();
    // The procfs is still that of the namespace outside, where this pid is another process.
    let output = place.in_namespaces(&["--pid", "--fork"], "\"$0\" kill 2; echo \"code $?\"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(format!("{said}{out}").contains("namespace"), "{said}{out}");
    assert!(!out.contains("code 0"), "{out}");
}

#[test]
fn a_procfs_that_hides_other_users_is_named_as_a_gap() {
    let place = Place::new();
    let script = "mount -t proc -o hidepid=2 proc /proc && exec setpriv --reuid=65534 \
        --regid=65534 --clear-groups --bounding-set=-all --inh-caps=-all \"$0\" ps --json";
    let seen = json(&place.in_namespaces(&["--mount"], script));
    assert_eq!(names(&seen), ["topmast"], "only one's own: {seen}");
    let gap = gap(&seen, "processes").expect("a gap says that processes are hidden");
    assert_eq!(gap["reason"], "denied");
    assert!(gap["detail"].as_str().unwrap().contains("hidepid="), "{gap}");
}

#[test]
fn root_is_not_told_of_hidden_processes_when_none_are() {
    let place = Place::new();
    let script = "mount -t proc -o hidepid=2 proc /proc && exec \"$0\" ps --json";
    let seen = json(&place.in_namespaces(&["--mount"], script));
    assert!(names(&seen).len() > 1, "{seen}");
    assert_eq!(gap(&seen, "processes"), None);
}

/// A server in a network namespace of its own; ends when it is dropped.
struct Server {
    child: Child,
}

impl Server {
    fn start() -> Self {
        let script = "ip link set lo up && exec python3 -c \"
import socket, sys
server = socket.create_server(('127.0.0.1', 7001))
near = socket.create_connection(('127.0.0.1', 7001))
far, _ = server.accept()
near.sendall(b'x' * 100000)
left = 100000
while left: left -= len(far.recv(left))
print('ready', flush=True)
sys.stdin.read()
\"";
        let mut child = Command::new("unshare")
            .args(["--net", "sh", "-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare, of util-linux");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "these tests need root, iproute2 and Python");
        Self { child }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn sockets_of_other_network_namespaces_are_seen_with_their_owner_and_bytes() {
    let server = Server::start();
    let place = Place::new();
    let output =
        Command::new(place.program()).args(["net", "--json", "--where", "port = 7001"]).output();
    let seen = json(&output.unwrap());
    let rows = seen["network_connections"].as_array().expect("rows");
    let inside: Vec<&Value> = rows.iter().filter(|row| !row["net_namespace"].is_null()).collect();
    assert_eq!(inside.len(), 3, "a listener and both ends: {seen}");
    for row in &inside {
        assert_eq!(row["pid"], u64::from(server.child.id()), "{row}");
    }
    let sent: u64 = inside.iter().filter_map(|row| row["tx_bytes"].as_u64()).sum();
    // The kernel counts the segment that opens a connection as one byte.
    assert!((100_000..=100_002).contains(&sent), "{inside:#?}");
}

#[test]
fn a_network_namespace_shows_only_its_own_sockets() {
    let place = Place::new();
    let outside = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = outside.local_addr().unwrap().port();
    let script = format!("\"$0\" net --json --where 'local_port = {port} and not namespace'");
    let output = place.in_namespaces(&["--net"], &script);
    assert_eq!(json(&output)["network_connections"].as_array().map(Vec::len), Some(0));
}
