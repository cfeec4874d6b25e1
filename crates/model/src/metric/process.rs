//! The catalogue of processes.

use super::{Entity, Metric, MetricValue, words};
use crate::Absence;
use crate::delta::ProcessRow;
use crate::snapshot::Runtime;
use std::borrow::Cow;

/// Processes.
pub struct ProcessEntity;

impl Entity for ProcessEntity {
    type Row<'a> = ProcessRow<'a>;
    const NAME: &'static str = "process";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["name", "cmdline"];
}

const METRICS: &[Metric<ProcessEntity>] = metrics! {
    1, "pid", [], "PID", Count, Identity, "process id",
        |row| MetricValue::Number(f64::from(row.key().pid));
    2, "start_time", [], "START", Seconds, Identity,
        "start, seconds since boot; identity together with the pid",
        |row| MetricValue::Number(row.key().start_time());
    3, "ppid", ["parent"], "PPID", Count, Label, "parent process id, 0 for none",
        |row| MetricValue::Number(f64::from(row.parent()));
    4, "name", [], "NAME", Text, Label, "full name",
        |row| MetricValue::Text(Cow::Borrowed(&row.facts().name));
    5, "exe", ["path"], "EXE", Text, Label, "path of the executable",
        |row| MetricValue::text(row.facts().exe.as_ref().map(|text| &**text));
    6, "cmdline", ["command", "cmd", "args"], "COMMAND", Text, Label,
        "command line, secrets masked",
        |row| MetricValue::Text(Cow::Borrowed(&row.facts().cmdline));
    7, "cwd", [], "CWD", Text, Label, "working directory",
        |row| MetricValue::text(row.facts().cwd.as_ref().map(|text| &**text));
    8, "username", ["user"], "USER", Text, Label, "name of the real user",
        |row| MetricValue::text(row.facts().username.as_ref().map(|text| &**text));
    9, "uid", [], "UID", Count, Label, "real user id",
        |row| MetricValue::number(row.facts().uid.map(f64::from));
    10, "status", ["state"], "S", Text, Label,
        "running, sleeping, disk-sleep, stopped, zombie, idle, …",
        |row| MetricValue::Text(Cow::Borrowed(row.state().word()));
    11, "cpu_percent", ["cpu"], "CPU%", Percent, Gauge,
        "CPU since the sample before, 100 = one core busy",
        |row| MetricValue::number(row.cpu_percent());
    12, "memory_percent", ["mem"], "MEM%", Percent, Gauge,
        "resident memory as a share of the machine's",
        |row| MetricValue::number(row.memory_percent());
    13, "memory_rss", ["rss", "memory", "res"], "RSS", Bytes, Gauge, "resident memory",
        |row| MetricValue::number(row.rss_bytes().map(|value| value as f64));
    14, "memory_vms", ["vms", "virt", "vsz"], "VIRT", Bytes, Gauge, "virtual memory",
        |row| MetricValue::number(row.vms_bytes().map(|value| value as f64));
    15, "num_threads", ["threads", "thr"], "THR", Count, Gauge, "threads",
        |row| MetricValue::Number(f64::from(row.threads()));
    16, "nice", ["ni"], "NI", Count, Label, "nice value, -20 to 19",
        |row| MetricValue::Number(f64::from(row.nice()));
    17, "create_time", ["started"], "STARTED", UnixSeconds, Label, "start in Unix time",
        |row| MetricValue::Number(row.create_time());
    18, "cpu_time_user", ["utime"], "UTIME", Seconds, Counter, "CPU time in user mode so far",
        |row| MetricValue::Number(row.user_seconds());
    19, "cpu_time_system", ["stime"], "STIME", Seconds, Counter, "CPU time in kernel mode so far",
        |row| MetricValue::Number(row.system_seconds());
    20, "io_read_bytes", [], "READ", Bytes, Counter, "bytes read from storage so far",
        |row| MetricValue::number(row.io_read_bytes().map(|value| value as f64));
    21, "io_write_bytes", [], "WRITTEN", Bytes, Counter, "bytes written to storage so far",
        |row| MetricValue::number(row.io_write_bytes().map(|value| value as f64));
    22, "io_read_per_sec", ["io_read", "read"], "READ/s", BytesPerSecond, Gauge,
        "bytes read from storage per second",
        |row| MetricValue::number(row.io_read_rate());
    23, "io_write_per_sec", ["io_write", "write"], "WRITE/s", BytesPerSecond, Gauge,
        "bytes written to storage per second",
        |row| MetricValue::number(row.io_write_rate());
    24, "net_rx_per_sec", ["net_rx", "rx"], "RX/s", BytesPerSecond, Gauge,
        "TCP payload received per second",
        |row| MetricValue::number(row.net_receive_rate());
    25, "net_tx_per_sec", ["net_tx", "tx"], "TX/s", BytesPerSecond, Gauge,
        "TCP payload sent per second",
        |row| MetricValue::number(row.net_send_rate());
    26, "container", [], "CONTAINER", Text, Label, "id of the container it runs in",
        |row| match &row.facts().container {
            Some(id) => MetricValue::Text(Cow::Borrowed(id)),
            None => MetricValue::Absent(Absence::Unsupported),
        };
    27, "kernel", [], "KERNEL", Flag, Label, "whether it is a thread of the kernel",
        |row| MetricValue::Flag(row.facts().is_kernel);
    28, "minor_faults", ["minflt"], "MINFLT", Count, Counter, "minor page faults so far",
        |row| MetricValue::Number(row.minor_faults() as f64);
    29, "major_faults", ["majflt"], "MAJFLT", Count, Counter, "major page faults so far",
        |row| MetricValue::Number(row.major_faults() as f64);
    30, "elapsed", ["age", "lifetime", "etime"], "AGE", Seconds, Gauge, "time since it began",
        |row| MetricValue::Number(row.elapsed_seconds());
    31, "read_age", ["late"], "LATE", Seconds, Gauge,
        "time since it was read; above 0 where it had long stood still",
        |row| MetricValue::Number(row.age_seconds());
    32, "cpu_time_children_user", ["cutime"], "CUTIME", Seconds, Counter,
        "CPU time in user mode of children that ended and were waited for",
        |row| MetricValue::Number(row.children_user_seconds());
    33, "cpu_time_children_system", ["cstime"], "CSTIME", Seconds, Counter,
        "CPU time in kernel mode of children that ended and were waited for",
        |row| MetricValue::Number(row.children_system_seconds());
    34, "priority", ["pri", "prio"], "PRI", Count, Label,
        "the kernel's priority: 20 + nice, below 0 for real-time classes",
        |row| MetricValue::Number(f64::from(row.priority()));
    35, "process_group", ["pgrp", "pgid"], "PGRP", Count, Label, "process group",
        |row| MetricValue::Number(f64::from(row.process_group()));
    36, "session", ["sid"], "SID", Count, Label, "session",
        |row| MetricValue::Number(f64::from(row.session()));
    37, "terminal", ["tty"], "TTY", Text, Label, "controlling terminal, e.g. pts/0",
        |row| words(row.facts().terminal.as_deref());
    38, "memory_swap", ["swap"], "SWAP", Bytes, Gauge, "memory that is swapped out",
        |row| MetricValue::number(row.swap_bytes().map(|value| value as f64));
    39, "num_ctx_switches_voluntary", ["voluntary_switches", "vcsw"], "VCSW", Count, Counter,
        "times its main thread gave up its core by itself so far",
        |row| MetricValue::number(row.voluntary_switches().map(|value| value as f64));
    40, "num_ctx_switches_involuntary", ["involuntary_switches", "icsw"], "ICSW", Count, Counter,
        "times its main thread was taken off its core so far",
        |row| MetricValue::number(row.involuntary_switches().map(|value| value as f64));
    41, "run_delay", ["wait_time"], "RDELAY", Seconds, Counter,
        "time its main thread was ready to run but had no core so far",
        |row| MetricValue::number(row.run_delay_seconds());
    42, "block_delay", ["io_delay"], "BDELAY", Seconds, Counter,
        "time it waited for storage so far",
        |row| MetricValue::number(row.block_delay_seconds());
    43, "num_fds", ["fds", "descriptors"], "FDS", Count, Gauge, "open file descriptors",
        |row| MetricValue::number(row.descriptors().map(f64::from));
    44, "oom_score", ["oom"], "OOM", Count, Gauge,
        "the higher, the sooner it is killed for want of memory",
        |row| MetricValue::number(row.oom_score().map(f64::from));
    45, "net_rx_bytes", ["received"], "RX", Bytes, Counter,
        "TCP payload received since Topmast first saw it",
        |row| MetricValue::number(row.net_received_bytes().map(|value| value as f64));
    46, "net_tx_bytes", ["sent"], "TX", Bytes, Counter,
        "TCP payload sent since Topmast first saw it",
        |row| MetricValue::number(row.net_sent_bytes().map(|value| value as f64));
    47, "num_connections", ["connections", "sockets"], "CONN", Count, Gauge,
        "sockets it holds, as far as owners are known",
        |row| MetricValue::Number(f64::from(row.sockets()));
    48, "gid", [], "GID", Count, Label, "real group id",
        |row| MetricValue::number(row.facts().gid.map(f64::from));
    49, "euid", ["effective_uid"], "EUID", Count, Label, "effective user id",
        |row| MetricValue::number(row.facts().effective_uid.map(f64::from));
    50, "container_name", [], "CONTAINER", Text, Label,
        "name its runtime gives the container it runs in",
        |row| words(row.container_name());
    51, "runtime", [], "RUNTIME", Text, Label, "what runs that container: docker, podman, …",
        |row| words(row.facts().runtime.map(Runtime::word));
    52, "unit", ["service"], "UNIT", Text, Label, "systemd unit",
        |row| words(row.facts().unit.as_deref());
    53, "slice", [], "SLICE", Text, Label, "innermost systemd slice",
        |row| words(row.facts().slice.as_deref());
    54, "cgroup", [], "CGROUP", Text, Label, "control group path",
        |row| MetricValue::text(row.facts().cgroup.as_ref().map(|text| &**text));
    55, "net_namespace", ["netns"], "NETNS", Count, Label, "inode of its network namespace",
        |row| MetricValue::number(row.facts().net_namespace.map(|inode| inode as f64));
    56, "cpu_time", ["time"], "TIME", Seconds, Counter, "CPU time so far",
        |row| MetricValue::Number(row.cpu_seconds());
};
