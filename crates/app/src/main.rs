//! `topmast`: arguments, wiring, exit codes.

mod args;
mod command;
mod config;
mod exit;
mod look;
mod masking;
mod output;
mod paths;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    exit::code_of(command::run(args))
}
