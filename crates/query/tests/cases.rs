//! The cases that every speaker of the language shares: rows, filters, and which rows pass or where
//! the mistake is.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::metric::ProcessEntity;
use model::snapshot::{IoSample, ProcessFacts, ProcessSample, ProcessState};
use model::{Absence, Delta, Observed, ProcessKey, Snapshot};
use query::Filter;
use serde_json::Value;
use std::sync::Arc;

fn cases() -> Value {
    serde_json::from_str(include_str!("cases.json")).unwrap()
}

fn delta(rows: &Value) -> Delta {
    let mut snapshot = Snapshot::default();
    for row in rows.as_array().unwrap() {
        snapshot.processes_mut().push(&sample(row), Arc::new(facts(row)));
    }
    Delta::between(None, &snapshot)
}

fn sample(row: &Value) -> ProcessSample {
    let read_bytes = row["io_read_bytes"].as_u64();
    let io = IoSample {
        read_bytes: read_bytes.unwrap_or(0),
        absence: read_bytes.is_none().then_some(Absence::Denied),
        ..IoSample::default()
    };
    ProcessSample {
        key: ProcessKey { pid: row["pid"].as_u64().unwrap() as u32, birth: 1 },
        state: state(row["status"].as_str().unwrap()),
        rss_bytes: row["memory_rss"].as_u64().unwrap_or(0),
        threads: row["num_threads"].as_u64().unwrap() as u32,
        nice: row["nice"].as_i64().unwrap() as i8,
        io,
        ..ProcessSample::default()
    }
}

fn state(word: &str) -> ProcessState {
    let letters = b"RSDTtZXIP".iter().map(|letter| ProcessState::from_letter(*letter));
    letters.into_iter().find(|state| state.word() == word).unwrap()
}

fn facts(row: &Value) -> ProcessFacts {
    let text = |name: &str| row[name].as_str().map(Arc::<str>::from);
    ProcessFacts {
        name: text("name").unwrap(),
        cmdline: text("cmdline").unwrap(),
        username: Observed::from_option(text("username"), Absence::Denied),
        uid: Observed::from_option(row["uid"].as_u64().map(|uid| uid as u32), Absence::Denied),
        container: text("container"),
        terminal: text("terminal"),
        is_kernel: row["kernel"].as_bool().unwrap(),
        ..ProcessFacts::default()
    }
}

fn passing(filter: &Filter<ProcessEntity>, delta: &Delta) -> Vec<u64> {
    let rows = delta.process_rows().filter(|row| filter.passes(row));
    rows.map(|row| u64::from(row.key().pid)).collect()
}

#[test]
fn every_case_is_as_the_language_says() {
    let cases = cases();
    let delta = delta(&cases["rows"]);
    for case in cases["cases"].as_array().unwrap() {
        let text = case["filter"].as_str().unwrap();
        let parsed = Filter::<ProcessEntity>::parse(text);
        if let Some(expected) = case["passes"].as_array() {
            let expected: Vec<u64> = expected.iter().map(|pid| pid.as_u64().unwrap()).collect();
            let filter = parsed.map_err(|mistake| format!("{text}: {mistake}")).unwrap();
            assert_eq!(passing(&filter, &delta), expected, "{text}");
            let printed = filter.to_string();
            let again = Filter::<ProcessEntity>::parse(&printed).unwrap();
            assert_eq!(passing(&again, &delta), expected, "{text} printed as {printed}");
            assert_eq!(again.to_string(), printed, "{text}");
        } else {
            let mistake = parsed.err().unwrap_or_else(|| panic!("{text} is no mistake"));
            let expected = &case["mistake"];
            assert_eq!(mistake.position as u64, expected["position"], "{text}: {mistake}");
            let says = expected["says"].as_str().unwrap();
            assert!(mistake.to_string().contains(says), "{text}: {mistake}");
        }
    }
}
