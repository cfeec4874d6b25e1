//! Asking before an action, on a terminal: who it is, and what would go with it.

use anyhow::{Context, Result};
use model::delta::ProcessRow;
use model::request::{Action, Target};
use model::snapshot::{Owner, SocketState};
use model::text::for_terminal;
use model::{Delta, Observed, Snapshot};
use probe::{Probe, SystemClock};
use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal, Write};

/// Whether somebody is there to be asked.
pub(super) fn is_needed() -> bool {
    let sees = std::io::stderr().is_terminal() || std::io::stdout().is_terminal();
    std::io::stdin().is_terminal() && sees
}

/// Where the question is seen.
fn screen() -> Box<dyn Write> {
    let err = std::io::stderr();
    if err.is_terminal() { Box::new(err) } else { Box::new(std::io::stdout()) }
}

/// Shows who is meant and asks. The targets come back with the start of what was shown, so that
/// nothing else is hit, however long the answer takes; `None` for no.
pub(super) fn ask(action: Action, targets: &[Target]) -> Result<Option<Vec<Target>>> {
    let mut probe = Probe::new().context("nothing can be read here")?;
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &SystemClock);
    let delta = Delta::between(None, &snapshot);
    let mut pinned = targets.to_vec();
    let mut screen = screen();
    for target in &mut pinned {
        let row = delta.process_by_pid(target.pid);
        let Some(row) = row.filter(|row| is_meant(row, target)) else {
            writeln!(screen, "{}: no such process", target.pid)?;
            // Nobody's: what gets this pid from now on is not what was meant.
            target.start_time = Some(f64::NAN);
            continue;
        };
        target.start_time = Some(row.key().start_time());
        writeln!(screen, "{}", line(&delta, &row))?;
    }
    let what = match (action, pinned.len()) {
        (Action::Renice(nice), _) => format!("Give it nice {nice}?"),
        (action, 1) => format!("{} it?", capital(action.word())),
        (action, count) => format!("{} these {count}?", capital(action.word())),
    };
    write!(screen, "{what} [y/N] ")?;
    screen.flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    let is_yes = matches!(answer.trim().to_lowercase().as_str(), "y" | "yes");
    Ok(is_yes.then_some(pinned))
}

fn is_meant(row: &ProcessRow<'_>, target: &Target) -> bool {
    target.start_time.is_none_or(|start| start.to_bits() == row.key().start_time().to_bits())
}

fn capital(word: &str) -> String {
    let mut word = word.to_owned();
    word[..1].make_ascii_uppercase();
    word
}

/// `4711 worker, of www, 3 children, listens on 80 443`.
fn line(delta: &Delta, row: &ProcessRow<'_>) -> String {
    let pid = row.key().pid;
    let mut line = format!("{pid} {}", for_terminal(&row.facts().name));
    if let Observed::Known(user) = row.facts().username.as_ref() {
        line += &format!(", of {}", for_terminal(user));
    }
    match delta.process_rows().filter(|child| child.parent() == pid).count() {
        0 => {}
        1 => line += ", 1 child",
        count => line += &format!(", {count} children"),
    }
    let ports = listening(delta, pid);
    if !ports.is_empty() {
        let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
        line += &format!(", listens on {}", ports.join(" "));
    }
    line
}

/// Ports a process waits for connections on.
pub(super) fn listening(delta: &Delta, pid: u32) -> BTreeSet<u16> {
    let own = delta.socket_rows().filter(|row| row.owner() == Owner::Process(pid));
    let waiting = own.filter(|row| row.sample().state == SocketState::Listen);
    waiting.map(|row| row.sample().local.port()).filter(|port| *port != 0).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_names_who_is_meant() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let mut probe = Probe::new().expect("procfs");
        let mut snapshot = Snapshot::default();
        probe.sample(&mut snapshot, &SystemClock);
        let delta = Delta::between(None, &snapshot);
        let row = delta.process_by_pid(std::process::id()).expect("ourselves");
        let line = line(&delta, &row);
        assert!(line.starts_with(&format!("{} ", std::process::id())), "{line}");
        assert!(line.contains(", of ") && line.contains(&port.to_string()), "{line}");
    }
}
