//! Machines that mislead: captured trees in which each trap is laid, and what a probe makes of them.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::delta::Delta;
use model::snapshot::{Group, Runtime, SensorKind, Snapshot};
use model::{Absence, Observed};
use probe::{Clock, Probe, ProbeOptions, Units};
use std::cell::Cell;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::time::Duration;

const SECOND: u64 = 1_000_000_000;
const PATIENCE: Duration = Duration::from_secs(20);
const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

struct Hands(Cell<u64>);

impl Clock for Hands {
    fn boot_nanos(&self) -> u64 {
        self.0.get()
    }

    fn unix_nanos(&self) -> i64 {
        self.0.get().cast_signed()
    }

    fn thread_cpu_nanos(&self) -> u64 {
        0
    }

    fn asleep_nanos(&self) -> u64 {
        77
    }
}

/// A machine below a directory.
struct Machine(PathBuf);

impl Machine {
    fn new(name: &str) -> Self {
        let name = format!("topmast-host-{name}-{}", std::process::id());
        let machine = Self(std::env::temp_dir().join(name));
        let _ = fs::remove_dir_all(&machine.0);
        fs::create_dir_all(machine.0.join("proc/self")).unwrap();
        machine
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn probe(&self) -> Probe {
        Probe::of_machine(&self.0).unwrap()
    }

    /// What is around, and the sample after it.
    fn seen(&self) -> Snapshot {
        let mut probe = self.probe();
        probe.look_around(PATIENCE);
        let mut snapshot = Snapshot::default();
        probe.sample(&mut snapshot, &Hands(Cell::new(3600 * SECOND)));
        snapshot
    }

    fn process(&self, pid: u32, membership: &str) -> &Self {
        self.write(&format!("proc/{pid}/cgroup"), membership)
    }

    fn group(&self, path: &str) -> Group {
        let snapshot = self.seen();
        let groups = &snapshot.host.surroundings.groups;
        groups.iter().find(|group| &*group.path == path).cloned().unwrap_or_else(|| {
            panic!("no {path} among {groups:?}");
        })
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn has_gap(snapshot: &Snapshot, what: &str) -> bool {
    snapshot.gaps.iter().any(|gap| gap.what == what)
}

#[test]
fn guest_time_stays_inside_user_time_and_shares_stay_below_a_hundred() {
    let machine = Machine::new("guest");
    let stat = |user: u32, guest: u32, idle: u32, iowait: u32| {
        let line = format!("{user} 0 0 {idle} {iowait} 0 0 0 {guest} 0\n");
        machine.write("proc/stat", format!("cpu {line}cpu3 {line}ctxt 5\nprocesses 9\n"));
    };
    let (clock, mut probe) = (Hands(Cell::new(3600 * SECOND)), {
        stat(100, 80, 100, 50);
        machine.probe()
    });
    let (mut before, mut now) = (Snapshot::default(), Snapshot::default());
    probe.sample(&mut before, &clock);
    clock.0.set(3601 * SECOND);
    // All the time went to a guest, and `iowait` went backwards.
    stat(200, 180, 100, 20);
    probe.sample(&mut now, &clock);
    assert_eq!((now.host.cores.len(), &now.host.core_numbers[..]), (1, &[3][..]));
    assert_eq!(now.host.asleep_nanos, 77);
    let delta = Delta::between(Some(&before), &now);
    let share = delta.host_rates.cpu.unwrap();
    assert_eq!((share.busy, share.user, share.guest, share.iowait), (100.0, 100.0, 100.0, 0.0));
}

#[test]
fn files_that_become_unreadable_leave_nothing_of_the_sample_before() {
    let machine = Machine::new("stale");
    let files = [
        ("stat", "cpu 1 2 3 4\ncpu0 1 2 3 4\nctxt 5\nintr 6\nprocesses 7\n"),
        ("vmstat", "pswpin 1\npswpout 2\npgfault 3\npgmajfault 4\noom_kill 5\n"),
        ("meminfo", "MemTotal: 100 kB\nMemFree: 10 kB\n"),
        ("loadavg", "1.0 2.0 3.0 1/2 3\n"),
        ("net/dev", "eth0: 1 2 3 4 0 0 0 0 5 6 7 8 0 0 0 0\n"),
        ("diskstats", "8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n8 1 sda1 1 2 3 4 5 6 7 8 9 10 11\n"),
        ("pressure/cpu", "some avg10=1.0 avg60=1.0 avg300=1.0 total=1\n"),
        ("pressure/io", "some avg10=1.0 avg60=1.0 avg300=1.0 total=1\n"),
        ("pressure/memory", "some avg10=1.0 avg60=1.0 avg300=1.0 total=1\n"),
    ];
    for (file, text) in files {
        machine.write(&format!("proc/{file}"), text);
    }
    machine.write("sys/class/block/sda1/partition", "1\n");
    let options = ProbeOptions { root: machine.0.join("proc"), ..ProbeOptions::default() };
    assert!(Probe::with(&options).is_ok());
    let mut probe = machine.probe();
    let clock = Hands(Cell::new(3600 * SECOND));
    let mut snapshot = Snapshot::default();
    probe.sample(&mut snapshot, &clock);
    let host = &snapshot.host;
    assert_eq!((host.cores.len(), host.interfaces.len(), host.load[0]), (1, 1, 1.0));
    let disks: Vec<_> = host.disks.iter().map(|disk| (&*disk.name, disk.is_partition)).collect();
    assert_eq!(disks, [("sda", false), ("sda1", true)]);
    assert_eq!(host.disks[0].counters.read_bytes, 3 * 512);
    assert_eq!((host.counters.interrupts, host.counters.oom_kills), (6, 5));
    assert!(host.pressure.is_some() && snapshot.gaps.is_empty(), "{:?}", snapshot.gaps);
    for (file, _) in files {
        machine.write(&format!("proc/{file}"), "nothing of use\n");
    }
    // Lists that are empty are empty; what has a first line or a total is missing without it.
    probe.sample(&mut snapshot, &clock);
    let host = &snapshot.host;
    assert!(host.cores.is_empty() && host.core_numbers.is_empty() && host.interfaces.is_empty());
    assert!(host.disks.is_empty() && host.pressure.is_none() && host.frequencies.is_empty());
    assert_eq!(host.cpu, model::snapshot::CpuTimes::default());
    assert_eq!(host.memory, model::snapshot::Memory::default());
    assert_eq!((host.load, host.counters), ([0.0; 3], model::snapshot::KernelCounters::default()));
    for what in ["cpu_percent", "load_1", "memory_total", "pressure", "swap_in_per_sec"] {
        assert!(has_gap(&snapshot, what), "{what}: {:?}", snapshot.gaps);
    }
}

#[test]
fn a_machine_without_the_files_is_all_gaps() {
    let machine = Machine::new("bare");
    let snapshot = machine.seen();
    for what in ["cpu_percent", "load_1", "memory_total", "pressure", "interfaces", "disks"] {
        assert!(has_gap(&snapshot, what), "{what}: {:?}", snapshot.gaps);
    }
    let around = &snapshot.host.surroundings;
    assert!(around.read_nanos > 0 && around.groups.is_empty() && around.file_systems.is_empty());
    assert!(around.gaps.iter().any(|gap| gap.what == "file_systems"), "{:?}", around.gaps);
}

#[test]
fn pages_of_another_size_are_believed() {
    let machine = Machine::new("pages");
    machine.write("proc/vmstat", "pswpin 3\npswpout 4\npgfault 1\npgmajfault 0\noom_kill 0\n");
    let root = machine.0.join("proc");
    let units = Units { page_bytes: 64 * 1024, ..Units::of_this_kernel() };
    let options = ProbeOptions { root, units, ..ProbeOptions::default() };
    let mut snapshot = Snapshot::default();
    Probe::with(&options).unwrap().sample(&mut snapshot, &Hands(Cell::new(SECOND)));
    let counters = snapshot.host.counters;
    assert_eq!((counters.swap_in_bytes, counters.swap_out_bytes), (3 << 16, 4 << 16));
}

const UNIFIED: &str = "30 20 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";

#[test]
fn limits_of_the_groups_above_hold_and_max_is_none() {
    let machine = Machine::new("unified");
    machine
        .write("proc/self/mountinfo", UNIFIED)
        .write("proc/self/cgroup", "0::/box\n")
        .process(7, "0::/box/inner\n")
        .write("sys/fs/cgroup/box/cpu.max", "150000 100000\n")
        .write("sys/fs/cgroup/box/memory.max", "1000000\n")
        .write("sys/fs/cgroup/box/pids.max", "max\n")
        .write("sys/fs/cgroup/box/inner/cpu.max", "max 100000\n")
        .write("sys/fs/cgroup/box/inner/memory.max", "max\n")
        .write("sys/fs/cgroup/box/inner/memory.current", "4096\n")
        .write("sys/fs/cgroup/box/inner/memory.events", "oom 3\noom_kill 2\n")
        .write(
            "sys/fs/cgroup/box/inner/cpu.stat",
            "usage_usec 5\nnr_throttled 6\nthrottled_usec 7\n",
        );
    let group = machine.group("/box/inner");
    assert_eq!(group.cpu_limit_cores, Observed::Known(Some(1.5)));
    assert_eq!(group.memory_limit_bytes, Observed::Known(Some(1_000_000)));
    assert_eq!(group.pids_limit, Observed::Known(None), "`max` all the way up");
    assert_eq!(group.memory_bytes, Observed::Known(4096));
    assert_eq!((group.oom_kills, group.cpu_nanos), (Observed::Known(2), Observed::Known(5000)));
    assert_eq!(group.throttled_periods, Observed::Known(6));
    assert_eq!(group.throttled_nanos, Observed::Known(7000));
    assert_eq!(group.pids, Observed::Absent(Absence::NotEnabled), "the controller is off here");
    let own = machine.seen().host.surroundings.own_limits;
    assert_eq!((own.cpu_cores, own.memory_bytes, own.pids), (Some(1.5), Some(1_000_000), None));
}

#[test]
fn version_1_says_none_by_a_number_and_hybrid_hosts_say_each_in_its_place() {
    let machine = Machine::new("hybrid");
    let mounts = "31 20 0:31 / /cg/cpu rw - cgroup cgroup rw,cpu,cpuacct\n\
        32 20 0:32 /docker/box /cg/memory rw - cgroup cgroup rw,memory\n\
        33 20 0:33 / /cg/unified rw - cgroup2 cgroup2 rw\n";
    machine
        .write("proc/self/mountinfo", mounts)
        .process(7, "4:memory:/docker/box/a\n2:cpu,cpuacct:/job\n1:net_cls:/\n0::/all\n")
        .write("cg/cpu/job/cpu.cfs_quota_us", "-1\n")
        .write("cg/cpu/job/cpu.cfs_period_us", "100000\n")
        .write("cg/cpu/job/cpu.stat", "nr_periods 1\nnr_throttled 2\nthrottled_time 3\n")
        .write("cg/cpu/job/cpuacct.usage", "4\n")
        .write("cg/cpu/cpu.cfs_quota_us", "25000\n")
        .write("cg/cpu/cpu.cfs_period_us", "100000\n")
        .write("cg/memory/a/memory.limit_in_bytes", "9223372036854771712\n")
        .write("cg/memory/a/memory.usage_in_bytes", "5\n")
        .write("cg/memory/a/memory.oom_control", "oom_kill_disable 0\noom_kill 6\n")
        .write("cg/unified/all/pids.max", "100\n")
        .write("cg/unified/all/pids.current", "7\n");
    let group = machine.group("/all");
    assert_eq!(group.cpu_limit_cores, Observed::Known(Some(0.25)), "of the group above");
    assert_eq!((group.cpu_nanos, group.throttled_nanos), (Observed::Known(4), Observed::Known(3)));
    assert_eq!(group.memory_limit_bytes, Observed::Known(None), "2^63 less a page is no limit");
    assert_eq!((group.memory_bytes, group.oom_kills), (Observed::Known(5), Observed::Known(6)));
    assert_eq!((group.pids_limit, group.pids), (Observed::Known(Some(100)), Observed::Known(7)));
}

#[test]
fn groups_that_cannot_be_seen_from_here_are_absent_not_without_limits() {
    let machine = Machine::new("outside");
    machine
        .write("proc/self/mountinfo", UNIFIED)
        .process(7, "0::/../../secret\n")
        .process(8, "0::/gone\n")
        .process(9, "3:memory:/unmounted\n0::/there\n")
        .write("sys/fs/cgroup/there/cpu.stat", "usage_usec 1\n");
    let outside = machine.group("/../../secret");
    assert_eq!(outside.memory_limit_bytes, Observed::Absent(Absence::Denied));
    assert_eq!(machine.group("/gone").cpu_limit_cores, Observed::Absent(Absence::Gone));
    let there = machine.group("/there");
    assert_eq!(there.memory_limit_bytes, Observed::Absent(Absence::Unsupported));
    assert_eq!(there.cpu_limit_cores, Observed::Known(None));
    assert_eq!(there.throttled_periods, Observed::Absent(Absence::Unsupported));
}

#[test]
fn sensors_keep_their_names_when_chips_are_numbered_anew() {
    let machine = Machine::new("sensors");
    let chip = |number: u32, device: &str, temperature: &str| {
        let dir = format!("sys/class/hwmon/hwmon{number}");
        machine.write(&format!("{dir}/name"), "nvme\n");
        machine.write(&format!("{dir}/temp1_input"), temperature);
        machine.write(&format!("{dir}/temp1_label"), "Composite\n");
        let target = machine.0.join(format!("sys/devices/{device}"));
        fs::create_dir_all(&target).unwrap();
        let _ = fs::remove_file(machine.0.join(format!("{dir}/device")));
        std::os::unix::fs::symlink(&target, machine.0.join(format!("{dir}/device"))).unwrap();
    };
    let names = || {
        let sensors = machine.seen().host.surroundings.sensors.clone();
        let name = |sensor: &model::snapshot::Sensor| (sensor.chip.to_string(), sensor.value);
        sensors.iter().map(name).collect::<Vec<_>>()
    };
    chip(0, "nvme0", "30500\n");
    chip(1, "nvme1", "40000\n");
    let first = names();
    assert_eq!(first, [("nvme-nvme0".to_owned(), 30.5), ("nvme-nvme1".to_owned(), 40.0)]);
    chip(0, "nvme1", "40000\n");
    chip(1, "nvme0", "30500\n");
    assert_eq!(names(), first);
}

#[test]
fn a_sensor_without_a_value_is_not_there_and_units_are_of_its_kind() {
    let machine = Machine::new("units");
    let dir = "sys/class/hwmon/hwmon0";
    let files = [
        ("name", "board"),
        ("temp1_input", "nothing"),
        ("temp2_input", "-5000"),
        ("temp2_crit", "90000"),
        ("fan1_input", "1200"),
        ("in0_input", "1100"),
        ("power1_average", "15000000"),
        ("curr1_input", "2500"),
    ];
    for (file, text) in files {
        machine.write(&format!("{dir}/{file}"), text);
    }
    for (file, text) in [
        ("type", "Battery"),
        ("capacity", "80"),
        ("status", "Discharging"),
        ("energy_now", "40000000"),
        ("power_now", "20000000"),
    ] {
        machine.write(&format!("sys/class/power_supply/BAT0/{file}"), text);
    }
    machine.write("sys/class/power_supply/AC/type", "Mains");
    let around = machine.seen().host.surroundings;
    let found: Vec<_> = around.sensors.iter().map(|s| (&*s.label, s.kind, s.value)).collect();
    use SensorKind::{Current, Fan, Power, Temperature, Voltage};
    let expected = [
        ("temp2", Temperature, -5.0),
        ("fan1", Fan, 1200.0),
        ("in0", Voltage, 1.1),
        ("power1", Power, 15.0),
        ("curr1", Current, 2.5),
    ];
    assert_eq!(found, expected);
    assert_eq!(around.sensors[0].critical, Some(90.0));
    let battery = &around.batteries[0];
    assert_eq!((around.batteries.len(), battery.percent), (1, 80.0));
    assert_eq!(battery.seconds_left, Some(7200.0));
}

#[test]
fn containers_are_named_by_docker_where_its_files_are_closed() {
    let machine = Machine::new("docker");
    let socket = machine.0.join("run/docker.sock");
    fs::create_dir_all(socket.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    machine.process(7, &format!("0::/system.slice/docker-{ID}.scope\n"));
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 512];
        let length = stream.read(&mut request).unwrap();
        assert!(request[..length].starts_with(b"GET /containers/json HTTP/1.0\r\n"));
        let body = format!(r#"[{{"Id":"{ID}","Names":["/web"],"Image":"nginx:1"}}]"#);
        write!(stream, "HTTP/1.0 200 OK\r\n\r\n{body}").unwrap();
    });
    let around = machine.seen().host.surroundings;
    server.join().unwrap();
    let container = &around.containers[0];
    assert_eq!((&*container.id, container.runtime), (ID, Runtime::Docker));
    assert_eq!(container.name.as_deref(), Some("web"));
    assert_eq!(container.image.as_deref(), Some("nginx:1"));
    // Its files are open to root, and then it is not asked.
    let file = format!("var/lib/docker/containers/{ID}/config.v2.json");
    machine.write(&file, r#"{"Name":"/other","Config":{"Image":"i"}}"#);
    let around = machine.seen().host.surroundings;
    assert_eq!(around.containers[0].name.as_deref(), Some("other"));
}

#[test]
fn a_container_whose_name_is_kept_from_us_is_there_without_one() {
    let machine = Machine::new("podman");
    machine.process(7, &format!("0::/machine.slice/libpod-{ID}.scope\n"));
    let around = machine.seen().host.surroundings;
    assert_eq!((around.containers.len(), &around.containers[0].name), (1, &None));
    let gap = around.gaps.iter().find(|gap| gap.what == "container_name").unwrap();
    assert_eq!((gap.count, gap.absence), (Some(1), Absence::Denied));
    let file = "home/ann/.local/share/containers/storage/overlay-containers/containers.json";
    machine.write(file, format!(r#"[{{"id":"{ID}","names":["db"]}}]"#));
    let around = machine.seen().host.surroundings;
    assert_eq!(around.containers[0].name.as_deref(), Some("db"));
}

/// What is found of the container of a machine on which a user put something in the way.
fn container_beside(machine: &Machine) -> Option<String> {
    machine.process(7, &format!("0::/machine.slice/libpod-{ID}.scope\n"));
    let around = machine.seen().host.surroundings;
    let late = around.gaps.iter().find(|gap| gap.what == "surroundings");
    assert!(late.is_none(), "{late:?}");
    around.containers[0].name.as_deref().map(str::to_owned)
}

const STORAGE: &str = "containers/storage/overlay-containers/containers.json";

#[test]
fn a_pipe_where_a_user_keeps_containers_holds_up_nothing() {
    let machine = Machine::new("pipe");
    let pipe = machine.0.join(format!("home/eve/.local/share/{STORAGE}"));
    fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    let kind = rustix::fs::FileType::Fifo;
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
    assert_eq!(container_beside(&machine), None);
}

#[test]
fn surroundings_that_are_not_read_any_more_are_said_to_be_old() {
    let machine = Machine::new("silence");
    let pipe = machine.0.join("run/utmp");
    fs::create_dir_all(pipe.parent().unwrap()).unwrap();
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    let (mut probe, mut snapshot) = (machine.probe(), Snapshot::default());
    probe.watch_surroundings();
    let clock = Hands(Cell::new(SECOND));
    while snapshot.host.surroundings.read_nanos == 0 {
        probe.sample(&mut snapshot, &clock);
    }
    let is_old = |snapshot: &Snapshot| snapshot.gaps.iter().any(|gap| gap.what == "surroundings");
    assert!(!is_old(&snapshot), "{:?}", snapshot.gaps);
    // It is at the pipe by now, or soon, and never comes back.
    clock.0.set(snapshot.host.surroundings.read_nanos + 3600 * SECOND);
    probe.sample(&mut snapshot, &clock);
    assert!(is_old(&snapshot), "{:?}", snapshot.gaps);
    // Lets the thread go.
    drop(fs::OpenOptions::new().write(true).open(&pipe).unwrap());
}

#[test]
fn a_user_cannot_have_files_of_others_read_for_names() {
    let machine = Machine::new("link");
    machine.write("secret", format!(r#"[{{"id":"{ID}","names":["hidden"]}}]"#));
    let link = machine.0.join(format!("home/eve/.local/share/{STORAGE}"));
    fs::create_dir_all(link.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(machine.0.join("secret"), &link).unwrap();
    assert_eq!(container_beside(&machine), None);
}

#[test]
fn a_user_cannot_rename_the_containers_of_root() {
    let machine = Machine::new("rename");
    let list = |name: &str| format!(r#"[{{"id":"{ID}","names":["{name}"]}}]"#);
    machine.write(&format!("home/eve/.local/share/{STORAGE}"), list("forged"));
    machine.write(&format!("var/lib/{STORAGE}"), list("db"));
    assert_eq!(container_beside(&machine).as_deref(), Some("db"));
}

#[test]
fn a_docker_that_is_stopped_and_lets_nobody_in_holds_up_nothing() {
    use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType};
    let machine = Machine::new("stopped");
    let path = machine.0.join("run/docker.sock");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let address = SocketAddrUnix::new(&path).unwrap();
    let open = || {
        let flags = SocketFlags::NONBLOCK;
        rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).unwrap()
    };
    let listener = open();
    rustix::net::bind(&listener, &address).unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let mut waiting = Vec::new();
    loop {
        let socket = open();
        if rustix::net::connect(&socket, &address).is_err() {
            break;
        }
        waiting.push(socket);
    }
    machine.process(7, &format!("0::/system.slice/docker-{ID}.scope\n"));
    let around = machine.seen().host.surroundings;
    assert!(around.gaps.iter().all(|gap| gap.what != "surroundings"), "{:?}", around.gaps);
    assert_eq!((around.containers.len(), &around.containers[0].name), (1, &None));
}

#[test]
fn sessions_of_processes_that_ended_are_left_out() {
    let machine = Machine::new("sessions");
    let session = |pid: u32| {
        format!("USER=ann\nTTY=pts/1\nLEADER={pid}\nREALTIME=1700000000000000\nCLASS=user\n")
    };
    machine
        .write("run/systemd/sessions/1", session(7))
        .write("run/systemd/sessions/2", session(8))
        .process(7, "0::/\n");
    let around = machine.seen().host.surroundings;
    let pids: Vec<_> = around.sessions.iter().map(|session| session.pid).collect();
    assert_eq!(pids, [7]);
}

#[test]
fn samples_take_over_what_is_around_by_themselves() {
    let options = ProbeOptions { surroundings: probe::Reading::Yes, ..ProbeOptions::default() };
    let mut probe = Probe::with(&options).unwrap();
    let mut snapshot = Snapshot::default();
    // The thread reads on its own time: every sample either has it or does not wait for it.
    while snapshot.host.surroundings.file_systems.is_empty() {
        probe.sample(&mut snapshot, &probe::SystemClock);
    }
    let root = snapshot.host.surroundings.file_systems.iter().find(|f| &*f.mount_point == "/");
    let space = root.unwrap().space.known().unwrap();
    assert_eq!(space.used + space.available + space.reserved, space.total);
    let interface = snapshot.host.interfaces.iter().find(|interface| &*interface.name == "lo");
    assert!(interface.unwrap().setup.mtu.is_some_and(|mtu| mtu > 0));
    assert!(interface.unwrap().setup.addresses.iter().any(|address| &**address == "127.0.0.1/8"));
}
