//! Sockets as `ss` and as we tell of them, in one form.

use serde_json::Value;
use std::collections::BTreeSet;
use std::process::Command;

/// Protocol, local and remote address with ports, state, pid of the owner.
pub(crate) type Socket = (String, String, String, String, Option<u64>);

/// TCP and UDP sockets by `ss`, started by another program where one is named.
pub(crate) fn ss(by: &[&str]) -> BTreeSet<Socket> {
    let words = [by, &["ss", "--no-header", "-tuanp"]].concat();
    let output = Command::new(words[0]).args(&words[1..]).output().expect("ss is needed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(socket_of_ss).collect()
}

fn socket_of_ss(line: &str) -> Socket {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_v6 = words[4].starts_with('[') || words[4].starts_with("*:");
    let protocol = format!("{}{}", words[0], if is_v6 { "6" } else { "" });
    let state = match words[1] {
        "ESTAB" => "ESTABLISHED".to_owned(),
        other => other.replace('-', "_").replace("FIN_WAIT_", "FIN_WAIT"),
    };
    let owners = line.split("pid=").skip(1);
    let pids = owners.filter_map(|rest| rest.split(',').next()?.parse::<u64>().ok());
    (protocol, plain(words[4]), plain(words[5]), state, pids.min())
}

/// `ss` adds the interface to some addresses and writes any address as `*`.
fn plain(address: &str) -> String {
    let (host, port) = address.rsplit_once(':').expect("an address of ss");
    let host = host.trim_start_matches('[').trim_end_matches(']').split('%').next().unwrap();
    let host = if host == "*" { "::" } else { host };
    if port == "*" { "-".to_owned() } else { format!("{host}:{port}") }
}

/// Rows in the network namespace of that inode, `None` for our own.
pub(crate) fn sockets_in(connections: &Value, namespace: Option<u64>) -> BTreeSet<Socket> {
    let rows = connections["network_connections"].as_array().expect("rows").iter();
    let inside = rows.filter(|row| row["net_namespace"].as_u64() == namespace);
    let is_listed = |row: &&Value| {
        row["protocol"].as_str().is_some_and(|it| it.starts_with("tcp") || it.starts_with("udp"))
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let end = |address: &Value, port: &Value| match port.as_u64() {
        Some(port) => format!("{}:{port}", text(address)),
        None => "-".to_owned(),
    };
    inside
        .filter(is_listed)
        .map(|row| {
            let local = end(&row["local_address"], &row["local_port"]);
            let remote = end(&row["remote_address"], &row["remote_port"]);
            (text(&row["protocol"]), local, remote, text(&row["status"]), row["pid"].as_u64())
        })
        .collect()
}
