//! Where things are: the checkout, what Cargo builds into, and how programs are started there.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The folders every task works in.
pub(crate) struct Place {
    /// Top of the checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target directory.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Cargo tells a program it runs where its package lies; this package lies in `xtask/`.
    pub(crate) fn find() -> Result<Place> {
        let package =
            std::env::var_os("CARGO_MANIFEST_DIR").context("start me by `cargo xtask`")?;
        let root = Path::new(&package).parent().context("xtask/ has no parent")?.to_path_buf();
        let program = std::env::current_exe().context("cannot find my own program file")?;
        // TARGET/debug/xtask: two folders up, whatever chose the target directory.
        let target = program.ancestors().nth(2).context("I am not in a target directory")?;
        Ok(Place { root, target: target.to_path_buf() })
    }

    /// The dashboard's sources.
    pub(crate) fn web(&self) -> PathBuf {
        self.root.join("web")
    }

    /// The release binary.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target.join("release").join("topmast")
    }

    /// What xtask itself keeps between runs; made when missing.
    pub(crate) fn own(&self, folder: &str) -> Result<PathBuf> {
        let path = self.target.join("xtask").join(folder);
        std::fs::create_dir_all(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(path)
    }

    /// A command that starts at the top of the checkout.
    pub(crate) fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// A Cargo command that builds into the same target directory as this program.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = self.command(&cargo, arguments);
        command.env("CARGO_TARGET_DIR", &self.target);
        command
    }

    /// An npm command in `web/`.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("npm", arguments);
        command.current_dir(self.web()).stdin(Stdio::null());
        command
    }
}

/// Where the output of a started program goes.
pub(crate) enum Output {
    /// To the terminal, as it comes.
    Terminal,
    /// Into a log that is shown when the lane fails.
    Log(File),
}

impl Output {
    /// Runs `command` to its end; an exit status other than 0 is an error that names it.
    pub(crate) fn run(&self, command: &mut Command) -> Result<()> {
        let words = in_words(command);
        if let Output::Log(file) = self {
            self.say(&format!("$ {words}"))?;
            command.stdin(Stdio::null());
            command.stdout(file.try_clone()?).stderr(file.try_clone()?);
        }
        let status = command.status().with_context(|| format!("cannot start `{words}`"))?;
        if !status.success() {
            bail!("`{words}` ended with {status}");
        }
        Ok(())
    }

    /// One line beside what the programs print.
    pub(crate) fn say(&self, line: &str) -> Result<()> {
        match self {
            Output::Terminal => println!("{line}"),
            Output::Log(file) => {
                let mut log: &File = file;
                writeln!(log, "{line}")?;
            }
        }
        Ok(())
    }
}

fn in_words(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let mut words = vec![program.to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}
