//! What the output goes to: a terminal of some size, or not a terminal.

use std::io::IsTerminal;
use std::os::fd::AsFd;

/// Where a table is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Screen {
    /// Columns; without limit where it is not a terminal.
    pub(crate) width: usize,
    /// Lines, on a terminal.
    pub(crate) height: Option<usize>,
    /// Whether colours may be used.
    pub(crate) paint: Paint,
    /// Which characters lines and bars are drawn with.
    pub(crate) glyphs: Glyphs,
}

/// Whether colours may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Paint {
    Colours,
    Plain,
}

/// Which characters lines and bars are drawn with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Glyphs {
    Unicode,
    Ascii,
}

impl Screen {
    /// The standard output as it is now. `COLUMNS` counts where that is not a terminal.
    pub(crate) fn of_stdout() -> Self {
        let out = std::io::stdout();
        let glyphs = glyphs(&variable("LC_ALL"), &variable("LC_CTYPE"), &variable("LANG"));
        if !out.is_terminal() {
            let width = variable("COLUMNS").parse().ok().filter(|width| *width > 0);
            let width = width.unwrap_or(usize::MAX);
            return Self { width, height: None, paint: Paint::Plain, glyphs };
        }
        let size = rustix::termios::tcgetwinsize(&out).ok();
        let side = |side: Option<u16>| side.map(usize::from).filter(|side| *side > 0);
        let is_plain = !variable("NO_COLOR").is_empty() || variable("TERM") == "dumb";
        Self {
            width: side(size.map(|size| size.ws_col)).unwrap_or(80),
            height: side(size.map(|size| size.ws_row)).or(Some(24)),
            paint: if is_plain { Paint::Plain } else { Paint::Colours },
            glyphs,
        }
    }
}

impl Screen {
    /// Columns of a terminal other than the standard output.
    pub(crate) fn width_of_terminal(terminal: &impl AsFd) -> usize {
        let size = rustix::termios::tcgetwinsize(terminal).ok();
        size.map(|size| usize::from(size.ws_col)).filter(|width| *width > 0).unwrap_or(80)
    }
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

/// The first of the three that is set says how characters are encoded (locale(7)); with none of
/// them set we speak UTF-8, as most programs do by now.
fn glyphs(all: &str, ctype: &str, lang: &str) -> Glyphs {
    let locale = [all, ctype, lang].into_iter().find(|value| !value.is_empty());
    let locale = locale.unwrap_or("C.UTF-8").to_ascii_lowercase();
    if locale.contains("utf-8") || locale.contains("utf8") {
        Glyphs::Unicode
    } else {
        Glyphs::Ascii
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_that_is_set_counts() {
        assert_eq!(glyphs("", "", ""), Glyphs::Unicode);
        assert_eq!(glyphs("", "", "de_DE.UTF-8"), Glyphs::Unicode);
        assert_eq!(glyphs("C", "", "de_DE.UTF-8"), Glyphs::Ascii);
        assert_eq!(glyphs("", "en_US.utf8", "C"), Glyphs::Unicode);
        assert_eq!(glyphs("", "", "POSIX"), Glyphs::Ascii);
    }
}
