//! `user`: who may sign in. Works on the data directory, also while the hub runs.

use crate::args::{DataDir, RoleName, User};
use crate::exit::{Answer, Failure};
use crate::paths::existing_data_dir;
use anyhow::{Context, Result, anyhow};
use hub::accounts::{Accounts, AccountsError, Role};
use std::io::{IsTerminal, Write};

pub(crate) fn run(user: User) -> Result<Answer> {
    match user {
        User::Add { name, role, data } => add(&name, role, &data),
        User::Passwd { name, data } => change_password(&name, &data),
        User::Link { name, url, data } => link(&name, &url, &data),
    }
}

fn add(name: &str, role: RoleName, data: &DataDir) -> Result<Answer> {
    let accounts = open(data)?;
    let password = new_password(name)?;
    accounts.add_user(name, role_of(role), Some(&password)).map_err(told)?;
    say(&format!("added {name} as {}", role_of(role).word()))
}

fn change_password(name: &str, data: &DataDir) -> Result<Answer> {
    let accounts = open(data)?;
    let password = new_password(name)?;
    accounts.set_password(name, &password).map_err(told)?;
    say(&format!("changed the password of {name}; its sessions have ended"))
}

fn link(name: &str, url: &str, data: &DataDir) -> Result<Answer> {
    let token = open(data)?.create_link(name).map_err(told)?;
    say(&format!("{}/#link={token}", url.trim_end_matches('/')))
}

fn open(data: &DataDir) -> Result<Accounts> {
    Accounts::open(&existing_data_dir(data)?).map_err(told)
}

fn role_of(role: RoleName) -> Role {
    match role {
        RoleName::Viewer => Role::Viewer,
        RoleName::Operator => Role::Operator,
        RoleName::Admin => Role::Admin,
    }
}

/// Exit codes of what the accounts say.
fn told(error: AccountsError) -> anyhow::Error {
    match error {
        AccountsError::UnknownUser(_) => Failure::not_found(error),
        AccountsError::TakenName(_) => Failure::taken(error),
        AccountsError::Open { .. } => Failure::denied(error),
        AccountsError::BadName(_)
        | AccountsError::PasswordTooShort { .. }
        | AccountsError::PasswordTooLong { .. } => Failure::usage(error),
        other => other.into(),
    }
}

/// From the file named by TOPMAST_PASSWORD_FILE, else asked for twice without echo. Never from an
/// argument: every user of the machine can read those.
fn new_password(name: &str) -> Result<String> {
    if let Some(path) = std::env::var_os("TOPMAST_PASSWORD_FILE") {
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        return Ok(text.trim_end_matches(['\n', '\r']).to_owned());
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "there is no terminal to ask for the password; put it in a file and name that in \
             TOPMAST_PASSWORD_FILE",
        ));
    }
    let ask = |prompt: String| rpassword::prompt_password(prompt).context("no password was typed");
    let password = ask(format!("Password for {name}: "))?;
    if ask("The same again: ".to_owned())? != password {
        return Err(anyhow!(Failure::usage("the two passwords differ; nothing was changed")));
    }
    Ok(password)
}

fn say(line: &str) -> Result<Answer> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(Answer::Yes)
}
