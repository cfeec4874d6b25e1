//! What the HTTP API answers.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One row of the process table. CPU percent: 100 is one core busy. Sizes in bytes, times in
/// seconds, rates per second.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ProcessRow {
    /// The kernel's process id, in our own pid namespace.
    pub pid: u32,
    /// Identity beside the pid: seconds since boot, to be sent back exactly as it is.
    pub start_time: f64,
    /// Parent process id, 0 for none.
    pub ppid: u32,
    /// Full name, not cut at 15 bytes where the command line tells more.
    pub name: Arc<str>,
    /// Path of the executable.
    pub exe: Option<Arc<str>>,
    /// Command line, arguments joined by spaces, secrets masked; empty for kernel threads.
    pub cmdline: Arc<str>,
    /// Working directory.
    pub cwd: Option<Arc<str>>,
    /// Name of the real user, or the uid in digits when it has no name.
    pub username: Option<Arc<str>>,
    /// Real user id.
    pub uid: Option<u32>,
    /// running, sleeping, disk-sleep, stopped, tracing-stop, zombie, dead, idle, parked or unknown.
    pub status: &'static str,
    /// CPU since the sample before, 100 = one core busy.
    pub cpu_percent: Option<f64>,
    /// Resident memory as a share of the machine's, 0 to 100.
    pub memory_percent: Option<f64>,
    /// Resident memory in bytes; null for kernel threads, which have none.
    pub memory_rss: Option<u64>,
    /// Virtual memory in bytes; null for kernel threads.
    pub memory_vms: Option<u64>,
    /// Threads of the process.
    pub num_threads: u32,
    /// Nice value, -20 (first) to 19 (last).
    pub nice: i8,
    /// Start in Unix seconds.
    pub create_time: f64,
    /// CPU time used so far in user mode, seconds.
    pub cpu_time_user: f64,
    /// CPU time used so far in kernel mode, seconds.
    pub cpu_time_system: f64,
    /// Bytes read from storage so far.
    pub io_read_bytes: Option<u64>,
    /// Bytes written to storage so far.
    pub io_write_bytes: Option<u64>,
    /// Bytes read from storage, per second.
    pub io_read_per_sec: Option<f64>,
    /// Bytes written to storage, per second.
    pub io_write_per_sec: Option<f64>,
    /// TCP payload received, per second; null while no socket of it is known.
    pub net_rx_per_sec: Option<f64>,
    /// TCP payload sent, per second.
    pub net_tx_per_sec: Option<f64>,
    /// Id of the container it runs in.
    pub container: Option<Arc<str>>,
    /// Whether it is a thread of the kernel rather than a program.
    pub kernel: bool,
}

/// One socket.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ConnectionRow {
    /// tcp, tcp6, udp, udp6, raw or raw6.
    pub protocol: &'static str,
    /// Local address.
    pub local_address: String,
    /// Local port.
    pub local_port: u16,
    /// Remote address; null where there is none.
    pub remote_address: Option<String>,
    /// Remote port; null where there is none.
    pub remote_port: Option<u16>,
    /// The kernel's word in capitals: ESTABLISHED, LISTEN, TIME_WAIT, …; UNCONN for an unconnected UDP socket.
    pub status: &'static str,
    /// Owning process; null where `owner` says why.
    pub pid: Option<u32>,
    /// Name of the owning process.
    pub process_name: Option<Arc<str>>,
    /// Why `pid` is null: `kernel` (no process holds it), `unseen` (none that can be seen here does),
    /// `denied`, `not_yet`; null when it is known.
    pub owner: Option<&'static str>,
    /// User id of the socket.
    pub uid: u32,
    /// Payload received per second; null where the kernel does not count (UDP) or not yet.
    pub rx_per_sec: Option<f64>,
    /// Payload sent and acknowledged per second.
    pub tx_per_sec: Option<f64>,
    /// Payload received so far, bytes.
    pub rx_bytes: Option<u64>,
    /// Payload acknowledged so far, bytes.
    pub tx_bytes: Option<u64>,
    /// Smoothed round-trip time in milliseconds.
    pub rtt_ms: Option<f64>,
    /// Segments sent again so far.
    pub retransmits: Option<u32>,
    /// Bytes waiting to be read (connections waiting, for LISTEN).
    pub recv_queue: u32,
    /// Bytes not yet acknowledged (accept backlog, for LISTEN).
    pub send_queue: u32,
    /// Inode of its network namespace; null for the one Topmast runs in.
    pub net_namespace: Option<u64>,
}

/// The machine as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct SystemReply {
    /// Processes, kernel threads included.
    pub total_processes: u32,
    /// Of these: in state running.
    pub running_processes: u32,
    /// Of these: in uninterruptible sleep.
    pub blocked_processes: u32,
    /// Of these: zombies.
    pub zombie_processes: u32,
    /// Threads of all processes.
    pub total_threads: u32,
    /// Processes that began since the sample before, per second, short-lived ones included.
    pub starts_per_sec: Option<f64>,
    /// Share of all cores busy, 0 to 100.
    pub cpu_percent: Option<f64>,
    /// Share of all cores in user mode, nice included, 0 to 100.
    pub cpu_user_percent: Option<f64>,
    /// Share of all cores in kernel mode, interrupts included, 0 to 100.
    pub cpu_system_percent: Option<f64>,
    /// Share of all cores idle while waiting for I/O, 0 to 100; counted as idle.
    pub cpu_iowait_percent: Option<f64>,
    /// Share of all cores taken by the hypervisor, 0 to 100.
    pub cpu_steal_percent: Option<f64>,
    /// Load average of 1 minute.
    pub load_1: f64,
    /// Load average of 5 minutes.
    pub load_5: f64,
    /// Load average of 15 minutes.
    pub load_15: f64,
    /// Memory of the machine, bytes.
    pub memory_total: u64,
    /// total - available, bytes.
    pub memory_used: u64,
    /// What programs could still get without swapping, as the kernel estimates it, bytes.
    pub memory_available: u64,
    /// Not used for anything, bytes.
    pub memory_free: u64,
    /// Page cache and buffers and reclaimable kernel memory, bytes.
    pub memory_cached: u64,
    /// Shared memory and tmpfs, bytes (counted in the page cache too).
    pub memory_shared: u64,
    /// used / total, 0 to 100.
    pub memory_percent: f64,
    /// Swap of the machine, bytes.
    pub swap_total: u64,
    /// Swap in use, bytes.
    pub swap_used: u64,
    /// Seconds since boot, time asleep included.
    pub uptime: f64,
    /// Pressure stall information; null where the kernel has none.
    pub pressure: Option<PressureReply>,
    /// CPU time this sample took to take, seconds.
    pub sample_cpu_time: f64,
    /// Sampling deadlines missed since the start.
    pub overruns: u64,
    /// Processes that were not read again in this sample, because they had long stood still; each
    /// is read again within 8 s, or at once when the machine works more than the others explain.
    pub rows_late: u32,
}

/// Pressure stall information: share of the last 10 s in which tasks waited, 0 to 100.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct PressureReply {
    /// Some task waited for a core.
    pub cpu_some: f64,
    /// Some task waited for storage.
    pub io_some: f64,
    /// All tasks waited for storage.
    pub io_full: f64,
    /// Some task waited for memory.
    pub memory_some: f64,
    /// All tasks waited for memory.
    pub memory_full: f64,
}

/// Totals of all interfaces but loopback, since boot and per second.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct NetworkStats {
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_recv: u64,
    /// Packets sent.
    pub packets_sent: u64,
    /// Packets received.
    pub packets_recv: u64,
    /// Errors while receiving.
    pub errin: u64,
    /// Errors while sending.
    pub errout: u64,
    /// Packets dropped on the way in.
    pub dropin: u64,
    /// Packets dropped on the way out.
    pub dropout: u64,
    /// Bytes sent per second.
    pub bytes_sent_per_sec: Option<f64>,
    /// Bytes received per second.
    pub bytes_recv_per_sec: Option<f64>,
    /// Packets sent per second.
    pub packets_sent_per_sec: Option<f64>,
    /// Packets received per second.
    pub packets_recv_per_sec: Option<f64>,
    /// Errors while receiving, per second.
    pub errin_per_sec: Option<f64>,
    /// Errors while sending, per second.
    pub errout_per_sec: Option<f64>,
    /// Packets dropped on the way in, per second.
    pub dropin_per_sec: Option<f64>,
    /// Packets dropped on the way out, per second.
    pub dropout_per_sec: Option<f64>,
}

/// One network interface.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct InterfaceReply {
    /// The kernel's name.
    pub name: String,
    /// Counters and rates.
    #[serde(flatten)]
    pub stats: NetworkStats,
}

/// One local port.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct PortUse {
    /// Sockets with this local port.
    pub connections: u32,
    /// How many in which state.
    pub states: BTreeMap<&'static str, u32>,
    /// Names of the processes that hold them, each once.
    pub processes: Vec<Arc<str>>,
}

/// Something that could not be read, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct GapReply {
    /// What is missing: a field name, or a part of the answer.
    pub what: String,
    /// denied, unsupported, not_enabled, gone or not_yet.
    pub reason: &'static str,
    /// How many rows it concerns; null when it is not about rows.
    pub count: Option<u32>,
    /// One sentence with the remedy where there is one.
    pub detail: String,
}

/// The whole of one host at one sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct SnapshotReply {
    /// When the sample was taken, RFC 3339 UTC.
    pub timestamp: String,
    /// Process rows, as sorted and limited.
    pub processes: Vec<ProcessRow>,
    /// Sockets, limited likewise.
    pub network_connections: Vec<ConnectionRow>,
    /// Totals of all interfaces but loopback.
    pub network_stats: NetworkStats,
    /// Percent busy of each core.
    pub cpu_per_core: Vec<Option<f64>>,
    /// Local ports and who uses them, keyed by port number.
    pub port_usage: BTreeMap<u16, PortUse>,
    /// The machine as a whole.
    pub system: SystemReply,
    /// Network interfaces, loopback included.
    pub interfaces: Vec<InterfaceReply>,
    /// Block devices, partitions included.
    pub disks: Vec<DiskReply>,
    /// Mounted file systems, each once.
    pub file_systems: Vec<FileSystemReply>,
    /// How much of the traffic is known to whom it belongs; null until sockets were read twice.
    pub network_share: Option<NetworkShareReply>,
    /// What could not be read, and why.
    pub gaps: Vec<GapReply>,
}

/// One block device.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct DiskReply {
    /// The kernel's name.
    pub name: String,
    /// Whether it is a part of another in the list.
    pub partition: bool,
    /// Bytes read so far.
    pub read_bytes: u64,
    /// Bytes written so far.
    pub write_bytes: u64,
    /// Bytes read per second.
    pub read_per_sec: Option<f64>,
    /// Bytes written per second.
    pub write_per_sec: Option<f64>,
    /// Reads completed per second.
    pub reads_per_sec: Option<f64>,
    /// Writes completed per second.
    pub writes_per_sec: Option<f64>,
    /// Time with a request on its way, 0 to 100.
    pub busy_percent: Option<f64>,
    /// How long a request took, milliseconds; null while there is none.
    pub latency_ms: Option<f64>,
}

/// One mounted file system, sizes in bytes; null where it does not answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct FileSystemReply {
    /// Where it is mounted.
    pub mount_point: String,
    /// Its device or source.
    pub device: String,
    /// The kernel's name of its type.
    pub kind: String,
    /// Whether it is mounted read-only.
    pub read_only: bool,
    /// All of it.
    pub total: Option<u64>,
    /// In use.
    pub used: Option<u64>,
    /// Free for everybody.
    pub available: Option<u64>,
    /// Free for root only.
    pub reserved: Option<u64>,
    /// In use of what everybody may use, 0 to 100.
    pub used_percent: Option<f64>,
}

/// TCP payload per second and what is known of all traffic.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct NetworkShareReply {
    /// Received by connections whose process is known, bytes per second.
    pub attributed_rx_per_sec: f64,
    /// Sent by them, bytes per second.
    pub attributed_tx_per_sec: f64,
    /// Received by connections whose process is not known, bytes per second.
    pub unattributed_rx_per_sec: f64,
    /// Sent by them, bytes per second.
    pub unattributed_tx_per_sec: f64,
    /// Attributed payload beside all that went through the interfaces, loopback, headers and other
    /// protocols included, 0 to 1; null while nothing moves.
    pub coverage_ratio: Option<f64>,
}

/// One host.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ServerReply {
    /// `local` for the machine the hub runs on.
    pub id: String,
    /// Its own name.
    pub hostname: String,
    /// First address that is not loopback; null when there is none.
    pub ip_address: Option<String>,
    /// Distribution and version.
    pub os: String,
    /// `linux`.
    pub platform: String,
    /// Kernel release.
    pub kernel: String,
    /// Machine architecture.
    pub architecture: String,
    /// Processor model.
    pub cpu_model: Option<String>,
    /// Logical cores.
    pub cpu_count: u32,
    /// Memory, bytes.
    pub total_memory: u64,
    /// Whether samples arrive.
    pub is_active: bool,
    /// First sample, RFC 3339 UTC.
    pub first_seen: Option<String>,
    /// Newest sample, RFC 3339 UTC.
    pub last_seen: Option<String>,
    /// Version of what samples it.
    pub agent_version: String,
    /// Seconds between samples.
    pub interval: f64,
    /// Whether processes may be acted on here.
    pub control: bool,
}

/// Answer of `GET /servers`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ServersReply {
    /// All hosts this user may see.
    pub servers: Vec<ServerReply>,
}

/// A process named by another's detail.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ProcessReference {
    /// Process id.
    pub pid: u32,
    /// Its `start_time`.
    pub start_time: f64,
    /// Its name.
    pub name: String,
}

/// Everything about one process.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ProcessDetailReply {
    /// Its row of the table.
    pub process: ProcessRow,
    /// Seconds since the row was read; 0 unless it had long stood still.
    pub read_age: f64,
    /// Parent, its parent and so on, up to pid 1.
    pub ancestors: Vec<ProcessReference>,
    /// Direct children.
    pub children: Vec<ProcessReference>,
    /// All processes below it.
    pub descendant_count: u32,
    /// Its sockets.
    pub connections: Vec<ConnectionRow>,
    /// Control group path.
    pub cgroup: Option<String>,
    /// Open file descriptors.
    pub num_fds: Option<u32>,
    /// Terminal, e.g. `pts/0`; null for none.
    pub terminal: Option<String>,
    /// Process group.
    pub process_group: Option<u32>,
    /// Session.
    pub session: Option<u32>,
    /// Voluntary context switches so far.
    pub voluntary_switches: Option<u64>,
    /// Involuntary context switches so far.
    pub involuntary_switches: Option<u64>,
    /// Minor page faults so far.
    pub minor_faults: Option<u64>,
    /// Major page faults so far.
    pub major_faults: Option<u64>,
    /// Swapped-out memory, bytes.
    pub swap: Option<u64>,
    /// Out-of-memory score, 0 to 2000: the higher, the sooner it goes.
    pub oom_score: Option<i32>,
    /// Why an action would be refused; null when nothing stands against it here.
    pub protected: Option<String>,
    /// What could not be read, and why.
    pub gaps: Vec<GapReply>,
}

/// What an action did.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ActionReply {
    /// `success`: the signal was delivered to that process.
    pub status: &'static str,
    /// One sentence for people.
    pub message: String,
    /// What was seen: `ended`, `stopped`, `running` or `still_running`.
    pub outcome: &'static str,
    /// Seconds from the signal to that.
    pub elapsed: f64,
}

/// Tokens after signing in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct TokenReply {
    /// The bearer token.
    pub access_token: String,
    /// `bearer`.
    pub token_type: &'static str,
    /// Seconds the token is good for.
    pub expires_in: u64,
}

/// Who is signed in.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct MeReply {
    /// User name.
    pub username: String,
    /// viewer, operator or admin.
    pub role: &'static str,
}

/// A ticket for one WebSocket.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct TicketReply {
    /// Goes into `?token=`.
    pub ticket: String,
    /// Seconds it is good for.
    pub expires_in: u64,
}

/// Answer of `GET /version`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct VersionReply {
    /// `topmast`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// An error, RFC 9457.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct Problem {
    /// `about:blank`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The status in words.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What went wrong, for people.
    pub detail: String,
    /// Which field or parameter, when it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub field: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub hint: Option<String>,
}
