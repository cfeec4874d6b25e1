//! One process whole, on real processes: each part is what the kernel says of it.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use model::request::{DetailWish, FileKind, OpenFile, ProcessDetail, Refusal, Target};
use model::{Absence, Observed};
use probe::Control;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::fd::AsRawFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

struct Sleeper {
    child: Child,
    folder: PathBuf,
}

impl Sleeper {
    /// A process with a little of everything.
    fn start(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("topmast-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let folder = folder.canonicalize().unwrap();
        fs::write(folder.join("read"), "0123456789").unwrap();
        fs::write(folder.join("gone (deleted)"), "here").unwrap();
        let script = "ulimit -n 123; exec 7>>written 8<read 6<'gone (deleted)' 5<gone; \
            head -c 4 <&8 >&2; echo 1234567 >&7; rm gone; echo ready; exec sleep 600";
        fs::write(folder.join("gone"), "not here").unwrap();
        let mut child = Command::new("sh")
            .args(["-c", script])
            .current_dir(&folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("PLAIN", "a = b")
            .env("API_TOKEN", "hunter2")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        let sleeper = Self { child, folder };
        // It is ready as a shell, and steady as the sleeper it becomes.
        while sleeper.proc("comm") != "sleep\n" || !sleeper.proc("wchan").contains("nanosleep") {
            std::thread::yield_now();
        }
        sleeper
    }

    fn proc(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap()
    }

    fn status(&self, key: &str) -> Vec<String> {
        let text = self.proc("status");
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key}:"))).unwrap();
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn detail(&self, wish: DetailWish) -> ProcessDetail {
        let target = Target { pid: self.child.id(), start_time: None };
        Control::new().unwrap().detail(target, wish).unwrap()
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn patient() -> DetailWish {
    DetailWish { patience: Duration::from_secs(60), ..DetailWish::everything() }
}

fn known<T: std::fmt::Debug>(value: Observed<T>) -> T {
    match value {
        Observed::Known(value) => value,
        Observed::Absent(absence) => panic!("absent: {absence:?}"),
    }
}

#[test]
fn rights_and_ids_are_those_of_its_status() {
    let sleeper = Sleeper::start("rights");
    let detail = sleeper.detail(DetailWish::cheap());
    let joined = |ids: [u32; 4]| ids.map(|id| id.to_string()).to_vec();
    assert_eq!(joined(known(detail.uids)), sleeper.status("Uid"));
    assert_eq!(joined(known(detail.gids)), sleeper.status("Gid"));
    let groups: Vec<_> = known(detail.groups).iter().map(u32::to_string).collect();
    assert_eq!(groups, sleeper.status("Groups"));
    let pids: Vec<_> = detail.namespace_pids.iter().map(u32::to_string).collect();
    assert_eq!(pids, sleeper.status("NSpid"));
    let sets = known(detail.capabilities);
    for (key, bits) in [
        ("CapInh", sets.inheritable),
        ("CapPrm", sets.permitted),
        ("CapEff", sets.effective),
        ("CapBnd", sets.bounding),
        ("CapAmb", sets.ambient),
    ] {
        assert_eq!([format!("{bits:016x}")], *sleeper.status(key), "{key}");
    }
    assert_eq!([known(detail.affinity)], *sleeper.status("Cpus_allowed_list"));
    assert_eq!(detail.seccomp == Some("off"), sleeper.status("Seccomp") == ["0"]);
    assert_eq!(detail.no_new_privileges, Some(sleeper.status("NoNewPrivs") == ["1"]));
    assert_eq!(detail.tracer, 0);
}

#[test]
fn scheduling_limits_and_surroundings_are_the_kernels() {
    let sleeper = Sleeper::start("limits");
    let detail = sleeper.detail(DetailWish::cheap());
    assert_eq!(detail.scheduling, Some("other"));
    assert!(known(detail.io_priority).starts_with("best-effort"));
    assert_eq!(known(detail.wait_channel), sleeper.proc("wchan"));
    assert_eq!(known(detail.oom_score).to_string(), sleeper.proc("oom_score").trim());
    assert_eq!(
        known(detail.oom_score_adjustment).to_string(),
        sleeper.proc("oom_score_adj").trim()
    );
    let limits = known(detail.limits);
    let files = limits.iter().find(|limit| limit.name == "Max open files").unwrap();
    assert_eq!((files.soft, files.hard, &*files.unit), (Some(123), Some(123), "files"));
    assert_eq!(limits.len(), sleeper.proc("limits").lines().count() - 1);
    let namespaces = known(detail.namespaces);
    assert!(namespaces.iter().any(|(kind, _)| *kind == "net"));
    for (kind, inode) in namespaces {
        let link = fs::read_link(format!("/proc/{}/ns/{kind}", sleeper.child.id())).unwrap();
        assert_eq!(link.to_str().unwrap(), format!("{kind}:[{inode}]"));
    }
    assert_eq!(detail.cgroups.len(), sleeper.proc("cgroup").lines().count());
    for (hierarchy, path) in &detail.cgroups {
        let middle = if hierarchy == "unified" { "" } else { hierarchy };
        let line = format!(":{middle}:{path}");
        assert!(sleeper.proc("cgroup").lines().any(|known| known.ends_with(&line)), "{line}");
    }
    // The same group as the list of groups has.
    let mut probe = probe::Probe::new().unwrap();
    probe.look_around(Duration::from_secs(60));
    let group = detail.group.unwrap();
    assert!(detail.cgroups.iter().any(|(_, path)| **path == *group.path), "{group:?}");
    let around = probe.surroundings();
    let listed = around.groups.iter().find(|listed| listed.path == group.path).unwrap();
    assert_eq!(group.memory_limit_bytes, listed.memory_limit_bytes);
    assert_eq!(group.pids_limit, listed.pids_limit);
    assert_eq!(group.pids.known().is_some(), listed.pids.known().is_some());
}

#[test]
fn open_files_have_modes_positions_sizes_and_a_true_mark_of_deletion() {
    let sleeper = Sleeper::start("files");
    let detail = sleeper.detail(patient());
    let files = known(detail.files);
    assert_eq!(files.len() as u32, known(detail.descriptors));
    let file =
        |number: u32| -> &OpenFile { files.iter().find(|file| file.descriptor == number).unwrap() };
    let path = |name: &str| sleeper.folder.join(name).to_str().unwrap().to_owned();
    let written = file(7);
    assert_eq!((&*written.target, written.mode), (&*path("written"), "w"));
    assert_eq!((written.kind, written.size_bytes), (FileKind::File, Some(8)));
    let link = fs::read_link(format!("/proc/{}/fd/8", sleeper.child.id())).unwrap();
    assert_eq!((&*file(8).target, file(8).mode), (link.to_str().unwrap(), "r"));
    let at = sleeper.proc("fdinfo/8").lines().next().unwrap().replace("pos:\t", "");
    assert_eq!(file(8).position.unwrap().to_string(), at);
    assert_eq!(file(0).kind == FileKind::Device, file(0).target.starts_with("/dev/"));
    assert_eq!(file(1).kind, FileKind::Pipe);
    assert!(file(5).is_deleted, "no name leads to it");
    assert_eq!(file(5).size_bytes, Some(8));
    assert!(file(6).target.ends_with("(deleted)"), "that is its name");
    assert!(!file(6).is_deleted, "{:?}", file(6));
}

#[test]
fn memory_and_maps_add_up_to_what_the_kernel_says() {
    let sleeper = Sleeper::start("memory");
    // What is shared changes whenever another process with the same library begins or ends.
    let (detail, rollup) = loop {
        let before = sleeper.proc("smaps_rollup");
        let detail = sleeper.detail(patient());
        if sleeper.proc("smaps_rollup") == before {
            break (detail, before);
        }
    };
    let field = |key: &str| -> u64 {
        let line = rollup.lines().find_map(|line| line.strip_prefix(&format!("{key}:"))).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    };
    let memory = known(detail.memory);
    assert_eq!(
        (memory.rss_bytes, memory.uss_bytes),
        (field("Rss"), field("Private_Clean") + field("Private_Dirty"))
    );
    assert!(memory.uss_bytes <= memory.pss_bytes && memory.pss_bytes <= memory.rss_bytes);
    assert_eq!(memory.anonymous_bytes, field("Anonymous"));
    let maps = known(detail.maps);
    assert_eq!(maps.len(), sleeper.proc("maps").lines().count());
    let sum: u64 = maps.iter().map(|map| known(map.rss_bytes)).sum();
    assert_eq!(sum, memory.rss_bytes);
    assert!(maps.iter().any(|map| &*map.path == "[stack]" && &*map.permissions == "rw-p"));
    let only_maps = DetailWish { memory: model::request::Wanted::No, ..patient() };
    let cheap = known(sleeper.detail(only_maps).maps);
    assert_eq!(cheap.len(), maps.len());
    assert!(cheap.iter().all(|map| map.rss_bytes == Observed::Absent(Absence::NotYet)));
}

#[test]
fn the_environment_is_read_only_when_wished_and_its_secrets_never() {
    let sleeper = Sleeper::start("environment");
    assert_eq!(sleeper.detail(DetailWish::cheap()).environment, Observed::Absent(Absence::NotYet));
    let all = known(sleeper.detail(patient()).environment);
    let value = |name: &str| all.iter().find(|(known, _)| known == name).map(|(_, value)| &**value);
    assert_eq!(value("PLAIN"), Some("a = b"));
    assert_eq!(value("API_TOKEN"), Some("***"));
    let own = Target { pid: std::process::id(), start_time: None };
    let own = Control::new().unwrap().detail(own, patient()).unwrap();
    assert_eq!(own.environment, Observed::Absent(Absence::Denied), "ours is shown to nobody");
}

#[test]
fn kernel_threads_have_none_of_what_programs_have() {
    // The first thread of the kernel beside init; there is none in a container of its own.
    if !fs::read_to_string("/proc/2/comm").is_ok_and(|name| name == "kthreadd\n") {
        return;
    }
    let target = Target { pid: 2, start_time: None };
    let detail = Control::new().unwrap().detail(target, patient()).unwrap();
    let none = Absence::Unsupported;
    assert_eq!(detail.memory, Observed::Absent(none));
    assert_eq!(detail.maps, Observed::Absent(none));
    assert_eq!(detail.files, Observed::Absent(none));
    assert_eq!(detail.environment, Observed::Absent(none));
    assert_eq!(known(detail.threads).len(), 1);
    assert!(detail.protected.is_some());
}

#[test]
fn a_process_that_ends_while_it_is_read_is_whole_or_refused() {
    let control = Control::new().unwrap();
    for _ in 0..60 {
        let mut child = Command::new("sleep").arg("600").spawn().unwrap();
        let cheap = Target { pid: child.id(), start_time: None };
        let key = control.detail(cheap, DetailWish::cheap()).unwrap().key;
        let target = Target { pid: key.pid, start_time: Some(key.start_time()) };
        let (answer, ()) = std::thread::scope(|scope| {
            let reading = scope.spawn(|| control.detail(target, patient()));
            child.kill().unwrap();
            child.wait().unwrap();
            (reading.join().expect("reading does not panic"), ())
        });
        match answer {
            Ok(detail) => assert_eq!(detail.key, key),
            Err(refusal) => assert_eq!(refusal, Refusal::AnotherProcess),
        }
        assert_eq!(control.detail(target, patient()), Err(Refusal::AnotherProcess));
    }
}

#[test]
fn ten_thousand_files_are_read_or_said_to_be_unfinished() {
    let limit = rustix::process::Resource::Nofile;
    let mut room = rustix::process::getrlimit(limit);
    room.current = room.maximum;
    rustix::process::setrlimit(limit, room).unwrap();
    let count = usize::try_from(room.current.unwrap_or(12_000).min(12_000)).unwrap() - 1000;
    let file = fs::File::open("/dev/null").unwrap();
    let many: Vec<_> = (0..count.min(10_000)).map(|_| file.try_clone().unwrap()).collect();
    let last = many.last().unwrap().as_raw_fd().cast_unsigned();
    let control = Control::new().unwrap();
    let own = Target { pid: std::process::id(), start_time: None };
    let all = known(control.detail(own, patient()).unwrap().files);
    assert!(all.len() >= many.len());
    assert!(all.iter().any(|file| file.descriptor == last && &*file.target == "/dev/null"));
    for patience in [0, 1, 5] {
        let wish = DetailWish { patience: Duration::from_millis(patience), ..patient() };
        let detail = control.detail(own, wish).unwrap();
        let is_whole = detail.files.as_ref().known().is_some_and(|files| files.len() >= many.len());
        assert_eq!(is_whole, !detail.unfinished.contains(&"files"), "{patience} ms");
    }
    let none = DetailWish { patience: Duration::ZERO, ..patient() };
    let none = control.detail(own, none).unwrap();
    assert_eq!(none.unfinished, ["environment", "threads", "files", "memory", "maps"]);
    assert_eq!(none.files, Observed::Absent(Absence::NotYet));
}

#[test]
fn ten_thousand_threads_are_listed_once_each() {
    let (end, ended) = std::sync::mpsc::channel::<()>();
    let ended = std::sync::Arc::new(std::sync::Mutex::new(ended));
    let thread = |_| {
        let ended = std::sync::Arc::clone(&ended);
        let wait = move || {
            let _ = ended.lock().unwrap().recv();
        };
        std::thread::Builder::new().stack_size(16 * 1024).spawn(wait)
    };
    // A machine with little room may allow fewer.
    let threads: Vec<_> = (0..10_000).map_while(|index| thread(index).ok()).collect();
    let own = Target { pid: std::process::id(), start_time: None };
    let detail = Control::new().unwrap().detail(own, patient()).unwrap();
    let mut seen: Vec<_> = known(detail.threads).iter().map(|thread| thread.tid).collect();
    assert!(seen.len() > threads.len());
    seen.sort_unstable();
    seen.dedup();
    assert!(seen.len() > threads.len(), "none twice");
    drop(end);
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}
