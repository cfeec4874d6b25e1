//! Holders of a port: its sockets by number, then all processes that have one of them.

use anyhow::Result;
use model::request::{Held, Hold, Holder, HolderReport};
use model::snapshot::{SocketSample, SocketState};
use model::{Absence, Observed, Snapshot};
use std::collections::HashMap;
use std::time::Duration;

/// Listening and connected sockets with this port at one of their ends.
pub(super) fn holders(port: u16, snapshot: &Snapshot, patience: Duration) -> Result<HolderReport> {
    let has_port = |sample: &&SocketSample| {
        let remote = sample.remote.port() == port && sample.state != SocketState::Listen;
        port != 0 && (sample.local.port() == port || remote)
    };
    let sockets: Vec<&SocketSample> = snapshot.sockets.sample.iter().filter(has_port).collect();
    let by_inode: HashMap<u64, &SocketSample> =
        sockets.iter().filter(|s| s.inode != 0).map(|sample| (sample.inode, *sample)).collect();
    let mut report = HolderReport::default();
    if !by_inode.is_empty() {
        let held = Held::Sockets(by_inode.keys().copied().collect());
        report = probe::find_holders(&held, patience)?;
    }
    for holder in &mut report.holders {
        if let Some(sample) = by_inode.get(&holder.inode) {
            holder.path = sentence(sample).into();
        }
    }
    // What no process was found for is kept by the kernel, or belongs to one that is hidden.
    let is_found = |sample: &&&SocketSample| {
        sample.inode != 0 && report.holders.iter().any(|holder| holder.inode == sample.inode)
    };
    let others: Vec<Holder> =
        sockets.iter().filter(|sample| !is_found(sample)).map(|sample| unowned(sample)).collect();
    report.holders.extend(others);
    Ok(report)
}

/// `tcp 127.0.0.1:80 LISTEN`, `tcp 10.0.0.1:5000 → 10.0.0.2:80 ESTABLISHED`.
fn sentence(sample: &SocketSample) -> String {
    let protocol = sample.protocol.word();
    let state = sample.state.word(sample.protocol);
    match sample.remote.port() {
        0 => format!("{protocol} {} {state}", sample.local),
        _ => format!("{protocol} {} → {} {state}", sample.local, sample.remote),
    }
}

fn unowned(sample: &SocketSample) -> Holder {
    let (name, hold, absence) = match sample.inode {
        0 => ("(kernel)", Hold::Kernel, Absence::Unsupported),
        _ => ("(not seen)", Hold::Unknown, Absence::Denied),
    };
    Holder {
        key: None,
        name: name.into(),
        user: Observed::Absent(absence),
        hold,
        path: sentence(sample).into(),
        inode: sample.inode,
        device: (0, 0),
        size_bytes: Observed::Absent(Absence::Unsupported),
        space_bytes: Observed::Absent(Absence::Unsupported),
        is_deleted: false,
    }
}
