//! `term`, `kill`, `stop`, `cont` and `nice`: acting on processes, each by its identity.

mod confirm;

use super::which::{Which, thread_hint, which};
use crate::exit::{Answer, Failure};
use crate::output::{Pace, print_document};
use anyhow::{Context, Result};
use clap::Args;
use model::request::{Action, Outcome, OutcomeKind, Refusal, Target};
use model::text::for_terminal;
use probe::Control;
use serde_json::{Value, json};
use std::io::Write;
use std::time::Duration;

/// How long what happens is watched when nothing else is said.
const WATCH: Duration = Duration::from_secs(2);

pub(crate) const TERM_EXAMPLES: &str = "\
Examples:
  topmast term 4711             ask it to end, tell within 2 s whether it did
  topmast term 4711@123456.78   only that life of it, as `show` prints it
  topmast term 4711 4712 --then-kill 10s   end at once what is left then

Exit codes: 0 all done, 1 not all, 3 denied or protected, 4 not found.";

pub(crate) const KILL_EXAMPLES: &str = "\
Examples:
  topmast kill 4711                   end it at once; it cannot tidy up
  topmast kill 4711@123456.78 --yes   only that life of the pid, without asking

`topmast term PID --then-kill 10s` gives it time first.
Exit codes: 0 all done, 1 not all, 3 denied or protected, 4 not found.";

pub(crate) const STOP_EXAMPLES: &str = "\
Examples:
  topmast stop 4711               it stays where it is until `topmast cont 4711`
  topmast stop 4711 4712 --json   what became of each, for scripts

Exit codes: 0 all done, 1 not all, 3 denied or protected, 4 not found.";

pub(crate) const CONT_EXAMPLES: &str = "\
Examples:
  topmast cont 4711                      let it go on
  topmast ps --where 'state = stopped'   what is stopped

Exit codes: 0 all done, 1 not all, 3 denied or protected, 4 not found.";

pub(crate) const NICE_EXAMPLES: &str = "\
Examples:
  topmast nice 4711 10   let others go first
  topmast nice 4711 -5   before others; for root or with CAP_SYS_NICE

Every thread of the process gets the value.
Exit codes: 0 done, 3 denied or protected, 4 not found.";

/// Options of the commands that send a signal.
#[derive(Args)]
pub(crate) struct Options {
    /// Which processes: PID, or PID@START for one life of it only
    #[arg(required = true, value_name = "PID", value_parser = which)]
    pub(crate) pids: Vec<Which>,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

/// Options of `term`.
#[derive(Args)]
pub(crate) struct TermOptions {
    #[command(flatten)]
    pub(crate) options: Options,
    /// End at once (SIGKILL) what has not ended after this time
    #[arg(long, value_name = "DURATION", value_parser = time)]
    pub(crate) then_kill: Option<Duration>,
}

/// Options of `nice`.
#[derive(Args)]
pub(crate) struct NiceOptions {
    /// Which process: PID, or PID@START for one life of it only
    #[arg(value_name = "PID", value_parser = which)]
    pub(crate) pid: Which,
    /// Its new nice value, -20 to 19: lower gets more of the processor
    #[arg(allow_hyphen_values = true, value_parser = clap::value_parser!(i8).range(-20..=19))]
    pub(crate) nice: i8,
    #[command(flatten)]
    pub(crate) manner: Manner,
}

/// How an action is done.
#[derive(Args)]
pub(crate) struct Manner {
    /// The process's start time, seconds since boot; refuses another that has its pid now
    #[arg(long, value_name = "SECONDS")]
    pub(crate) start_time: Option<f64>,
    /// Do not ask for confirmation on a terminal
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Watch this long what happens [default: 2s]
    #[arg(long, value_name = "DURATION", value_parser = time)]
    pub(crate) wait: Option<Duration>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn time(text: &str) -> Result<Duration, String> {
    let time = crate::args::duration(text).filter(|time| *time <= Duration::from_secs(3600));
    time.ok_or_else(|| "expected a time like 500ms, 2s or 1m, an hour at most".to_owned())
}

pub(crate) fn run(action: Action, options: &Options) -> Result<Answer> {
    Task::new(action, &options.pids, &options.manner)?.run()
}

pub(crate) fn terminate(options: &TermOptions) -> Result<Answer> {
    let Options { pids, manner } = &options.options;
    let mut task = Task::new(Action::Terminate, pids, manner)?;
    task.then_kill = options.then_kill;
    task.run()
}

pub(crate) fn renice(options: &NiceOptions) -> Result<Answer> {
    Task::new(Action::Renice(options.nice), &[options.pid], &options.manner)?.run()
}

/// One command, understood.
struct Task<'a> {
    control: Control,
    action: Action,
    targets: Vec<Target>,
    manner: &'a Manner,
    then_kill: Option<Duration>,
}

/// What became of one target.
struct Done {
    target: Target,
    /// With the action that was the last.
    result: Result<(Action, Outcome), Refusal>,
}

impl<'a> Task<'a> {
    fn new(action: Action, pids: &[Which], manner: &'a Manner) -> Result<Self> {
        let mut targets: Vec<Target> = pids.iter().map(|which| which.target()).collect();
        if let Some(start_time) = manner.start_time {
            let [only] = &mut targets[..] else {
                let why = "--start-time means one process; write PID@START for several";
                return Err(Failure::usage(why));
            };
            only.start_time = Some(start_time);
        }
        let control = Control::new().context("nothing can be acted on here")?;
        Ok(Self { control, action, targets, manner, then_kill: None })
    }

    fn run(mut self) -> Result<Answer> {
        if !self.manner.yes && confirm::is_needed() {
            let Some(targets) = confirm::ask(self.action, &self.targets)? else {
                return Ok(Answer::No);
            };
            self.targets = targets;
        }
        let all: Vec<Done> = self.targets.iter().map(|target| self.do_one(*target)).collect();
        if self.manner.json {
            let results: Vec<Value> = all.iter().map(Done::json).collect();
            print_document(&json!({ "results": results }), Pace::Once)?;
        } else {
            let mut out = std::io::stdout().lock();
            for line in all.iter().filter_map(Done::line) {
                writeln!(out, "{line}")?;
            }
            out.flush()?;
        }
        answer(&all, |pid| thread_hint(&self.control, pid, verb(self.action)))
    }

    fn do_one(&self, target: Target) -> Done {
        let watch = self.manner.wait.unwrap_or(WATCH);
        let first = self.then_kill.unwrap_or(watch);
        let result = self.control.act_within(target, self.action, first);
        let is_left = matches!(&result, Ok(seen) if seen.kind == OutcomeKind::StillRunning);
        let result = match result {
            Ok(outcome) if is_left && self.then_kill.is_some() => self.kill(&outcome, watch),
            other => other.map(|outcome| (self.action, outcome)),
        };
        Done { target, result }
    }

    /// The second step, on the very process the first one reached.
    fn kill(&self, outcome: &Outcome, watch: Duration) -> Result<(Action, Outcome), Refusal> {
        let start_time = Some(outcome.key.start_time());
        let target = Target { pid: outcome.key.pid, start_time };
        match self.control.act_within(target, Action::Kill, watch) {
            Ok(mut killed) => {
                killed.elapsed += outcome.elapsed;
                Ok((Action::Kill, killed))
            }
            // It has ended between the two.
            Err(Refusal::AnotherProcess | Refusal::NoSuchProcess | Refusal::Ended(_)) => {
                Ok((self.action, Outcome { kind: OutcomeKind::Ended, ..outcome.clone() }))
            }
            Err(refusal) => Err(refusal),
        }
    }
}

impl Done {
    /// A line for people, of what was done.
    fn line(&self) -> Option<String> {
        let (action, outcome) = self.result.as_ref().ok()?;
        let seconds = outcome.elapsed.as_secs_f64();
        let name = for_terminal(&outcome.name);
        let seen = match outcome.kind {
            OutcomeKind::Ended => format!("gone in {seconds:.2} s"),
            OutcomeKind::Stopped => format!("stopped in {seconds:.2} s"),
            OutcomeKind::Running => "goes on".to_owned(),
            OutcomeKind::StillRunning => format!("still there after {seconds:.2} s"),
            OutcomeKind::Reniced => match action {
                Action::Renice(nice) => format!("nice {nice}"),
                _ => "done".to_owned(),
            },
        };
        let did = match outcome.kind {
            OutcomeKind::StillRunning => "signalled",
            _ => action.past(),
        };
        Some(format!("{did} {} {name} ({seen})", outcome.key.pid))
    }

    fn json(&self) -> Value {
        match &self.result {
            Ok((action, outcome)) => json!({
                "pid": outcome.key.pid,
                "start_time": outcome.key.start_time(),
                "name": &*outcome.name,
                "action": action.word(),
                "outcome": outcome.kind.word(),
                "elapsed_seconds": outcome.elapsed.as_secs_f64(),
                "error": null,
            }),
            Err(refusal) => json!({
                "pid": self.target.pid,
                "start_time": self.target.start_time,
                "name": null,
                "action": null,
                "outcome": null,
                "elapsed_seconds": null,
                "error": refusal.to_string(),
            }),
        }
    }

    fn code(&self) -> u8 {
        match &self.result {
            Ok((_, outcome)) => u8::from(outcome.kind == OutcomeKind::StillRunning),
            Err(refusal) => match refusal {
                Refusal::NoSuchProcess | Refusal::AnotherProcess | Refusal::Ended(_) => 4,
                Refusal::Protected(_) | Refusal::NotPermitted(_) | Refusal::SwitchedOff(_) => 3,
                Refusal::Unavailable(_) => 5,
            },
        }
    }
}

/// The command that does it.
fn verb(action: Action) -> &'static str {
    match action {
        Action::Terminate => "term",
        Action::Kill => "kill",
        Action::Suspend => "stop",
        Action::Resume => "cont",
        Action::Renice(_) => "nice",
    }
}

/// All done, all failed alike, or only some done.
fn answer(all: &[Done], hint: impl Fn(u32) -> Option<String>) -> Result<Answer> {
    let codes: Vec<u8> = all.iter().map(Done::code).collect();
    let code = match codes.first() {
        Some(first) if codes.iter().all(|code| code == first) => *first,
        _ => 1,
    };
    let refusals: Vec<String> = all
        .iter()
        .filter_map(|done| {
            let refusal = done.result.as_ref().err()?;
            let pid = done.target.pid;
            let hint = if *refusal == Refusal::NoSuchProcess { hint(pid) } else { None };
            Some(hint.unwrap_or_else(|| format!("{pid}: {refusal}")))
        })
        .collect();
    match (code, refusals.is_empty()) {
        (0, _) => Ok(Answer::Yes),
        (1, true) => Ok(Answer::No),
        _ => Err(Failure { code, message: refusals.join("\ntopmast: ") }.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(result: Result<OutcomeKind, Refusal>) -> Done {
        let target = Target { pid: 7, start_time: None };
        let outcome = |kind| Outcome {
            key: model::ProcessKey { pid: 7, birth: 100 },
            name: "a\x1b".into(),
            kind,
            elapsed: Duration::from_millis(310),
        };
        Done { target, result: result.map(|kind| (Action::Terminate, outcome(kind))) }
    }

    fn code(all: &[Done]) -> u8 {
        match answer(all, |_| None) {
            Ok(Answer::Yes) => 0,
            Ok(Answer::No) => 1,
            Err(error) => error.downcast_ref::<Failure>().map_or(9, |failure| failure.code),
        }
    }

    #[test]
    fn exit_codes_say_whether_all_some_or_none_was_done() {
        let ended = || done(Ok(OutcomeKind::Ended));
        let gone = || done(Err(Refusal::NoSuchProcess));
        let denied = || done(Err(Refusal::NotPermitted(String::new())));
        assert_eq!(code(&[ended(), ended()]), 0);
        assert_eq!(code(&[gone(), gone()]), 4);
        assert_eq!(code(&[denied()]), 3);
        assert_eq!(code(&[ended(), denied()]), 1);
        assert_eq!(code(&[gone(), denied()]), 1);
        assert_eq!(code(&[done(Ok(OutcomeKind::StillRunning))]), 1);
    }

    #[test]
    fn a_line_says_what_was_seen() {
        let line = |kind| done(Ok(kind)).line().unwrap_or_default();
        assert_eq!(line(OutcomeKind::Ended), "terminated 7 a\\x1b (gone in 0.31 s)");
        assert_eq!(
            line(OutcomeKind::StillRunning),
            "signalled 7 a\\x1b (still there after 0.31 s)"
        );
    }
}
