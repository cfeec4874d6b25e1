//! `tree`: processes below their parents, with what each branch uses.

mod forest;

use crate::exit::Answer;
use crate::look::{Eyes, Rates};
use crate::masking::Masking;
use crate::output::screen::{Glyphs, Screen};
use crate::output::{Added, Around, Layout, Listing, Place, Sheet, View};
use anyhow::Result;
use clap::Args;
use forest::{Forest, Twig};
use model::delta::ProcessRow;
use model::metric::{MetricValue, ProcessEntity, Unit};
use model::{Absence, Delta, Observed};
use probe::ProbeOptions;
use std::borrow::Cow;

const TREE: Layout = Layout {
    name: "processes",
    columns: &[("pid", 0), ("username", 3), ("status", 6), ("cpu_percent", 4), ("memory_rss", 5)],
    order: "pid",
};

/// Options of `tree`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listing: Listing,
    #[command(flatten)]
    masking: Masking,
}

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let view = View::<ProcessEntity>::new(&options.listing, &TREE)?;
    let scrub = options.masking.rules()?;
    let mut eyes = Eyes::open(&ProbeOptions { scrub, ..ProbeOptions::default() }, Rates::Wanted)?;
    view.show(|page| {
        let delta = eyes.look()?;
        page.print_sheet(&sheet(&view, delta), &Around::of(delta))
    })
}

fn sheet<'d>(view: &View<ProcessEntity>, delta: &'d Delta) -> Sheet<'d, ProcessEntity> {
    let mut rows: Vec<_> = delta.process_rows().collect();
    view.sort(&mut rows);
    let twigs: Vec<Twig> = rows
        .iter()
        .map(|row| Twig {
            pid: row.key().pid,
            parent: row.parent(),
            is_wanted: view.passes(row),
            cpu_percent: row.cpu_percent().known(),
            rss_bytes: row.rss_bytes().known(),
        })
        .collect();
    let mut forest = Forest::grow(&twigs);
    forest.shown.truncate(view.limit());
    let glyphs = Screen::of_stdout().glyphs;
    let branches = forest.shown.iter().map(|branch| {
        let row = &rows[branch.twig];
        MetricValue::Text(Cow::Owned(guide(branch.depth, &branch.lasts, glyphs) + &said(row)))
    });
    let added = vec![
        added("depth", "DEPTH", Unit::Count, &forest, |branch| Some(branch.depth as f64)),
        added("tree_cpu_percent", "+CPU%", Unit::Percent, &forest, |branch| branch.cpu_percent),
        added("tree_memory_rss", "+RSS", Unit::Bytes, &forest, |branch| {
            branch.rss_bytes.map(|bytes| bytes as f64)
        }),
        Added {
            name: "branch",
            header: "COMMAND",
            unit: Unit::Text,
            weight: 0,
            place: Place::Table,
            values: branches.collect(),
        },
    ];
    Sheet { rows: forest.shown.iter().map(|branch| rows[branch.twig]).collect(), added }
}

fn added(
    name: &'static str,
    header: &'static str,
    unit: Unit,
    forest: &Forest,
    read: impl Fn(&forest::Branch) -> Option<f64>,
) -> Added {
    let value = |branch| MetricValue::number(Observed::from_option(read(branch), Absence::NotYet));
    let place = if name == "depth" { Place::Programs } else { Place::Everywhere };
    let values = forest.shown.iter().map(value).collect();
    Added { name, header, unit, weight: 2, place, values }
}

/// The command line; the name where there is none.
fn said(row: &ProcessRow<'_>) -> String {
    let facts = row.facts();
    if facts.cmdline.is_empty() { format!("[{}]", facts.name) } else { facts.cmdline.to_string() }
}

/// Lines that lead to a branch. `lasts` says of the last levels whether nothing follows there.
fn guide(depth: usize, lasts: &[bool], glyphs: Glyphs) -> String {
    let [through, blank, fork, end, deep] = match glyphs {
        Glyphs::Unicode => ["│  ", "   ", "├─ ", "└─ ", "… "],
        Glyphs::Ascii => ["|  ", "   ", "|- ", "`- ", "... "],
    };
    let Some((last, above)) = lasts.split_last() else { return String::new() };
    let mut text = if depth > lasts.len() { deep.to_owned() } else { String::new() };
    above.iter().for_each(|last| text.push_str(if *last { blank } else { through }));
    text.push_str(if *last { end } else { fork });
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guides_lead_from_the_root() {
        assert_eq!(guide(0, &[], Glyphs::Unicode), "");
        assert_eq!(guide(3, &[false, true, false], Glyphs::Unicode), "│     ├─ ");
        assert_eq!(guide(2, &[false, true], Glyphs::Ascii), "|  `- ");
        assert_eq!(guide(9, &[false, true], Glyphs::Ascii), "... |  `- ");
    }
}
