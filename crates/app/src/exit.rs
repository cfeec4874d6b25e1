//! Exit codes: 0 ok, 1 the answer is "no" or empty, 2 usage, 3 denied, 4 not found, 5 cannot
//! reach or already taken.

use crate::output::Screen;
use crate::output::wrap::wrapped;
use std::fmt;
use std::io::{ErrorKind, IsTerminal};
use std::process::ExitCode;

/// What a command that did its work answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Done, or there is something.
    Yes,
    /// There is nothing.
    No,
}

/// A failure that has an exit code of its own.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn usage(message: impl fmt::Display) -> anyhow::Error {
        Self { code: 2, message: message.to_string() }.into()
    }

    pub(crate) fn denied(message: impl fmt::Display) -> anyhow::Error {
        Self { code: 3, message: message.to_string() }.into()
    }

    pub(crate) fn not_found(message: impl fmt::Display) -> anyhow::Error {
        Self { code: 4, message: message.to_string() }.into()
    }

    pub(crate) fn taken(message: impl fmt::Display) -> anyhow::Error {
        Self { code: 5, message: message.to_string() }.into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

#[expect(clippy::print_stderr, reason = "the one place where a failure is told to the person")]
pub(crate) fn code_of(result: anyhow::Result<Answer>) -> ExitCode {
    match result {
        Ok(Answer::Yes) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        // Whoever read our output has had enough.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            for line in told(&error) {
                eprintln!("{line}");
            }
            ExitCode::from(error.downcast_ref::<Failure>().map_or(5, |failure| failure.code))
        }
    }
}

/// What a person is told: on a terminal in lines that fit, with what was typed as it was.
fn told(error: &anyhow::Error) -> Vec<String> {
    let is_output = |io: &std::io::Error| io.kind() == ErrorKind::StorageFull;
    let what = match error.downcast_ref::<std::io::Error>() {
        Some(io) if is_output(io) => "cannot write the output: ",
        _ => "",
    };
    let text = format!("topmast: {what}{error:#}");
    let err = std::io::stderr();
    if !err.is_terminal() {
        return vec![text];
    }
    let width = Screen::width_of_terminal(&err);
    let fit = |line: &str| match line.starts_with("  ") {
        true => vec![line.to_owned()],
        false => wrapped(line, width),
    };
    text.lines().flat_map(fit).collect()
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let io = error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>());
    io.is_some_and(|io| io.kind() == std::io::ErrorKind::BrokenPipe)
}
