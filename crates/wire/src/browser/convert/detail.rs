//! Everything about one process: what the table knows and what was read when it was opened.

use super::{connection_rows, process_row, tenths};
use crate::browser::reply::{GapReply, ProcessDetailReply, ProcessReference};
use model::delta::ProcessRow;
use model::request::ProcessDetail;
use model::snapshot::Owner;
use model::{Delta, Observed};

/// Longest chain of parents shown; a longer one is a circle made of reused pids.
const ANCESTORS_MAX: usize = 64;

/// One process, whole; `None` if the newest sample has not seen it yet.
#[must_use]
pub fn process_detail(delta: &Delta, detail: &ProcessDetail) -> Option<ProcessDetailReply> {
    let row = delta.process_by_pid(detail.key.pid).filter(|row| row.key() == detail.key)?;
    let mut gaps = Vec::new();
    let mut known = Known { gaps: &mut gaps };
    let own_sockets =
        delta.socket_rows().filter(|socket| socket.owner() == Owner::Process(detail.key.pid));
    let reply = ProcessDetailReply {
        process: process_row(&row),
        read_age: tenths(row.age_seconds()),
        ancestors: ancestors(delta, &row),
        children: children(delta, detail.key.pid),
        descendant_count: descendants(delta, detail.key.pid),
        connections: connection_rows(own_sockets),
        cgroup: known.or_gap("cgroup", row.facts().cgroup.clone()).map(|path| path.to_string()),
        num_fds: known.or_gap("num_fds", detail.descriptors),
        terminal: detail.terminal.clone(),
        process_group: Some(detail.process_group),
        session: Some(detail.session),
        voluntary_switches: known.or_gap("voluntary_switches", detail.voluntary_switches),
        involuntary_switches: known.or_gap("involuntary_switches", detail.involuntary_switches),
        minor_faults: Some(row.minor_faults()),
        major_faults: Some(row.major_faults()),
        swap: known.or_gap("swap", detail.swap_bytes),
        oom_score: known.or_gap("oom_score", detail.oom_score),
        protected: detail.protected.clone(),
        gaps: Vec::new(),
    };
    Some(ProcessDetailReply { gaps, ..reply })
}

/// A process named by another.
#[must_use]
pub fn process_reference(row: &ProcessRow<'_>) -> ProcessReference {
    ProcessReference {
        pid: row.key().pid,
        start_time: row.key().start_time(),
        name: row.facts().name.to_string(),
    }
}

struct Known<'a> {
    gaps: &'a mut Vec<GapReply>,
}

impl Known<'_> {
    /// The value, or a gap that says why there is none.
    fn or_gap<T>(&mut self, what: &str, value: Observed<T>) -> Option<T> {
        match value {
            Observed::Known(value) => Some(value),
            Observed::Absent(absence) => {
                let detail = match absence {
                    model::Absence::Denied => "not permitted for the user Topmast runs as",
                    model::Absence::Gone => "the process ended while it was read",
                    model::Absence::Unsupported => "this kind of process has none",
                    model::Absence::NotEnabled => "switched off in this kernel",
                    model::Absence::NotYet => "not read yet",
                };
                self.gaps.push(GapReply {
                    what: what.to_owned(),
                    reason: absence.word(),
                    count: None,
                    detail: detail.to_owned(),
                });
                None
            }
        }
    }
}

fn ancestors(delta: &Delta, row: &ProcessRow<'_>) -> Vec<ProcessReference> {
    let mut chain = Vec::new();
    let mut parent = delta.process_by_pid(row.parent());
    while let Some(row) = parent.filter(|_| chain.len() < ANCESTORS_MAX) {
        chain.push(process_reference(&row));
        parent = delta.process_by_pid(row.parent());
    }
    chain
}

fn children(delta: &Delta, pid: u32) -> Vec<ProcessReference> {
    let rows = delta.process_rows().filter(|row| row.parent() == pid);
    rows.map(|row| process_reference(&row)).collect()
}

/// Processes below this one, counted level by level; each pid once, so that a circle ends.
fn descendants(delta: &Delta, pid: u32) -> u32 {
    let parents = &delta.processes.parent;
    let mut below = vec![false; parents.len()];
    let mut level = vec![pid];
    while let Some(parent) = level.pop() {
        for row in (0..parents.len()).filter(|&row| parents[row] == parent) {
            if !below[row] {
                below[row] = true;
                level.push(delta.processes.key[row].pid);
            }
        }
    }
    below.into_iter().filter(|is_below| *is_below).count() as u32
}
