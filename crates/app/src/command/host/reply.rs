//! The machine as JSON.

use crate::output::AllFields;
use model::delta::CpuShare;
use model::metric::{
    BatteryEntity, ContainerEntity, CoreEntity, CoreRow, DiskEntity, DiskRow, GroupEntity,
    InterfaceEntity, InterfaceRow, PressureEntity, PressureRow, SensorEntity, SessionEntity,
};
use model::snapshot::{FileSystem, HostFacts, KernelCounters, Memory, OwnLimits, ProcessState};
use model::{Delta, Gap};
use serde::Serialize;
use serde_json::{Map, Value, json};
use wire::browser::{self, reply::GapReply};

/// All of it. Lists are those of the catalogue.
#[derive(Serialize)]
pub(super) struct HostReply<'d> {
    timestamp: String,
    system: Value,
    cpu: Value,
    cores: AllFields<'d, CoreEntity>,
    memory: Value,
    pressure: AllFields<'d, PressureEntity>,
    disks: AllFields<'d, DiskEntity>,
    file_systems: Vec<Value>,
    interfaces: AllFields<'d, InterfaceEntity>,
    sensors: AllFields<'d, SensorEntity>,
    batteries: AllFields<'d, BatteryEntity>,
    sessions: AllFields<'d, SessionEntity>,
    limits: Value,
    groups: AllFields<'d, GroupEntity>,
    containers: AllFields<'d, ContainerEntity>,
    gaps: Vec<GapReply>,
}

impl<'d> HostReply<'d> {
    pub(super) fn of(delta: &'d Delta, gaps: &[Gap]) -> Self {
        let host = &delta.host;
        let around = &host.surroundings;
        Self {
            timestamp: browser::timestamp(delta.at),
            system: system(delta),
            cpu: cpu(delta),
            cores: AllFields::of(CoreRow::all(delta)),
            memory: memory(&host.memory),
            pressure: AllFields::of(host.pressure.iter().flat_map(PressureRow::all)),
            disks: AllFields::of(DiskRow::all(delta)),
            file_systems: around.file_systems.iter().map(file_system).collect(),
            interfaces: AllFields::of(InterfaceRow::all(delta)),
            sensors: AllFields::of(&around.sensors),
            batteries: AllFields::of(&around.batteries),
            sessions: AllFields::of(&around.sessions),
            limits: limits(&around.own_limits),
            groups: AllFields::of(&around.groups),
            containers: AllFields::of(&around.containers),
            gaps: browser::gap_replies(gaps),
        }
    }
}

fn system(delta: &Delta) -> Value {
    let HostFacts { boot_id, hostname, os, kernel, architecture, .. } = &*delta.host.facts;
    let facts = &delta.host.facts;
    let states = &delta.processes.state;
    let in_state = |wanted| states.iter().filter(|state| **state == wanted).count();
    let [load_1, load_5, load_15] = delta.host.load;
    json!({
        "hostname": hostname,
        "platform": "linux",
        "os": os,
        "kernel": kernel,
        "architecture": architecture,
        "boot_id": boot_id,
        "boot_time": delta.host.boot_unix_nanos as f64 / 1e9,
        "uptime": delta.at.boot_nanos as f64 / 1e9,
        "ip_address": facts.ip_address,
        "cpu_model": facts.cpu_model,
        "cpu_count": delta.host.cores.len(),
        "physical_cores": facts.physical_cores,
        "virtualization": facts.virtualization,
        "load_1": load_1,
        "load_5": load_5,
        "load_15": load_15,
        "total_processes": states.len(),
        "running_processes": in_state(ProcessState::Running),
        "blocked_processes": in_state(ProcessState::DiskSleep),
        "zombie_processes": in_state(ProcessState::Zombie),
        "total_threads": delta.processes.threads.iter().map(|count| u64::from(*count)).sum::<u64>(),
    })
}

fn cpu(delta: &Delta) -> Value {
    let rates = &delta.host_rates;
    let percent = |pick: fn(&CpuShare) -> f64| rates.cpu.as_ref().map(|share| tenths(pick(share)));
    let KernelCounters { forks, context_switches, interrupts, page_faults, major_faults, .. } =
        delta.host.counters;
    json!({
        "busy_percent": percent(|share| share.busy),
        "user_percent": percent(|share| share.user),
        "nice_percent": percent(|share| share.nice),
        "system_percent": percent(|share| share.system),
        "iowait_percent": percent(|share| share.iowait),
        "irq_percent": percent(|share| share.irq),
        "softirq_percent": percent(|share| share.softirq),
        "steal_percent": percent(|share| share.steal),
        "guest_percent": percent(|share| share.guest),
        "starts_per_sec": rates.forks.map(tenths),
        "context_switches_per_sec": rates.context_switches.map(tenths),
        "interrupts_per_sec": rates.interrupts.map(tenths),
        "starts": forks,
        "context_switches": context_switches,
        "interrupts": interrupts,
        "page_faults": page_faults,
        "major_faults": major_faults,
        "oom_kills": delta.host.counters.oom_kills,
        "swap_in_per_sec": rates.swap_in_bytes.map(f64::round),
        "swap_out_per_sec": rates.swap_out_bytes.map(f64::round),
        "swap_in_bytes": delta.host.counters.swap_in_bytes,
        "swap_out_bytes": delta.host.counters.swap_out_bytes,
    })
}

/// Every field, so that none is forgotten: one that is added does not compile.
fn memory(memory: &Memory) -> Value {
    let mut map = Map::new();
    macro_rules! all {
        ($($field:ident),+) => {
            let Memory { $($field),+ } = *memory;
            $(map.insert(stringify!($field).to_owned(), $field.into());)+
        };
    }
    all!(
        total,
        free,
        available,
        cached,
        buffers,
        reclaimable,
        unreclaimable,
        anonymous,
        mapped,
        dirty,
        writeback,
        active,
        inactive,
        locked,
        page_tables,
        huge_pages_total,
        huge_pages_free,
        committed,
        commit_limit,
        shared,
        swap_total,
        swap_free,
        swap_cached
    );
    map.insert("used".to_owned(), total.saturating_sub(available).into());
    map.insert("swap_used".to_owned(), swap_total.saturating_sub(swap_free).into());
    Value::Object(map)
}

fn file_system(found: &FileSystem) -> Value {
    let space = found.space.known();
    json!({
        "mount_point": &*found.mount_point,
        "device": &*found.device,
        "kind": &*found.kind,
        "read_only": found.is_read_only,
        "total": space.map(|space| space.total),
        "used": space.map(|space| space.used),
        "available": space.map(|space| space.available),
        "reserved": space.map(|space| space.reserved),
        "used_percent": space.map(|space| tenths(space.used_percent())),
        "inodes": space.map(|space| space.inodes),
        "inodes_free": space.map(|space| space.inodes_free),
    })
}

fn limits(limits: &OwnLimits) -> Value {
    let OwnLimits { cpu_cores, memory_bytes, pids } = *limits;
    json!({ "cpu_cores": cpu_cores, "memory_bytes": memory_bytes, "pids": pids })
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
