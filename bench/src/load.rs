//! The crowd that is watched: most sleep, some hold connections, a few wake ten times a second.

use anyhow::{Context, Result, bail};
use std::fs::File;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Processes that live until this is dropped.
pub struct Crowd(Vec<Child>);

impl Crowd {
    /// One in fifty is busy now and then, one in five holds two connected sockets.
    pub fn gather(count: usize) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut crowd = Self(Vec::with_capacity(count));
        for index in 0..count {
            let kind = match index {
                _ if index % 50 == 0 => "busy",
                _ if index % 5 == 0 => "connected",
                _ => "asleep",
            };
            let mut command = Command::new(&program);
            command.args(["load", kind]).stdin(Stdio::piped()).stdout(Stdio::null());
            crowd.0.push(command.spawn().context("the crowd does not fit this machine")?);
        }
        // All have started and opened what they hold.
        std::thread::sleep(Duration::from_secs(2));
        Ok(crowd)
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        for child in &mut self.0 {
            let _ = child.kill();
        }
        for child in &mut self.0 {
            let _ = child.wait();
        }
    }
}

/// One of the crowd. Ends when its standard input does, so that none is left behind.
pub fn live(kind: &str) -> Result<()> {
    let _files: Vec<File> = (0..5).map(|_| File::open("/dev/null")).collect::<Result<_, _>>()?;
    match kind {
        "asleep" => wait_for_end(),
        "connected" => {
            let listener = TcpListener::bind("127.0.0.1:0")?;
            let _near = TcpStream::connect(listener.local_addr()?)?;
            let _far = listener.accept()?;
            wait_for_end();
        }
        "busy" => {
            std::thread::spawn(|| {
                wait_for_end();
                std::process::exit(0);
            });
            loop {
                let start = Instant::now();
                while start.elapsed() < Duration::from_micros(500) {}
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        "storm" => storm()?,
        "sockets" => sockets()?,
        other => bail!("no such kind of process: {other}"),
    }
    Ok(())
}

/// Processes begun and ended per second in a storm.
pub const STORM_PER_SECOND: u32 = 2000;

/// Forks at an even rate until its standard input ends. What is born ends at once.
#[allow(unsafe_code, reason = "a process that only forks: std has no fork without exec")]
fn storm() -> Result<()> {
    std::thread::spawn(|| {
        wait_for_end();
        std::process::exit(0);
    });
    let begin = Instant::now();
    for count in 1_u32.. {
        // SAFETY: the child calls nothing but _exit, which may be called after a fork of a process
        // with threads.
        let pid = unsafe { libc::fork() };
        match pid {
            // SAFETY: it ends the child without running anything of the parent's.
            0 => unsafe { libc::_exit(0) },
            -1 => bail!("cannot fork: {}", std::io::Error::last_os_error()),
            // SAFETY: the pid is that of our child, and the status is not asked for.
            _ => unsafe { libc::waitpid(pid, std::ptr::null_mut(), 0) },
        };
        let due = begin + Duration::from_secs_f64(f64::from(count) / f64::from(STORM_PER_SECOND));
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    Ok(())
}

/// Sockets held by a process of the kind `sockets`, both ends of each connection.
pub const SOCKETS: usize = 10_000;

/// Connections that carry a byte each. Says `ready` when all are open.
fn sockets() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut ends = Vec::with_capacity(SOCKETS);
    for count in 0..SOCKETS / 2 {
        let near = TcpStream::connect(address);
        let mut near = near.with_context(|| format!("connection {count}; see `ulimit -n`"))?;
        near.write_all(b"x")?;
        ends.push(listener.accept()?.0);
        ends.push(near);
    }
    println!("ready");
    wait_for_end();
    drop(ends);
    Ok(())
}

fn wait_for_end() {
    let _ = std::io::stdin().read(&mut [0]);
}
