//! `cargo xtask test`: chooses lanes, provides what they need, runs them, sums up.

use crate::equipment::{self, Equipment};
use crate::lanes::{self, Lane, Track};
use crate::place::Place;
use crate::runner::{self, Report};
use crate::tools::{self, Tools};
use anyhow::{Result, bail};
use std::process::ExitCode;

/// `cargo xtask test [--list] [--only LANE]…`.
pub(crate) fn run(arguments: &[String]) -> Result<ExitCode> {
    if arguments == ["--list"] {
        for lane in &lanes::ALL {
            println!("{:<12} {}", lane.name, lane.shows);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = choose(arguments)?;
    let place = Place::find()?;
    let web = chosen.iter().any(|lane| lane.track != Track::Rust);
    tools::check(if web { Tools::RustAndWeb } else { Tools::Rust })?;
    equipment::provide(&place, &equipment_of(&chosen))?;
    let reports = runner::run(&place, &chosen);
    Ok(sum_up(&chosen, &reports))
}

/// The lanes named by `--only` and what they need, or all; in the order of the list.
fn choose(arguments: &[String]) -> Result<Vec<&'static Lane>> {
    let mut names: Vec<&str> = Vec::new();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let name = match (word.as_str(), words.next()) {
            ("--only", Some(name)) => name,
            _ => bail!("`{word}` is not understood; usage: cargo xtask test [--only LANE]…"),
        };
        let Some(lane) = lanes::by_name(name) else {
            bail!("no lane is called `{name}`; `cargo xtask test --list` names them");
        };
        names.push(lane.name);
    }
    if names.is_empty() {
        return Ok(lanes::ALL.iter().collect());
    }
    // From the last lane backwards, because needs come earlier in the list.
    for lane in lanes::ALL.iter().rev() {
        if names.contains(&lane.name) {
            names.extend(lane.needs);
        }
    }
    Ok(lanes::ALL.iter().filter(|lane| names.contains(&lane.name)).collect())
}

fn equipment_of(chosen: &[&Lane]) -> Vec<Equipment> {
    let mut all: Vec<Equipment> = chosen.iter().flat_map(|lane| lane.equipment).copied().collect();
    all.sort();
    all.dedup();
    all
}

fn sum_up(chosen: &[&Lane], reports: &[Report]) -> ExitCode {
    println!();
    for lane in chosen {
        if let Some(report) = reports.iter().find(|report| report.name == lane.name) {
            println!("{}", runner::line(report));
        }
    }
    let passed = reports.iter().filter(|report| report.fault.is_none()).count();
    // A lane without a report died on its way: that is a failure too.
    let failed = chosen.len() - passed;
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(words: &[&str]) -> Result<Vec<&'static str>> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Ok(choose(&words)?.iter().map(|lane| lane.name).collect())
    }

    #[test]
    fn a_lane_brings_what_it_needs() {
        let names = chosen(&["--only", "journeys", "--only", "format"]).unwrap();
        assert_eq!(names, ["format", "web-install", "web-build", "release", "journeys"]);
        assert_eq!(chosen(&[]).unwrap().len(), lanes::ALL.len());
    }

    #[test]
    fn a_wrong_word_is_answered_with_the_right_ones() {
        let message = |words| chosen(words).unwrap_err().to_string();
        assert!(message(&["--only", "nothing"]).contains("`cargo xtask test --list`"));
        assert!(message(&["fast"]).contains("`fast` is not understood"));
        assert!(message(&["--only"]).contains("`--only` is not understood"));
    }
}
