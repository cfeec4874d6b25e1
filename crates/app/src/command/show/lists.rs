//! Lists of a process: threads, files, connections, limits, maps, variables.

use super::sheet::{RAW_INDENT as INDENT, Sheet, absent};
use crate::output::{Screen, grid_of};
use model::Observed;
use model::metric::Entity;

/// Rows of a list that are shown unless all are asked for.
const ROWS: usize = 20;

/// How much of long lists is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Beginning,
    All,
}

/// A titled table: cut to a terminal's width, whole where it is piped.
pub(super) fn push<E: Entity>(
    sheet: &mut Sheet,
    title: &str,
    columns: &[&str],
    (rows, extent): (&[E::Row<'_>], Extent),
) {
    sheet.title(&format!("{title} ({})", rows.len()));
    let limit = if extent == Extent::All { usize::MAX } else { ROWS };
    let columns: Vec<_> = columns.iter().map(|name| (*name, 0)).collect();
    let shown = &rows[..rows.len().min(limit)];
    let grid = grid_of::<E>(&columns, shown.iter().copied());
    if shown.is_empty() {
        return sheet.line("none");
    }
    let screen = sheet.screen();
    let width = match screen.height {
        Some(_) => screen.width.saturating_sub(INDENT),
        None => usize::MAX,
    };
    let screen = Screen { width, ..screen };
    grid.lines(screen).iter().for_each(|line| sheet.raw(line));
    if rows.len() > shown.len() {
        sheet.line(&format!("… {} more; --all shows them", rows.len() - shown.len()));
    }
}

/// The same for a list that may not be known.
pub(super) fn push_observed<E, T>(
    sheet: &mut Sheet,
    title: &str,
    columns: &[&str],
    (rows, extent): (&Observed<Vec<T>>, Extent),
) where
    E: for<'a> Entity<Row<'a> = &'a T>,
{
    match rows {
        Observed::Known(rows) => {
            let rows: Vec<&T> = rows.iter().collect();
            push::<E>(sheet, title, columns, (&rows, extent));
        }
        Observed::Absent(absence) => {
            sheet.title(title);
            sheet.line(&absent(*absence));
        }
    }
}
