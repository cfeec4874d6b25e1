//! How far a long count has come, on a person's terminal.

use crate::output::measure::bytes;
use model::text::for_terminal;
use probe::space::Progress;
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

/// A count that is over sooner says nothing.
const SILENCE: Duration = Duration::from_millis(500);

/// Between two lines.
const PAUSE: Duration = Duration::from_millis(200);

/// The directory is cut to this many characters.
const WIDTH: usize = 40;

/// What was told so far.
pub(super) struct Told {
    next: Instant,
    is_heard: bool,
    is_dirty: bool,
}

impl Told {
    pub(super) fn new() -> Self {
        let is_heard = std::io::stderr().is_terminal();
        Self { next: Instant::now() + SILENCE, is_heard, is_dirty: false }
    }

    /// Tells it where somebody looks; never breaks off: Ctrl-C does.
    pub(super) fn tell(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        let now = Instant::now();
        if self.is_heard && now >= self.next {
            self.next = now + PAUSE;
            self.is_dirty = true;
            self.write(&line(progress));
        }
        ControlFlow::Continue(())
    }

    pub(super) fn clear(&mut self) {
        if self.is_dirty {
            self.write("");
        }
    }

    /// That nobody reads it any more stops no count.
    fn write(&self, text: &str) {
        let _ = write!(std::io::stderr().lock(), "\r\x1b[K{text}");
    }
}

fn line(progress: &Progress<'_>) -> String {
    let directory = for_terminal(&progress.directory.to_string_lossy());
    let length = directory.chars().count();
    let end: String = directory.chars().skip(length.saturating_sub(WIDTH)).collect();
    let cut = if length > WIDTH { "…" } else { "" };
    format!("{} files, {} in {cut}{end}", progress.files, bytes(progress.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_line_fits_and_moves_no_cursor() {
        let deep = "/long".repeat(30) + "/\x1b[2J";
        let progress = Progress { files: 7, bytes: 2048, directory: Path::new(&deep) };
        let line = line(&progress);
        assert!(line.starts_with("7 files, 2.00K in …") && line.ends_with("\\x1b[2J"), "{line}");
        assert!(line.chars().count() < 80 && !line.contains('\x1b'));
    }
}
