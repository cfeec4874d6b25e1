//! Every parser by name, for fuzzing only: what it makes of the bytes is thrown away.

use super::*;

/// A parser fed with any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All of them.
pub const TARGETS: &[Target] = &[
    ("stat", |bytes| ignore(stat::parse(bytes))),
    ("status", |bytes| {
        ignore((status::parse(bytes), status::io(bytes), status::run_delay(bytes)));
    }),
    ("cgroup", |bytes| {
        ignore((cgroup::container_in(bytes), cgroup::all(bytes)));
        ignore(cgroup::path(bytes).map(|path| (cgroup::unit(path), cgroup::slice(path))));
    }),
    ("passwd", |bytes| passwd::users(bytes, |_, _| ())),
    ("terminal", |bytes| ignore(terminal::name(&terminal::drivers(bytes), 0x0088_0003))),
    ("diag", |bytes| {
        for transport in [diag::Transport::Tcp(diag::Family::V4), diag::Transport::Unix] {
            let _ = diag::messages(bytes, transport, |_| ());
        }
    }),
    ("netlink", |bytes| ignore(netlink::attributes(bytes).count())),
    ("socket_tables", |bytes| {
        tables::sockets(bytes, model::snapshot::Protocol::Tcp6, |_| ());
    }),
    ("cpu", |bytes| {
        let (mut times, mut numbers) = (Vec::new(), Vec::new());
        let cores = host::Cores { times: &mut times, numbers: &mut numbers };
        ignore(host::stat(bytes, 100, cores));
    }),
    ("memory", |bytes| ignore((host::memory(bytes), host::vmstat(bytes)))),
    ("pressure", |bytes| ignore((host::pressure(bytes), host::load(bytes)))),
    ("interfaces", |bytes| host::interfaces(bytes, |_, _| ())),
    ("addresses", |bytes| ignore(address::messages(bytes, |_, _, _| ()))),
    ("disks", |bytes| disk::disks(bytes, |_, _| ())),
    ("machine", |bytes| {
        machine::frequencies(bytes, |_, _| ());
        ignore(machine::physical_cores(bytes));
        let traces = machine::Traces { dmi: bytes, cpuinfo: bytes, ..machine::Traces::default() };
        ignore(machine::virtualization(&traces));
        ignore(machine::virtualization(&machine::Traces { container: bytes, ..traces }));
    }),
    ("mounts", |bytes| ignore(mount::file_systems(&mount::mounts(bytes)))),
    ("sessions", |bytes| ignore((session::utmp(bytes), session::logind(bytes)))),
    ("groups", |bytes| {
        ignore((group::membership(bytes, b"cpu"), group::limit(bytes)));
        ignore((group::cpu_max(bytes), group::keyed(bytes, b"oom_kill")));
    }),
    ("containers", |bytes| {
        ignore((container::docker(bytes), container::docker_list(bytes)));
        ignore((container::storage(bytes), container::bundle(bytes)));
        ignore(container::http_body(bytes));
    }),
    ("taskstats", |bytes| {
        ignore((taskstats::family(bytes), taskstats::stats(bytes, 20)));
        let layout = taskstats::Layout::find(bytes, 0, 0).unwrap_or_default();
        taskstats::records(bytes, 20, layout, |_| ());
    }),
    ("connector", |bytes| connector::events(bytes, |_| ())),
    ("full_status", |bytes| ignore(full_status::parse(bytes))),
    ("scheduling", |bytes| {
        ignore(scheduling::parse(bytes));
        if let Some(word) = bytes.first_chunk() {
            ignore(scheduling::io_priority(u32::from_ne_bytes(*word), bytes[0] as i8));
        }
    }),
    ("limits", |bytes| ignore(limits::parse(bytes))),
    ("fdinfo", |bytes| {
        ignore((fdinfo::parse(bytes).mode(), fdinfo::kind_of(bytes)));
        ignore((fdinfo::bracketed(bytes, b"socket"), fdinfo::without_mark(bytes)));
    }),
    ("maps", |bytes| ignore((maps::line(bytes), maps::resident(bytes)))),
    ("smaps", |bytes| ignore((smaps::rollup(bytes), smaps::resident_kinds(bytes)))),
    ("environment", |bytes| ignore(environment::variables(bytes).count())),
    ("hiding", |bytes| ignore(hiding::parse(bytes))),
    ("scrub", |bytes| {
        let line = crate::scrub::command_line(bytes);
        ignore(crate::scrub::environment("NAME", &line));
    }),
];

/// A parser's answer is not looked at: only that there is one.
fn ignore<T>(_: T) {}

/// Runs every parser over the same bytes.
pub fn every(bytes: &[u8]) {
    TARGETS.iter().for_each(|(_, parse)| parse(bytes));
}
