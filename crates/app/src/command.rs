//! One file a command.

pub(crate) mod act;
pub(crate) mod config;
mod doctor;
pub(crate) mod du;
pub(crate) mod holders;
pub(crate) mod host;
pub(crate) mod manual;
pub(crate) mod net;
mod ports;
pub(crate) mod ps;
mod serve;
pub(crate) mod show;
pub(crate) mod tree;
mod user;
pub(crate) mod which;

use crate::args::{Args, Command};
use crate::exit::Answer;
use anyhow::Result;
use model::request::Action;

pub(crate) fn run(args: Args) -> Result<Answer> {
    match args.command {
        Command::Serve(options) => serve::run(&options),
        Command::Ps(options) => ps::run(&options),
        Command::Tree(options) => tree::run(&options),
        Command::Net(options) => net::run(&options),
        Command::Ports(options) => ports::run(&options),
        Command::Host(options) => host::run(&options),
        Command::Show(options) => show::run(&options),
        Command::Holders(options) => holders::run(&options),
        Command::Du(options) => du::run(&options),
        Command::Term(options) => act::terminate(&options),
        Command::Kill(options) => act::run(Action::Kill, &options),
        Command::Stop(options) => act::run(Action::Suspend, &options),
        Command::Cont(options) => act::run(Action::Resume, &options),
        Command::Nice(options) => act::renice(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::User(user) => user::run(user),
        Command::Config(command) => config::run(&command),
        Command::Completions(options) => manual::completions(&options),
        Command::Man(options) => manual::manual(&options),
    }
}
