//! `doctor`: what can be seen here, what is missing, how to get it.

use crate::args::Doctor;
use crate::exit::Answer;
use anyhow::Result;
use model::snapshot::{LifeSource, NamespaceAccess, NetNamespace};
use model::text::for_terminal;
use model::{Absence, Snapshot};
use probe::{Control, Hiding, Probe, ProbeOptions, Reading, SystemClock};
use rustix::process::{Resource, getrlimit};
use serde_json::json;
use std::io::Write;

/// With fewer, each sample opens again what it could have kept.
const DESCRIPTORS_MIN: u64 = 1024;

/// One thing that was tried.
struct Finding {
    what: &'static str,
    is_good: bool,
    detail: String,
    remedy: Option<String>,
}

pub(crate) fn run(options: &Doctor) -> Result<Answer> {
    let findings = findings();
    let mut out = std::io::stdout().lock();
    if options.json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| json!({"what": f.what, "ok": f.is_good, "detail": f.detail, "remedy": f.remedy}))
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&json!({ "findings": rows }))?)?;
    } else {
        for finding in &findings {
            let mark = if finding.is_good { "ok     " } else { "missing" };
            writeln!(out, "{mark}  {:<14} {}", finding.what, for_terminal(&finding.detail))?;
            if let Some(remedy) = &finding.remedy {
                writeln!(out, "         {:<14} → {remedy}", "")?;
            }
        }
    }
    let all_good = findings.iter().all(|finding| finding.is_good);
    Ok(if all_good { Answer::Yes } else { Answer::No })
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
    let rights = probe::privileges();
    let mut findings = vec![
        good("processes", format!("{} processes seen", snapshot.processes.len())),
        good("sockets", format!("{} sockets seen", snapshot.sockets.len())),
        good("cost", cost(&snapshot)),
        hidden(probe::hiding(), rights.can_inspect_others()),
        short_lives(snapshot.lives.source),
        namespaces(&snapshot.sockets.namespaces),
        block_delay(snapshot.processes.block_delay_absence),
        descriptors(snapshot.cost.kept_descriptors),
    ];
    // What has a line of its own is not told twice.
    let told = ["lives", "block_delay", "block_delay_seconds"];
    let gaps = snapshot.gaps.iter().chain(&snapshot.host.surroundings.gaps);
    findings.extend(gaps.filter(|gap| !told.contains(&gap.what)).map(|gap| {
        let count = gap.count.map_or_else(String::new, |count| format!("{count} rows: "));
        let detail = format!("{count}{}", gap.detail);
        Finding { what: gap.what, is_good: false, detail, remedy: remedy(gap.absence) }
    }));
    findings.push(control(rights.can_signal_others()));
    findings.push(if rights.can_inspect_others() {
        good("inspection", "I/O, files and sockets of all users' processes".to_owned())
    } else {
        let detail = "only your own processes' I/O, files and sockets".to_owned();
        missing("inspection", detail, "run as root or with CAP_SYS_PTRACE")
    });
    findings
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
fn short_lives(source: LifeSource) -> Finding {
    let what = "short lives";
    match source {
        LifeSource::Taskstats => {
            good(what, "each end of a process is told with its totals (taskstats)".to_owned())
        }
        LifeSource::ProcConnector => {
            let detail = "ends are told with their codes, without totals (proc connector)";
            missing(what, detail.to_owned(), "use a kernel with CONFIG_TASKSTATS")
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

fn cost(snapshot: &Snapshot) -> String {
    let processes = snapshot.processes.len().max(1) as f64;
    let micros = snapshot.cost.cpu_nanos as f64 / 1e3;
    format!(
        "{:.1} ms of CPU for a first sample, {:.1} µs a process; later ones read less",
        micros / 1e3,
        micros / processes
    )
}

fn remedy(absence: Absence) -> Option<String> {
    match absence {
        Absence::Denied => Some("run as root, or with CAP_SYS_PTRACE".to_owned()),
        Absence::NotEnabled => Some("switch it on in the kernel, as described".to_owned()),
        Absence::Unsupported | Absence::Gone | Absence::NotYet => None,
    }
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

    #[test]
    fn what_is_missing_has_a_remedy() {
        let namespace = |access| NetNamespace { inode: 1, pid: 2, access };
        let bad = [
            hidden(Hiding::Processes, false),
            short_lives(LifeSource::ProcConnector),
            short_lives(LifeSource::BirthRate),
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
            short_lives(LifeSource::Taskstats),
            namespaces(&[]),
            namespaces(&[namespace(NamespaceAccess::Entered)]),
            block_delay(None),
        ];
        assert!(fine.iter().all(|finding| finding.is_good));
    }
}
