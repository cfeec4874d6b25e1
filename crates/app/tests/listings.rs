//! What listing commands print, in each form.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_topmast"));
    command.args(arguments).env_remove("COLUMNS").env("LC_ALL", "C.UTF-8");
    command
}

fn output(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(output(arguments).stdout).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    let output = output(arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// A process that waits, ended with the test.
struct Sleeper(Child);

impl Sleeper {
    fn start(program: impl AsRef<std::ffi::OsStr>) -> Self {
        let program = Command::new(program).arg("60").stdout(Stdio::null()).spawn().unwrap();
        Self(program)
    }

    fn pid(&self) -> String {
        self.0.id().to_string()
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn every_command_has_help_with_examples() {
    for name in [
        "serve",
        "ps",
        "tree",
        "net",
        "ports",
        "host",
        "doctor",
        "config",
        "completions",
        "man",
        "user",
    ] {
        let output = output(&[name, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{name}");
        let help = String::from_utf8(output.stdout).unwrap();
        assert!(help.contains("Examples:"), "{name}: {help}");
    }
}

#[test]
fn json_has_a_time_the_rows_and_the_gaps() {
    let lists = [
        ("ps", "processes"),
        ("tree", "processes"),
        ("net", "network_connections"),
        ("ports", "ports"),
    ];
    let _listener = TcpListener::bind("127.0.0.1:0").unwrap();
    for (name, list) in lists {
        let reply = json(&[name, "--json", "--limit", "3"]);
        assert!(reply["timestamp"].as_str().unwrap().ends_with('Z'), "{name}");
        assert!((1..=3).contains(&reply[list].as_array().unwrap().len()), "{name}: {reply}");
        assert!(reply["gaps"].is_array(), "{name}");
    }
    let own = std::process::id().to_string();
    let reply = json(&["ps", "--json", "--where", &format!("pid = {own}")]);
    let row = &reply["processes"][0];
    assert_eq!(row["pid"].to_string(), own, "a whole number");
    assert_eq!(row["kernel"], false);
    for field in ["start_time", "cmdline", "memory_swap", "num_ctx_switches_voluntary", "elapsed"] {
        assert!(row.get(field).is_some(), "{field}: {row}");
    }
    let chosen = json(&["ps", "--json", "--columns", "pid,rss", "--limit", "1"]);
    let names: Vec<_> = chosen["processes"][0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["memory_rss", "pid"]);
}

#[test]
fn csv_is_quoted_where_it_must_be_and_lines_are_rows() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join(std::ffi::OsStr::from_bytes(b"a \"b\", \xffc"));
    assert!(Command::new("cp").arg("/bin/sleep").arg(&program).status().unwrap().success());
    let sleeper = Sleeper::start(&program);
    let filter = format!("pid = {}", sleeper.pid());
    let csv = text(&["ps", "--csv", "--columns", "pid,name,memory_rss,tty", "--where", &filter]);
    let lines: Vec<_> = csv.split("\r\n").collect();
    assert_eq!(lines[0], "pid,name,memory_rss,terminal");
    let (before, rss) = lines[1].rsplit_once("\",").unwrap();
    assert_eq!(before, format!("{},\"a \"\"b\"\", \\xffc", sleeper.pid()));
    assert!(rss.trim_end_matches(',').parse::<u64>().is_ok(), "raw bytes: {rss}");
    assert_eq!(lines[2], "", "one row");
    let all = text(&["ps", "--csv", "--limit", "1"]);
    let columns = |line: &str| line.split(',').count();
    assert!(columns(all.lines().next().unwrap()) > 50, "every field: {all}");
}

#[test]
fn mistakes_are_shown_where_they_are() {
    let check = |arguments: &[&str], says: &str| {
        let output = output(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(says), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    };
    check(&["ps", "--where", "pid = 1 and"], "\n  pid = 1 and\n             ^\n");
    check(&["tree", "--where", "\x1b >"], "\n  \\x1b >\n");
    check(&["net", "--sort", "-rxx"], "did you mean rx?\n  -rxx\n   ^\n");
    check(&["ps", "--columns", "pid,nmae"], "there is no field \"nmae\"; did you mean name?");
    check(&["ports", "--json", "--csv"], "cannot be used with");
    check(&["ps", "--watch", "1ms"], "between 100ms and 1h");
    check(&["net", "--unix", "--all"], "cannot be used with");
}

#[test]
fn columns_can_be_listed_chosen_and_all_taken() {
    let help = text(&["ps", "--columns", "help"]);
    assert!(help.lines().any(|line| line.starts_with("memory_rss, rss") && line.contains("bytes")));
    let chosen = text(&["ps", "--columns", "pid, rss", "--limit", "1"]);
    let header: Vec<_> = chosen.lines().next().unwrap().split_whitespace().collect();
    assert_eq!(header, ["PID", "RSS"]);
    let all = text(&["ps", "--columns", "all", "--limit", "1"]);
    assert_eq!(all.lines().count(), 2);
    assert!(all.lines().next().unwrap().contains("NETNS"));
}

#[test]
fn narrow_tables_keep_the_identity_and_the_name() {
    for width in ["24", "40", "60"] {
        let output = command(&["ps"]).env("COLUMNS", width).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let header = text.lines().next().unwrap();
        assert!(header.contains("PID") && header.contains("NAME"), "{width}: {header}");
        let limit: usize = width.parse().unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= limit, "{width}: {widest}");
    }
}

#[test]
fn a_tree_shows_ancestors_of_what_is_asked_for() {
    let sleeper = Sleeper::start("/bin/sleep");
    let filter = format!("pid = {}", sleeper.pid());
    let reply = json(&["tree", "--json", "--where", &filter]);
    let rows = reply["processes"].as_array().unwrap();
    let last = rows.last().unwrap();
    assert_eq!(last["pid"].to_string(), sleeper.pid());
    let parent = &rows[rows.len() - 2];
    assert_eq!(parent["pid"], std::process::id());
    assert_eq!(last["depth"].as_u64(), parent["depth"].as_u64().map(|depth| depth + 1));
    assert!(parent["tree_memory_rss"].as_u64() >= parent["memory_rss"].as_u64());
    let drawn = text(&["tree", "--where", &filter]);
    assert!(drawn.lines().last().unwrap().contains("└─ /bin/sleep 60"), "{drawn}");
    let plain = command(&["tree", "--where", &filter]).env("LC_ALL", "C").output().unwrap();
    assert!(String::from_utf8(plain.stdout).unwrap().contains("`- /bin/sleep 60"));
    assert_eq!(output(&["tree", "--where", "pid = 0"]).status.code(), Some(1));
}

#[test]
fn a_port_that_we_listen_on_is_listed_with_us_and_its_connections() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let _client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let _accepted = listener.accept().unwrap();
    let reply =
        json(&["ports", "--json", "--where", &format!("port = {port} and scope = loopback")]);
    let row = &reply["ports"][0];
    assert_eq!(row["pid"], std::process::id(), "{reply}");
    assert_eq!((&row["protocol"], &row["address"]), (&"tcp".into(), &"127.0.0.1".into()));
    assert_eq!(row["connections"], 1);
    assert_eq!(output(&["ports", "--where", "port = 0"]).status.code(), Some(1));
    let net = json(&["net", "--json", "--where", &format!("port = {port}")]);
    assert_eq!(net["network_connections"].as_array().unwrap().len(), 3, "{net}");
    assert!(net.get("network_share").is_some());
}

#[test]
fn ended_processes_are_listed_with_how_they_are_known() {
    let reply = json(&["ps", "--short-lived", "--json", "--columns", "pid,name,lifetime"]);
    assert!(reply["exits"].is_array(), "{reply}");
    let known = ["taskstats", "proc_connector", "birth_rate"];
    assert!(known.contains(&reply["source"].as_str().unwrap()), "{reply}");
    let said = output(&["ps", "--short-lived", "--where", "rss > 1"]);
    assert_ne!(said.status.code(), Some(2), "its own fields are known");
}

#[test]
fn the_machine_is_told_whole() {
    let reply = json(&["host", "--json"]);
    for part in [
        "timestamp",
        "system",
        "cpu",
        "cores",
        "memory",
        "pressure",
        "disks",
        "file_systems",
        "interfaces",
        "sensors",
        "batteries",
        "sessions",
        "limits",
        "groups",
        "containers",
        "gaps",
    ] {
        assert!(reply.get(part).is_some(), "{part}");
    }
    assert_eq!(reply["cores"].as_array().unwrap().len() as u64, reply["system"]["cpu_count"]);
    assert!(reply["memory"]["total"].as_u64() > reply["memory"]["used"].as_u64());
    let page = text(&["host"]);
    for section in ["System", "CPU", "Memory", "Interfaces"] {
        assert!(page.lines().any(|line| line == section), "{section}: {page}");
    }
    let widest = page.lines().map(|line| line.chars().count()).max().unwrap();
    assert!(widest <= 100, "{widest}: {page}");
}

/// Ends it as Ctrl-C does and expects that it ends well.
fn interrupt(mut child: Child) {
    let pid = rustix::process::Pid::from_raw(child.id().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn watching_goes_on_line_by_line_until_it_is_interrupted() {
    let watch = |arguments: &[&str], lines: usize| {
        let mut child = command(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let read: Vec<String> = out.lines().take(lines).map(Result::unwrap).collect();
        interrupt(child);
        read
    };
    let own = format!("pid = {}", std::process::id());
    let lines = watch(&["ps", "--json", "--watch", "100ms", "--where", &own], 3);
    let times: Vec<Value> = lines
        .iter()
        .map(|line| {
            let reply: Value = serde_json::from_str(line).expect("a document a line");
            assert!(reply["processes"][0]["cpu_percent"].is_number(), "rates over the interval");
            reply["timestamp"].clone()
        })
        .collect();
    assert!(times[0].as_str() < times[1].as_str() && times[1].as_str() < times[2].as_str());
    let lines = watch(&["ps", "--csv", "--columns", "pid", "--watch", "100ms", "--where", &own], 3);
    assert_eq!(lines[0], "timestamp,pid");
    assert!(lines[1..].iter().all(|line| line.ends_with(&format!(",{}", std::process::id()))));
    let lines = watch(&["host", "--json", "--watch", "100ms"], 2);
    assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()));
}

#[test]
fn whoever_reads_may_stop_reading_whatever_is_printed() {
    for arguments in
        [&["tree"][..], &["ps", "--csv"], &["man"], &["completions", "bash"], &["host"]]
    {
        let mut command = command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {said}");
        assert!(said.is_empty(), "{arguments:?}: {said}");
    }
}
