//! Capabilities by name (capabilities(7), include/uapi/linux/capability.h).

use super::Capabilities;

const NAMES: [&str; 41] = [
    "chown",
    "dac_override",
    "dac_read_search",
    "fowner",
    "fsetid",
    "kill",
    "setgid",
    "setuid",
    "setpcap",
    "linux_immutable",
    "net_bind_service",
    "net_broadcast",
    "net_admin",
    "net_raw",
    "ipc_lock",
    "ipc_owner",
    "sys_module",
    "sys_rawio",
    "sys_chroot",
    "sys_ptrace",
    "sys_pacct",
    "sys_admin",
    "sys_boot",
    "sys_nice",
    "sys_resource",
    "sys_time",
    "sys_tty_config",
    "mknod",
    "lease",
    "audit_write",
    "audit_control",
    "setfcap",
    "mac_override",
    "mac_admin",
    "syslog",
    "wake_alarm",
    "block_suspend",
    "audit_read",
    "perfmon",
    "bpf",
    "checkpoint_restore",
];

impl Capabilities {
    /// The names of a set's capabilities, in the kernel's order and without `cap_`; one that this
    /// version does not know is its number.
    #[must_use]
    pub fn names(set: u64) -> Vec<String> {
        let held = (0..64_usize).filter(|bit| set >> bit & 1 == 1);
        held.map(|bit| NAMES.get(bit).map_or_else(|| bit.to_string(), |&name| name.to_owned()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capabilities_have_the_kernels_numbers() {
        let bits = 1 << 0 | 1 << 5 | 1 << 19 | 1 << 21 | 1 << 39 | 1 << 63;
        let expected = ["chown", "kill", "sys_ptrace", "sys_admin", "bpf", "63"];
        assert_eq!(Capabilities::names(bits), expected);
        assert!(Capabilities::names(0).is_empty());
        assert_eq!(Capabilities::names(u64::MAX).len(), 64);
    }
}
