//! One turn of output.

use super::grid::{Align, Cell, Column, Grid, Tone};
use super::screen::Screen;
use super::{Form, Pace, View, csv, json, measure, tell_gaps};
use crate::exit::Answer;
use anyhow::Result;
use model::metric::{Entity, Metric, MetricValue, Unit, find};
use model::{Delta, Gap, Moment};
use serde_json::{Map, Value};
use std::io::Write;

/// What is printed around the rows.
#[derive(Default)]
pub(crate) struct Around<'a> {
    /// When the rows were read.
    pub(crate) at: Moment,
    /// What could not be read.
    pub(crate) gaps: &'a [Gap],
    /// Lines below a table, safe for a terminal already.
    pub(crate) foot: Vec<String>,
    /// More that stands beside the rows in JSON.
    pub(crate) extra: Map<String, Value>,
}

impl<'a> Around<'a> {
    /// What a delta says of itself.
    pub(crate) fn of(delta: &'a Delta) -> Self {
        Self { at: delta.at, gaps: &delta.gaps, ..Self::default() }
    }
}

/// Where rows are printed, turn by turn.
pub(crate) struct Page<'v, E: Entity> {
    view: &'v View<E>,
    turn: u64,
}

impl<'v, E: Entity> Page<'v, E> {
    pub(super) fn new(view: &'v View<E>) -> Self {
        Self { view, turn: 0 }
    }

    /// The rows that are wanted, in the form that is wanted. Answers whether there were any.
    pub(crate) fn print(&mut self, rows: Vec<E::Row<'_>>, around: &Around<'_>) -> Result<Answer> {
        let rows = self.view.select(rows);
        self.print_sheet(&Sheet { rows, added: Vec::new() }, around)
    }

    /// Rows that are chosen and in order already.
    pub(crate) fn print_sheet(
        &mut self,
        sheet: &Sheet<'_, E>,
        around: &Around<'_>,
    ) -> Result<Answer> {
        self.turn += 1;
        let view = self.view;
        match view.form {
            Form::Json => {
                let reply = json::Reply {
                    name: view.name,
                    columns: &view.columns,
                    sheet,
                    around,
                    gaps: self.gaps_of(sheet, around).cloned().collect(),
                };
                json::print_document(&reply, view.pace)?;
            }
            Form::Csv => self.print_csv(sheet, around)?,
            Form::Table => self.print_table(sheet, around)?,
        }
        Ok(if sheet.rows.is_empty() { Answer::No } else { Answer::Yes })
    }

    /// What could not be read of what is printed.
    fn gaps_of<'a>(
        &self,
        sheet: &Sheet<'_, E>,
        around: &Around<'a>,
    ) -> impl Iterator<Item = &'a Gap> {
        around.gaps.iter().filter(|gap| self.view.is_concerned(gap, &sheet.rows))
    }

    /// With a time in front where several turns follow one another.
    fn print_csv(&self, sheet: &Sheet<'_, E>, around: &Around<'_>) -> Result<()> {
        let columns = &self.view.columns;
        let (title, time) = match self.view.pace {
            Pace::Once => ("", String::new()),
            Pace::Every(_) => ("timestamp,", wire::browser::timestamp(around.at) + ","),
        };
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        if self.turn == 1 {
            write!(out, "{title}{}\r\n", csv::header(columns, sheet))?;
        }
        for index in 0..sheet.rows.len() {
            write!(out, "{time}{}\r\n", csv::record(columns, sheet, index))?;
        }
        Ok(out.flush()?)
    }

    fn print_table(&self, sheet: &Sheet<'_, E>, around: &Around<'_>) -> Result<()> {
        let screen = Screen::of_stdout();
        let mut lines = grid(self.view, sheet).lines(screen);
        if self.view.pace == Pace::Once {
            lines.extend_from_slice(&around.foot);
            print_lines(&lines)?;
            return tell_gaps(self.gaps_of(sheet, around));
        }
        redraw(&lines, &around.foot, screen, self.turn)
    }
}

/// Rows, and what a command computed for each of them.
pub(crate) struct Sheet<'d, E: Entity> {
    pub(crate) rows: Vec<E::Row<'d>>,
    pub(crate) added: Vec<Added>,
}

/// A column that is no field of the row itself.
pub(crate) struct Added {
    pub(crate) name: &'static str,
    pub(crate) header: &'static str,
    pub(crate) unit: Unit,
    /// As in a layout.
    pub(crate) weight: u8,
    pub(crate) place: Place,
    /// A value a row.
    pub(crate) values: Vec<MetricValue<'static>>,
}

/// Where an added column is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Everywhere,
    /// For people only.
    Table,
    /// For programs only.
    Programs,
}

impl<E: Entity> Sheet<'_, E> {
    /// Added columns for programs.
    pub(super) fn for_programs(&self) -> impl Iterator<Item = &Added> {
        self.added.iter().filter(|added| added.place != Place::Table)
    }

    fn for_people(&self) -> impl Iterator<Item = &Added> {
        self.added.iter().filter(|added| added.place != Place::Programs)
    }
}

fn grid<E: Entity>(view: &View<E>, sheet: &Sheet<'_, E>) -> Grid {
    let own = view.columns.iter().map(|shown| column(shown.metric, shown.weight));
    let added = sheet.for_people().map(|added| Column {
        header: added.header.to_owned(),
        align: align(added.unit),
        weight: added.weight,
    });
    let columns = own.chain(added).collect();
    let cells = |(index, row)| {
        let own = view.columns.iter().map(|shown| cell(shown.metric, row));
        let added = sheet
            .for_people()
            .map(|added| Cell::from(measure::value(added.unit, &added.values[index])));
        own.chain(added).collect()
    };
    Grid { columns, rows: sheet.rows.iter().enumerate().map(cells).collect() }
}

/// Some fields of rows, for a part of a larger page. Columns as in a layout.
pub(crate) fn grid_of<'d, E: Entity>(
    columns: &[(&str, u8)],
    rows: impl IntoIterator<Item = E::Row<'d>>,
) -> Grid {
    let shown = columns.iter().filter_map(|(name, weight)| Some((find::<E>(name)?, *weight)));
    let shown: Vec<_> = shown.collect();
    let cells = |row: E::Row<'d>| shown.iter().map(|(metric, _)| cell(metric, &row)).collect();
    Grid {
        rows: rows.into_iter().map(cells).collect(),
        columns: shown.iter().map(|(metric, weight)| column(metric, *weight)).collect(),
    }
}

fn align(unit: Unit) -> Align {
    if unit == Unit::Text { Align::Left } else { Align::Right }
}

/// A field's column.
fn column<E: Entity>(metric: &Metric<E>, weight: u8) -> Column {
    Column { header: metric.header.to_owned(), align: align(metric.unit), weight }
}

/// A field's cell.
fn cell<E: Entity>(metric: &Metric<E>, row: &E::Row<'_>) -> Cell {
    let value = (metric.read)(row);
    Cell { text: measure::value(metric.unit, &value), tone: tone(metric, &value) }
}

/// States that want to be seen, and shares that are high.
fn tone<E: Entity>(metric: &Metric<E>, value: &MetricValue<'_>) -> Tone {
    match value {
        MetricValue::Number(share) if metric.unit == Unit::Percent => share_tone(*share),
        MetricValue::Text(word) if metric.name == "status" => match &**word {
            "zombie" | "dead" => Tone::Hot,
            "disk-sleep" | "stopped" | "tracing-stop" => Tone::Warm,
            _ => Tone::Plain,
        },
        _ => Tone::Plain,
    }
}

/// How a share of 100 asks to be looked at.
pub(crate) fn share_tone(share: f64) -> Tone {
    match share {
        high if high >= 90.0 => Tone::Hot,
        some if some >= 50.0 => Tone::Warm,
        _ => Tone::Plain,
    }
}

/// Lines in one go.
pub(crate) fn print_lines(lines: &[String]) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// A turn of a table: on a terminal over the one before, elsewhere below it. Nothing of the
/// terminal is changed that would have to be set back.
pub(crate) fn redraw(lines: &[String], foot: &[String], screen: Screen, turn: u64) -> Result<()> {
    let Some(height) = screen.height else {
        let gap = (turn > 1).then(String::new);
        let all: Vec<String> = gap.into_iter().chain([lines, foot].concat()).collect();
        return print_lines(&all);
    };
    let room = height.saturating_sub(foot.len() + 1).max(1);
    let mut text = if turn == 1 { "\x1b[2J\x1b[H" } else { "\x1b[H" }.to_owned();
    for line in lines.iter().take(room).chain(foot) {
        text.push_str(line);
        text.push_str("\x1b[K\r\n");
    }
    text.push_str("\x1b[J");
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
