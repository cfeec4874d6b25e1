//! Titled sections of named values, wrapped to the width: nothing is cut off.

use crate::output::Screen;
use crate::output::grid::{Tone, painted};
use crate::output::measure::ABSENT;
use crate::output::wrap::wrapped;
use model::{Absence, Observed};
use unicode_width::UnicodeWidthStr;

/// Columns in front of a value: two spaces, its name, two spaces.
const LABEL: usize = 16;
const INDENT: usize = 2 + LABEL + 2;

/// Columns in front of a line of a list.
pub(super) const RAW_INDENT: usize = 2;

/// A value needs this much, however narrow the terminal.
const VALUE_MIN: usize = 20;

/// Lines of a page in the making.
pub(super) struct Sheet {
    screen: Screen,
    lines: Vec<String>,
}

impl Sheet {
    pub(super) fn new(screen: Screen) -> Self {
        Self { screen, lines: Vec::new() }
    }

    pub(super) fn screen(&self) -> Screen {
        self.screen
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        self.lines
    }

    /// A section begins.
    pub(super) fn title(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(painted(title.to_owned(), Tone::Header, self.screen.paint));
    }

    /// A name and its value; the value is safe for a terminal already.
    pub(super) fn value(&mut self, name: &str, value: &str) {
        let room = self.screen.width.saturating_sub(INDENT).max(VALUE_MIN);
        for (index, piece) in wrapped(value, room).into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            let padding = " ".repeat(LABEL.saturating_sub(name.width()));
            let name = painted(name.to_owned(), Tone::Faint, self.screen.paint);
            self.lines.push(format!("  {name}{padding}  {piece}").trim_end().to_owned());
        }
    }

    /// A line of its own under a section.
    pub(super) fn line(&mut self, line: &str) {
        let room = self.screen.width.saturating_sub(2).max(VALUE_MIN);
        self.lines.extend(wrapped(line, room).into_iter().map(|piece| format!("  {piece}")));
    }

    /// A line that is laid out already.
    pub(super) fn raw(&mut self, line: &str) {
        self.lines.push(format!("  {line}").trim_end().to_owned());
    }
}

/// What stands where something is not known, with the reason.
pub(super) fn absent(absence: Absence) -> String {
    let why = match absence {
        Absence::Denied => "denied",
        Absence::Unsupported => "none",
        Absence::NotEnabled => "not enabled in this kernel",
        Absence::Gone => "gone with the process",
        Absence::NotYet => "not read",
    };
    match absence {
        Absence::Unsupported => ABSENT.to_owned(),
        _ => format!("{ABSENT} ({why})"),
    }
}

/// A value as text, or why there is none.
pub(super) fn shown<T>(value: Observed<T>, show: impl FnOnce(T) -> String) -> String {
    match value {
        Observed::Known(value) => show(value),
        Observed::Absent(absence) => absent(absence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::screen::{Glyphs, Paint};

    #[test]
    fn no_line_is_wider_than_the_screen() {
        let screen =
            Screen { width: 40, height: None, paint: Paint::Plain, glyphs: Glyphs::Unicode };
        let mut sheet = Sheet::new(screen);
        sheet.title("Identity");
        sheet.value("command", &"word ".repeat(30));
        sheet.value("executable", &"/x".repeat(60));
        let lines = sheet.into_lines();
        assert!(lines.len() > 8 && lines.iter().all(|line| line.width() <= 40), "{lines:#?}");
        assert!(lines[1].starts_with("  command           word word"), "{lines:#?}");
    }
}
