//! `net`: sockets with the processes that hold them, and how much of the traffic is known to whom
//! it belongs.

use crate::exit::Answer;
use crate::look::{Eyes, Rates};
use crate::output::{Around, Layout, Listing, View, measure};
use anyhow::Result;
use clap::Args;
use model::delta::{NetworkShare, SocketRow};
use model::metric::ConnectionEntity;
use model::snapshot::{Owner, Protocol};
use probe::{ProbeOptions, Reading};
use serde_json::{Value, json};

/// Options of `net`.
#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    listing: Listing,
    /// Unix sockets instead
    #[arg(long, conflicts_with = "all")]
    unix: bool,
    /// Unix sockets too
    #[arg(long)]
    all: bool,
}

const CONNECTIONS: Layout = Layout {
    name: "network_connections",
    columns: &[
        ("protocol", 3),
        ("local_address", 2),
        ("local_port", 0),
        ("remote_address", 0),
        ("remote_port", 0),
        ("status", 4),
        ("rx_per_sec", 5),
        ("tx_per_sec", 6),
        ("rtt_ms", 7),
        ("pid", 1),
        ("process_name", 0),
    ],
    order: "-rx_per_sec",
};

const UNIX: Layout = Layout {
    name: "network_connections",
    columns: &[
        ("status", 3),
        ("recv_queue", 4),
        ("send_queue", 5),
        ("pid", 1),
        ("process_name", 0),
        ("path", 0),
    ],
    order: "path",
};

pub(crate) fn run(options: &Options) -> Result<Answer> {
    let layout = if options.unix { &UNIX } else { &CONNECTIONS };
    let view = View::<ConnectionEntity>::new(&options.listing, layout)?;
    let wants_unix = options.unix || options.all;
    let unix_sockets = if wants_unix { Reading::Yes } else { Reading::No };
    // The line below the table is about rates too.
    let rates = if options.unix { view.rates() } else { Rates::Wanted };
    let mut eyes = Eyes::open(&ProbeOptions { unix_sockets, ..ProbeOptions::default() }, rates)?;
    view.show(|page| {
        let delta = eyes.look()?;
        let is_wanted = |row: &SocketRow<'_>| {
            options.all || (row.sample().protocol == Protocol::Unix) == options.unix
        };
        let mut around = Around::of(delta);
        if !options.unix {
            around.foot = delta.network_share.iter().flat_map(foot).collect();
            around.extra.insert("network_share".to_owned(), share(delta.network_share.as_ref()));
        }
        let mut rows: Vec<_> = delta.socket_rows().filter(is_wanted).collect();
        // Of rows with the same rate those that the kernel keeps for nobody come last (TIME_WAIT).
        rows.sort_by_key(|row| row.owner() == Owner::Kernel);
        page.print(rows, &around)
    })
}

/// Traffic that belongs to no process we know, and how much of all the rest is.
fn foot(share: &NetworkShare) -> Vec<String> {
    let (received, sent) = share.unattributed;
    let (received, sent) = (measure::rate(received), measure::rate(sent));
    let known = match share.coverage_ratio {
        Some(ratio) => format!("; {:.0} % of all traffic is known by process", ratio * 100.0),
        None => String::new(),
    };
    vec![format!("unattributed: {received} received, {sent} sent{known}")]
}

fn share(share: Option<&NetworkShare>) -> Value {
    let Some(share) = share else { return Value::Null };
    json!({
        "attributed_rx_per_sec": share.attributed.0.round(),
        "attributed_tx_per_sec": share.attributed.1.round(),
        "unattributed_rx_per_sec": share.unattributed.0.round(),
        "unattributed_tx_per_sec": share.unattributed.1.round(),
        "coverage_ratio": share.coverage_ratio.map(|ratio| (ratio * 1e3).round() / 1e3),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foot_tells_what_is_not_attributed() {
        let mut share = NetworkShare {
            attributed: (900.0, 0.0),
            unattributed: (2000.0, 50.0),
            coverage_ratio: Some(0.3),
        };
        let said = "unattributed: 2.00k/s received, 50B/s sent";
        assert_eq!(foot(&share), [format!("{said}; 30 % of all traffic is known by process")]);
        share.coverage_ratio = None;
        assert_eq!(foot(&share), [said]);
    }
}
