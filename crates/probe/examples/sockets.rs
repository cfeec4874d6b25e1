//! What reading many sockets costs: opens loopback connections and samples them.
//!
//! `cargo run --release -p topmast-probe --example sockets -- 10000`
#![allow(clippy::print_stdout, reason = "this program prints what it measures")]

use model::Snapshot;
use probe::{Clock, Probe, ProbeOptions, SystemClock};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let connections = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    raise_descriptor_limit(2 * connections + 100)?;
    let mut probe = Probe::with(&ProbeOptions::default())?;
    let mut snapshot = Snapshot::default();
    sample("empty", &mut probe, &mut snapshot);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let mut open = Vec::with_capacity(connections as usize);
    for _ in 0..connections {
        open.push((TcpStream::connect(address)?, listener.accept()?.0));
    }
    for _ in 0..12 {
        sample("open", &mut probe, &mut snapshot);
        std::thread::sleep(Duration::from_secs(1));
    }
    open.push((TcpStream::connect(address)?, listener.accept()?.0));
    for _ in 0..6 {
        sample("one more", &mut probe, &mut snapshot);
        std::thread::sleep(Duration::from_secs(1));
    }
    Ok(())
}

fn sample(what: &str, probe: &mut Probe, snapshot: &mut Snapshot) {
    let before = SystemClock.thread_cpu_nanos();
    probe.sample(snapshot, &SystemClock);
    let cost = SystemClock.thread_cpu_nanos() - before;
    let known = snapshot.sockets.owner.iter();
    let known = known.filter(|owner| matches!(owner, model::snapshot::Owner::Process(_))).count();
    let (all, millis) = (snapshot.sockets.len(), cost as f64 / 1e6);
    println!("{what}: {all} sockets, {known} with their process, {millis:.2} ms of CPU");
}

fn raise_descriptor_limit(descriptors: u64) -> std::io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= descriptors) {
        return Ok(());
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(descriptors));
    setrlimit(Resource::Nofile, Rlimit { current: Some(descriptors), maximum })?;
    Ok(())
}
