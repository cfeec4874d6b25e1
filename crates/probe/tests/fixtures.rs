//! Every tree in `fixtures/proc`, with the values known to be in it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "scene/fixture.rs"]
mod fixture;
#[path = "scene/tree.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod tree;

use fixture::delta;
use model::delta::ProcessRow;
use model::snapshot::{ProcessState, Runtime};
use model::{Absence, Delta, Observed};

fn row(delta: &Delta, pid: u32) -> ProcessRow<'_> {
    delta.process_by_pid(pid).unwrap_or_else(|| panic!("no process {pid}"))
}

fn pids(delta: &Delta) -> Vec<u32> {
    delta.process_rows().map(|row| row.key().pid).collect()
}

#[test]
fn each_fixture_has_a_test_here_and_all_are_small() {
    let mut names: Vec<String> = std::fs::read_dir(fixture::folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let known =
        ["3.10-old", "5.10-hidepid", "5.15-containers", "6.1-pages16k", "6.18-busy", "6.6-broken"];
    assert_eq!(names, known);
    let mut folders = vec![fixture::folder()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else {
                bytes += entry.metadata().unwrap().len();
            }
        }
    }
    assert!(bytes < 300_000, "{bytes} bytes");
}

#[test]
fn a_captured_machine_reads_as_it_was() {
    let delta = delta("6.18-busy");
    assert_eq!(pids(&delta), [2, 9269, 9270, 9271, 9273]);
    let busy = row(&delta, 9269);
    assert_eq!((busy.state(), &*busy.facts().name), (ProcessState::Running, "sh"));
    assert_eq!((busy.user_seconds(), busy.system_seconds()), (2.66, 0.01));
    assert_eq!(busy.rss_bytes(), Observed::Known(358 * 4096));
    assert_eq!(busy.run_delay_seconds(), Observed::Known(1.788472332));
    assert_eq!(busy.involuntary_switches(), Observed::Known(631));
    assert_eq!(busy.io_read_bytes(), Observed::Known(24576));
    assert_eq!(busy.descriptors(), Observed::Known(5));
    assert_eq!(busy.facts().exe, Observed::Known("/usr/bin/dash".into()));
    assert_eq!(busy.facts().uid, Observed::Known(0));
    assert_eq!(busy.facts().cgroup, Observed::Known("/job/a".into()));
    assert_eq!(busy.block_delay_seconds(), Observed::Absent(Absence::NotEnabled));
    assert!(delta.gaps.iter().any(|gap| gap.detail.contains("sysctl kernel.task_delayacct=1")));
    assert_eq!(&*row(&delta, 9270).facts().cmdline, "app --password *** 300");
    assert!(row(&delta, 2).facts().is_kernel);
    assert_eq!(row(&delta, 9273).state(), ProcessState::Zombie);
    assert!(delta.births.is_empty() && delta.deaths.is_empty());
}

#[test]
fn containers_of_all_runtimes_are_told_apart() {
    let delta = delta("5.15-containers");
    let id = |letter: &str| letter.repeat(64);
    for (pid, container, runtime) in [
        (200, id("a"), Runtime::Docker),
        (300, id("b"), Runtime::Containerd),
        (400, id("c"), Runtime::CriO),
        (500, id("d"), Runtime::Podman),
        (600, "web".to_owned(), Runtime::Lxc),
        (700, "deb-12".to_owned(), Runtime::SystemdNspawn),
    ] {
        let facts = row(&delta, pid).facts();
        let found = (facts.container.as_deref(), facts.runtime);
        assert_eq!(found, (Some(&*container), Some(runtime)), "{pid}");
        assert_ne!(facts.net_namespace, row(&delta, 1).facts().net_namespace, "{pid}");
    }
    for pid in [1, 100, 401, 800, 801] {
        let facts = row(&delta, pid).facts();
        assert_eq!((facts.container.as_deref(), facts.runtime), (None, None), "{pid}");
        assert_eq!(facts.net_namespace, Observed::Known(4_026_531_840), "{pid}");
    }
    let nginx = row(&delta, 600).facts();
    assert_eq!(nginx.unit.as_deref(), Some("nginx.service"));
    assert_eq!(nginx.username, Observed::Known("100000".into()), "a number without a name");
}

#[test]
fn users_terminals_units_and_slices_are_read() {
    let delta = delta("5.15-containers");
    let vim = row(&delta, 800);
    let facts = vim.facts();
    assert_eq!((facts.uid, facts.effective_uid), (Observed::Known(1000), Observed::Known(0)));
    assert_eq!((facts.gid, vim.session()), (Observed::Known(1000), 790));
    assert_eq!(facts.username, Observed::Known("alice".into()));
    assert_eq!(facts.terminal.as_deref(), Some("pts/5"));
    assert_eq!(facts.unit.as_deref(), Some("session-3.scope"));
    assert_eq!(facts.slice.as_deref(), Some("user-1000.slice"));
    let getty = row(&delta, 801).facts();
    assert_eq!(getty.terminal.as_deref(), Some("ttyS0"));
    assert_eq!(getty.slice.as_deref(), Some("system-serial\\x2dgetty.slice"));
    assert_eq!(row(&delta, 100).facts().terminal, None);
    assert_eq!((vim.swap_bytes(), vim.oom_score()), (Observed::Known(65536), Observed::Known(666)));
    assert_eq!(
        (vim.voluntary_switches(), vim.descriptors()),
        (Observed::Known(40), Observed::Known(3))
    );
    assert_eq!((vim.children_user_seconds(), vim.children_system_seconds()), (0.07, 0.03));
}

#[test]
fn an_old_kernel_lacks_what_it_lacks_and_the_rest_is_read() {
    let delta = delta("3.10-old");
    let sshd = row(&delta, 700);
    assert_eq!(sshd.run_delay_seconds(), Observed::Absent(Absence::Unsupported));
    // There was no switch, and time is counted.
    assert_eq!(sshd.block_delay_seconds(), Observed::Known(0.17));
    assert_eq!(sshd.facts().unit.as_deref(), Some("sshd.service"));
    assert_eq!(sshd.cpu_percent(), Observed::Known(0.0));
    let redis = row(&delta, 900).facts();
    assert_eq!(redis.runtime, Some(Runtime::Docker));
    assert_eq!(delta.host.memory.available, (512_000 + 409_600 + 20_480) * 1024);
    assert!(delta.host.pressure.is_none());
}

#[test]
fn pages_are_as_large_as_where_the_tree_is_from() {
    let delta = delta("6.1-pages16k");
    assert_eq!(row(&delta, 1).rss_bytes(), Observed::Known(1000 * 16 * 1024));
    assert_eq!(row(&delta, 42).rss_bytes(), Observed::Known(250 * 16 * 1024));
    assert_eq!(row(&delta, 1).block_delay_seconds(), Observed::Known(1.5));
}

#[test]
fn a_procfs_that_hides_processes_is_said_to() {
    let delta = delta("5.10-hidepid");
    assert_eq!(pids(&delta), [4242]);
    let gap = delta.gaps.iter().find(|gap| gap.what == "processes").unwrap();
    assert!(gap.absence == Absence::Denied && gap.detail.contains("hidepid"), "{gap:?}");
}

#[test]
fn broken_files_cost_only_what_stood_in_them() {
    let delta = delta("6.6-broken");
    let expected = [12, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25];
    assert_eq!(pids(&delta), expected, "empty and missing are gone, cut short is unread");
    let unread = delta.gaps.iter().find(|gap| gap.what == "processes").unwrap();
    assert_eq!(unread.count, Some(1), "{unread:?}");
    let alone = row(&delta, 12);
    assert_eq!(alone.facts().uid.known(), None);
    assert_eq!(alone.swap_bytes().known(), None);
    assert_eq!(alone.oom_score(), Observed::Absent(Absence::Unsupported));
    assert_eq!(alone.io_read_bytes().known(), None);
    let garbage = row(&delta, 14);
    assert_eq!(garbage.facts().uid.known(), None);
    assert_eq!(garbage.voluntary_switches(), Observed::Absent(Absence::Unsupported));
    assert_eq!(&*garbage.facts().cmdline, "  \\xff");
}
