//! The live lane: what `topmast` says of this machine beside what `ps`, `ss` and psutil say.
//!
//! The peers look just before and just after. What they agree on both times did not change
//! meanwhile, so Topmast must say the same.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod scene;
mod ss;
mod unprivileged;

use scene::{Scene, hex};
use serde_json::Value;
use ss::{Socket, sockets_in, ss};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Enough to leave no doubt that nothing is lost among many.
const CROWD: usize = 2000;

#[test]
fn processes_and_sockets_are_what_the_peers_say() {
    let scene = Scene::set(CROWD);
    let (before, ss_before) = (peers(), ss(&[]));
    let seen = topmast(&["ps", "--json"]);
    let connections = topmast(&["net", "--json"]);
    let (after, ss_after) = (peers(), ss(&[]));
    let rows = by_pid(&seen["processes"]);
    check_population(&rows, &before, &after);
    check_fields(&rows, &before, &after);
    check_odd_names(&scene, &rows);
    check_zombie(&scene, &rows);
    check_kernel_threads(&rows);
    check_sockets(&connections, &ss_before, &ss_after);
    check_own_sockets(&scene, &connections);
}

type Rows<'a> = BTreeMap<u64, &'a Value>;
type Peers = BTreeMap<u64, Peer>;

/// One process as `ps` and psutil see it.
#[derive(Debug, Clone, PartialEq)]
struct Peer {
    parent: u64,
    state: char,
    user: String,
    threads: u64,
    rss_kib: u64,
    /// psutil's, its bytes in hexadecimal digits; `None` where only `ps` saw it.
    name: Option<String>,
    psutil_user: Option<String>,
    psutil_status: Option<String>,
    psutil_create_time: Option<f64>,
}

fn topmast(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_topmast")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn by_pid(rows: &Value) -> Rows<'_> {
    let rows = rows.as_array().expect("rows").iter();
    rows.map(|row| (row["pid"].as_u64().expect("a pid"), row)).collect()
}

const PSUTIL: &str = "
import json, psutil
rows = {}
for process in psutil.process_iter():
    try:
        with process.oneshot():
            rows[process.pid] = [process.name().encode('utf-8', 'surrogateescape').hex(),
                                 process.username(), process.status(), process.create_time()]
    except psutil.NoSuchProcess:
        pass
print(json.dumps(rows))
";

fn peers() -> Peers {
    let psutil: Value = serde_json::from_slice(&run(&scene::python(), &["-c", PSUTIL])).unwrap();
    let columns = "pid=,ppid=,stat=,ruser:32=,rss=,nlwp=";
    let ps = String::from_utf8(run("ps", &["-e", "-o", columns])).unwrap();
    ps.lines().map(|line| peer(line, &psutil)).collect()
}

fn peer(line: &str, psutil: &Value) -> (u64, Peer) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |index: usize| words[index].parse::<u64>().expect("a number of ps");
    let other = &psutil[words[0]];
    let text = |index: usize| other[index].as_str().map(str::to_owned);
    let peer = Peer {
        parent: number(1),
        state: words[2].chars().next().expect("a state"),
        user: words[3].to_owned(),
        rss_kib: number(4),
        threads: number(5),
        name: text(0),
        psutil_user: text(1),
        psutil_status: text(2),
        psutil_create_time: other[3].as_f64(),
    };
    (number(0), peer)
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {errors} (psutil: set TOPMAST_TEST_PYTHON)");
    output.stdout
}

/// Who was there before and after was seen, and who was seen was there before or after or lived
/// only in between.
fn check_population(rows: &Rows<'_>, before: &Peers, after: &Peers) {
    let lasting = before.keys().filter(|pid| after.contains_key(pid));
    let missed: Vec<_> = lasting.clone().filter(|pid| !rows.contains_key(pid)).collect();
    assert!(missed.is_empty(), "not seen: {missed:?}");
    assert!(lasting.count() > CROWD, "the crowd is there");
    let unknown = rows.keys().filter(|pid| !before.contains_key(pid) && !after.contains_key(pid));
    assert!(unknown.count() < 20, "seen but unknown to ps");
}

fn check_fields(rows: &Rows<'_>, before: &Peers, after: &Peers) {
    let mut compared = 0;
    for (pid, peer) in before.iter().filter(|(pid, _)| after.contains_key(pid)) {
        let (row, later) = (rows[pid], &after[pid]);
        if (peer.psutil_create_time, &peer.name) != (later.psutil_create_time, &later.name) {
            continue; // another program now, or another process
        }
        compared += 1;
        let same = |ours: &Value, first: &Value, second: &Value, what: &str| {
            assert!(
                first != second || ours == first,
                "{what} of {pid}: {ours}, not {first}: {row}"
            );
        };
        same(&row["ppid"], &peer.parent.into(), &later.parent.into(), "parent");
        same(&row["num_threads"], &peer.threads.into(), &later.threads.into(), "threads");
        check_state(row, peer, later);
        check_user(row, peer, later);
        check_memory(row, peer, later);
        check_name_and_start(row, peer);
    }
    assert!(compared > CROWD, "{compared} compared");
}

fn check_state(row: &Value, peer: &Peer, later: &Peer) {
    let word = row["status"].as_str().expect("a state");
    let letters = |status: &str| match status {
        "running" => 'R',
        "sleeping" => 'S',
        "disk-sleep" => 'D',
        "stopped" => 'T',
        "tracing-stop" => 't',
        "zombie" => 'Z',
        "idle" => 'I',
        other => panic!("state {other}"),
    };
    // A process that sleeps before and after may run in between, if only to be looked at; one that
    // runs both times may sleep in between.
    let is_restless = matches!(word, "running" | "disk-sleep") && matches!(peer.state, 'S' | 'I')
        || matches!(word, "sleeping" | "disk-sleep") && matches!(peer.state, 'R' | 'D');
    if peer.state == later.state && !is_restless {
        assert_eq!(letters(word), peer.state, "{row}");
    }
    if let Some(status) = &peer.psutil_status
        && peer.psutil_status == later.psutil_status
        && !is_restless
    {
        assert_eq!(word, status, "{row}");
    }
}

fn check_user(row: &Value, peer: &Peer, later: &Peer) {
    if peer.user == later.user {
        assert_eq!(row["username"], peer.user.as_str(), "{row}");
    }
    if let Some(user) = &peer.psutil_user {
        assert_eq!(row["username"], user.as_str(), "{row}");
    }
}

/// The kernel keeps resident memory in counters that it adds up roughly.
fn check_memory(row: &Value, peer: &Peer, later: &Peer) {
    if row["kernel"] == true {
        assert!(row["memory_rss"].is_null(), "a kernel thread has no memory of its own: {row}");
        return;
    }
    let ours = row["memory_rss"].as_u64().expect("memory") / 1024;
    let (low, high) = (peer.rss_kib.min(later.rss_kib), peer.rss_kib.max(later.rss_kib));
    let slack = 1024 + high / 20;
    assert!((low.saturating_sub(slack)..=high + slack).contains(&ours), "{low}..{high}: {row}");
}

fn check_name_and_start(row: &Value, peer: &Peer) {
    if let Some(name) = &peer.name
        && row["kernel"] == false
    {
        let name = model::text::from_kernel(&scene::bytes_of(name));
        // psutil completes a name that the kernel cut only by the command line, we also by the
        // file that is executed.
        let ours = row["name"].as_str().expect("a name");
        let exe = row["exe"].as_str().unwrap_or_default().trim_end_matches(" (deleted)");
        let is_completed =
            name.len() == 15 && ours.starts_with(&name) && exe.rsplit('/').next() == Some(ours);
        assert!(ours == name || is_completed, "{name}, {row}");
    }
    if let Some(created) = peer.psutil_create_time {
        let ours = row["create_time"].as_f64().expect("a start");
        assert!((ours - created).abs() < 1.5, "psutil counts from a whole second: {created} {row}");
    }
}

fn check_odd_names(scene: &Scene, rows: &Rows<'_>) {
    for (pid, name) in &scene.odd {
        let row = rows.get(pid).unwrap_or_else(|| panic!("{:?} is not seen", hex(name)));
        assert_eq!(row["name"], model::text::from_kernel(name).as_str());
        assert_eq!(row["ppid"], u64::from(std::process::id()), "{row}");
        assert_eq!(row["status"], "sleeping", "{row}");
    }
}

fn check_zombie(scene: &Scene, rows: &Rows<'_>) {
    let row = rows.get(&scene.zombie()).expect("a zombie is a process");
    assert_eq!(row["status"], "zombie");
    assert_eq!(row["cmdline"], "");
    assert_eq!(row["memory_rss"], 0);
}

/// Where `ps` sees kernel threads (children of pid 2), they are marked as such; in a container
/// there are none, and none may be made up.
fn check_kernel_threads(rows: &Rows<'_>) {
    let ours: BTreeSet<u64> = rows
        .values()
        .filter(|row| row["kernel"] == true)
        .filter_map(|r| r["pid"].as_u64())
        .collect();
    let has_kernel_parent = |pid: u64| pid == 2 || rows[&pid]["ppid"] == 2;
    assert!(ours.iter().all(|pid| has_kernel_parent(*pid)), "{ours:?}");
    let threads = rows.values().filter(|row| row["ppid"] == 2 && row["exe"].is_null());
    let theirs: BTreeSet<u64> = threads.filter_map(|row| row["pid"].as_u64()).collect();
    if rows.get(&2).is_some_and(|row| row["name"] == "kthreadd") {
        assert!(theirs.is_subset(&ours) && ours.contains(&2), "{theirs:?} {ours:?}");
    } else {
        assert!(ours.is_empty(), "{ours:?}");
    }
}

fn check_sockets(connections: &Value, before: &BTreeSet<Socket>, after: &BTreeSet<Socket>) {
    let ours = sockets_in(connections, None);
    let lasting: Vec<&Socket> = before.intersection(after).collect();
    let missed: Vec<_> = lasting.iter().filter(|socket| !ours.contains(**socket)).collect();
    assert!(missed.is_empty(), "not seen, or otherwise: {missed:#?}\nours: {ours:#?}");
    assert!(lasting.len() >= 4, "the scene's own sockets last");
    let unknown: Vec<_> = ours
        .iter()
        .filter(|socket| !before.contains(*socket) && !after.contains(*socket))
        .collect();
    assert!(unknown.len() <= 20, "unknown to ss: {unknown:#?}");
}

/// Also without the peers: the sockets this test holds are its own.
fn check_own_sockets(scene: &Scene, connections: &Value) {
    let me = u64::from(std::process::id());
    let ours = sockets_in(connections, None);
    for (protocol, local, state) in scene.own_sockets() {
        let found = ours.iter().find(|s| s.0 == protocol && s.1 == local && s.3 == state);
        assert_eq!(found.map(|socket| socket.4), Some(Some(me)), "{protocol} {local} {state}");
    }
}
