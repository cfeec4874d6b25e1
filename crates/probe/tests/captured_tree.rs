//! What a probe makes of a procfs that stands still until it is changed here.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "scene/tree.rs"]
mod tree;

use model::{Absence, Delta, ProcessKey, Snapshot};
use probe::scrub::Rules;
use probe::{Probe, ProbeOptions};
use std::fs;
use std::sync::Arc;
use tree::{Hands, SECOND, Tree, stat};

const KEY: ProcessKey = ProcessKey { pid: 7, birth: 4711 };

/// Samples once a second until process 7 is read as seldom as can be.
fn lull(probe: &mut Probe, snapshot: &mut Snapshot, clock: &Hands) {
    for _ in 0..40 {
        probe.sample(snapshot, clock);
        clock.pass(SECOND);
    }
}

/// Passes time until the row of process 7 is late by at least two more seconds.
fn until_late(probe: &mut Probe, snapshot: &mut Snapshot, clock: &Hands) {
    lull(probe, snapshot, clock);
    while snapshot.processes.read_nanos[0] != snapshot.taken.boot_nanos {
        probe.sample(snapshot, clock);
        clock.pass(SECOND);
    }
    probe.sample(snapshot, clock);
    clock.pass(SECOND);
    assert_eq!(snapshot.cost.rows_late, 1);
}

#[test]
fn storage_io_that_costs_no_tick_is_seen_in_every_sample_once_it_flows() {
    let tree = Tree::new("io");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    let mut seen = Vec::new();
    for sample in 0..40 {
        tree.write("7/io", format!("read_bytes: 0\nwrite_bytes: {}\n", sample * 1000));
        probe.sample(&mut snapshot, &clock);
        seen.push(snapshot.processes.io[0].write_bytes);
        clock.pass(SECOND);
    }
    // CPU time and faults never move here, so that it flows is noticed within ten samples.
    let late: Vec<u64> = (12..40).map(|sample| sample * 1000).collect();
    assert_eq!(seen[12..], late);
}

#[test]
fn a_process_that_is_there_but_cannot_be_read_is_a_gap() {
    let tree = Tree::new("unread");
    fs::create_dir_all(tree.0.join("8/stat")).unwrap();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &Hands::new());
    assert_eq!(snapshot.processes.len(), 1);
    let gap = snapshot.gaps.iter().find(|gap| gap.what == "processes").unwrap();
    assert_eq!(gap.count, Some(1), "{gap:?}");
}

#[test]
fn a_process_that_cannot_be_read_any_more_is_not_taken_for_dead() {
    let tree = Tree::new("no-longer");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &clock);
    fs::remove_file(tree.0.join("7/stat")).unwrap();
    fs::create_dir(tree.0.join("7/stat")).unwrap();
    clock.pass(SECOND);
    probe.sample(&mut now, &clock);
    let delta = Delta::between(Some(&before), &now);
    assert_eq!((now.processes.key.as_slice(), delta.deaths.len()), (&[KEY][..], 0));
    assert_eq!(now.cost.rows_late, 1);
    assert_eq!(delta.process(0).age_seconds(), 1.0);
    assert!(now.gaps.iter().any(|gap| gap.what == "processes" && gap.count == Some(1)));
}

#[test]
fn a_process_that_stands_still_is_read_less_often_but_never_after_more_than_eight_seconds() {
    for interval in [SECOND / 4, SECOND, 3 * SECOND, 5 * SECOND, 20 * SECOND] {
        let tree = Tree::new("still");
        let clock = Hands::new();
        let mut probe = Probe::at(&tree.0).unwrap();
        let mut snapshot = Snapshot::default();
        let mut reads = Vec::new();
        for _ in 0..200 {
            probe.sample(&mut snapshot, &clock);
            let read = snapshot.processes.read_nanos[0];
            let is_late = read < snapshot.taken.boot_nanos;
            assert_eq!(snapshot.cost.rows_late, u32::from(is_late));
            if !is_late {
                reads.push(read);
            }
            clock.pass(interval);
        }
        let pauses: Vec<u64> = reads.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let longest = pauses.iter().max().copied().unwrap();
        assert!(longest <= interval.max(8 * SECOND), "{longest} at {interval}");
        assert!(longest + interval > 8 * SECOND, "{longest} at {interval}");
        assert_eq!(pauses[..4], [interval; 4], "five samples before it counts as still");
    }
}

#[test]
fn a_row_that_was_not_read_again_has_no_cpu_use_and_says_its_age() {
    let tree = Tree::new("late");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    until_late(&mut probe, &mut before, &clock);
    probe.sample(&mut now, &clock);
    let delta = Delta::between(Some(&before), &now);
    let row = delta.process(0);
    assert_eq!(row.cpu_percent().known(), Some(0.0));
    assert_eq!((row.age_seconds(), now.cost.rows_late), (2.0, 1));
}

#[test]
fn a_process_that_wakes_is_seen_at_once_where_the_machine_is_busy_with_it() {
    let tree = Tree::new("wakes");
    let clock = Hands::new();
    tree.write("stat", "cpu  0 0 0 100 0 0 0 0 0 0\ncpu0 0 0 0 100 0 0 0 0 0 0\n");
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    until_late(&mut probe, &mut snapshot, &clock);
    tree.process(7, 4711, 5 + 20);
    tree.write("stat", "cpu  20 0 0 180 0 0 0 0 0 0\ncpu0 20 0 0 180 0 0 0 0 0 0\n");
    probe.sample(&mut snapshot, &clock);
    assert_eq!(snapshot.processes.user_nanos[0], 25 * SECOND / 100);
    assert_eq!(snapshot.cost.rows_late, 0);
}

#[test]
fn a_process_that_wakes_for_less_is_seen_within_eight_seconds() {
    let tree = Tree::new("wakes-little");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    until_late(&mut probe, &mut snapshot, &clock);
    tree.process(7, 4711, 6);
    let woken = clock_now(&snapshot);
    while snapshot.processes.user_nanos[0] != 6 * SECOND / 100 {
        probe.sample(&mut snapshot, &clock);
        clock.pass(SECOND);
        assert!(clock_now(&snapshot) <= woken + 8 * SECOND);
    }
    // From then on in every sample again.
    for ticks in 7..12 {
        tree.process(7, 4711, ticks);
        probe.sample(&mut snapshot, &clock);
        clock.pass(SECOND);
        assert_eq!(snapshot.processes.user_nanos[0], ticks * SECOND / 100);
    }
}

fn clock_now(snapshot: &Snapshot) -> u64 {
    snapshot.taken.boot_nanos
}

#[test]
fn a_pid_that_another_process_took_over_is_noticed_though_its_row_is_late() {
    let tree = Tree::new("taken-over");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    until_late(&mut probe, &mut snapshot, &clock);
    // Both directories exist at once, so that they cannot have the same inode.
    tree.write("other/stat", stat(7, 9999, 0));
    fs::remove_dir_all(tree.0.join("7")).unwrap();
    fs::rename(tree.0.join("other"), tree.0.join("7")).unwrap();
    probe.sample(&mut snapshot, &clock);
    assert_eq!(snapshot.processes.key, [ProcessKey { pid: 7, birth: 9999 }]);
}

#[test]
fn facts_that_change_without_an_exec_are_noticed_within_a_minute() {
    let tree = Tree::new("moved");
    let clock = Hands::new();
    tree.write("7/cgroup", "0::/system.slice/a.service\n");
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    lull(&mut probe, &mut snapshot, &clock);
    assert_eq!(snapshot.processes.facts[0].unit.as_deref(), Some("a.service"));
    tree.write("7/cgroup", "0::/system.slice/b.service\n");
    for _ in 0..70 {
        probe.sample(&mut snapshot, &clock);
        clock.pass(SECOND);
    }
    assert_eq!(snapshot.processes.facts[0].unit.as_deref(), Some("b.service"));
}

#[test]
fn an_exec_is_noticed_in_the_sample_that_reads_it() {
    let tree = Tree::new("exec");
    let clock = Hands::new();
    tree.write("7/cmdline", "first\0");
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &clock);
    for (line, command) in [
        (stat(7, 4711, 6).replace(" 77 ", " 78 "), "second"),
        (stat(7, 4711, 6).replace("(sh)", "(ksh)").replace(" 77 ", " 78 "), "third"),
    ] {
        tree.write("7/stat", line);
        tree.write("7/cmdline", format!("{command}\0"));
        clock.pass(SECOND);
        probe.sample(&mut snapshot, &clock);
        assert_eq!(&*snapshot.processes.facts[0].cmdline, command);
    }
}

#[test]
fn an_exec_that_does_not_show_in_stat_is_noticed_within_a_minute() {
    let tree = Tree::new("veiled");
    let clock = Hands::new();
    // What another user's process shows us: the same name, and 0 for where its stack begins.
    tree.write("7/stat", stat(7, 4711, 5).replace(" 77 ", " 0 "));
    tree.write("7/cmdline", "first\0");
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &clock);
    tree.write("7/cmdline", "second\0");
    for _ in 0..69 {
        clock.pass(SECOND);
        probe.sample(&mut snapshot, &clock);
    }
    assert_eq!(&*snapshot.processes.facts[0].cmdline, "second");
}

#[test]
fn equal_facts_of_many_processes_are_held_once() {
    let tree = Tree::new("shared");
    for pid in [7, 8, 9] {
        tree.process(pid, 4711, 5);
        let user = if pid == 9 { "worker\0-u\0" } else { "worker\0" };
        tree.write(&format!("{pid}/cmdline"), user);
    }
    let mut snapshot = Snapshot::default();
    Probe::at(&tree.0).unwrap().sample(&mut snapshot, &Hands::new());
    let facts = &snapshot.processes.facts;
    assert!(Arc::ptr_eq(&facts[0], &facts[1]));
    assert_eq!((&*facts[0].cmdline, &*facts[2].cmdline), ("worker", "worker -u"));
}

#[test]
fn the_owner_of_the_machine_may_see_what_else_is_masked() {
    let tree = Tree::new("rules");
    tree.write("7/cmdline", "app\0--password=x\0--kennwort=y\0");
    let shown = |scrub: Rules| {
        let root = tree.0.clone();
        let options = ProbeOptions { root, scrub: Arc::new(scrub), ..ProbeOptions::default() };
        let mut snapshot = Snapshot::default();
        Probe::with(&options).unwrap().sample(&mut snapshot, &Hands::new());
        snapshot.processes.facts[0].cmdline.to_string()
    };
    assert_eq!(shown(Rules::default()), "app --password=*** --kennwort=y");
    assert_eq!(shown(Rules::default().word("Kennwort")), "app --password=*** --kennwort=***");
    assert_eq!(shown(Rules::off()), "app --password=x --kennwort=y");
}

#[test]
fn block_delays_are_known_only_where_the_kernel_counts_them() {
    for (switch, expected) in [
        (Some("1\n"), None),
        (Some("0\n"), Some(Absence::NotEnabled)),
        (None, Some(Absence::Unsupported)),
    ] {
        let tree = Tree::new("delays");
        if let Some(text) = switch {
            tree.write("sys/kernel/task_delayacct", text);
        }
        let mut snapshot = Snapshot::default();
        Probe::at(&tree.0).unwrap().sample(&mut snapshot, &Hands::new());
        assert_eq!(snapshot.processes.block_delay_absence, expected);
        let says = snapshot.gaps.iter().any(|gap| gap.what == "block_delay_seconds");
        assert_eq!(says, expected == Some(Absence::NotEnabled));
    }
}

#[test]
fn a_switch_that_is_turned_is_noticed() {
    let tree = Tree::new("switch");
    tree.write("sys/kernel/task_delayacct", "0\n");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &clock);
    tree.write("sys/kernel/task_delayacct", "1\n");
    clock.pass(10 * SECOND);
    probe.sample(&mut snapshot, &clock);
    assert_eq!(snapshot.processes.block_delay_absence, None);
}

#[test]
fn what_is_read_only_now_and_then_follows_a_process_that_moves() {
    let tree = Tree::new("occasional");
    let clock = Hands::new();
    let status = |switches: u32| {
        format!("voluntary_ctxt_switches:\t{switches}\nnonvoluntary_ctxt_switches:\t1\n")
    };
    tree.write("7/status", status(1));
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    let mut reads = 0;
    let mut last = 0;
    for second in 0_u32..120 {
        tree.write("7/status", status(second));
        tree.process(7, 4711, second.into());
        probe.sample(&mut snapshot, &clock);
        let now = snapshot.processes.occasional[0];
        assert!(clock_now(&snapshot) - now.read_nanos <= 35 * SECOND);
        reads += u32::from(std::mem::replace(&mut last, now.read_nanos) != now.read_nanos);
        clock.pass(SECOND);
    }
    assert!((4..=6).contains(&reads), "{reads} times in two minutes");
    assert!(snapshot.processes.occasional[0].voluntary_switches > 80);
}

#[test]
fn rows_that_were_read_all_at_once_drift_apart_again() {
    let tree = Tree::new("drift");
    (100..500).for_each(|pid| tree.process(pid, 4711, 1));
    tree.write("stat", "cpu  0 0 0 100 0 0 0 0 0 0\n");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    let mut sample = |busy: u64| {
        tree.write("stat", format!("cpu  {busy} 0 0 100 0 0 0 0 0 0\n"));
        probe.sample(&mut snapshot, &clock);
        clock.pass(SECOND);
        snapshot.processes.len() as u32 - snapshot.cost.rows_late
    };
    let still = (0..60).map(|_| sample(0)).min();
    assert!(still < Some(200), "{still:?} of 401 in every sample");
    assert_eq!(sample(100), 401, "somebody works, so all are read");
    let most = (0..60).map(|_| sample(100)).skip(40).max();
    assert!(most < Some(200), "{most:?} of 401 at once");
}
