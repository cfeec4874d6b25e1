//! `cargo xtask fuzz`: throws bytes at everything that parses, guided by what was reached.

use crate::equipment::{self, Equipment};
use crate::place::{Output, Place};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;

/// Seconds a target runs within `cargo xtask test`.
const SECONDS_IN_TEST: u32 = 20;

/// Seconds a target runs when nothing else is said.
const SECONDS: u32 = 60;

/// Targets that run at once: as many as the smallest machine has cores.
const AT_ONCE: usize = 2;

/// What cargo-fuzz passes to the compiler, without the sanitizers that only a nightly one has:
/// each edge and each comparison reports to the fuzzer.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
    -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-sanitizer-coverage-trace-compares \
    -Ccodegen-units=1";

/// The fuzzer itself is C++.
pub(crate) const EQUIPMENT: &[Equipment] = &[Equipment::CompilerOfCpp];

/// What was asked for.
struct Wish {
    seconds: u32,
    /// Add what was found to the corpus that is kept with the sources.
    keeps: bool,
    targets: Vec<String>,
}

/// `cargo xtask fuzz [--seconds N] [--keep] [TARGET…]`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    let wish = understand(arguments)?;
    let place = Place::find()?;
    equipment::provide(&place, EQUIPMENT)?;
    fuzz(&place, &Output::Terminal, &wish)?;
    Ok(ExitCode::SUCCESS)
}

/// Every target, shortly.
pub(crate) fn in_test(place: &Place, output: &Output) -> Result<()> {
    let wish = Wish { seconds: SECONDS_IN_TEST, keeps: false, targets: Vec::new() };
    fuzz(place, output, &wish)
}

fn understand(arguments: &[String]) -> Result<Wish> {
    let mut wish = Wish { seconds: SECONDS, keeps: false, targets: Vec::new() };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--keep" => wish.keeps = true,
            "--seconds" => {
                let number = words.next().and_then(|number| number.parse().ok());
                wish.seconds = number.context("--seconds takes a number")?;
            }
            name if name.starts_with('-') => {
                bail!("usage: cargo xtask fuzz [--seconds N] [--keep] [TARGET…]")
            }
            name => wish.targets.push(name.to_owned()),
        }
    }
    Ok(wish)
}

fn fuzz(place: &Place, output: &Output, wish: &Wish) -> Result<()> {
    let fuzzer = Fuzzer::build(place, output)?;
    let known = fuzzer.targets()?;
    if let Some(name) = wish.targets.iter().find(|name| !known.contains(name)) {
        bail!("no target is called `{name}`; they are: {}", known.join(" "));
    }
    let chosen = if wish.targets.is_empty() { &known } else { &wish.targets };
    let waiting = Mutex::new(chosen.iter());
    let faults = Mutex::new(Vec::new());
    let next = || waiting.lock().ok().and_then(|mut waiting| waiting.next());
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(name) = next() {
                    let told = fuzzer.one(name, wish).and_then(|line| output.say(&line));
                    if let (Err(error), Ok(mut faults)) = (told, faults.lock()) {
                        faults.push(format!("{error:#}"));
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if faults.is_empty() {
        return output.say(&format!("{} targets, {} s each", chosen.len(), wish.seconds));
    }
    bail!("{}", faults.join("\n"))
}

/// The built fuzzer and its folders.
struct Fuzzer {
    program: PathBuf,
    /// The corpus kept with the sources: a file a target, an input a line.
    corpus: PathBuf,
    /// The same as the fuzzer wants it.
    unpacked: PathBuf,
    /// What was found on this machine.
    found: PathBuf,
    /// Inputs that broke something.
    broken: PathBuf,
}

impl Fuzzer {
    fn build(place: &Place, output: &Output) -> Result<Self> {
        let target = place.own("fuzz")?;
        // With a target triple the flags reach the program and its libraries, not build scripts.
        let triple = env!("XTASK_TRIPLE");
        let mut build = place.cargo(&["build", "--release", "--locked", "--quiet", "--target"]);
        build.arg(triple).env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", FLAGS);
        output.run(build.arg("--manifest-path").arg(place.root.join("fuzz/Cargo.toml")))?;
        Ok(Self {
            program: target.join(triple).join("release/topmast-fuzz"),
            corpus: place.root.join("fuzz/corpus"),
            unpacked: place.own("fuzz-kept")?,
            found: place.own("fuzz-found")?,
            broken: place.own("fuzz-broken")?,
        })
    }

    fn command(&self, target: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env("TOPMAST_FUZZ_TARGET", target).stdin(Stdio::null());
        command
    }

    fn targets(&self) -> Result<Vec<String>> {
        let output = self.command("names").output().context("cannot start the fuzzer")?;
        let text = String::from_utf8(output.stdout)?;
        let names: Vec<String> = text.lines().map(str::to_owned).collect();
        if names.is_empty() {
            bail!("the fuzzer names no target");
        }
        Ok(names)
    }

    /// Fuzzes one parser; answers with a line about it.
    fn one(&self, name: &str, wish: &Wish) -> Result<String> {
        let found = fresh_or_kept(&self.found.join(name))?;
        let kept = self.unpack(name)?;
        let mut command = self.command(name);
        command.args([&found, &kept]).args(["-max_len=4096", "-timeout=5", "-rss_limit_mb=1024"]);
        command.arg(format!("-max_total_time={}", wish.seconds));
        command.arg(format!("-artifact_prefix={}/{name}-", self.broken.display()));
        let done = command.output().context("cannot start the fuzzer")?;
        let text = String::from_utf8_lossy(&done.stderr).into_owned();
        if !done.status.success() {
            let lines: Vec<&str> = text.lines().collect();
            let end = lines[lines.len().saturating_sub(40)..].join("\n");
            bail!("{name} is broken by the input named below:\n{end}");
        }
        if wish.keeps {
            self.keep(name, [&kept, &found])?;
        }
        let runs = text.lines().find_map(|line| line.strip_prefix("Done ")).unwrap_or("no runs");
        Ok(format!("{name:<16} {runs}"))
    }

    /// The kept inputs as the files that the fuzzer wants.
    fn unpack(&self, name: &str) -> Result<PathBuf> {
        let folder = fresh_or_kept(&self.unpacked.join(name))?;
        let file = self.corpus.join(format!("{name}.hex"));
        let Ok(text) = std::fs::read_to_string(&file) else { return Ok(folder) };
        for (number, line) in text.lines().enumerate() {
            let bytes = bytes_of(line);
            let bytes = bytes.with_context(|| format!("{}:{}", file.display(), number + 1))?;
            std::fs::write(folder.join(number.to_string()), bytes)?;
        }
        Ok(folder)
    }

    /// As few inputs as reach all that was reached, a line each.
    fn keep(&self, name: &str, from: [&PathBuf; 2]) -> Result<()> {
        let fewest = self.unpacked.join(format!("{name}-fewest"));
        let _ = std::fs::remove_dir_all(&fewest);
        let fewest = fresh_or_kept(&fewest)?;
        let mut merge = self.command(name);
        merge.arg(&fewest).args(from).args(["-merge=1", "-max_len=1024"]).stderr(Stdio::null());
        Output::Terminal.run(&mut merge)?;
        let mut lines = Vec::new();
        for entry in std::fs::read_dir(&fewest)? {
            let bytes = std::fs::read(entry?.path())?;
            lines.push(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        }
        lines.sort_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
        std::fs::create_dir_all(&self.corpus)?;
        let file = self.corpus.join(format!("{name}.hex"));
        std::fs::write(&file, lines.join("\n") + "\n")?;
        Ok(())
    }
}

/// A folder, made when it is missing.
fn fresh_or_kept(folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder.to_path_buf())
}

fn bytes_of(line: &str) -> Result<Vec<u8>> {
    let pairs = line.as_bytes().chunks(2);
    let byte = |pair: &[u8]| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?);
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inputs_are_kept_as_hexadecimal_lines() {
        assert_eq!(bytes_of("00ff41").unwrap(), [0, 255, 65]);
        assert!(bytes_of("0g").is_err());
    }
}
