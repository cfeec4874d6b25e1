//! Runs lanes: two tracks beside each other, then what needs both; every outcome is told.

use crate::lanes::{Lane, Track};
use crate::place::{Output, Place};
use anyhow::{Context, Result};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// What became of one lane.
pub(crate) struct Report {
    /// Its name.
    pub(crate) name: &'static str,
    /// How long it took.
    pub(crate) took: Duration,
    /// Why it failed.
    pub(crate) fault: Option<String>,
}

/// Runs `lanes` and tells each outcome as it comes.
pub(crate) fn run(place: &Place, lanes: &[&'static Lane]) -> Vec<Report> {
    let reports = Mutex::new(Vec::new());
    let on = |track| lanes.iter().copied().filter(move |lane| lane.track == track);
    std::thread::scope(|scope| {
        scope.spawn(|| on(Track::Web).for_each(|lane| run_one(place, lane, &reports)));
        on(Track::Rust).for_each(|lane| run_one(place, lane, &reports));
    });
    on(Track::Whole).for_each(|lane| run_one(place, lane, &reports));
    reports.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn run_one(place: &Place, lane: &Lane, reports: &Mutex<Vec<Report>>) {
    let failed_need = {
        let reports = lock(reports);
        let failed = |need: &&str| reports.iter().any(|it| it.name == *need && it.fault.is_some());
        lane.needs.iter().copied().find(|need| failed(need))
    };
    println!("...     {}", lane.name);
    let begin = Instant::now();
    let fault = match failed_need {
        Some(need) => Some(format!("not run, because {need} failed")),
        None => work(place, lane).err(),
    };
    let report = Report { name: lane.name, took: begin.elapsed(), fault };
    // Told under the lock, so that two tracks do not mix their lines.
    let mut reports = lock(reports);
    tell(&report);
    reports.push(report);
}

fn lock(reports: &Mutex<Vec<Report>>) -> std::sync::MutexGuard<'_, Vec<Report>> {
    reports.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn work(place: &Place, lane: &Lane) -> Result<(), String> {
    let (log, path) = open_log(place, lane.name).map_err(|error| format!("{error:#}"))?;
    (lane.work)(place, &Output::Log(log))
        .map_err(|error| format!("{error:#}\n{}", whole(&path)).trim_end().to_owned())
}

fn open_log(place: &Place, name: &str) -> Result<(File, PathBuf)> {
    let path = place.own("logs")?.join(format!("{name}.log"));
    let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok((file, path))
}

fn whole(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_else(|error| error.to_string().into_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn tell(report: &Report) {
    println!("{}", line(report));
    if let Some(fault) = &report.fault {
        println!("----- {} -----\n{fault}\n----- end of {} -----", report.name, report.name);
    }
}

/// `ok      clippy          41.3 s`.
pub(crate) fn line(report: &Report) -> String {
    let outcome = if report.fault.is_none() { "ok" } else { "FAILED" };
    format!("{outcome:<7} {:<12} {:>7.1} s", report.name, report.took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    const GOOD: Lane = Lane {
        name: "good",
        shows: "it ends well",
        track: Track::Rust,
        needs: &[],
        equipment: &[],
        work: |_, output| output.say("all is well"),
    };
    static BAD: Lane = Lane {
        name: "bad",
        track: Track::Web,
        work: |place, output| {
            output.run(&mut place.command("sh", &["-c", "echo seen; echo also >&2; exit 3"]))?;
            bail!("not reached")
        },
        ..GOOD
    };
    static AFTER_BAD: Lane =
        Lane { name: "after-bad", track: Track::Whole, needs: &["bad"], ..GOOD };
    static AFTER_GOOD: Lane =
        Lane { name: "after-good", track: Track::Whole, needs: &["good"], ..GOOD };

    #[test]
    fn a_failed_lane_shows_its_output_and_stops_only_what_needs_it() {
        let folder = std::env::temp_dir().join(format!("xtask-runner-{}", std::process::id()));
        let place = Place { root: std::env::temp_dir(), target: folder.clone() };
        let reports = run(&place, &[&GOOD, &BAD, &AFTER_BAD, &AFTER_GOOD]);
        std::fs::remove_dir_all(folder).unwrap();
        let fault = |name| reports.iter().find(|report| report.name == name).unwrap().fault.clone();
        assert_eq!(fault("good"), None);
        assert_eq!(fault("after-good"), None);
        assert_eq!(fault("after-bad").unwrap(), "not run, because bad failed");
        let told = fault("bad").unwrap();
        assert!(told.contains("ended with exit status: 3"), "{told}");
        assert!(told.contains("seen\nalso"), "{told}");
    }
}
