//! What every listing command prints: a table, JSON or CSV of rows of the metric catalogue, once or
//! again and again.
//!
//! A command says how its table looks ([`Layout`]), makes a [`View`] of what was typed, and hands
//! rows to the [`Page`] of each turn:
//!
//! ```text
//! let view = View::<ProcessEntity>::new(&options.listing, &LAYOUT)?;
//! let mut eyes = Eyes::open(&ProbeOptions::default(), view.rates())?;
//! view.show(|page| {
//!     let delta = eyes.look()?;
//!     page.print(delta.process_rows().collect(), &Around::of(delta))
//! })
//! ```

mod csv;
mod gaps;
pub(crate) mod grid;
mod json;
pub(crate) mod measure;
mod page;
pub(crate) mod screen;
mod turns;
pub(crate) mod wrap;

pub(crate) use gaps::tell_gaps;
pub(crate) use json::{AllFields, field_value, print_document};
pub(crate) use page::{
    Added, Around, Page, Place, Sheet, grid_of, print_lines, redraw, share_tone,
};
pub(crate) use screen::Screen;
pub(crate) use turns::{Pace, turns};

use crate::exit::{Answer, Failure};
use crate::look::Rates;
use anyhow::Result;
use clap::Args;
use model::Gap;
use model::metric::{Entity, Metric, MetricValue, Unit, find};
use model::text::for_terminal;
use query::{Filter, Mistake, Order};
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Options of listing commands.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Listing {
    /// Print JSON with stable field names instead of a table
    #[arg(long, conflicts_with = "csv")]
    pub(crate) json: bool,
    /// Print CSV with a header instead of a table
    #[arg(long)]
    pub(crate) csv: bool,
    /// Which rows, e.g. 'cpu > 20 and user = root'
    #[arg(long = "where", value_name = "FILTER")]
    pub(crate) filter: Option<String>,
    /// Order: a field, with - in front for descending
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    pub(crate) sort: Option<String>,
    /// Rows at most; 0 for all
    #[arg(long, value_name = "N", default_value_t = 0, allow_hyphen_values = true)]
    pub(crate) limit: usize,
    /// Which fields, separated by commas; `all` for all, `help` to list them
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Print again and again until Ctrl-C, in this time [default: 2s]
    #[arg(long, value_name = "DURATION", num_args = 0..=1, default_missing_value = "2s",
        value_parser = crate::args::interval)]
    pub(crate) watch: Option<Duration>,
}

/// How a command's table looks when nothing else is asked for.
pub(crate) struct Layout {
    /// What its list is called in JSON.
    pub(crate) name: &'static str,
    /// Its columns. Where a terminal is too narrow the one with the highest number goes first; 0
    /// stays always. The last one, if it is text, takes what is left of the width.
    pub(crate) columns: &'static [(&'static str, u8)],
    /// Its order, as `--sort` takes it; empty to keep rows as they come.
    pub(crate) order: &'static str,
}

/// In which form rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Table,
    Json,
    Csv,
}

impl Listing {
    /// The form that was asked for.
    pub(crate) fn form(&self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Table,
        }
    }

    /// Once, or in which time again and again.
    pub(crate) fn pace(&self) -> Pace {
        self.watch.map_or(Pace::Once, Pace::Every)
    }
}

/// One field as a column.
pub(crate) struct Shown<E: Entity> {
    pub(crate) metric: &'static Metric<E>,
    pub(crate) weight: u8,
}

/// What was typed, understood.
pub(crate) struct View<E: Entity> {
    pub(crate) form: Form,
    pub(crate) pace: Pace,
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<Shown<E>>,
    filter: Filter<E>,
    order: Option<Order<E>>,
    limit: usize,
    only_help: bool,
}

impl<E: Entity> View<E> {
    /// Understands the options, or says what is wrong with them.
    pub(crate) fn new(listing: &Listing, layout: &Layout) -> Result<Self> {
        let order = listing.sort.as_deref().unwrap_or(layout.order);
        let order = (!order.is_empty())
            .then(|| Order::parse(order).map_err(|mistake| refused("--sort", order, &mistake)));
        Ok(Self {
            form: listing.form(),
            pace: listing.pace(),
            name: layout.name,
            columns: columns(listing, layout)?,
            filter: filter(listing)?,
            order: order.transpose()?,
            limit: if listing.limit == 0 { usize::MAX } else { listing.limit },
            only_help: is_only(&listing.columns, "help"),
        })
    }

    /// Calls `turn` once, or until Ctrl-C. Answers as the last turn did.
    pub(crate) fn show(
        &self,
        turn: impl FnMut(&mut Page<'_, E>) -> Result<Answer>,
    ) -> Result<Answer> {
        if self.only_help {
            return print_fields::<E>();
        }
        let mut turn = turn;
        let mut page = Page::new(self);
        turns(self.pace, || turn(&mut page))
    }

    /// Whether a row is wanted.
    pub(crate) fn passes(&self, row: &E::Row<'_>) -> bool {
        self.filter.passes(row)
    }

    /// Whether a field that `is_meant` has any part in what is printed.
    fn needs_any(&self, is_meant: &dyn Fn(&Metric<E>) -> bool) -> bool {
        self.columns.iter().any(|shown| is_meant(shown.metric)) || self.asks(is_meant)
    }

    /// Whether rows are chosen or put in order by a field that `is_meant`.
    fn asks(&self, is_meant: &dyn Fn(&Metric<E>) -> bool) -> bool {
        let is_order = self.order.as_ref().is_some_and(|order| is_meant(order.metric()));
        is_order || self.filter.asks(is_meant)
    }

    /// Whether a field has any part in what is printed.
    pub(crate) fn needs(&self, name: &str) -> bool {
        self.needs_any(&|metric| metric.name == name)
    }

    /// Whether anything that is printed is made of two samples.
    pub(crate) fn rates(&self) -> Rates {
        let is_rate = |metric: &Metric<E>| {
            metric.unit == Unit::BytesPerSecond
                || metric.name == "cpu_percent"
                || metric.name.ends_with("_per_sec")
        };
        if self.needs_any(&is_rate) { Rates::Wanted } else { Rates::Unwanted }
    }

    /// Whether what could not be read has any part in what is printed of these rows: one of them
    /// lacks it, or rows are chosen or put in order by it.
    pub(crate) fn is_concerned(&self, gap: &Gap, rows: &[E::Row<'_>]) -> bool {
        let fields = gaps::fields::<E>(gap.what);
        let is_meant = |metric: &Metric<E>| fields.contains(&metric.name);
        let lacks = |metric: &Metric<E>| {
            let absent = MetricValue::Absent(gap.absence);
            is_meant(metric) && rows.iter().any(|row| (metric.read)(row) == absent)
        };
        fields.is_empty()
            || self.asks(&is_meant)
            || self.columns.iter().any(|shown| lacks(shown.metric))
    }

    /// Rows at most.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The rows that are wanted, in the order that is wanted.
    pub(crate) fn select<'a>(&self, mut rows: Vec<E::Row<'a>>) -> Vec<E::Row<'a>> {
        rows.retain(|row| self.filter.passes(row));
        self.sort(&mut rows);
        rows.truncate(self.limit);
        rows
    }

    /// The order that is wanted.
    pub(crate) fn sort(&self, rows: &mut [E::Row<'_>]) {
        if let Some(order) = &self.order {
            order.sort(rows);
        }
    }
}

fn is_only(columns: &[String], word: &str) -> bool {
    matches!(columns, [only] if only == word)
}

/// The filter that was typed.
pub(crate) fn filter<E: Entity>(listing: &Listing) -> Result<Filter<E>> {
    let text = listing.filter.as_deref().unwrap_or("");
    Filter::parse(text).map_err(|mistake| refused("--where", text, &mistake))
}

/// Every field.
fn all_columns<E: Entity>() -> Vec<Shown<E>> {
    E::METRICS.iter().map(|metric| Shown { metric, weight: 0 }).collect()
}

/// What is asked for; else the table's own columns, and for programs all there are.
fn columns<E: Entity>(listing: &Listing, layout: &Layout) -> Result<Vec<Shown<E>>> {
    let asked = &listing.columns;
    if is_only(asked, "all") || (asked.is_empty() && listing.form() != Form::Table) {
        return Ok(all_columns());
    }
    if asked.is_empty() || is_only(asked, "help") {
        let own = layout.columns.iter();
        let own = own.filter_map(|(name, weight)| Some((find::<E>(name)?, *weight)));
        return Ok(own.map(|(metric, weight)| Shown { metric, weight }).collect());
    }
    let mut columns: Vec<Shown<E>> = Vec::new();
    for name in asked {
        let metric = field(name.trim())?;
        // Named twice it is shown once: two of one name are no JSON that anybody can read.
        if columns.iter().all(|shown| shown.metric.id != metric.id) {
            columns.push(Shown { metric, weight: 0 });
        }
    }
    Ok(columns)
}

fn field<E: Entity>(name: &str) -> Result<&'static Metric<E>> {
    find::<E>(name).ok_or_else(|| {
        let hint = match query::nearest_field::<E>(name) {
            Some(nearest) => format!("did you mean {nearest}? "),
            None => String::new(),
        };
        let name = for_terminal(name);
        let message = format!("--columns: there is no field \"{name}\"; {hint}`--columns help`");
        Failure::usage(message + " lists all")
    })
}

/// A mistake with the text it is in and a mark under it.
pub(crate) fn refused(option: &str, text: &str, mistake: &Mistake) -> anyhow::Error {
    let (shown, mark) = window(text, mistake.position);
    let indent = " ".repeat(mark);
    Failure::usage(format!("{option}: {mistake}\n  {shown}\n  {indent}^"))
}

/// The part of a text around a position, escaped, and how wide it is up to there.
fn window(text: &str, position: usize) -> (String, usize) {
    const BEFORE: usize = 40;
    const AFTER: usize = 30;
    let start = position.saturating_sub(BEFORE);
    let before: String = text.chars().skip(start).take(position - start).collect();
    let after: String = text.chars().skip(position).take(AFTER).collect();
    let lead = if start > 0 { "…" } else { "" };
    let before = format!("{lead}{}", for_terminal(&before));
    let rest = if text.chars().count() > position.saturating_add(AFTER) { "…" } else { "" };
    let mark = before.width();
    (format!("{before}{}{rest}", for_terminal(&after)), mark)
}

/// All fields with their units, for people.
fn print_fields<E: Entity>() -> Result<Answer> {
    let width = Screen::of_stdout().width;
    let lines: Vec<String> =
        E::METRICS.iter().flat_map(|metric| explained(metric, width)).collect();
    print_lines(&lines)?;
    Ok(Answer::Yes)
}

/// Names, unit and meaning of a field: on one line where that fits.
fn explained<E: Entity>(metric: &Metric<E>, width: usize) -> Vec<String> {
    let names = [&[metric.name], metric.aliases].concat().join(", ");
    let line = format!("{names:<32} {:<10} {}", metric.unit.word(), metric.help);
    if line.width() <= width {
        return vec![line];
    }
    let below = wrap::wrapped(metric.help, width.saturating_sub(4).max(20));
    let first = format!("{names:<32} {}", metric.unit.word());
    [first].into_iter().chain(below.into_iter().map(|piece| format!("    {piece}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::metric::ProcessEntity;

    const LAYOUT: Layout =
        Layout { name: "processes", columns: &[("pid", 0), ("name", 0)], order: "pid" };

    fn view(columns: &str, filter: &str, sort: &str) -> View<ProcessEntity> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let listing = Listing {
            columns: given(columns).iter().flat_map(|c| c.split(',')).map(str::to_owned).collect(),
            filter: given(filter),
            sort: given(sort),
            ..Listing::default()
        };
        View::new(&listing, &LAYOUT).expect("it is understood")
    }

    #[test]
    fn nobody_waits_for_rates_that_have_no_part_in_the_answer() {
        assert_eq!(view("", "", "").rates(), Rates::Unwanted);
        assert_eq!(view("", "nginx rss > 5", "-rss").rates(), Rates::Unwanted);
        assert_eq!(view("cpu", "", "").rates(), Rates::Wanted);
        assert_eq!(view("", "not (read > 5)", "").rates(), Rates::Wanted);
        assert_eq!(view("", "cpu in (1, 2)", "").rates(), Rates::Wanted);
        assert_eq!(view("", "", "-cpu").rates(), Rates::Wanted);
    }

    #[test]
    fn only_gaps_in_what_is_printed_are_told() {
        let absence = model::Absence::Denied;
        let gap = |what| Gap { what, absence, count: None, detail: String::new() };
        let mut snapshot = model::Snapshot::default();
        let sample = model::snapshot::ProcessSample::default();
        let facts = model::snapshot::ProcessFacts {
            exe: model::Observed::Absent(absence),
            cwd: model::Observed::Known("/".into()),
            ..Default::default()
        };
        snapshot.processes_mut().push(&sample, std::sync::Arc::new(facts));
        let delta = model::Delta::between(None, &snapshot);
        let rows: Vec<_> = delta.process_rows().collect();
        let is_told = |columns, filter, what| {
            let view = view(columns, filter, "");
            view.is_concerned(&gap(what), &rows)
        };
        assert!(!is_told("", "", "exe"), "it is not shown");
        assert!(is_told("exe", "", "exe"));
        assert!(is_told("", "exe ~ ssh", "exe"));
        assert!(!is_told("cwd", "", "exe"), "no row lacks it");
        assert!(!is_told("", "", "pid"), "sockets have no part in it");
        assert!(is_told("", "", "processes"));
    }

    #[test]
    fn a_column_named_twice_is_shown_once() {
        let view = view("memory_rss,pid,rss", "", "");
        let names: Vec<_> = view.columns.iter().map(|shown| shown.metric.name).collect();
        assert_eq!(names, ["memory_rss", "pid"]);
    }

    #[test]
    fn the_mark_stands_under_the_mistake() {
        assert_eq!(window("cpuu > 5", 0), ("cpuu > 5".to_owned(), 0));
        assert_eq!(window("a\n日b", 3), ("a\\x0a日b".to_owned(), 7));
        let long = "x".repeat(4096);
        let (shown, mark) = window(&long, 4000);
        assert_eq!((mark, shown.width()), (41, 72));
    }
}
