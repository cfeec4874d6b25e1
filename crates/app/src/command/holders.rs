//! `holders`: who holds a path, a port, or the space of deleted files.

mod port;

use crate::exit::{Answer, Failure};
use crate::output::{Around, Layout, Listing, View, measure};
use anyhow::{Context, Result};
use clap::Args;
use model::metric::HolderEntity;
use model::request::{Held, HolderReport};
use model::snapshot::Processes;
use model::{Absence, Gap, Moment, Snapshot};
use probe::{Clock, Probe, ProbeError, SystemClock};
use serde_json::{Map, Value};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

pub(crate) const EXAMPLES: &str = "\
Examples:
  topmast holders /var/log/syslog   who has it open, mapped, or runs it
  topmast holders /mnt/usb    a mount point: who keeps it from being unmounted
  topmast holders /srv --below   a directory and all below it, by name
  topmast holders 5432        who listens on a port or is connected with it
  topmast holders ./5432      a file of that name
  topmast holders --deleted   files without a name that still take space

Exit code 1 when nobody does.";

/// Options of `holders`.
#[derive(Args)]
pub(crate) struct Options {
    /// A path, or a port number
    #[arg(required_unless_present = "deleted", value_name = "PATH|PORT")]
    pub(crate) what: Option<String>,
    /// Deleted files that are still held and take space
    #[arg(long, conflicts_with_all = ["what", "below"])]
    pub(crate) deleted: bool,
    /// The directory and everything below it
    #[arg(long)]
    pub(crate) below: bool,
    /// Look no longer than this [default: 30s]
    #[arg(long, value_name = "DURATION", value_parser = patience, default_value = "30s",
        hide_default_value = true)]
    pub(crate) patience: Duration,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

fn patience(text: &str) -> Result<Duration, String> {
    crate::args::duration(text).ok_or_else(|| "expected a time like 500ms, 2s or 1m".to_owned())
}

const LAYOUT: Layout = Layout {
    name: "holders",
    columns: &[
        ("pid", 0),
        ("username", 3),
        ("name", 0),
        ("hold", 0),
        ("descriptor", 2),
        ("mode", 4),
        ("size_bytes", 1),
        ("path", 0),
    ],
    order: "",
};

const DELETED: Layout = Layout { order: "-space_bytes", ..LAYOUT };

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let question = Question::of(options)?;
    let layout = if options.deleted { &DELETED } else { &LAYOUT };
    let view = View::<HolderEntity>::new(&options.listing, layout)?;
    let mut eyes = Eyes::open()?;
    view.show(|page| {
        let report = question.answer(options.patience, &mut eyes)?;
        let gaps = gaps(&report);
        let around = Around {
            at: Moment {
                boot_nanos: SystemClock.boot_nanos(),
                unix_nanos: SystemClock.unix_nanos(),
            },
            gaps: &gaps,
            foot: foot(options, &report),
            extra: extra(&report),
        };
        page.print(report.holders.iter().collect(), &around)
    })
}

/// What was asked.
enum Question {
    File(Held),
    Port(u16),
}

impl Question {
    /// A number is a port; whoever means a file of that name writes `./80`.
    fn of(options: &Options) -> Result<Self> {
        let Some(what) = &options.what else { return Ok(Self::File(Held::Deleted)) };
        if let Ok(port) = what.parse() {
            return Ok(Self::Port(port));
        }
        let path = PathBuf::from(what);
        if !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_digit()) && !path.exists() {
            return Err(Failure::usage(format!("{what} is no port: the highest is 65535")));
        }
        if what.is_empty() {
            return Err(Failure::usage("an empty name is neither a path nor a port"));
        }
        Ok(Self::File(match options.below {
            true => Held::Below(path),
            false if probe::is_mount_point(&path) => Held::FileSystem(path),
            false => Held::Path(path),
        }))
    }

    fn answer(&self, patience: Duration, eyes: &mut Eyes) -> Result<HolderReport> {
        let mut report = match self {
            // First of all, so that a mistake is told at once.
            Self::File(held) => probe::find_holders(held, patience).map_err(failure)?,
            Self::Port(port) => port::holders(*port, eyes.look(), patience)?,
        };
        if let (Self::File(_), false) = (self, report.holders.is_empty()) {
            eyes.look();
        }
        name_fully(&mut report, &eyes.snapshot.processes);
        Ok(report)
    }
}

/// What processes are called, which a search of their files does not find out: of their names the
/// kernel keeps 15 bytes. Who is sampled is known in full, in the same life only.
fn name_fully(report: &mut HolderReport, processes: &Processes) {
    for holder in &mut report.holders {
        let Some(key) = holder.key else { continue };
        if let Ok(row) = processes.key.binary_search(&key) {
            holder.name = processes.facts[row].name.clone();
        }
    }
}

/// A sample of all processes and sockets.
struct Eyes {
    probe: Probe,
    snapshot: Snapshot,
}

impl Eyes {
    fn open() -> Result<Self> {
        let probe = Probe::new().context("nothing can be read here")?;
        Ok(Self { probe, snapshot: Snapshot::default() })
    }

    fn look(&mut self) -> &Snapshot {
        self.probe.sample(&mut self.snapshot, &SystemClock);
        &self.snapshot
    }
}

fn failure(error: ProbeError) -> anyhow::Error {
    match &error {
        ProbeError::Path { source, .. } => match source.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Failure::not_found(error),
            ErrorKind::PermissionDenied => Failure::denied(error),
            _ => error.into(),
        },
        _ => error.into(),
    }
}

fn gaps(report: &HolderReport) -> Vec<Gap> {
    let gap = |absence, count, detail: &str| Gap {
        what: "holders",
        absence,
        count: Some(count),
        detail: detail.to_owned(),
    };
    let denied = match probe::privileges().can_inspect_others() {
        true => {
            "Files of some processes are hidden; the kernel keeps them even from Topmast, which \
            may look into all others."
        }
        false => {
            "Files of other users' processes are hidden; run Topmast as root or with \
            CAP_SYS_PTRACE to see them."
        }
    };
    let left = "Processes were not looked at because the time was over; give more by --patience.";
    let all = [
        (report.denied, gap(Absence::Denied, report.denied, denied)),
        (report.left, gap(Absence::NotYet, report.left, left)),
    ];
    all.into_iter().filter(|(count, _)| *count > 0).map(|(_, gap)| gap).collect()
}

fn foot(options: &Options, report: &HolderReport) -> Vec<String> {
    if !options.deleted || report.holders.is_empty() {
        return Vec::new();
    }
    let total = measure::bytes(report.space_bytes());
    vec![String::new(), format!("{total} are held by files without a name, each counted once")]
}

fn extra(report: &HolderReport) -> Map<String, Value> {
    let mut extra = Map::new();
    extra.insert("processes".to_owned(), report.processes.into());
    extra.insert("space_bytes".to_owned(), report.space_bytes().into());
    extra
}
