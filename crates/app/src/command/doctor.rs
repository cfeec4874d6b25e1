//! `doctor`: what can be seen here, what is missing, how to get it.

use crate::args::Doctor;
use crate::exit::Answer;
use crate::look::BETWEEN_SAMPLES;
use crate::output::grid::{Tone, painted};
use crate::output::screen::Glyphs;
use crate::output::wrap::wrapped;
use crate::output::{Pace, Screen, print_document, print_lines};
use anyhow::Result;
use model::snapshot::{LifeSource, NamespaceAccess, NetNamespace};
use model::text::for_terminal;
use model::{Absence, Gap, Snapshot};
use probe::{Control, Hiding, Probe, ProbeOptions, Reading, SystemClock};
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use std::time::Duration;

/// With fewer, each sample opens again what it could have kept.
const DESCRIPTORS_MIN: u64 = 1024;

/// How long mounts and container runtimes may take to answer altogether.
const PATIENCE: Duration = Duration::from_secs(3);

/// Columns in front of what is said of a finding.
const INDENT: usize = "missing".len() + 2 + 14 + 1;

/// One thing that was tried.
struct Finding {
    what: &'static str,
    is_good: bool,
    detail: String,
    remedy: Option<String>,
}

pub(crate) fn run(options: &Doctor) -> Result<Answer> {
    let findings = findings();
    let all_good = findings.iter().all(|finding| finding.is_good);
    if options.json {
        let row = |f: &Finding| json!({"what": f.what, "ok": f.is_good, "detail": f.detail, "remedy": f.remedy});
        let rows: Vec<_> = findings.iter().map(row).collect();
        let reply = json!({"ok": all_good, "verdict": verdict(&findings), "findings": rows});
        print_document(&reply, Pace::Once)?;
    } else {
        print_lines(&lines(&findings, Screen::of_stdout()))?;
    }
    Ok(if all_good { Answer::Yes } else { Answer::No })
}

/// What to take away from all of it.
fn verdict(findings: &[Finding]) -> String {
    let missing = findings.iter().filter(|finding| !finding.is_good).count();
    let curable = findings.iter().filter(|finding| finding.remedy.is_some()).count();
    match (missing, curable) {
        (0, _) => "Everything can be seen here, and acted on.".to_owned(),
        (1, 1) => "One thing is missing; how to get it stands below.".to_owned(),
        (1, _) => "One thing is missing, and nothing can be done about it here.".to_owned(),
        (_, 0) => format!("{missing} things are missing; nothing can be done about them here."),
        (_, all) if all == missing => {
            format!("{missing} things are missing; how to get them stands below.")
        }
        _ => format!("{missing} things are missing; how to get {curable} of them stands below."),
    }
}

/// The verdict, then what is missing, then what is well.
fn lines(findings: &[Finding], screen: Screen) -> Vec<String> {
    let mut lines = wrapped(&verdict(findings), screen.width);
    lines.push(String::new());
    let (good, missing): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.is_good);
    for finding in missing.into_iter().chain(good) {
        let (mark, tone) = match finding.is_good {
            true => ("ok     ", Tone::Plain),
            false => ("missing", Tone::Warm),
        };
        let mark = painted(mark.to_owned(), tone, screen.paint);
        let room = screen.width.saturating_sub(INDENT).max(20);
        let mut lead = format!("{mark}  {:<14}", finding.what);
        for piece in wrapped(&for_terminal(&finding.detail), room) {
            lines.push(format!("{lead} {piece}"));
            lead = " ".repeat(INDENT - 1);
        }
        let arrow = if screen.glyphs == Glyphs::Ascii { "-> " } else { "→ " };
        for (at, piece) in finding.remedy.iter().flat_map(|r| wrapped(r, room - 3)).enumerate() {
            let arrow = if at == 0 { arrow } else { "  " };
            lines.push(format!("{lead} {arrow}{piece}"));
        }
    }
    lines
}

/// Each is found out by doing it, not by looking at versions.
fn findings() -> Vec<Finding> {
    let options = ProbeOptions { unix_sockets: Reading::Yes, ..ProbeOptions::continuous() };
    let mut probe = match Probe::with(&options) {
        Ok(probe) => probe,
        Err(error) => return vec![missing("processes", error.to_string(), "mount /proc")],
    };
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &SystemClock);
    let first = snapshot.cost.cpu_nanos;
    // What stands around processes is read beside the samples; what is kept open, and how many
    // begin, is known after some.
    probe.look_around(PATIENCE);
    for _ in 0..2 {
        std::thread::sleep(BETWEEN_SAMPLES / 2);
        probe.sample(&mut snapshot, &SystemClock);
    }
    let rights = probe::privileges();
    let mut findings = vec![
        good("processes", format!("{} processes seen", snapshot.processes.len())),
        good("sockets", format!("{} sockets seen", snapshot.sockets.len())),
        good("cost", cost(first, &snapshot)),
        hidden(probe::hiding(), rights.can_inspect_others()),
        short_lives(snapshot.lives.source, rights.uid),
        namespaces(&snapshot.sockets.namespaces),
        block_delay(snapshot.processes.block_delay_absence),
        descriptors(snapshot.cost.kept_descriptors),
        control(rights.can_signal_others()),
        inspection(rights.can_inspect_others(), &snapshot),
    ];
    // What has a line of its own is not told twice.
    let told = ["lives", "block_delay_seconds", "io_read_bytes", "exe", "pid"];
    let gaps = snapshot.gaps.iter().chain(&snapshot.host.surroundings.gaps);
    findings.extend(gaps.filter(|gap| !told.contains(&gap.what)).map(|gap| Finding {
        what: gap.what,
        is_good: false,
        detail: with_count(gap),
        // The sentence itself says what to do where there is anything.
        remedy: None,
    }));
    findings
}

fn with_count(gap: &Gap) -> String {
    let detail = gap.detail.trim_end_matches('.');
    gap.count.map_or_else(|| detail.to_owned(), |count| format!("{detail} ({count} in all)"))
}

/// Whether other users' processes can be looked into, and those that cannot.
fn inspection(can_inspect_others: bool, snapshot: &Snapshot) -> Finding {
    let what = "inspection";
    let hidden: Vec<String> = [
        ("io_read_bytes", "storage I/O of", "process", "processes"),
        ("exe", "executable and directory of", "process", "processes"),
        ("pid", "owner of", "socket", "sockets"),
    ]
    .iter()
    .filter_map(|(gap, part, one, many)| {
        let count = snapshot.gaps.iter().find(|found| found.what == *gap)?.count?;
        Some(format!("{part} {count} {}", if count == 1 { one } else { many }))
    })
    .collect();
    match (can_inspect_others, hidden.is_empty()) {
        (_, true) => good(what, "I/O, files and sockets of all processes are seen".to_owned()),
        (true, false) => {
            let detail = format!("the kernel keeps some even from root: {}", hidden.join(", "));
            Finding { what, is_good: false, detail, remedy: None }
        }
        (false, false) => {
            let detail = format!("only your own processes are seen whole; {}", hidden.join(", "));
            missing(what, detail + " are hidden", "run as root or with CAP_SYS_PTRACE")
        }
    }
}

/// Whether /proc shows all processes.
fn hidden(hiding: Hiding, can_inspect_others: bool) -> Finding {
    match (hiding.option(), can_inspect_others) {
        (None, _) => good("hidepid", "/proc shows the processes of all users".to_owned()),
        (Some(option), true) => {
            good("hidepid", format!("/proc is mounted with {option}; it does not bind you"))
        }
        (Some(option), false) => {
            let detail =
                format!("/proc is mounted with {option}: other users' processes are hidden");
            let remedy = "run as root or with CAP_SYS_PTRACE, or mount -o remount,hidepid=0 /proc";
            missing("hidepid", detail, remedy)
        }
    }
}

/// How processes that come and go between two samples are noticed.
fn short_lives(source: LifeSource, uid: u32) -> Finding {
    let what = "short lives";
    match source {
        LifeSource::Taskstats => {
            good(what, "each end of a process is told with its totals (taskstats)".to_owned())
        }
        LifeSource::ProcConnector => {
            let detail = "ends are told with their codes, without totals (proc connector)";
            let remedy = match uid {
                0 => "use a kernel with CONFIG_TASKSTATS",
                _ => "run as root or with CAP_NET_ADMIN",
            };
            missing(what, detail.to_owned(), remedy)
        }
        LifeSource::BirthRate => {
            let detail = "processes that live too short to be sampled are counted, not named";
            missing(what, detail.to_owned(), "run as root or with CAP_NET_ADMIN")
        }
    }
}

/// How far sockets of containers and other network namespaces are seen.
fn namespaces(found: &[NetNamespace]) -> Finding {
    let count = |access| found.iter().filter(|one| one.access == access).count();
    let (tables, denied) = (count(NamespaceAccess::Tables), count(NamespaceAccess::Denied));
    let detail = match found.len() {
        0 => return good("namespaces", "no other network namespaces are seen".to_owned()),
        all if tables + denied == 0 => {
            return good(
                "namespaces",
                format!("sockets of {all} other network namespaces are read"),
            );
        }
        all => format!(
            "of {all} other network namespaces {tables} are read without byte counters and \
             {denied} not at all"
        ),
    };
    missing("namespaces", detail, "run as root or with CAP_SYS_ADMIN and CAP_SYS_PTRACE")
}

fn block_delay(absence: Option<Absence>) -> Finding {
    match absence {
        None => good("block delay", "time spent waiting for storage is counted".to_owned()),
        Some(_) => {
            let detail = "the kernel does not count the time processes wait for storage";
            missing("block delay", detail.to_owned(), "sysctl -w kernel.task_delayacct=1")
        }
    }
}

/// Descriptors kept open make sampling cheap; there must be enough for it.
fn descriptors(kept: u32) -> Finding {
    let limit = getrlimit(Resource::Nofile).current;
    let said = limit.map_or_else(|| "without limit".to_owned(), |limit| format!("of {limit}"));
    let detail = format!("{kept} descriptors of processes kept open, {said}");
    match limit {
        Some(limit) if limit < DESCRIPTORS_MIN => {
            missing("descriptors", detail, "ulimit -n 4096, or LimitNOFILE= in the unit")
        }
        _ => good("descriptors", detail),
    }
}

fn control(can_signal_others: bool) -> Finding {
    match Control::new() {
        Err(error) => missing("control", error.to_string(), "mount /proc"),
        Ok(_) if can_signal_others => {
            good("control", "processes of all users can be acted on, by pidfd".to_owned())
        }
        Ok(_) => {
            let detail = "only your own processes can be acted on".to_owned();
            missing("control", detail, "run as root or with CAP_KILL")
        }
    }
}

fn cost(first_nanos: u64, second: &Snapshot) -> String {
    let processes = second.processes.len().max(1) as f64;
    let millis = |nanos: u64| nanos as f64 / 1e6;
    let micros = second.cost.cpu_nanos as f64 / 1e3;
    format!(
        "{:.1} ms of CPU for a sample, {:.1} µs a process; {:.1} ms for the first one",
        millis(second.cost.cpu_nanos),
        micros / processes,
        millis(first_nanos)
    )
}

fn good(what: &'static str, detail: String) -> Finding {
    Finding { what, is_good: true, detail, remedy: None }
}

fn missing(what: &'static str, detail: String, remedy: &str) -> Finding {
    Finding { what, is_good: false, detail, remedy: Some(remedy.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen::Paint;

    #[test]
    fn what_is_missing_has_a_remedy() {
        let namespace = |access| NetNamespace { inode: 1, pid: 2, access };
        let bad = [
            hidden(Hiding::Processes, false),
            short_lives(LifeSource::ProcConnector, 0),
            short_lives(LifeSource::BirthRate, 1000),
            namespaces(&[namespace(NamespaceAccess::Tables)]),
            namespaces(&[namespace(NamespaceAccess::Entered), namespace(NamespaceAccess::Denied)]),
            block_delay(Some(Absence::NotEnabled)),
        ];
        for finding in bad {
            assert!(!finding.is_good && finding.remedy.is_some(), "{}", finding.detail);
        }
        let fine = [
            hidden(Hiding::Nothing, false),
            hidden(Hiding::Contents, true),
            short_lives(LifeSource::Taskstats, 0),
            namespaces(&[]),
            namespaces(&[namespace(NamespaceAccess::Entered)]),
            block_delay(None),
        ];
        assert!(fine.iter().all(|finding| finding.is_good));
    }

    #[test]
    fn the_verdict_comes_first_then_what_is_missing_and_no_line_is_too_wide() {
        let screen =
            Screen { width: 50, height: None, paint: Paint::Plain, glyphs: Glyphs::Unicode };
        let long = || "many words that do not all fit into one line of the screen".to_owned();
        let findings = [good("cost", long()), missing("short lives", long(), "run as root")];
        let said = lines(&findings, screen);
        assert_eq!(said[0], "One thing is missing; how to get it stands below.");
        assert!(said[2].starts_with("missing  short lives"), "{said:#?}");
        assert!(said.iter().all(|line| line.chars().count() <= 50), "{said:#?}");
        assert!(said.iter().any(|line| line.trim() == "→ run as root"), "{said:#?}");
        assert_eq!(verdict(&findings[..1]), "Everything can be seen here, and acted on.");
        let hopeless = Finding { remedy: None, ..missing("x", String::new(), "") };
        assert_eq!(
            verdict(&[hopeless]),
            "One thing is missing, and nothing can be done about it here."
        );
    }

    #[test]
    fn what_is_hidden_from_root_is_not_had_by_being_root() {
        let mut snapshot = Snapshot::default();
        assert!(inspection(true, &snapshot).is_good);
        snapshot.gaps.push(Gap {
            what: "exe",
            absence: Absence::Denied,
            count: Some(1),
            detail: String::new(),
        });
        let root = inspection(true, &snapshot);
        assert!(!root.is_good && root.remedy.is_none());
        assert!(root.detail.ends_with("directory of 1 process"), "{}", root.detail);
        assert!(inspection(false, &snapshot).remedy.is_some_and(|said| said.contains("root")));
    }
}
