//! What must hold of every delta, whatever the two snapshots are.

use model::snapshot::{
    Interface, IoSample, NetSample, Owner, Payload, ProcessFacts, ProcessSample, Protocol,
    SocketSample, TcpCounters, TrafficCounters,
};
use model::{Absence, Delta, Observed, ProcessKey, Snapshot};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const SECOND: u64 = 1_000_000_000;

/// A process as the property tests make it: which life of its pid, and its counters.
type Made = (u8, u64, u64);

fn facts() -> Arc<ProcessFacts> {
    Arc::new(ProcessFacts { name: "made".into(), ..ProcessFacts::default() })
}

fn snapshot(at: u64, processes: &BTreeMap<u32, Made>) -> Snapshot {
    let mut snapshot = Snapshot::default();
    snapshot.taken.boot_nanos = at;
    for (pid, (life, cpu, io)) in processes {
        let io = IoSample { read_bytes: *io, write_bytes: *io, read_nanos: at, absence: None };
        let sample = ProcessSample {
            key: ProcessKey { pid: *pid, birth: u64::from(*life) },
            user_nanos: *cpu,
            read_nanos: at,
            io,
            ..ProcessSample::default()
        };
        snapshot.processes_mut().push(&sample, facts());
    }
    snapshot
}

fn keys(snapshot: &Snapshot) -> BTreeSet<ProcessKey> {
    snapshot.processes.key.iter().copied().collect()
}

fn populations() -> impl Strategy<Value = BTreeMap<u32, Made>> {
    // Few pids and few lives, so that pids are reused often.
    prop::collection::btree_map(1u32..12, (0u8..3, 0..4 * SECOND, 0u64..1 << 40), 0..12)
}

proptest! {
    #[test]
    fn births_and_deaths_explain_the_population(first in populations(), second in populations()) {
        let (before, now) = (snapshot(SECOND, &first), snapshot(3 * SECOND, &second));
        let delta = Delta::between(Some(&before), &now);
        let born: BTreeSet<_> = delta.births.iter().copied().collect();
        let dead: BTreeSet<_> = delta.deaths.iter().copied().collect();
        prop_assert_eq!(&born, &keys(&now).difference(&keys(&before)).copied().collect());
        prop_assert_eq!(&dead, &keys(&before).difference(&keys(&now)).copied().collect());
        prop_assert_eq!(before.processes.len() + born.len() - dead.len(), now.processes.len());
        prop_assert_eq!(delta.process_rows().len(), now.processes.len());
    }

    #[test]
    fn rates_are_growth_over_time_and_never_negative(
        first in populations(), second in populations(), elapsed in 1u64..100,
    ) {
        let end = SECOND + elapsed * SECOND / 10;
        let (before, now) = (snapshot(SECOND, &first), snapshot(end, &second));
        let delta = Delta::between(Some(&before), &now);
        for row in delta.process_rows() {
            let (life, cpu, io) = second[&row.key().pid];
            let old = first.get(&row.key().pid).filter(|old| old.0 == life);
            let Some((_, old_cpu, old_io)) = old else {
                continue; // begun in between: another test
            };
            let expected_cpu = cpu.checked_sub(*old_cpu)
                .map(|growth| growth as f64 * 100.0 / (end - SECOND) as f64);
            match (row.cpu_percent(), expected_cpu) {
                (Observed::Known(percent), Some(expected)) => {
                    prop_assert!((percent - expected).abs() < 1e-6 * expected.max(1.0));
                }
                // A counter that went back has no rate.
                (Observed::Absent(Absence::NotYet), None) => {}
                other => prop_assert!(false, "{other:?}"),
            }
            prop_assert_eq!(row.io_read_rate().known().is_some(), io >= *old_io);
            prop_assert!(row.io_read_rate().known().is_none_or(|rate| rate >= 0.0));
        }
    }

    #[test]
    fn a_first_snapshot_has_levels_but_no_rates(only in populations()) {
        let delta = Delta::between(None, &snapshot(SECOND, &only));
        prop_assert!(delta.births.is_empty() && delta.deaths.is_empty());
        for row in delta.process_rows() {
            prop_assert_eq!(row.cpu_percent(), Observed::Absent(Absence::NotYet));
            prop_assert_eq!(row.io_read_bytes(), Observed::Known(only[&row.key().pid].2));
        }
    }

    #[test]
    fn memory_used_before_leaves_no_trace(
        first in populations(), second in populations(), third in populations(),
    ) {
        let (a, b, c) =
            (snapshot(SECOND, &first), snapshot(2 * SECOND, &second), snapshot(3 * SECOND, &third));
        let mut reused = Delta::between(Some(&a), &b);
        reused.refill(Some(&b), &c);
        prop_assert_eq!(format!("{reused:?}"), format!("{:?}", Delta::between(Some(&b), &c)));
    }

    #[test]
    fn payload_rates_are_growth_between_two_readings_of_sockets(
        bytes in prop::collection::vec((0u64..1 << 40, 0u64..1 << 40), 1..10),
        seconds in 1u64..100,
    ) {
        let mut now = snapshot(200 * SECOND, &BTreeMap::from([(5, (0, 0, 0))]));
        now.sockets_mut().read_before_nanos = SECOND;
        now.sockets_mut().read_nanos = SECOND * (1 + seconds);
        let sum = |pick: fn(&(u64, u64)) -> u64| bytes.iter().map(pick).sum::<u64>();
        let net = NetSample {
            sent_before: sum(|pair| pair.0),
            sent_bytes: sum(|pair| pair.0) + sum(|pair| pair.1),
            ..NetSample::default()
        };
        let key = now.processes.key[0];
        now.processes_mut().net.push((key, net));
        bytes.iter().enumerate().for_each(|(row, pair)| add_socket(&mut now, row as u64, *pair));
        let delta = Delta::between(None, &now);
        let charged = delta.process(0).net_send_rate().known();
        let sockets: f64 =
            delta.socket_rows().filter_map(|row| row.send_rate().known()).sum();
        prop_assert!(charged.is_some_and(|rate| (rate - sockets).abs() <= rate * 1e-9));
    }
}

/// A connection that had sent the first number of bytes and now has sent the second more.
fn add_socket(snapshot: &mut Snapshot, cookie: u64, (before, more): (u64, u64)) {
    let address = "127.0.0.1:1".parse().expect("an address");
    let counters = TcpCounters { acked_bytes: before + more, ..TcpCounters::default() };
    snapshot.sockets_mut().sample.push(SocketSample {
        tcp: Some(counters),
        before: Some(Payload { received_bytes: 0, sent_bytes: before }),
        ..SocketSample::new(cookie, Protocol::Tcp, address, address)
    });
    snapshot.sockets_mut().owner.push(Owner::Process(5));
}

#[test]
fn a_row_that_was_not_read_again_stands_still_and_says_how_old_it_is() {
    let population = BTreeMap::from([(5, (0, SECOND, 0))]);
    let before = snapshot(10 * SECOND, &population);
    let mut now = snapshot(11 * SECOND, &population);
    now.processes_mut().read_nanos[0] = 10 * SECOND;
    let delta = Delta::between(Some(&before), &now);
    assert_eq!(delta.process(0).cpu_percent(), Observed::Known(0.0));
    assert!((delta.process(0).age_seconds() - 1.0).abs() < 1e-9);
}

#[test]
fn no_rate_crosses_a_sleep_of_the_machine() {
    let population = |cpu| BTreeMap::from([(5, (0, cpu, 0))]);
    let before = snapshot(10 * SECOND, &population(0));
    let mut now = snapshot(3600 * SECOND, &population(SECOND));
    now.host.asleep_nanos = 3500 * SECOND;
    let delta = Delta::between(Some(&before), &now);
    assert_eq!(delta.suspended, Some(std::time::Duration::from_secs(3500)));
    assert_eq!(delta.interval, None);
    assert_eq!(delta.process(0).cpu_percent(), Observed::Absent(Absence::NotYet));
}

#[test]
fn what_is_known_of_the_traffic_is_a_share_of_the_interfaces() {
    let mut before = snapshot(SECOND, &BTreeMap::new());
    let mut now = snapshot(2 * SECOND, &BTreeMap::new());
    let interface = |received_bytes| Interface {
        name: "eth0".into(),
        counters: TrafficCounters { received_bytes, ..TrafficCounters::default() },
        setup: Arc::default(),
    };
    before.host.interfaces.push(interface(500));
    now.host.interfaces.push(interface(1500));
    now.sockets_mut().read_before_nanos = SECOND;
    now.sockets_mut().read_nanos = 2 * SECOND;
    now.sockets_mut().totals.attributed.received_bytes = 600;
    now.sockets_mut().totals.unattributed.received_bytes = 300;
    let share = Delta::between(Some(&before), &now).network_share.expect("two readings");
    assert_eq!((share.attributed.0, share.unattributed.0), (600.0, 300.0));
    assert_eq!(share.coverage_ratio, Some(0.6));
}

#[test]
fn a_process_begun_in_between_counts_from_its_birth() {
    let before = snapshot(SECOND, &BTreeMap::new());
    let mut now = snapshot(3 * SECOND, &BTreeMap::from([(9, (0, SECOND / 2, 0))]));
    now.processes_mut().key[0].birth = 200; // 2 s after boot
    let delta = Delta::between(Some(&before), &now);
    assert_eq!(delta.process(0).cpu_percent(), Observed::Known(50.0));
}

#[test]
fn a_process_first_seen_long_after_its_birth_has_no_rate() {
    let before = snapshot(10 * SECOND, &BTreeMap::new());
    let now = snapshot(11 * SECOND, &BTreeMap::from([(9, (0, SECOND, 0))]));
    let delta = Delta::between(Some(&before), &now);
    assert_eq!(delta.process(0).cpu_percent(), Observed::Absent(Absence::NotYet));
}

#[test]
fn another_boot_is_another_story() {
    let mut before = snapshot(SECOND, &BTreeMap::from([(1, (0, 0, 0))]));
    before.host.facts = Arc::new(model::snapshot::HostFacts {
        boot_id: "another".to_owned(),
        ..Default::default()
    });
    let now = snapshot(2 * SECOND, &BTreeMap::from([(1, (0, SECOND, 0))]));
    let delta = Delta::between(Some(&before), &now);
    assert_eq!(delta.interval, None);
    assert_eq!(delta.process(0).cpu_percent(), Observed::Absent(Absence::NotYet));
}

#[test]
fn cores_never_leave_their_hundred_percent() {
    let mut before = Snapshot::default();
    before.taken.boot_nanos = SECOND;
    let mut now = Snapshot::default();
    now.taken.boot_nanos = 2 * SECOND;
    before.host.cpu.iowait = 5 * SECOND;
    now.host.cpu.iowait = 4 * SECOND; // goes backwards on real kernels
    now.host.cpu.user = SECOND;
    now.host.cpu.idle = SECOND;
    let share = Delta::between(Some(&before), &now).host_rates.cpu.expect("time went on");
    assert_eq!((share.busy, share.iowait), (50.0, 0.0));
}
