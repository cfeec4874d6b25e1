//! Copies of the running `/proc` what a probe reads, for a few processes, into a folder that tests
//! can read: `capture FOLDER --pids 1,2,3 [--from WORDS]`. Secrets are masked, the machine's name
//! and the boot's id are left out. `cargo xtask capture` calls it.
#![allow(clippy::print_stderr, reason = "it says what it could not read")]

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Of the machine. What is not there is not copied.
const MACHINE: &[&str] = &[
    "stat",
    "vmstat",
    "meminfo",
    "loadavg",
    "diskstats",
    "net/dev",
    "pressure/cpu",
    "pressure/io",
    "pressure/memory",
    "self/mounts",
    "sys/kernel/osrelease",
    "sys/kernel/task_delayacct",
    "tty/drivers",
];

/// Of each process.
const PROCESS: &[&str] = &["stat", "status", "io", "cgroup", "schedstat", "oom_score"];
const LINKS: &[&str] = &["exe", "cwd", "ns/net"];

/// No file of these is longer, so that a fixture stays small.
const MOST_BYTES: usize = 16 * 1024;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next().map(PathBuf::from) else { return usage() };
    let (mut pids, mut from) = (Vec::new(), "a running machine".to_owned());
    while let Some(option) = arguments.next() {
        match (option.as_str(), arguments.next()) {
            ("--pids", Some(list)) => {
                pids.extend(list.split(',').filter_map(|pid| pid.parse::<u32>().ok()));
            }
            ("--from", Some(words)) => from = words,
            _ => return usage(),
        }
    }
    match capture(&folder, &pids, &from) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("capture: {}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("Usage: capture FOLDER --pids 1,2,3 [--from WORDS]");
    ExitCode::from(2)
}

fn capture(folder: &Path, pids: &[u32], from: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let units = probe::Units::of_this_kernel();
    let origin = format!(
        "from = {from:?}\nmade = \"captured\"\npage_bytes = {}\nticks_per_second = {}\n",
        units.page_bytes, units.ticks_per_second
    );
    fs::write(folder.join("origin.toml"), origin)?;
    for file in MACHINE {
        copy(&Path::new("/proc").join(file), &folder.join(file))?;
    }
    let mut uids = BTreeSet::new();
    for pid in pids {
        uids.extend(capture_process(*pid, &folder.join(pid.to_string()))?);
    }
    fs::write(folder.join("passwd"), users(&uids))
}

/// Answers its user, where it could be read.
fn capture_process(pid: u32, folder: &Path) -> io::Result<Option<String>> {
    let process = PathBuf::from(format!("/proc/{pid}"));
    for file in PROCESS {
        copy(&process.join(file), &folder.join(file))?;
    }
    for link in LINKS {
        if let Ok(target) = fs::read_link(process.join(link)) {
            fs::create_dir_all(folder.join(link).parent().unwrap_or(folder))?;
            std::os::unix::fs::symlink(target, folder.join(link))?;
        }
    }
    if let Ok(raw) = fs::read(process.join("cmdline")) {
        // Masked as one line: secrets may span several arguments.
        let line = probe::scrub::command_line(&raw);
        fs::write(folder.join("cmdline"), if line.is_empty() { line } else { line + "\0" })?;
    }
    if let Ok(entries) = fs::read_dir(process.join("fd")) {
        for entry in entries.flatten() {
            fs::create_dir_all(folder.join("fd"))?;
            fs::write(folder.join("fd").join(entry.file_name()), "")?;
        }
    }
    let status = fs::read_to_string(process.join("status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("Uid:"));
    Ok(line.and_then(|line| line.split_whitespace().next()).map(str::to_owned))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut bytes = match fs::read(from) {
        Ok(bytes) => bytes,
        Err(error) => {
            eprintln!("{} is left out: {error}", from.display());
            return Ok(());
        }
    };
    bytes.truncate(MOST_BYTES);
    fs::create_dir_all(to.parent().unwrap_or(to))?;
    fs::write(to, bytes)
}

/// The lines of these users in the list of users, their names and numbers only.
fn users(uids: &BTreeSet<String>) -> String {
    let list = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let fields = list.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let wanted = fields.filter(|fields| fields.get(2).is_some_and(|uid| uids.contains(*uid)));
    wanted.map(|fields| format!("{}:x:{}::::\n", fields[0], fields[2])).collect()
}
