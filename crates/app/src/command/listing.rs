//! `ps` and `net`: one look at this machine.

use crate::args::Listing;
use crate::exit::{Answer, Failure};
use crate::table;
use anyhow::{Context, Result};
use model::metric::{ConnectionEntity, Entity, ProcessEntity};
use model::{Delta, Snapshot};
use probe::{Probe, SystemClock};
use query::{Filter, Order};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::time::Duration;
use wire::browser;

/// Between the two samples that rates are made of: the kernel counts CPU time in steps of 10 ms,
/// so this tells 2 % of a core from none.
const BETWEEN_SAMPLES: Duration = Duration::from_millis(500);

const PROCESS_COLUMNS: &[&str] = &[
    "pid",
    "username",
    "status",
    "cpu_percent",
    "memory_percent",
    "memory_rss",
    "num_threads",
    "io_read_per_sec",
    "io_write_per_sec",
    "name",
    "cmdline",
];

const CONNECTION_COLUMNS: &[&str] = &[
    "protocol",
    "local_address",
    "local_port",
    "remote_address",
    "remote_port",
    "status",
    "rx_per_sec",
    "tx_per_sec",
    "rtt_ms",
    "pid",
    "process_name",
];

pub(crate) fn processes(options: &Listing) -> Result<Answer> {
    let question = Question::<ProcessEntity>::of(options, "-cpu_percent")?;
    let delta = look()?;
    let rows = question.answer(delta.process_rows().collect());
    if options.json {
        let rows: Vec<_> = rows.iter().map(browser::process_row).collect();
        print_json(&delta, "processes", &json!(rows))?;
    } else {
        print_table(&delta, &table::lines::<ProcessEntity>(PROCESS_COLUMNS, &rows, width()))?;
    }
    Ok(answer(rows.is_empty()))
}

pub(crate) fn connections(options: &Listing) -> Result<Answer> {
    let question = Question::<ConnectionEntity>::of(options, "-rx_per_sec")?;
    let delta = look()?;
    let rows = question.answer(delta.socket_rows().collect());
    if options.json {
        let rows = browser::connection_rows(rows.into_iter());
        print_json(&delta, "network_connections", &json!(rows))?;
        return Ok(answer(rows.is_empty()));
    }
    print_table(&delta, &table::lines::<ConnectionEntity>(CONNECTION_COLUMNS, &rows, width()))?;
    Ok(answer(rows.is_empty()))
}

fn answer(is_empty: bool) -> Answer {
    if is_empty { Answer::No } else { Answer::Yes }
}

struct Question<E: Entity> {
    filter: Filter<E>,
    order: Order<E>,
    limit: usize,
}

impl<E: Entity> Question<E> {
    fn of(options: &Listing, order: &str) -> Result<Self> {
        let filter = options.filter.as_deref().unwrap_or("");
        let order = options.sort.as_deref().unwrap_or(order);
        Ok(Self {
            filter: Filter::parse(filter)
                .map_err(|mistake| Failure::usage(format!("--where: {mistake}")))?,
            order: Order::parse(order)
                .map_err(|mistake| Failure::usage(format!("--sort: {mistake}")))?,
            limit: if options.limit == 0 { usize::MAX } else { options.limit },
        })
    }

    fn answer<'a>(&self, mut rows: Vec<E::Row<'a>>) -> Vec<E::Row<'a>> {
        rows.retain(|row| self.filter.passes(row));
        self.order.sort(&mut rows);
        rows.truncate(self.limit);
        rows
    }
}

/// Two samples and what happened between them.
fn look() -> Result<Delta> {
    let mut probe = Probe::new().context("nothing can be read here")?;
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &SystemClock);
    std::thread::sleep(BETWEEN_SAMPLES);
    probe.sample(&mut now, &SystemClock);
    Ok(Delta::between(Some(&before), &now))
}

fn print_json(delta: &Delta, name: &str, rows: &Value) -> Result<()> {
    let reply = json!({
        "timestamp": browser::timestamp(delta.at),
        name: rows,
        "gaps": browser::gap_replies(&delta.gaps),
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string_pretty(&reply)?)?;
    Ok(out.flush()?)
}

fn print_table(delta: &Delta, lines: &[String]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    out.flush()?;
    tell_gaps(delta)
}

/// A person is told what is hidden; a script that wants to know asks for JSON.
fn tell_gaps(delta: &Delta) -> Result<()> {
    let mut err = std::io::stderr().lock();
    if err.is_terminal() {
        for gap in &delta.gaps {
            let count = gap.count.map_or_else(String::new, |count| format!("{count}: "));
            writeln!(err, "note: {count}{}", gap.detail)?;
        }
    }
    Ok(())
}

/// Everything where the output is not a terminal.
fn width() -> usize {
    let out = std::io::stdout();
    if !out.is_terminal() {
        return usize::MAX;
    }
    let size = rustix::termios::tcgetwinsize(&out).ok().map(|size| usize::from(size.ws_col));
    size.filter(|width| *width > 0).unwrap_or(80)
}
