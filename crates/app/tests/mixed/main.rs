//! What `topmast` says of a busy machine beside what psutil, `ss`, `lsof` and `du` say: every
//! disagreement has an explanation, listed in docs/agreement.md, or it is a fault.
//!
//! The peers look before and after. A level they agree on both times is compared exactly, a counter
//! must lie between; since a level may leave and return in between, only what disagrees in each of
//! several rounds counts.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(clippy::print_stdout, reason = "what agreed and why not is its result")]

mod files;
mod load;
#[path = "../live/ss.rs"]
mod ss;

use load::Load;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Rounds in which a disagreement must show to be one.
const ROUNDS: usize = 4;

/// How a field of ours is held against the same field of a peer's.
enum Rule {
    /// Equal where the peer says the same before and after.
    Same,
    /// Between what the peer says before and after; as far off as this at most, for rounding.
    Between(f64),
    /// As `Same`, but the kernel itself adds it up roughly: as far off as this share at most.
    Roughly(f64),
}

/// Fields that psutil has too, under the same name.
const FIELDS: &[(&str, Rule)] = &[
    ("ppid", Rule::Same),
    ("username", Rule::Same),
    ("uid", Rule::Same),
    ("euid", Rule::Same),
    ("gid", Rule::Same),
    ("status", Rule::Same),
    ("nice", Rule::Same),
    ("num_threads", Rule::Same),
    ("num_fds", Rule::Same),
    ("exe", Rule::Same),
    ("cwd", Rule::Same),
    ("cmdline", Rule::Same),
    ("terminal", Rule::Same),
    ("memory_rss", Rule::Roughly(0.1)),
    ("memory_vms", Rule::Same),
    ("cpu_time_user", Rule::Between(0.011)),
    ("cpu_time_system", Rule::Between(0.011)),
    ("cpu_time_children_user", Rule::Between(0.011)),
    ("cpu_time_children_system", Rule::Between(0.011)),
    ("io_read_bytes", Rule::Between(0.0)),
    ("io_write_bytes", Rule::Between(0.0)),
    ("num_ctx_switches_voluntary", Rule::Between(0.0)),
    ("num_ctx_switches_involuntary", Rule::Between(0.0)),
];

/// Why two may differ without either being wrong; docs/agreement.md says it at length.
fn explanation(field: &str, ours: &Value, theirs: &Value, row: &Value) -> Option<&'static str> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let is_kernel = row["kernel"] == true;
    let is_zombie = row["status"] == "zombie";
    match field {
        "memory_rss" | "memory_vms" if is_kernel && ours.is_null() => {
            Some("kernel threads have no memory: null, not 0")
        }
        "cwd" if is_kernel && ours.is_null() => Some("kernel threads have no working directory"),
        "exe" | "cwd" if ours.is_null() && text(theirs).is_empty() => {
            Some("none is null, not an empty text")
        }
        "exe" if text(ours) == format!("{} (deleted)", text(theirs)) => {
            Some("an executable that was deleted or replaced is marked as such")
        }
        "terminal" if format!("/dev/{}", text(ours)) == text(theirs) => {
            Some("terminals are named as ps names them, without /dev/")
        }
        "cmdline" if text(ours).contains("***") => Some("secrets in arguments are masked"),
        "cmdline" if text(ours).ends_with('…') => Some("long command lines are cut at 4 KiB"),
        "cmdline" if text(ours).trim_end() == text(theirs).trim_end() => {
            Some("spaces at the end of a command line are not kept")
        }
        "cmdline" if is_zombie || is_kernel => Some("it has no command line: empty"),
        _ => None,
    }
}

type Rows = BTreeMap<String, Map<String, Value>>;

fn psutil() -> Rows {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../xtask/python/bin/python");
    let made = folder.exists().then(|| folder.display().to_string());
    let named = std::env::var("TOPMAST_TEST_PYTHON").ok();
    let python = named.or(made).unwrap_or_else(|| "python3".to_owned());
    let bytes = run(&python, &["-c", include_str!("peers.py")]);
    serde_json::from_slice(&bytes).expect("JSON")
}

fn topmast(arguments: &[&str]) -> Value {
    let bytes = run(env!("CARGO_BIN_EXE_topmast"), arguments);
    serde_json::from_slice(&bytes).expect("JSON")
}

fn run(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new(program).args(arguments).output();
    let output = output.unwrap_or_else(|error| panic!("{program} is needed: {error}"));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {arguments:?}: {errors}");
    output.stdout
}

/// What was compared and what differed.
#[derive(Default)]
struct Tally {
    compared: BTreeMap<String, usize>,
    explained: BTreeMap<&'static str, usize>,
    /// Process and field, with both sides in words.
    open: BTreeMap<(String, String), String>,
}

impl Tally {
    fn process(
        &mut self,
        pid: &str,
        ours: &Value,
        before: &Map<String, Value>,
        after: &Map<String, Value>,
    ) {
        for (field, rule) in FIELDS {
            let (Some(first), Some(second)) = (before.get(*field), after.get(*field)) else {
                continue;
            };
            let mine = &ours[*field];
            if agrees(rule, mine, first, second) {
                *self.compared.entry((*field).to_owned()).or_default() += 1;
            } else if let Some(why) = explanation(field, mine, first, ours) {
                *self.explained.entry(why).or_default() += 1;
            } else {
                let words =
                    format!("{field} of {pid} ({}): {mine}, not {first}..{second}", ours["name"]);
                self.open.insert((pid.to_owned(), (*field).to_owned()), words);
            }
        }
    }
}

fn agrees(rule: &Rule, mine: &Value, first: &Value, second: &Value) -> bool {
    let number = |value: &Value| value.as_f64();
    match rule {
        Rule::Same => {
            first != second
                || mine == first
                || number(mine).is_some() && number(mine) == number(first)
        }
        Rule::Between(slack) => match (number(mine), number(first), number(second)) {
            (Some(mine), Some(first), Some(second)) => {
                (first - slack..=second + slack).contains(&mine)
            }
            _ => mine == first,
        },
        Rule::Roughly(share) => match (number(mine), number(first), number(second)) {
            (Some(mine), Some(first), Some(second)) => {
                let slack = share * first.max(second) + 1_048_576.0;
                (first.min(second) - slack..=first.max(second) + slack).contains(&mine)
            }
            _ => mine == first,
        },
    }
}

fn round() -> Tally {
    let before = psutil();
    let seen = topmast(&["ps", "--json"]);
    let after = psutil();
    let mut tally = Tally::default();
    let rows = seen["processes"].as_array().expect("rows");
    let ours: BTreeMap<String, &Value> =
        rows.iter().map(|row| (row["pid"].to_string(), row)).collect();
    for (pid, first) in &before {
        let Some(second) = after.get(pid).filter(|second| is_same_life(first, second)) else {
            continue;
        };
        match ours.get(pid) {
            Some(row) => tally.process(pid, row, first, second),
            None => {
                let words = format!("process {pid} {first:?} was not seen");
                tally.open.insert((pid.clone(), "presence".to_owned()), words);
            }
        }
    }
    tally
}

/// The same process running the same program.
fn is_same_life(first: &Map<String, Value>, second: &Map<String, Value>) -> bool {
    ["create_time", "name", "exe"].iter().all(|field| first.get(*field) == second.get(*field))
}

/// Sockets that `ss` sees before and after, in our own namespace and in those of the load.
fn check_sockets(load: &Load) {
    let entered: Vec<(String, Option<u64>)> = load
        .namespace_servers
        .iter()
        .map(|pid| (pid.to_string(), Some(namespace_of(*pid))))
        .collect();
    let look = || {
        let mut found = vec![(None, ss::ss(&[]))];
        found.extend(
            entered
                .iter()
                .map(|(pid, inode)| (*inode, ss::ss(&["nsenter", "--net", "--target", pid]))),
        );
        found
    };
    let before = look();
    let connections = topmast(&["net", "--json"]);
    let after = look();
    for ((namespace, first), (_, second)) in before.iter().zip(&after) {
        let ours = ss::sockets_in(&connections, *namespace);
        let lasting: Vec<&ss::Socket> = first.intersection(second).collect();
        let missed: Vec<_> = lasting.iter().filter(|socket| !ours.contains(**socket)).collect();
        assert!(
            missed.is_empty(),
            "in {namespace:?} not seen, or otherwise: {missed:#?} {ours:#?}"
        );
        println!("agreed       {:>6}  sockets of namespace {namespace:?}", lasting.len());
        if namespace.is_some() {
            let expected = 1 + 2 * load::NAMESPACE_CONNECTIONS;
            assert!(lasting.len() >= expected, "{expected} sockets last in {namespace:?}");
        }
    }
}

fn namespace_of(pid: u32) -> u64 {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(format!("/proc/{pid}/ns/net")).unwrap().ino()
}

#[test]
fn a_busy_machine_is_seen_as_the_peers_see_it() {
    let load = Load::start();
    check_sockets(&load);
    files::check_open_files(&["postgres", "nginx"]);
    files::check_holders(&files::shared_library());
    files::check_directory("/usr/share/doc");
    let rounds: Vec<Tally> = (0..ROUNDS).map(|_| round()).collect();
    let lasting = rounds.iter().map(|tally| tally.open.keys().cloned().collect::<BTreeSet<_>>());
    let lasting = lasting.reduce(|left, right| &left & &right).unwrap();
    let last = &rounds[ROUNDS - 1];
    let unexplained: Vec<&String> = lasting.iter().map(|key| &last.open[key]).collect();
    for (field, count) in &last.compared {
        println!("agreed       {count:>6}  {field}");
    }
    for (why, count) in &last.explained {
        println!("explained    {count:>6}  {why}");
    }
    assert!(unexplained.is_empty(), "without an explanation: {unexplained:#?}");
    for (field, _) in FIELDS {
        let count = last.compared.get(*field).copied().unwrap_or(0);
        assert!(count > 0 || *field == "terminal", "{field} was never compared");
    }
    drop(load);
}
