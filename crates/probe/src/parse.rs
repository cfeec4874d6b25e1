//! Bytes from the kernel to raw structs, one format a file. Pure: opens nothing, panics on no input.

pub(crate) mod cgroup;
pub(crate) mod diag;
pub(crate) mod host;
pub(crate) mod stat;
pub(crate) mod status;
mod words;

/// Runs every parser over the same bytes; for fuzzing only.
#[doc(hidden)]
pub fn fuzz_entry(bytes: &[u8]) {
    let _ = stat::parse(bytes);
    let _ = status::parse(bytes);
    let _ = status::io(bytes);
    let _ = cgroup::path(bytes).map(cgroup::container);
    let mut cores = Vec::new();
    let _ = host::cpu_times(bytes, 100, &mut cores);
    let _ = host::memory(bytes);
    let _ = host::load(bytes);
    let _ = host::pressure(bytes);
    host::interfaces(bytes, |_, _| ());
    for protocol in [diag::Transport::Tcp, diag::Transport::Udp] {
        let _ = diag::messages(bytes, protocol, |_| ());
    }
    let _ = crate::scrub::command_line(bytes);
}
