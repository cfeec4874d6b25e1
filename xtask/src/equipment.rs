//! What only the tests need from the system, installed where that is possible.

use crate::place::{Output, Place};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The judge of the probe's own readings, beside `ps` and `ss`.
const PSUTIL: &str = "psutil==7.2.2";
const BROWSERS: [&str; 4] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// One thing a lane needs beside compilers and Node.js.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Equipment {
    /// The browser of the journeys.
    Chromium,
    /// Python with venv, for psutil.
    Python,
    /// `ps`.
    Procps,
    /// A database and its benchmark, as load.
    Postgres,
    /// A web server, as load.
    Nginx,
    /// What loads the web server.
    Wrk,
    /// The judge of open files.
    Lsof,
    /// A terminal monitor, to measure against.
    Htop,
    /// A terminal monitor, to measure against.
    Btop,
    /// A compiler of C++, for the fuzzer.
    CompilerOfCpp,
    /// `ss`, and `ip` for network namespaces.
    Iproute,
}

impl Equipment {
    fn package(self) -> &'static str {
        match self {
            Equipment::Chromium => "chromium",
            Equipment::Python => "python3-venv",
            Equipment::Procps => "procps",
            Equipment::Postgres => "postgresql",
            Equipment::Nginx => "nginx-light",
            Equipment::Wrk => "wrk",
            Equipment::Lsof => "lsof",
            Equipment::Htop => "htop",
            Equipment::Btop => "btop",
            Equipment::CompilerOfCpp => "g++",
            Equipment::Iproute => "iproute2",
        }
    }

    fn is_present(self) -> bool {
        match self {
            Equipment::Chromium => browser().is_some(),
            Equipment::Python => succeeds("python3", &["-c", "import venv, ensurepip"]),
            Equipment::Procps => on_path("ps").is_some(),
            Equipment::Postgres => {
                let found = || std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().next();
                found().is_some_and(|version| version.path().join("bin/postgres").exists())
            }
            Equipment::Nginx => on_path("nginx").is_some() || Path::new("/usr/sbin/nginx").exists(),
            Equipment::Wrk => on_path("wrk").is_some(),
            Equipment::Lsof => on_path("lsof").is_some(),
            Equipment::Htop => on_path("htop").is_some(),
            Equipment::Btop => on_path("btop").is_some(),
            Equipment::CompilerOfCpp => on_path("c++").is_some(),
            Equipment::Iproute => on_path("ss").is_some(),
        }
    }
}

/// Makes sure that everything in `wanted` is there, or says what to type.
pub(crate) fn provide(place: &Place, wanted: &[Equipment]) -> Result<()> {
    let missing = packages_missing(wanted);
    if !missing.is_empty() {
        install(place, &missing)?;
        let still = packages_missing(wanted);
        if !still.is_empty() {
            bail!("installed {}, yet {} is not found", missing.join(" "), still.join(" "));
        }
    }
    if wanted.contains(&Equipment::Python) {
        provide_psutil(place)?;
    }
    Ok(())
}

/// The browser: `CHROMIUM` when it is set, else the first known name on `PATH`.
pub(crate) fn browser() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM") {
        Some(chosen) => Some(PathBuf::from(chosen)).filter(|path| path.is_file()),
        None => BROWSERS.iter().find_map(|name| on_path(name)),
    }
}

/// The Python that has psutil.
pub(crate) fn python(place: &Place) -> Result<PathBuf> {
    Ok(place.own("python")?.join("bin/python"))
}

fn packages_missing(wanted: &[Equipment]) -> Vec<&'static str> {
    wanted.iter().filter(|one| !one.is_present()).map(|one| one.package()).collect()
}

fn install(place: &Place, packages: &[&str]) -> Result<()> {
    let words = packages.join(" ");
    if on_path("apt-get").is_none() {
        bail!("the tests need {words}: install them by this system's package manager");
    }
    if !is_root() {
        bail!(
            "the tests need {words}; type:\n  \
             sudo apt-get update && sudo apt-get install --yes {words}"
        );
    }
    println!("installing {words}");
    apt(place, &["update", "--quiet"])?;
    apt(place, &[&["install", "--yes", "--quiet", "--no-install-recommends"], packages].concat())
}

fn apt(place: &Place, arguments: &[&str]) -> Result<()> {
    let mut command = place.command("apt-get", arguments);
    // In that run level no server is started by being installed: the tests start their own.
    command.env("DEBIAN_FRONTEND", "noninteractive").env("RUNLEVEL", "1");
    Output::Terminal.run(&mut command)
}

fn provide_psutil(place: &Place) -> Result<()> {
    let python = python(place)?;
    let python = python.to_str().context("the target directory's name is not UTF-8")?;
    if succeeds(python, &["-c", "import psutil"]) {
        return Ok(());
    }
    println!("installing {PSUTIL} for the tests' own use");
    let folder = place.own("python")?;
    let folder = folder.to_str().context("the target directory's name is not UTF-8")?;
    Output::Terminal.run(&mut place.command("python3", &["-m", "venv", folder]))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", PSUTIL];
    Output::Terminal.run(&mut place.command(python, &pip))
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| is_program(file))
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_on_the_path_and_others_are_not() {
        assert!(on_path("sh").is_some_and(|found| found.ends_with("sh")));
        assert_eq!(on_path("topmast-no-such-program"), None);
        assert!(succeeds("sh", &["-c", "exit 0"]) && !succeeds("sh", &["-c", "exit 3"]));
    }
}
