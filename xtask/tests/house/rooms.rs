//! Who may know whom: ARCHITECTURE.md beside what Cargo builds.

use crate::table::{self, Table};
use cargo_metadata::{DependencyKind, MetadataCommand, Package};
use std::collections::BTreeSet;

/// Not a Cargo package, so that Cargo cannot speak for it; its rules are ESLint's.
const DASHBOARD: &str = "web";

struct Graph {
    /// Room to the rooms it depends on, in any way.
    rooms: Table,
    /// Room to the crates from outside it depends on, tests aside.
    outside: Table,
}

fn room_of(package: &str) -> String {
    match package {
        "topmast" => "app".to_owned(),
        other => other.strip_prefix("topmast-").unwrap_or(other).to_owned(),
    }
}

fn graph_of(packages: &[&Package]) -> Graph {
    let own: BTreeSet<&str> = packages.iter().map(|package| package.name.as_str()).collect();
    let mut graph = Graph { rooms: Table::new(), outside: Table::new() };
    for package in packages {
        let room = room_of(&package.name);
        let rooms = graph.rooms.entry(room.clone()).or_default();
        let outside = graph.outside.entry(room).or_default();
        for dependency in &package.dependencies {
            if own.contains(dependency.name.as_str()) {
                rooms.insert(room_of(&dependency.name));
            } else if dependency.kind != DependencyKind::Development {
                outside.insert(dependency.name.clone());
            }
        }
    }
    graph
}

/// Every edge the table does not allow and every room that stands on one side only.
fn room_faults(allowed: &Table, built: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, uses) in built {
        let Some(may) = allowed.get(room) else {
            faults.push(format!("{room} has no row"));
            continue;
        };
        let forbidden = uses.iter().filter(|used| !may.contains(*used) && !may.contains("all"));
        faults.extend(forbidden.map(|used| format!("{room} may not depend on {used}")));
    }
    let gone = allowed.keys().filter(|room| *room != DASHBOARD && !built.contains_key(*room));
    faults.extend(gone.map(|room| format!("{room} has a row and is not built")));
    faults
}

/// Every crate from outside in a room it is not held in.
fn outside_faults(only_in: &Table, used: &Table) -> Vec<String> {
    let mut faults = Vec::new();
    for (room, crates) in used {
        let held = crates.iter().filter_map(|name| Some((name, only_in.get(name)?)));
        let strays = held.filter(|(_, rooms)| !rooms.contains(room));
        faults.extend(strays.map(|(name, _)| format!("{room} may not depend on {name}")));
    }
    faults
}

#[test]
fn rooms_depend_only_on_what_the_table_allows() {
    let metadata = MetadataCommand::new()
        .manifest_path(crate::root().join("Cargo.toml"))
        .no_deps()
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap();
    let graph = graph_of(&metadata.workspace_packages());
    let document = crate::architecture();
    let mut faults = room_faults(&table::read(&document, "room", "may depend on"), &graph.rooms);
    let only_in = table::read(&document, "crate from outside", "only in");
    faults.extend(outside_faults(&only_in, &graph.outside));
    assert!(faults.is_empty(), "ARCHITECTURE.md says otherwise:\n  {}", faults.join("\n  "));
}

fn made_up(rows: &[(&str, &[&str])]) -> Table {
    let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
    rows.iter().map(|(room, uses)| ((*room).to_owned(), words(uses))).collect()
}

#[test]
fn a_forbidden_edge_and_a_missing_room_are_found() {
    let allowed = made_up(&[
        ("model", &[]),
        ("probe", &["model"]),
        ("app", &["all"]),
        ("web", &["generated types"]),
        ("store", &["model"]),
    ]);
    let good = made_up(&[
        ("model", &[]),
        ("probe", &["model"]),
        ("app", &["model", "probe"]),
        ("store", &[]),
    ]);
    assert!(room_faults(&allowed, &good).is_empty());
    let bad = made_up(&[("model", &["probe"]), ("probe", &["model"]), ("app", &[]), ("tui", &[])]);
    let faults = room_faults(&allowed, &bad);
    assert_eq!(
        faults,
        ["model may not depend on probe", "tui has no row", "store has a row and is not built"]
    );
}

#[test]
fn a_crate_in_a_room_it_is_not_held_in_is_found() {
    let only_in = made_up(&[("serde", &["wire", "hub"])]);
    let used = made_up(&[("model", &["serde"]), ("wire", &["serde"]), ("probe", &["rustix"])]);
    assert_eq!(outside_faults(&only_in, &used), ["model may not depend on serde"]);
}
