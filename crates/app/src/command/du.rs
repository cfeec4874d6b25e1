//! `du`: what fills file systems and directories.

mod kept;
mod progress;

use crate::exit::{Answer, Failure};
use crate::output::measure::bytes;
use crate::output::{Around, Layout, Listing, Page, View};
use anyhow::{Context, Result};
use clap::Args;
use kept::Kept;
use model::metric::{FileSystemEntity, PlaceEntity};
use model::space::PlaceKind;
use model::text::for_terminal;
use model::{Absence, Gap, Moment};
use probe::space::{Collection, FileSystemParts, Manner, Measure, Named, SpaceError};
use probe::{Clock, Probe, SystemClock};
use progress::Told;
use serde_json::{Map, json};
use std::path::PathBuf;
use std::time::Duration;

/// Options of `du`.
#[derive(Args)]
pub(crate) struct Options {
    /// Directories or files to name; without any, file systems are listed
    pub(crate) paths: Vec<PathBuf>,
    /// Show also what is inside, this many directories deep
    #[arg(long, short = 'd', value_name = "N", default_value_t = 0)]
    pub(crate) depth: u32,
    /// Take sizes that were counted less than this ago, e.g. 1h
    #[arg(long, value_name = "DURATION", value_parser = crate::args::age)]
    pub(crate) max_age: Option<Duration>,
    /// Lengths of files instead of the space they take
    #[arg(long)]
    pub(crate) apparent: bool,
    #[command(flatten)]
    pub(crate) listing: Listing,
}

const FILE_SYSTEMS: Layout = Layout {
    name: "file_systems",
    columns: &[
        ("device", 3),
        ("kind", 4),
        ("total", 1),
        ("used", 0),
        ("available", 0),
        ("reserved", 5),
        ("used_percent", 0),
        ("mount_point", 0),
    ],
    order: "mount_point",
};

/// In the order that they add up in.
const PLACES: Layout = Layout {
    name: "places",
    columns: &[
        ("bytes", 0),
        ("percent", 1),
        ("kind", 0),
        ("files", 3),
        ("unread", 4),
        ("file_system", 2),
        ("path", 0),
    ],
    order: "",
};

/// Paths that could not be read are named up to this many in one sentence.
const NAMED_IN_SENTENCE: usize = 3;

/// How long mounts may take to answer altogether.
const PATIENCE: Duration = Duration::from_secs(6);

pub(crate) fn run(options: &Options) -> Result<Answer> {
    if options.paths.is_empty() {
        return file_systems(options);
    }
    let view = View::<PlaceEntity>::new(&options.listing, &PLACES)?;
    let mut collection = collection(options)?;
    let answer = view.show(|page| parts(options, &mut collection, page))?;
    // What was named and cannot be read at all is a failure, after everything else was told.
    let closed = collection.named().iter().find(|named| is_closed(named));
    closed.map_or(Ok(answer), |named| {
        let path = for_terminal(&named.path().to_string_lossy());
        Err(Failure::denied(format!("{path} may not be read")))
    })
}

fn collection(options: &Options) -> Result<Collection> {
    let measure = if options.apparent { Measure::Apparent } else { Measure::Allocated };
    let mut collection = Collection::new(Manner { measure, depth: options.depth });
    let keep = options.max_age.unwrap_or(Duration::ZERO);
    for path in &options.paths {
        collection.name(path, keep).map_err(|error| match error {
            SpaceError::NotFound { .. } => Failure::not_found(error),
            SpaceError::Denied { .. } => Failure::denied(error),
            error => error.into(),
        })?;
    }
    Ok(collection)
}

fn is_closed(named: &Named) -> bool {
    let first = named.reading().and_then(|reading| reading.unread_paths.first());
    first.is_some_and(|path| path.as_os_str().is_empty())
}

/// One turn: counts what is too old, and shows the parts.
fn parts(
    options: &Options,
    collection: &mut Collection,
    page: &mut Page<'_, PlaceEntity>,
) -> Result<Answer> {
    let at = now();
    if options.max_age.is_some() {
        Kept::read().restore(collection);
    }
    let mut told = Told::new();
    let counted = collection.update(at.unix_nanos, &mut |progress| told.tell(progress));
    told.clear();
    counted.context("the sizes are not complete")?;
    Kept::read().keep(collection, at.unix_nanos);
    let found = collection.file_systems();
    let rows = found.iter().flat_map(|parts| &parts.places).collect();
    let gaps: Vec<Gap> = collection.named().iter().filter_map(unread).collect();
    let around = Around { at, gaps: &gaps, foot: foot(&found), extra: Map::new() };
    page.print(rows, &around)
}

fn now() -> Moment {
    Moment { boot_nanos: SystemClock.boot_nanos(), unix_nanos: SystemClock.unix_nanos() }
}

/// What is missing in a size.
fn unread(named: &Named) -> Option<Gap> {
    let reading = named.reading().filter(|reading| reading.unread > 0)?;
    let path = |path: &PathBuf| for_terminal(&named.path().join(path).to_string_lossy());
    let some: Vec<_> = reading.unread_paths.iter().take(NAMED_IN_SENTENCE).map(path).collect();
    let more = if reading.unread > some.len() as u64 { ", …" } else { "" };
    let detail = format!(
        "Part of {} could not be read and is not in its size: {}{more}",
        for_terminal(&named.path().to_string_lossy()),
        some.join(", ")
    );
    let count = u32::try_from(reading.unread).ok();
    Some(Gap { what: "bytes", absence: Absence::Denied, count, detail })
}

/// The whole that the parts are of.
fn foot(found: &[FileSystemParts]) -> Vec<String> {
    let line = |parts: &FileSystemParts| {
        let total = parts.space.known()?.total;
        let has_overlap = parts.places.iter().any(|place| place.kind == PlaceKind::Overlap);
        let note = if has_overlap { "; the overlap is in it once" } else { "" };
        let (point, kind) = (for_terminal(&parts.mount_point), for_terminal(&parts.kind));
        Some(format!("{point} ({kind}) has {}{note}", bytes(total)))
    };
    found.iter().filter_map(line).collect()
}

/// Without paths: every file system, and below them what was named lately.
fn file_systems(options: &Options) -> Result<Answer> {
    let view = View::<FileSystemEntity>::new(&options.listing, &FILE_SYSTEMS)?;
    let mut probe = Probe::new().context("nothing can be read here")?;
    view.show(|page| {
        probe.look_around(PATIENCE);
        let around = probe.surroundings();
        let is_meant = |gap: &&Gap| matches!(gap.what, "file_systems" | "surroundings");
        let gaps: Vec<Gap> = around.gaps.iter().filter(is_meant).cloned().collect();
        let named = Kept::read().sizes();
        let rows: Vec<_> = named
            .iter()
            .map(|(path, size, read)| {
                json!({"path": path, "bytes": size, "read_at": *read as f64 / 1e9})
            })
            .collect();
        let line = |(path, size, _): &(String, u64, i64)| {
            format!("{:>6}  {}", bytes(*size), for_terminal(path))
        };
        let mut foot: Vec<String> = named.iter().map(line).collect();
        if !foot.is_empty() {
            foot.insert(0, "Named lately:".to_owned());
        }
        let extra = Map::from_iter([("named".to_owned(), json!(rows))]);
        let around_rows = Around { at: now(), gaps: &gaps, foot, extra };
        page.print(around.file_systems.iter().collect(), &around_rows)
    })
}
