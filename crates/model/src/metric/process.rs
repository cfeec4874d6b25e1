//! The catalogue of processes.

use super::{Entity, Metric, MetricValue};
use crate::Absence;
use crate::delta::ProcessRow;
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
};
