//! One file a command.

mod doctor;
mod listing;
mod serve;
mod user;

use crate::args::{Args, Command};
use crate::exit::Answer;
use anyhow::Result;

pub(crate) fn run(args: Args) -> Result<Answer> {
    match args.command {
        Command::Serve(options) => serve::run(&options),
        Command::Ps(options) => listing::processes(&options),
        Command::Net(options) => listing::connections(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::User(user) => user::run(user),
    }
}
