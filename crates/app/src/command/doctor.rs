//! `doctor`: what can be seen here, what is missing, how to get it.

use crate::args::Doctor;
use crate::exit::Answer;
use anyhow::Result;
use model::{Absence, Snapshot};
use probe::{Control, Probe, SystemClock};
use serde_json::json;
use std::io::Write;

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
            writeln!(out, "{mark}  {:<12} {}", finding.what, finding.detail)?;
            if let Some(remedy) = &finding.remedy {
                writeln!(out, "         {:<12} → {remedy}", "")?;
            }
        }
    }
    let all_good = findings.iter().all(|finding| finding.is_good);
    Ok(if all_good { Answer::Yes } else { Answer::No })
}

/// Each is found out by doing it, not by looking at versions.
fn findings() -> Vec<Finding> {
    let mut probe = match Probe::new() {
        Ok(probe) => probe,
        Err(error) => return vec![missing("processes", error.to_string(), "mount /proc")],
    };
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &SystemClock);
    let rights = probe::privileges();
    let mut findings = vec![
        good("processes", format!("{} processes seen", snapshot.processes.len())),
        good("sockets", format!("{} TCP and UDP sockets seen", snapshot.sockets.len())),
        good("cost", cost(&snapshot)),
    ];
    findings.extend(snapshot.gaps.iter().map(|gap| {
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
