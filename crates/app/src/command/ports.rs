//! `ports`: what listens, who can reach it, and who holds it.

use crate::exit::Answer;
use crate::look::Eyes;
use crate::output::{Around, Layout, Listing, View};
use anyhow::Result;
use model::metric::PortEntity;
use probe::ProbeOptions;

const PORTS: Layout = Layout {
    name: "ports",
    columns: &[
        ("protocol", 0),
        ("port", 0),
        ("address", 1),
        ("scope", 2),
        ("connections", 4),
        ("waiting", 5),
        ("backlog", 6),
        ("pid", 3),
        ("process_name", 0),
    ],
    order: "port",
};

pub(crate) fn run(options: &Listing) -> Result<Answer> {
    let view = View::<PortEntity>::new(options, &PORTS)?;
    let mut eyes = Eyes::open(&ProbeOptions::default(), view.rates())?;
    view.show(|page| {
        let delta = eyes.look()?;
        let ports = delta.listening_ports();
        page.print(ports.iter().collect(), &Around::of(delta))
    })
}
