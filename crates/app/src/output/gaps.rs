//! What could not be read: to whom it is told, and how.

use super::Screen;
use super::wrap::wrapped;
use anyhow::Result;
use model::Gap;
use model::metric::{Entity, find};
use std::io::{IsTerminal, Write};

const STORAGE: &[&str] =
    &["io_read_bytes", "io_write_bytes", "io_read_per_sec", "io_write_per_sec"];

const TRAFFIC: &[&str] = &[
    "net_rx_bytes",
    "net_tx_bytes",
    "net_rx_per_sec",
    "net_tx_per_sec",
    "rx_bytes",
    "tx_bytes",
    "rx_per_sec",
    "tx_per_sec",
];

/// What follows from knowing to whom a socket belongs.
const OWNERS: &[&str] = &[
    "num_connections",
    "net_rx_bytes",
    "net_tx_bytes",
    "net_rx_per_sec",
    "net_tx_per_sec",
    "process_name",
    "num_processes",
    "owner",
];

/// The same where a row is a socket: there the pid is known only with the owner.
const OWNERS_OF_SOCKETS: &[&str] = &["pid", "process_name", "num_processes", "owner"];

/// The fields of a row that are not known because of a gap; none where it concerns every row.
pub(super) fn fields<E: Entity>(what: &str) -> &'static [&'static str] {
    match what {
        "block_delay_seconds" => &["block_delay"],
        "io_read_bytes" => STORAGE,
        "exe" => &["exe", "cwd"],
        "net_rx_per_sec" => TRAFFIC,
        "container_name" => &["container_name"],
        "pid" if find::<E>("process_name").is_some() => OWNERS_OF_SOCKETS,
        "pid" => OWNERS,
        "network_connections" if find::<E>("process_name").is_none() => OWNERS,
        "lives" => &["exit_status"],
        _ => &[],
    }
}

/// A person is told what is hidden; a script that wants to know asks for JSON.
pub(crate) fn tell_gaps<'a>(gaps: impl IntoIterator<Item = &'a Gap>) -> Result<()> {
    let mut err = std::io::stderr().lock();
    if !err.is_terminal() {
        return Ok(());
    }
    let width = Screen::width_of_terminal(&err);
    for gap in gaps {
        for line in wrapped(&note(gap), width) {
            writeln!(err, "{line}")?;
        }
    }
    Ok(())
}

fn note(gap: &Gap) -> String {
    match gap.count {
        Some(count) => format!("note: {} ({count} in all)", gap.detail.trim_end_matches('.')),
        None => format!("note: {}", gap.detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Absence;
    use model::metric::{ConnectionEntity, PortEntity, ProcessEntity};

    #[test]
    fn fields_that_a_gap_hides_are_in_a_catalogue() {
        let all = |name: &&str| {
            find::<ProcessEntity>(name).is_some()
                || find::<ConnectionEntity>(name).is_some()
                || find::<PortEntity>(name).is_some()
        };
        for what in ["block_delay_seconds", "io_read_bytes", "exe", "net_rx_per_sec", "pid"] {
            let fields = fields::<ProcessEntity>(what);
            assert!(!fields.is_empty() && fields.iter().all(all), "{what}");
        }
        assert!(!fields::<ProcessEntity>("pid").contains(&"pid"), "that of a process is known");
        assert!(fields::<PortEntity>("pid").contains(&"pid"));
        assert!(fields::<ProcessEntity>("processes").is_empty(), "that concerns every row");
    }

    #[test]
    fn a_note_counts_at_its_end() {
        let detail = "Storage I/O is hidden.".to_owned();
        let mut gap = Gap { what: "exe", absence: Absence::Denied, count: Some(3), detail };
        assert_eq!(note(&gap), "note: Storage I/O is hidden (3 in all)");
        gap.count = None;
        assert_eq!(note(&gap), "note: Storage I/O is hidden.");
    }
}
