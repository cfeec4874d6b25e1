//! `ps` and `net`: one look at this machine, or one after the other.

use crate::exit::Answer;
use crate::look::Eyes;
use crate::output::{Around, Layout, Listing, View};
use anyhow::Result;
use model::metric::{ConnectionEntity, ProcessEntity};

const PROCESSES: Layout = Layout {
    name: "processes",
    columns: &[
        ("pid", 0),
        ("username", 3),
        ("status", 4),
        ("cpu_percent", 1),
        ("memory_percent", 6),
        ("memory_rss", 2),
        ("num_threads", 9),
        ("io_read_per_sec", 8),
        ("io_write_per_sec", 7),
        ("name", 0),
        ("cmdline", 5),
    ],
    order: "-cpu_percent",
};

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

pub(crate) fn processes(options: &Listing) -> Result<Answer> {
    let view = View::<ProcessEntity>::new(options, &PROCESSES)?;
    let mut eyes = Eyes::open()?;
    view.show(|page| {
        let delta = eyes.look()?;
        page.print(delta.process_rows().collect(), &Around::of(delta))
    })
}

pub(crate) fn connections(options: &Listing) -> Result<Answer> {
    let view = View::<ConnectionEntity>::new(options, &CONNECTIONS)?;
    let mut eyes = Eyes::open()?;
    view.show(|page| {
        let delta = eyes.look()?;
        page.print(delta.socket_rows().collect(), &Around::of(delta))
    })
}
