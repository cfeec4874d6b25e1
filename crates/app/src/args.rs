//! What may be typed. Help, completions and the man page come from here.

use crate::command::{act, config, du, holders, host, manual, net, ps, show, tree};
use crate::masking::Masking;
use crate::output::Listing;
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// See what every process and connection on this machine is doing.
#[derive(Parser)]
#[command(name = "topmast", version, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the dashboard and the API for this machine
    #[command(after_help = SERVE_EXAMPLES)]
    Serve(Serve),
    /// List processes
    #[command(after_help = PS_EXAMPLES)]
    Ps(ps::Options),
    /// Show processes below their parents, with what each branch uses
    #[command(after_help = TREE_EXAMPLES)]
    Tree(tree::Options),
    /// List sockets with the processes that hold them
    #[command(after_help = NET_EXAMPLES)]
    Net(net::Options),
    /// List what listens, who can reach it and who holds it
    #[command(after_help = PORTS_EXAMPLES)]
    Ports(Listing),
    /// Show the machine: cores, memory, pressure, disks, interfaces, sensors and more
    #[command(after_help = HOST_EXAMPLES)]
    Host(host::Options),
    /// Show everything about one process
    #[command(after_help = show::EXAMPLES)]
    Show(show::Options),
    /// Find who holds a path, a port, or the space of deleted files
    #[command(after_help = holders::EXAMPLES)]
    Holders(holders::Options),
    /// Show what fills file systems and directories
    #[command(after_help = DU_EXAMPLES)]
    Du(du::Options),
    /// Ask processes to end (SIGTERM)
    #[command(after_help = act::TERM_EXAMPLES)]
    Term(act::TermOptions),
    /// End processes at once (SIGKILL)
    #[command(after_help = act::KILL_EXAMPLES)]
    Kill(act::Options),
    /// Stop processes until they are continued (SIGSTOP)
    #[command(after_help = act::STOP_EXAMPLES)]
    Stop(act::Options),
    /// Let stopped processes go on (SIGCONT)
    #[command(after_help = act::CONT_EXAMPLES)]
    Cont(act::Options),
    /// Give a process another nice value
    #[command(after_help = act::NICE_EXAMPLES)]
    Nice(act::NiceOptions),
    /// Tell what can be seen here, what is missing, and how to get it
    #[command(after_help = DOCTOR_EXAMPLES)]
    Doctor(Doctor),
    /// Manage who may sign in
    #[command(subcommand, after_help = USER_EXAMPLES)]
    User(User),
    /// Check and show the configuration
    #[command(subcommand, after_help = CONFIG_EXAMPLES)]
    Config(config::Command),
    /// Print a completion script for a shell
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions(manual::Completions),
    /// Print the manual page
    #[command(after_help = MAN_EXAMPLES)]
    Man(manual::Manual),
}

const CONFIG_EXAMPLES: &str = "\
Examples:
  topmast config show   every setting and where it comes from
  topmast config check --config ./config.toml   before it is put in place
  TOPMAST_SERVE__LISTEN=127.0.0.1:9000 topmast serve   it counts before the file

The file is TOML, or the same as JSON:
  [serve]
  listen = \"127.0.0.1:9000\"
  interval = \"2s\"
  control = false";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  topmast completions bash > ~/.local/share/bash-completion/completions/topmast
  topmast completions zsh > ~/.zfunc/_topmast
  topmast completions fish > ~/.config/fish/completions/topmast.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  topmast man | man -l -                        read it
  topmast man --dir /usr/local/share/man/man1   write a page for every command";

const DOCTOR_EXAMPLES: &str = "\
Examples:
  topmast doctor          what is missing, and how to get it
  topmast doctor --json   for scripts

Exit code 1 when anything is missing.";

const USER_EXAMPLES: &str = "\
Examples:
  topmast user add ann --role operator   asks for her password
  topmast user link ann                  a link to sign in with, good once";

const USER_ADD_EXAMPLES: &str = "\
Examples:
  topmast user add ann   may see; asks for her password
  topmast user add ben --role admin
  TOPMAST_PASSWORD_FILE=/run/pw topmast user add ci --role viewer   for scripts";

const USER_PASSWD_EXAMPLES: &str = "\
Examples:
  topmast user passwd ann                                 asks for the new one
  TOPMAST_PASSWORD_FILE=/run/pw topmast user passwd ann   for scripts";

const USER_LINK_EXAMPLES: &str = "\
Examples:
  topmast user link admin   the password is lost, or was never set
  topmast user link ann --url https://topmast.example.org";

const SERVE_EXAMPLES: &str = "\
Examples:
  topmast serve                        prints where, and a link to sign in
  topmast serve --listen 127.0.0.1:0   on a free port, which it prints
  topmast serve --no-control           nobody can act on processes
  TOPMAST_ADMIN_PASSWORD_FILE=/run/pw topmast serve   first start without a link";

const PS_EXAMPLES: &str = "\
Examples:
  topmast ps --limit 10                  the ten that use most CPU
  topmast ps --where 'rss > 1GiB and not user = root' --sort -memory_rss
  topmast ps --where nginx --json        for scripts; stable field names
  topmast ps --columns pid,num_fds,name --watch   again every 2 seconds
  topmast ps --columns help              every field with its unit
  topmast ps --short-lived --watch 10s   who came and went

A bare word matches name or command line. Exit code 1 when nothing matches.";

const TREE_EXAMPLES: &str = "\
Examples:
  topmast tree                      all, with the sums of each branch
  topmast tree --where nginx        those, with their ancestors
  topmast tree --sort -memory_rss   within each branch, the largest first
  topmast tree --json               flat, with `depth` and sums

Exit code 1 when nothing matches.";

const DU_EXAMPLES: &str = "\
Examples:
  topmast du                              file systems: used, free, reserved
  topmast du /var /home                   these, and what else is on the disk
  topmast du /var/log --depth 1           and what is inside, the largest first
  topmast du / /srv --max-age 1h --json   sizes up to an hour old, for scripts

What is named inside another is taken out of it; files with several names
count once; mounts are not crossed. Exit code 3 when a named directory may not
be read, 4 when it is not there.";

const NET_EXAMPLES: &str = "\
Examples:
  topmast net --where 'state = LISTEN'           who listens
  topmast net --where 'port = 5432' --sort -rx   who talks to the database
  topmast net --json --where 'process = nginx'
  topmast net --unix                             unix sockets with their paths

Below the table: traffic that belongs to no known process.
Exit code 1 when nothing matches.";

const PORTS_EXAMPLES: &str = "\
Examples:
  topmast ports                                what listens, TCP and UDP
  topmast ports --where 'scope = all'          what others can reach
  topmast ports --where 'port = 5432' --json   who holds a port, for scripts

Exit code 1 when nothing matches.";

const HOST_EXAMPLES: &str = "\
Examples:
  topmast host              all on one page
  topmast host --watch 1s   again every second
  topmast host --json       for scripts";

/// Options of `serve`.
#[derive(ClapArgs)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) file: config::File,
    /// Address and port to listen on; port 0 picks a free one [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Time between samples, 100ms to 1h [default: 1s]
    #[arg(long, value_name = "DURATION", value_parser = interval)]
    pub(crate) interval: Option<Duration>,
    /// Refuse every action on processes
    #[arg(long)]
    pub(crate) no_control: bool,
    /// Address people use when a proxy stands in front, e.g. https://topmast.example.org
    #[arg(long, value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// Listen on other than loopback addresses without encryption
    #[arg(long)]
    pub(crate) insecure: bool,
    #[command(flatten)]
    pub(crate) masking: Masking,
}

/// Where accounts and their audit log are kept.
#[derive(ClapArgs)]
pub(crate) struct DataDir {
    /// Data directory [default: serve.data, else $STATE_DIRECTORY, else $XDG_STATE_HOME/topmast, else
    /// ~/.local/state/topmast]
    #[arg(long = "data", value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// Options of `doctor`.
#[derive(ClapArgs)]
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Subcommand)]
pub(crate) enum User {
    #[command(after_help = USER_ADD_EXAMPLES)]
    /// Add a user; the password is asked for, or comes from TOPMAST_PASSWORD_FILE
    Add {
        /// Name to sign in with
        name: String,
        /// What the user may do
        #[arg(long, value_enum, default_value_t = RoleName::Viewer)]
        role: RoleName,
        #[command(flatten)]
        data: DataDir,
    },
    #[command(after_help = USER_PASSWD_EXAMPLES)]
    /// Change a user's password and end all its sessions
    Passwd {
        /// Whose
        name: String,
        #[command(flatten)]
        data: DataDir,
    },
    #[command(after_help = USER_LINK_EXAMPLES)]
    /// Print a sign-in link, good once and for 15 minutes
    Link {
        /// For whom
        name: String,
        /// Where the dashboard is
        #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8000")]
        url: String,
        #[command(flatten)]
        data: DataDir,
    },
}

/// What a user may do.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// See
    Viewer,
    /// See, and act on processes
    Operator,
    /// All that, and administer
    Admin,
}

const INTERVAL_MIN: Duration = Duration::from_millis(100);
const INTERVAL_MAX: Duration = Duration::from_secs(3600);

/// A time between samples.
pub(crate) fn interval(text: &str) -> Result<Duration, String> {
    let duration = duration(text).ok_or("expected a time like 500ms, 2s or 1m")?;
    if (INTERVAL_MIN..=INTERVAL_MAX).contains(&duration) {
        Ok(duration)
    } else {
        Err("must be between 100ms and 1h".to_owned())
    }
}

/// A time of any length.
pub(crate) fn age(text: &str) -> Result<Duration, String> {
    duration(text).ok_or_else(|| "expected a time like 30s, 10m or 1h".to_owned())
}

/// `500ms`, `2s`, `1.5m`, `1h`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number.parse::<f64>().ok()? * factor).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_command_shows_examples() {
        fn check(command: &clap::Command) {
            let name = command.get_name();
            if command.get_subcommands().next().is_none() {
                let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
                assert!(help.contains("Examples:\n"), "{name}");
                let all: Vec<&str> = help.lines().filter(|line| line.starts_with("  ")).collect();
                assert!(all.len() >= 2, "{name}: {help}");
                let wide: Vec<&str> = help.lines().filter(|l| l.chars().count() > 80).collect();
                assert!(wide.is_empty(), "{name}: {wide:#?}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Args::command());
    }

    #[test]
    fn a_negative_limit_is_told_what_a_limit_is() {
        let told = Args::try_parse_from(["topmast", "ps", "--limit", "-1"]);
        let told = told.err().expect("it is none").to_string();
        assert!(told.contains("'-1' for '--limit <N>'"), "{told}");
    }

    #[test]
    fn intervals_have_units_and_bounds() {
        assert_eq!(interval("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(interval("2"), Ok(Duration::from_secs(2)));
        assert!(interval("10ms").is_err());
        assert!(interval("2h").is_err());
        assert!(interval("soon").is_err());
        assert!(interval("-1s").is_err());
    }
}
