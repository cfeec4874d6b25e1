//! What listings do on a real (pseudo) terminal.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::process::{Child, Command, Stdio};

/// A program on a terminal of its own.
struct Screen {
    child: Child,
    terminal: File,
    seen: String,
}

impl Screen {
    fn start(arguments: &[&str], columns: u16, no_color: &str) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let path = ptsname(&terminal, Vec::new()).unwrap().into_string().unwrap();
        let size = Winsize { ws_row: 20, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&terminal, size).unwrap();
        let inner = OpenOptions::new().read(true).write(true).open(path).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_topmast"))
            .args(arguments)
            .env("NO_COLOR", no_color)
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(inner)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, terminal: terminal.into(), seen: String::new() }
    }

    /// Reads until this was seen so often.
    fn wait_for(&mut self, text: &str, times: usize) {
        let mut bytes = [0; 4096];
        while self.seen.matches(text).count() < times {
            let length = self.terminal.read(&mut bytes).expect("it ended before");
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
    }

    /// All it writes until it ends.
    fn read_all(mut self) -> String {
        let mut bytes = [0; 4096];
        // Once the program has ended, a terminal answers with an error.
        while let Ok(length @ 1..) = self.terminal.read(&mut bytes) {
            self.seen.push_str(&String::from_utf8_lossy(&bytes[..length]));
        }
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        self.seen
    }
}

fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = after.split_once(|end: char| end.is_ascii_alphabetic()).map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[test]
fn a_terminal_gets_a_bold_header_within_its_width() {
    let seen = Screen::start(&["ps", "--limit", "5"], 50, "").read_all();
    assert!(seen.contains("\x1b[1mPID") || seen.contains("\x1b[1m "), "{seen:?}");
    let plain = without_colours(&seen);
    assert!(plain.lines().all(|line| line.trim_end().chars().count() <= 50), "{plain}");
    assert!(plain.lines().next().unwrap().contains("NAME"), "{plain}");
}

#[test]
fn lists_of_a_process_stay_within_a_terminal_and_are_whole_when_piped() {
    let folder = tempfile::TempDir::new().unwrap();
    let long = folder.path().join("x".repeat(120));
    let file = File::create(&long).unwrap();
    let mut child = Command::new("sleep").arg("600").stdin(file).spawn().unwrap();
    let pid = child.id().to_string();
    let seen = without_colours(&Screen::start(&["show", &pid], 80, "").read_all());
    let piped =
        Command::new(env!("CARGO_BIN_EXE_topmast")).args(["show", &pid]).output().unwrap().stdout;
    child.kill().unwrap();
    child.wait().unwrap();
    let wide: Vec<_> = seen.lines().filter(|line| line.trim_end().chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:#?}");
    assert!(seen.contains("xxx…"), "{seen}");
    assert!(String::from_utf8(piped).unwrap().contains(long.to_str().unwrap()));
}

#[test]
fn no_color_is_obeyed() {
    let seen = Screen::start(&["ps", "--limit", "5"], 50, "1").read_all();
    assert!(!seen.contains('\x1b'), "{seen:?}");
}

#[test]
fn watching_draws_over_what_was_there_and_leaves_the_terminal_as_it_was() {
    let mut screen = Screen::start(&["ps", "--watch", "100ms"], 60, "");
    screen.wait_for("\x1b[J", 3);
    let pid = rustix::process::Pid::from_raw(screen.child.id().cast_signed()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let seen = screen.read_all();
    assert_eq!(seen.matches("\x1b[2J").count(), 1, "it clears once");
    let frames: Vec<_> = seen.split("\x1b[H").skip(1).collect();
    assert!(frames.len() >= 3);
    assert!(frames.iter().all(|frame| frame.lines().count() <= 20), "no frame scrolls");
    for mode in ["\x1b[?25l", "\x1b[?1049h", "\x1b[?7l"] {
        assert!(!seen.contains(mode), "nothing is changed that would have to be set back");
    }
}
