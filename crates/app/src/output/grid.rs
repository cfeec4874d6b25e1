//! Cells to lines: aligned, cut to the width, painted. Knows no metrics.

use super::screen::{Paint, Screen};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Widest a text in the middle gets on a terminal.
const MIDDLE_MAX: usize = 40;

/// What the last column needs at least before others go.
const LAST_MIN: usize = 16;

/// Which end of a column its cells stand at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// How much a cell asks to be looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Faint,
    Header,
    Warm,
    Hot,
}

/// One column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) header: String,
    pub(crate) align: Align,
    /// Goes earlier the higher it is; 0 never.
    pub(crate) weight: u8,
}

/// One cell; its text is safe for a terminal already.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, tone: Tone::Plain }
    }
}

/// A table before it is drawn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Grid {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Grid {
    /// A header and a line a row.
    pub(crate) fn lines(&self, screen: Screen) -> Vec<String> {
        let widths = self.widths(screen.width);
        let kept = self.kept(&widths, screen.width);
        let header = |column: &Column| Cell { text: column.header.clone(), tone: Tone::Header };
        let header: Vec<Cell> = self.columns.iter().map(header).collect();
        let lines = [&header].into_iter().chain(&self.rows);
        lines.map(|line| self.line(line, &kept, &widths, screen)).collect()
    }

    /// Width of each column when there is room.
    fn widths(&self, limit: usize) -> Vec<usize> {
        let last = self.columns.len().saturating_sub(1);
        let width = |(index, column): (usize, &Column)| {
            let cells = self.rows.iter().map(|row| row[index].text.width());
            let widest = cells.max().unwrap_or(0).max(column.header.width());
            let is_middle_text = index != last && column.align == Align::Left;
            if is_middle_text && limit < usize::MAX { widest.min(MIDDLE_MAX) } else { widest }
        };
        self.columns.iter().enumerate().map(width).collect()
    }

    /// Columns that fit, by dropping the heaviest, of equal ones the last.
    fn kept(&self, widths: &[usize], limit: usize) -> Vec<usize> {
        let mut kept: Vec<usize> = (0..self.columns.len()).collect();
        while self.needed(&kept, widths) > limit {
            let heaviest = kept
                .iter()
                .enumerate()
                .max_by_key(|(at, column)| (self.columns[**column].weight, *at));
            match heaviest {
                Some((at, column)) if self.columns[*column].weight > 0 => kept.remove(at),
                _ => break,
            };
        }
        kept
    }

    fn needed(&self, kept: &[usize], widths: &[usize]) -> usize {
        let Some((last, others)) = kept.split_last() else { return 0 };
        let tail = match self.columns[*last].align {
            Align::Left => widths[*last].min(LAST_MIN),
            Align::Right => widths[*last],
        };
        others.iter().map(|column| widths[*column] + 1).sum::<usize>() + tail
    }

    fn line(&self, cells: &[Cell], kept: &[usize], widths: &[usize], screen: Screen) -> String {
        let mut line = String::new();
        let mut room = screen.width;
        for (at, &column) in kept.iter().enumerate() {
            let is_last = at + 1 == kept.len();
            let align = self.columns[column].align;
            let Cell { text, tone } = &cells[column];
            let text = match (align, is_last) {
                (Align::Left, true) => text.clone(),
                _ => fitted(text, widths[column], align),
            };
            let piece = cut(&text, room);
            room = room.saturating_sub(piece.width() + 1);
            line.push_str(&painted(piece, *tone, screen.paint));
            if room == 0 {
                break;
            }
            if !is_last {
                line.push(' ');
            }
        }
        line.truncate(line.trim_end().len());
        line
    }
}

fn fitted(text: &str, width: usize, align: Align) -> String {
    let text = cut(text, width);
    let padding = " ".repeat(width.saturating_sub(text.width()));
    match align {
        Align::Left => text + &padding,
        Align::Right => padding + &text,
    }
}

/// As much as fits; wide characters are never halved.
pub(crate) fn cut(line: &str, width: usize) -> String {
    if line.width() <= width {
        return line.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for character in line.chars() {
        used += character.width().unwrap_or(0);
        if used >= width {
            break;
        }
        kept.push(character);
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// Text in a tone. Bold is the second cue of whatever is coloured.
pub(crate) fn painted(text: String, tone: Tone, paint: Paint) -> String {
    let code = match (paint, tone) {
        (Paint::Plain, _) | (_, Tone::Plain) => return text,
        (Paint::Colours, Tone::Header) => "1",
        (Paint::Colours, Tone::Warm) => "1;33",
        (Paint::Colours, Tone::Faint) => "2",
        (Paint::Colours, Tone::Hot) => "1;31",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen::Glyphs;

    fn screen(width: usize, paint: Paint) -> Screen {
        Screen { width, height: None, paint, glyphs: Glyphs::Unicode }
    }

    fn grid() -> Grid {
        let column =
            |header: &str, align, weight| Column { header: header.to_owned(), align, weight };
        let row = |cells: [&str; 4]| cells.map(|cell| Cell::from(cell.to_owned())).to_vec();
        Grid {
            columns: vec![
                column("PID", Align::Right, 0),
                column("USER", Align::Left, 2),
                column("CPU%", Align::Right, 1),
                column("COMMAND", Align::Left, 0),
            ],
            rows: vec![
                row(["1", "root", "0.1", "/sbin/init splash"]),
                row(["20", "日本", "9", "x"]),
            ],
        }
    }

    #[test]
    fn columns_are_aligned_and_the_last_is_not_padded() {
        let lines = grid().lines(screen(usize::MAX, Paint::Plain));
        assert_eq!(lines[0], "PID USER CPU% COMMAND");
        assert_eq!(lines[1], "  1 root  0.1 /sbin/init splash");
        assert_eq!(lines[2], " 20 日本    9 x");
    }

    #[test]
    fn a_narrow_screen_drops_the_heaviest_columns_first_and_never_those_that_stay() {
        let header = |width| grid().lines(screen(width, Paint::Plain)).remove(0);
        assert_eq!(header(30), "PID USER CPU% COMMAND");
        assert_eq!(header(29), "PID CPU% COMMAND");
        assert_eq!(header(24), "PID COMMAND");
        assert_eq!(header(8), "PID COM…");
        for width in 1..40 {
            let lines = grid().lines(screen(width, Paint::Plain));
            assert!(lines.iter().all(|line| line.width() <= width), "{width}: {lines:?}");
        }
    }

    #[test]
    fn colours_change_no_widths() {
        let mut grid = grid();
        grid.rows[0][2].tone = Tone::Hot;
        let line = &grid.lines(screen(80, Paint::Colours))[1];
        assert_eq!(line, "  1 root \x1b[1;31m 0.1\x1b[0m /sbin/init splash");
        let plain = grid.lines(screen(80, Paint::Plain));
        assert!(plain.iter().all(|line| !line.contains('\x1b')));
    }

    #[test]
    fn lines_are_cut_between_characters() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("日本語", 4), "日…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abc", 0), "");
    }
}
