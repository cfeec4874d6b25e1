//! Bytes from the kernel to raw structs, one format a file. Pure: opens nothing, panics on no input.

pub(crate) mod cgroup;
pub(crate) mod diag;
pub(crate) mod host;
pub(crate) mod stat;
pub(crate) mod status;
mod words;

/// Every parser by name, for fuzzing only: what it makes of the bytes is thrown away.
#[doc(hidden)]
pub mod fuzz {
    use super::*;

    /// A parser's answer is not looked at: only that there is one.
    fn ignore<T>(_: T) {}

    /// A parser fed with any bytes.
    pub type Target = (&'static str, fn(&[u8]));

    /// All of them.
    pub const TARGETS: &[Target] = &[
        ("stat", |bytes| ignore(stat::parse(bytes))),
        ("status", |bytes| ignore((status::parse(bytes), status::io(bytes)))),
        ("cgroup", |bytes| ignore(cgroup::path(bytes).map(cgroup::container))),
        ("cpu", |bytes| ignore(host::cpu_times(bytes, 100, &mut Vec::new()))),
        ("memory", |bytes| ignore(host::memory(bytes))),
        ("pressure", |bytes| ignore((host::pressure(bytes), host::load(bytes)))),
        ("interfaces", |bytes| host::interfaces(bytes, |_, _| ())),
        ("diag", |bytes| {
            for transport in [diag::Transport::Tcp, diag::Transport::Udp] {
                let _ = diag::messages(bytes, transport, |_| ());
            }
        }),
        ("scrub", |bytes| ignore(crate::scrub::command_line(bytes))),
    ];
}

/// Runs every parser over the same bytes; for fuzzing only.
#[doc(hidden)]
pub fn fuzz_entry(bytes: &[u8]) {
    fuzz::TARGETS.iter().for_each(|(_, parse)| parse(bytes));
}
