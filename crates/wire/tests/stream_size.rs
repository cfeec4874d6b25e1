//! The budget of a delta frame (SPEC: 1,000 processes, 5 % of the rows changed in 7 fields: the
//! process part at most 1.5 KB as sent). Bytes, not time: the same on every machine.

use flate2::read::DeflateDecoder;
use model::snapshot::{IoSample, Memory, ProcessFacts, ProcessSample};
use model::{Absence, Delta, Observed, ProcessKey, Snapshot};
use std::io::Read;
use std::sync::Arc;
use wire::browser::StreamEncoder;

const PROCESSES: u32 = 1000;
const SECOND: u64 = 1_000_000_000;

fn facts(pid: u32) -> Arc<ProcessFacts> {
    let name = ["postgres", "node", "nginx", "java", "rustc"][pid as usize % 5];
    Arc::new(ProcessFacts {
        name: name.into(),
        exe: Observed::Known(format!("/usr/bin/{name}").into()),
        cmdline: format!("/usr/bin/{name} --config /etc/{name}/{pid}.conf --port {}", 1024 + pid)
            .into(),
        cwd: Observed::Known("/srv".into()),
        uid: Observed::Known(1000 + pid % 7),
        username: Observed::Known(format!("user{}", pid % 7).into()),
        cgroup: Observed::Absent(Absence::Unsupported),
        ..ProcessFacts::default()
    })
}

/// Deterministic noise; real counters do not repeat.
fn noise(seed: u64) -> u64 {
    seed.wrapping_mul(6_364_136_223_846_793_005)
        .rotate_left(29)
        .wrapping_mul(2_685_821_657_736_338_717)
}

/// Each twentieth process does something in `step`: CPU in user and kernel mode, memory, storage.
fn snapshot(step: u64, all_facts: &[Arc<ProcessFacts>]) -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.taken.boot_nanos = (100 + step) * SECOND;
    snapshot.host.memory = Memory { total: 64 << 30, ..Memory::default() };
    for pid in 0..PROCESSES {
        let steps = if pid % 20 == 0 { step } else { 0 };
        let grown = |kind: u64, most: u64| -> u64 {
            (0..steps).map(|at| noise(u64::from(pid) << 32 | kind << 16 | at) % most).sum()
        };
        let io = IoSample {
            read_bytes: grown(1, 2_000) * 4096,
            write_bytes: 0,
            read_nanos: snapshot.taken.boot_nanos,
            absence: None,
        };
        let sample = ProcessSample {
            key: ProcessKey { pid, birth: u64::from(pid) },
            user_nanos: grown(2, 60) * 10_000_000,
            system_nanos: grown(3, 30) * 10_000_000,
            read_nanos: snapshot.taken.boot_nanos,
            rss_bytes: (100 << 20) + grown(4, 3_000) * 4096,
            vms_bytes: (500 << 20) + grown(5, 3_000) * 4096,
            io,
            ..ProcessSample::default()
        };
        snapshot.processes_mut().push(&sample, Arc::clone(&all_facts[pid as usize]));
    }
    snapshot
}

fn processes_of(frame: &[u8]) -> serde_json::Value {
    let mut text = String::new();
    assert_eq!(frame[0], 1, "a frame of this size is deflated");
    DeflateDecoder::new(&frame[1..]).read_to_string(&mut text).expect("raw deflate");
    let frame: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    frame["processes"].clone()
}

#[test]
fn fifty_changed_rows_of_a_thousand_fit_their_budget() {
    let all_facts: Vec<_> = (0..PROCESSES).map(facts).collect();
    let mut encoder = StreamEncoder::new();
    let steps: Vec<Snapshot> = (0..5).map(|step| snapshot(step, &all_facts)).collect();
    encoder.advance(&Delta::between(None, &steps[0]));
    for pair in steps.windows(2) {
        let frame = encoder.advance(&Delta::between(Some(&pair[0]), &pair[1]));
        let processes = processes_of(&frame);
        let columns = processes["changed"].as_array().map_or(0, Vec::len);
        let text = serde_json::to_vec(&processes).expect("JSON");
        let mut deflate = flate2::read::DeflateEncoder::new(&text[..], flate2::Compression::new(6));
        let mut sent = Vec::new();
        deflate.read_to_end(&mut sent).expect("memory");
        println!("{} bytes sent, {} as JSON, {columns} columns", sent.len(), text.len());
        if encoder.seq() > 2 {
            assert!(columns >= 7, "{columns} columns changed");
            assert!(sent.len() <= 1536, "{} bytes", sent.len());
        }
    }
}
