//! One turn of output.

use super::grid::{Align, Cell, Column, Grid, Tone};
use super::screen::Screen;
use super::{Form, Pace, View, csv, json, measure};
use crate::exit::Answer;
use anyhow::Result;
use model::metric::{Entity, Metric, MetricValue, Unit};
use model::{Delta, Gap, Moment};
use serde_json::{Map, Value};
use std::io::{IsTerminal, Write};

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
        self.turn += 1;
        let view = self.view;
        match view.form {
            Form::Json => {
                let columns = &view.columns;
                let reply = json::Reply::<E> { name: view.name, columns, rows: &rows, around };
                json::print_document(&reply, view.pace)?;
            }
            Form::Csv => self.print_csv(&rows, around)?,
            Form::Table => self.print_table(&rows, around)?,
        }
        Ok(if rows.is_empty() { Answer::No } else { Answer::Yes })
    }

    /// With a time in front where several turns follow one another.
    fn print_csv(&self, rows: &[E::Row<'_>], around: &Around<'_>) -> Result<()> {
        let columns = &self.view.columns;
        let (title, time) = match self.view.pace {
            Pace::Once => ("", String::new()),
            Pace::Every(_) => ("timestamp,", wire::browser::timestamp(around.at) + ","),
        };
        let mut out = std::io::stdout().lock();
        if self.turn == 1 {
            write!(out, "{title}{}\r\n", csv::header(columns))?;
        }
        for row in rows {
            write!(out, "{time}{}\r\n", csv::record(columns, row))?;
        }
        Ok(out.flush()?)
    }

    fn print_table(&self, rows: &[E::Row<'_>], around: &Around<'_>) -> Result<()> {
        let screen = Screen::of_stdout();
        let mut lines = grid(self.view, rows).lines(screen);
        if self.view.pace == Pace::Once {
            lines.extend_from_slice(&around.foot);
            print_lines(&lines)?;
            return tell_gaps(around.gaps);
        }
        redraw(&lines, &around.foot, screen, self.turn)
    }
}

fn grid<E: Entity>(view: &View<E>, rows: &[E::Row<'_>]) -> Grid {
    let columns = view.columns.iter().map(|shown| column(shown.metric, shown.weight)).collect();
    let cells = |row| view.columns.iter().map(|shown| cell(shown.metric, row)).collect();
    Grid { columns, rows: rows.iter().map(cells).collect() }
}

/// A field's column.
pub(crate) fn column<E: Entity>(metric: &Metric<E>, weight: u8) -> Column {
    let align = if metric.unit == Unit::Text { Align::Left } else { Align::Right };
    Column { header: metric.header.to_owned(), align, weight }
}

/// A field's cell.
pub(crate) fn cell<E: Entity>(metric: &Metric<E>, row: &E::Row<'_>) -> Cell {
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

/// A person is told what is hidden; a script that wants to know asks for JSON.
pub(crate) fn tell_gaps(gaps: &[Gap]) -> Result<()> {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        for gap in gaps {
            let count = gap.count.map_or_else(String::new, |count| format!("{count}: "));
            writeln!(err, "note: {count}{}", gap.detail)?;
        }
    }
    Ok(())
}
