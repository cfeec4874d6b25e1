//! `config`: what is set, and by what.

use crate::config::{Chosen, Config, settings::Value, usual_path};
use crate::exit::{Answer, Failure};
use crate::output::Screen;
use crate::output::wrap::wrapped;
use anyhow::Result;
use clap::{Args, Subcommand};
use model::text::for_terminal;
use serde_json::{Map, Value as Json, json};
use std::io::Write;
use std::path::{Path, PathBuf};
use unicode_width::UnicodeWidthStr;

const CHECK_EXAMPLES: &str = "\
Examples:
  topmast config check                          the file in the usual place
  topmast config check --config ./config.toml   before it is put in place

Exit code 2 when anything is wrong, 1 when the file is ignored, 4 when a named
one is not there.";

const SHOW_EXAMPLES: &str = "\
Examples:
  topmast config show   values, where from, and what they mean
  topmast config show --json | jq '.settings[\"serve.listen\"].value'";

const PATH_EXAMPLES: &str = "\
Examples:
  mkdir -p \"$(dirname \"$(topmast config path)\")\"
  ${EDITOR:-vi} \"$(topmast config path)\"";

/// What to do with the configuration.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Tell what is wrong in the file and the environment; exit code 2 if anything is
    #[command(after_help = CHECK_EXAMPLES)]
    Check(File),
    /// Show every setting with its value and where that comes from
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Show),
    /// Print where the file is looked for; exit code 1 if there is none
    #[command(after_help = PATH_EXAMPLES)]
    Path,
}

/// Which file.
#[derive(Args)]
pub(crate) struct File {
    /// File to read [default: $XDG_CONFIG_HOME/topmast/config.toml, else
    /// ~/.config/topmast/config.toml]
    #[arg(long = "config", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

/// Options of `config show`.
#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    file: File,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command) -> Result<Answer> {
    match command {
        Command::Check(file) => check(file.config.as_deref()),
        Command::Show(options) => show(options),
        Command::Path => path(),
    }
}

fn check(named: Option<&Path>) -> Result<Answer> {
    let config = Config::load(named)?;
    let mut out = std::io::stdout().lock();
    for warning in &config.warnings {
        writeln!(out, "{warning}")?;
    }
    let looked = named.map(Path::to_owned).or_else(usual_path);
    match looked {
        Some(path) if path.exists() => writeln!(out, "{} is in order", path.display())?,
        Some(path) => writeln!(out, "there is no {}; the defaults hold", path.display())?,
        None => writeln!(out, "there is no home directory to look in; the defaults hold")?,
    }
    Ok(if config.warnings.is_empty() { Answer::Yes } else { Answer::No })
}

fn show(options: &Show) -> Result<Answer> {
    let config = Config::load(options.file.config.as_deref())?;
    let width = Screen::of_stdout().width;
    let mut out = std::io::stdout().lock();
    if options.json {
        let setting = |chosen: &Chosen| {
            let said = json!({
                "value": chosen.value.as_ref().map(value),
                "source": chosen.source.to_string(),
                "help": chosen.setting.help,
            });
            (chosen.setting.key.to_owned(), said)
        };
        let settings: Map<_, _> = config.chosen.iter().map(setting).collect();
        let reply = json!({ "settings": settings, "warnings": config.warnings });
        writeln!(out, "{}", serde_json::to_string_pretty(&reply)?)?;
        return Ok(Answer::Yes);
    }
    for warning in &config.warnings {
        writeln!(out, "# {warning}")?;
    }
    for chosen in &config.chosen {
        for line in explained(chosen, width) {
            writeln!(out, "{line}")?;
        }
    }
    Ok(Answer::Yes)
}

/// A setting, with where it comes from and what it means: on one line where that fits.
fn explained(chosen: &Chosen, width: usize) -> Vec<String> {
    let value = chosen.value.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let value = format!("{:<18} {}", chosen.setting.key, for_terminal(&value));
    let source = for_terminal(&chosen.source.to_string());
    let comment = format!("{source}: {}", chosen.setting.help);
    let line = format!("{value:<43} # {comment}");
    if line.width() <= width {
        return vec![line];
    }
    let below = wrapped(&comment, width.saturating_sub("    # ".len()).max(20));
    [value].into_iter().chain(below.into_iter().map(|piece| format!("    # {piece}"))).collect()
}

/// As a program takes it: flags and lists as such, everything else as it would be written.
fn value(value: &Value) -> Json {
    match value {
        Value::Flag(flag) => json!(flag),
        Value::Words(words) => json!(words),
        other => json!(other.to_string()),
    }
}

fn path() -> Result<Answer> {
    let Some(path) = usual_path() else {
        return Err(Failure::not_found("there is no home directory; name a file with --config"));
    };
    writeln!(std::io::stdout(), "{}", path.display())?;
    Ok(if path.exists() { Answer::Yes } else { Answer::No })
}
