//! The one door to building, running and testing Topmast: `cargo xtask run | build | test | fuzz | bench`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is for the terminal")]

mod bench;
mod capture;
mod checks;
mod dashboard;
mod equipment;
mod fingerprint;
mod fuzz;
mod lanes;
mod place;
mod program;
mod runner;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [-- ARGS]        build everything, then start `topmast serve ARGS`
  build                build target/release/topmast, the dashboard inside
  test [--only LANE]   every check; --only may be repeated, --list names the lanes
  fuzz [--seconds N] [--keep] [TARGET…]
                       throw bytes at every parser; --keep adds what was found to fuzz/corpus
  bench                measure costs beside top and psutil, write docs/budgets.md
  capture NAME --pids 1,2,3
                       keep what is read of these processes as a fixture, secrets masked
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> anyhow::Result<ExitCode> {
    let Some((command, rest)) = arguments.split_first() else {
        eprint!("{USAGE}");
        return Ok(ExitCode::from(2));
    };
    match command.as_str() {
        "run" => program::run(rest),
        "bench" if rest.is_empty() => bench::run(),
        "capture" => capture::run(rest),
        "build" if rest.is_empty() => program::build(),
        "test" => test::run(rest),
        "fuzz" => fuzz::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("xtask: `{}` is not a command\n\n{USAGE}", arguments.join(" "));
            Ok(ExitCode::from(2))
        }
    }
}
