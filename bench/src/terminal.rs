//! A pseudo-terminal of 200 by 50, so that htop and btop run as for a person.
#![allow(unsafe_code, reason = "the system's openpty is a C function")]

use anyhow::{Result, ensure};
use std::fs::File;
use std::io::Read;
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::{Child, Command, Stdio};

/// Starts `command` on a terminal of its own; what it draws is read and thrown away.
pub fn start(command: &mut Command) -> Result<Child> {
    let (mut near, mut far) = (-1, -1);
    let size = libc::winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: both numbers are written to places that live through the call, the name and the
    // settings may be null, the size is only read.
    let done = unsafe {
        libc::openpty(&mut near, &mut far, std::ptr::null_mut(), std::ptr::null(), &size)
    };
    ensure!(done == 0, "no pseudo-terminal: {}", std::io::Error::last_os_error());
    // SAFETY: openpty has just opened both, and nobody else knows them.
    let (near, far) = unsafe { (OwnedFd::from_raw_fd(near), OwnedFd::from_raw_fd(far)) };
    let child = command
        .env("TERM", "xterm-256color")
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::from(far.try_clone()?))
        .stdout(Stdio::from(far.try_clone()?))
        .stderr(Stdio::from(far))
        .spawn()?;
    let mut screen = File::from(near);
    std::thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        while screen.read(&mut bytes).is_ok_and(|read| read > 0) {}
    });
    Ok(child)
}
