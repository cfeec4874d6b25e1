//! Open files beside `lsof`, directories beside `du`.

use crate::{run, topmast};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Kind and name of a descriptor, as far as both can tell: what has no path has no name here.
type Open = BTreeMap<u64, (String, Option<String>)>;

/// Rounds in which a disagreement must show to be one: descriptors come and go.
const ROUNDS: usize = 4;

/// Every descriptor that `lsof` shows before and after is shown by us in between, as the same.
pub(crate) fn check_open_files(names: &[&str]) {
    let pids = pids_of(names);
    let mut agreed = 0;
    let mut lasting: Option<BTreeMap<(u64, u64), String>> = None;
    for _ in 0..ROUNDS {
        let (count, differing) = compare(&pids);
        agreed = agreed.max(count);
        lasting = Some(match lasting {
            None => differing,
            Some(earlier) => {
                differing.into_iter().filter(|(key, _)| earlier.contains_key(key)).collect()
            }
        });
    }
    let lasting = lasting.unwrap();
    assert!(lasting.is_empty(), "{lasting:#?}");
    assert!(agreed > 50, "only {agreed} descriptors compared");
    println!("agreed       {agreed:>6}  open files with lsof");
}

/// How many descriptors are the same, and which are not, by process and number.
fn compare(pids: &[u64]) -> (usize, BTreeMap<(u64, u64), String>) {
    let (mut agreed, mut differing) = (0, BTreeMap::new());
    for pid in pids {
        let before = lsof(*pid);
        let Some(ours) = show(*pid) else { continue };
        let after = lsof(*pid);
        for (fd, open) in before.iter().filter(|(fd, open)| after.get(fd) == Some(open)) {
            match ours.get(fd) {
                Some(mine) if mine == open => agreed += 1,
                mine => {
                    differing.insert((*pid, *fd), format!("{mine:?}, lsof says {open:?}"));
                }
            }
        }
    }
    (agreed, differing)
}

fn pids_of(names: &[&str]) -> Vec<u64> {
    let filter = names.iter().map(|name| format!("name = {name}")).collect::<Vec<_>>().join(" or ");
    let seen = topmast(&["ps", "--json", "--where", &filter]);
    let rows = seen["processes"].as_array().expect("rows").iter();
    rows.filter_map(|row| row["pid"].as_u64()).collect()
}

/// `None` for a process that has ended meanwhile.
fn show(pid: u64) -> Option<Open> {
    let program = env!("CARGO_BIN_EXE_topmast");
    let output = Command::new(program).args(["show", &pid.to_string(), "--json"]).output().unwrap();
    let seen: Value = serde_json::from_slice(&output.stdout).ok()?;
    let rows = seen["files"].as_array().expect("files").iter();
    let open = |row: &Value| {
        let kind = row["kind"].as_str().expect("a kind").to_owned();
        let has_path = matches!(kind.as_str(), "file" | "directory" | "device");
        let target = row["target"].as_str().expect("a target").trim_end_matches(" (deleted)");
        (kind, has_path.then(|| target.to_owned()))
    };
    Some(rows.map(|row| (row["descriptor"].as_u64().expect("a number"), open(row))).collect())
}

/// One line a field: `f` begins a descriptor, `t` is its type, `n` its name.
fn lsof(pid: u64) -> Open {
    let pid = pid.to_string();
    let words = ["-nP", "-a", "-d", "0-65535", "-F", "ftn", "-p", &pid];
    let output = Command::new("lsof").args(words).output().expect("lsof is needed");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut open = Open::new();
    let mut descriptor = None;
    for line in text.lines() {
        let (field, value) = line.split_at(1);
        match field {
            "f" => descriptor = value.parse().ok(),
            "t" => {
                if let (Some(fd), Some(kind)) = (descriptor, kind_of(value)) {
                    open.insert(fd, (kind.to_owned(), None));
                }
            }
            "n" => {
                let known = descriptor.and_then(|fd| open.get_mut(&fd));
                if let Some((kind, name)) = known
                    && matches!(kind.as_str(), "file" | "directory" | "device")
                {
                    let path = value.trim_end_matches(" (deleted)");
                    *name = Some(path.to_owned());
                }
            }
            _ => {}
        }
    }
    open
}

fn kind_of(word: &str) -> Option<&'static str> {
    Some(match word {
        "REG" => "file",
        "DIR" => "directory",
        "CHR" | "BLK" => "device",
        "FIFO" => "pipe",
        "IPv4" | "IPv6" | "unix" | "sock" | "netlink" => "socket",
        "a_inode" => "anonymous",
        _ => return None,
    })
}

/// Who has a file open, by `lsof` and by us.
pub(crate) fn check_holders(path: &str) {
    let theirs = || -> BTreeSet<u64> {
        let output = Command::new("lsof").args(["-t", path]).output().expect("lsof is needed");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    };
    let before = theirs();
    let seen = topmast(&["holders", path, "--json"]);
    let after = theirs();
    let rows = seen["holders"].as_array().expect("holders").iter();
    let ours: BTreeSet<u64> = rows.filter_map(|row| row["pid"].as_u64()).collect();
    let missed: Vec<_> = before.intersection(&after).filter(|pid| !ours.contains(pid)).collect();
    assert!(missed.is_empty(), "{path} is held by {missed:?} too");
    let unknown: Vec<_> =
        ours.iter().filter(|pid| !before.contains(pid) && !after.contains(pid)).collect();
    assert!(unknown.is_empty(), "{path} is not held by {unknown:?}");
    assert!(!before.is_empty(), "somebody holds {path}");
    println!("agreed       {:>6}  holders of {path} with lsof", before.len());
}

/// What a directory takes, by `du` and by us.
pub(crate) fn check_directory(path: &str) {
    let theirs = || -> u64 {
        let text = String::from_utf8(run("du", &["-sx", "--block-size=1", path])).unwrap();
        text.split_whitespace().next().expect("a size").parse().expect("a size of du")
    };
    let before = theirs();
    let seen = topmast(&["du", path, "--json"]);
    let after = theirs();
    let rows = seen["places"].as_array().expect("places");
    let named = rows.iter().find(|row| row["path"] == path).expect("the directory");
    assert!(before != after || named["bytes"] == before, "{path}: {before} by du, {named}");
    let system = &named["file_system"];
    let parts = rows.iter().filter(|row| row["file_system"] == *system && row["depth"] == 0);
    let percent: f64 = parts.filter_map(|row| row["percent"].as_f64()).sum();
    assert!((percent - 100.0).abs() < 0.5, "the parts add up to {percent} %: {seen}");
    println!("agreed       {before:>6}  bytes of {path} with du");
}

/// A library that nearly every process has mapped, by the name it has on this machine.
pub(crate) fn shared_library() -> String {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let line = maps.lines().find(|line| line.contains("/libc.so")).expect("the C library");
    line[line.find('/').unwrap()..].to_owned()
}
