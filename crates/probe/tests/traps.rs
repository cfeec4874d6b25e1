//! Mistakes other tools have made when they read processes, one test each.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "scene/fixture.rs"]
mod fixture;
#[path = "scene/tree.rs"]
mod tree;

use model::snapshot::ProcessState;
use model::{Absence, Delta, Observed, ProcessKey, Snapshot};
use probe::{Probe, SystemClock};
use std::process::Command;
use tree::{Hands, SECOND, Tree, stat};

/// Samples a tree, changes it, and samples it again a second later.
fn around(tree: &Tree, change: impl FnOnce()) -> Delta {
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &clock);
    change();
    clock.pass(SECOND);
    probe.sample(&mut now, &clock);
    Delta::between(Some(&before), &now)
}

fn name(delta: &Delta, pid: u32) -> String {
    delta.process_by_pid(pid).unwrap().facts().name.to_string()
}

#[test]
fn trap_1_a_name_may_hold_parentheses_newlines_escapes_and_any_bytes() {
    let delta = fixture::delta("6.6-broken");
    for (pid, expected) in
        [(15, "a) R 1 (b"), (16, "nl\nx"), (17, "\x1b[31m"), (18, "\\xff\\xfe"), (19, "")]
    {
        assert_eq!(name(&delta, pid), expected);
        let row = delta.process_by_pid(pid).unwrap();
        assert_eq!((row.state(), row.parent()), (ProcessState::Sleeping, 1), "{pid}");
    }
    assert_eq!(model::text::for_terminal(&name(&delta, 17)), "\\x1b[31m");
}

#[test]
fn trap_2_a_name_cut_at_15_bytes_is_completed_only_by_what_begins_with_it() {
    let delta = fixture::delta("6.6-broken");
    assert_eq!(name(&delta, 24), "longest-name-of-all", "from the command line");
    assert_eq!(name(&delta, 25), "averylongcomm1234", "from the executable, its argument differs");
    let tree = Tree::new("trap-2");
    for (kernels, argument, expected) in [
        ("only14bytesnow", "/bin/only14bytesnow-and-more", "only14bytesnow"),
        ("exactly15bytes1", "/bin/something-else", "exactly15bytes1"),
        ("exactly15bytes1", "/bin/exactly15bytes123", "exactly15bytes123"),
    ] {
        tree.write("7/stat", stat(7, 4711, 5).replace("(sh)", &format!("({kernels})")));
        tree.write("7/cmdline", format!("{argument}\0"));
        assert_eq!(name(&around(&tree, || ()), 7), expected);
    }
}

#[test]
fn trap_3_a_pid_with_another_start_is_another_process() {
    let tree = Tree::new("trap-3");
    tree.process(7, 4711, 500);
    let delta = around(&tree, || tree.process(7, 4712, 1));
    assert_eq!(delta.deaths, [ProcessKey { pid: 7, birth: 4711 }]);
    assert_eq!(delta.births, [ProcessKey { pid: 7, birth: 4712 }]);
}

#[test]
fn trap_4_cpu_use_is_measured_over_the_time_between_the_reads_of_that_process() {
    let tree = Tree::new("trap-4");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    for _ in 0..30 {
        probe.sample(&mut now, &clock);
        clock.pass(SECOND);
    }
    // It works 80 ms, once, while its row is late: spread over the pause, not over one second.
    let read = now.processes.read_nanos[0];
    tree.process(7, 4711, 5 + 8);
    while now.processes.read_nanos[0] == read {
        std::mem::swap(&mut before, &mut now);
        probe.sample(&mut now, &clock);
        clock.pass(SECOND);
    }
    let seconds = (now.processes.read_nanos[0] - read) as f64 / SECOND as f64;
    let percent = Delta::between(Some(&before), &now).process(0).cpu_percent().known().unwrap();
    assert!((percent * seconds - 8.0).abs() < 1e-9, "{percent} % over {seconds} s");
}

#[test]
fn trap_4_no_time_between_two_samples_gives_no_rate() {
    let tree = Tree::new("trap-4-none");
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &clock);
    tree.process(7, 4711, 99);
    probe.sample(&mut now, &clock);
    let percent = Delta::between(Some(&before), &now).process(0).cpu_percent();
    assert!(percent.known().is_none_or(|percent| percent == 0.0), "{percent:?}");
}

#[test]
fn trap_5_pages_and_ticks_are_those_of_the_machine_read() {
    let delta = fixture::delta("6.1-pages16k");
    assert_eq!(delta.process_by_pid(42).unwrap().rss_bytes(), Observed::Known(4_096_000));
}

#[test]
fn trap_5_numbers_beyond_all_bounds_neither_wrap_nor_panic() {
    let delta = fixture::delta("6.6-broken");
    let huge = delta.process_by_pid(21).unwrap();
    assert_eq!(huge.user_seconds(), u64::MAX as f64 / 1e9);
    assert_eq!(huge.children_user_seconds(), 0.0);
    assert!(huge.cpu_percent().known().is_none_or(|percent| percent.is_finite()));
    let negative = delta.process_by_pid(22).unwrap();
    assert_eq!(negative.rss_bytes(), Observed::Known(0));
}

#[test]
fn trap_7_a_zombie_has_no_command_line_no_memory_and_is_still_a_process() {
    let mut child = Command::new("true").spawn().unwrap();
    let pid = child.id();
    let mut probe = Probe::new().unwrap();
    let mut snapshot = Snapshot::default();
    let is_zombie = |snapshot: &Snapshot| {
        snapshot
            .processes
            .find(pid)
            .filter(|row| snapshot.processes.state[*row] == ProcessState::Zombie)
    };
    let row = loop {
        // A new probe each time, so that the facts are those of the zombie.
        probe.sample(&mut snapshot, &SystemClock);
        if let Some(row) = is_zombie(&snapshot) {
            break row;
        }
        probe = Probe::new().unwrap();
    };
    let facts = &snapshot.processes.facts[row];
    assert_eq!(&*facts.name, "true");
    assert_eq!(snapshot.processes.rss_bytes[row], 0);
    assert_eq!(snapshot.processes.parent[row], std::process::id());
    drop(probe);
    let mut probe = Probe::new().unwrap();
    probe.sample(&mut snapshot, &SystemClock);
    let facts = &snapshot.processes.facts[snapshot.processes.find(pid).unwrap()];
    assert_eq!((&*facts.cmdline, facts.exe.clone().known()), ("", None));
    child.wait().unwrap();
    probe.sample(&mut snapshot, &SystemClock);
    assert_eq!(snapshot.processes.find(pid), None);
}

#[test]
fn trap_8_hidden_processes_are_said_to_be_hidden() {
    let delta = fixture::delta("5.10-hidepid");
    let says = |gap: &model::Gap| gap.what == "processes" && gap.absence == Absence::Denied;
    assert!(delta.gaps.iter().any(says), "{:?}", delta.gaps);
}

#[test]
fn trap_10_hybrid_hierarchies_do_not_hide_the_one_that_says_something() {
    let tree = Tree::new("trap-10");
    for (text, unit, cgroup) in [
        ("1:net_cls:/\n0::/system.slice/a.service\n", Some("a.service"), "/system.slice/a.service"),
        (
            "1:name=systemd:/system.slice/b.service\n0::/\n",
            Some("b.service"),
            "/system.slice/b.service",
        ),
        ("1:net_cls:/\n0::/\n", None, "/"),
    ] {
        tree.write("7/cgroup", text);
        let delta = around(&tree, || ());
        let facts = delta.process(0).facts();
        assert_eq!((facts.unit.as_deref(), &facts.cgroup), (unit, &Observed::Known(cgroup.into())));
    }
}

#[test]
fn trap_11_a_counter_that_shrinks_gives_no_rate() {
    let tree = Tree::new("trap-11");
    tree.process(7, 4711, 500);
    let delta = around(&tree, || tree.process(7, 4711, 400));
    assert_eq!(delta.process(0).cpu_percent().known(), None);
    assert!(delta.births.is_empty() && delta.deaths.is_empty());
}

#[test]
fn trap_12_more_fields_and_fewer_files_than_known_are_no_fault() {
    let delta = fixture::delta("6.6-broken");
    let future = delta.process_by_pid(20).unwrap();
    assert_eq!((name(&delta, 20), future.user_seconds()), ("future".to_owned(), 0.5));
    assert_eq!(future.run_delay_seconds(), Observed::Absent(Absence::Unsupported));
    let old = fixture::delta("3.10-old");
    assert_eq!(old.process_by_pid(700).unwrap().user_seconds(), 0.5);
}

#[test]
fn trap_13_thousands_of_processes_are_read_with_few_descriptors() {
    let tree = Tree::new("trap-13");
    (100..4100).for_each(|pid| tree.process(pid, 4711, 1));
    let open = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let before = open();
    let clock = Hands::new();
    let mut probe = Probe::at(&tree.0).unwrap();
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &clock);
    assert_eq!((snapshot.processes.len(), snapshot.cost.kept_descriptors), (4001, 0));
    for ticks in 2..5 {
        (100..4100).for_each(|pid| tree.process(pid, 4711, ticks));
        clock.pass(SECOND);
        probe.sample(&mut snapshot, &clock);
    }
    let kept = snapshot.cost.kept_descriptors;
    assert!((100..=1024).contains(&kept), "{kept} kept");
    // The host's own files, the sockets' and other tests of this program stay open too.
    assert!(open() < before + kept as usize + 100);
}
