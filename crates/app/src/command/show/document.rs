//! One process as JSON: the catalogue's names, and `gaps` for what is not known.

use super::Whole;
use crate::output::field_value;
use model::metric::{
    ConnectionEntity, Entity, FileEntity, LimitEntity, MapEntity, ProcessEntity, ThreadEntity,
    VariableEntity,
};
use model::request::{Capabilities, MemoryDetail};
use model::snapshot::Owner;
use model::{Observed, ProcessKey};
use serde_json::{Map, Value, json};
use wire::browser;

/// All of it.
pub(super) fn of(whole: &Whole<'_>) -> Value {
    let (delta, detail, pid) = (whole.delta, whole.detail, whole.row.key().pid);
    let mut sheet = Document { fields: Map::new(), gaps: Vec::new() };
    sheet.put("timestamp", browser::timestamp(delta.at));
    sheet.put("process", object::<ProcessEntity>(&whole.row));
    sheet.put("ancestors", ancestors(whole));
    let children = delta.process_rows().filter(|row| row.parent() == pid);
    let children: Vec<Value> =
        children.map(|row| reference(row.key(), &row.facts().name)).collect();
    sheet.put("children", children);
    sheet.scalars(whole);
    sheet.rights(whole);
    sheet.observed("memory", detail.memory.map(memory));
    sheet.list::<LimitEntity, _>("limits", &detail.limits);
    sheet.list::<ThreadEntity, _>("threads", &detail.threads);
    sheet.list::<FileEntity, _>("files", &detail.files);
    sheet.list::<MapEntity, _>("maps", &detail.maps);
    sheet.list::<VariableEntity, _>("environment", &detail.environment);
    let own = delta.socket_rows().filter(|row| row.owner() == Owner::Process(pid));
    let own: Vec<Value> = own.map(|row| object::<ConnectionEntity>(&row)).collect();
    sheet.put("connections", own);
    sheet.put("unfinished", json!(detail.unfinished));
    let gaps = std::mem::take(&mut sheet.gaps);
    sheet.put("gaps", gaps);
    Value::Object(sheet.fields)
}

struct Document {
    fields: Map<String, Value>,
    gaps: Vec<Value>,
}

impl Document {
    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.fields.insert(name.to_owned(), value.into());
    }

    /// The value, or null and a gap that says why.
    fn observed<T: Into<Value>>(&mut self, name: &str, value: Observed<T>) {
        match value {
            Observed::Known(value) => self.put(name, value),
            Observed::Absent(absence) => {
                self.put(name, Value::Null);
                self.gaps.push(json!({ "what": name, "reason": absence.word() }));
            }
        }
    }

    fn list<E, T>(&mut self, name: &str, rows: &Observed<Vec<T>>)
    where
        E: for<'a> Entity<Row<'a> = &'a T>,
    {
        let objects = |rows: &Vec<T>| rows.iter().map(|row| object::<E>(&row)).collect();
        self.observed::<Vec<Value>>(name, rows.as_ref().map(objects));
    }

    fn scalars(&mut self, whole: &Whole<'_>) {
        let detail = whole.detail;
        self.put("terminal", detail.terminal.clone());
        self.put("process_group", detail.process_group);
        self.put("session", detail.session);
        self.put("protected", detail.protected.clone());
        self.put("processor", detail.processor);
        self.put("scheduling", detail.scheduling);
        self.put("tracer", detail.tracer);
        self.observed("descriptors", detail.descriptors);
        self.observed("voluntary_switches", detail.voluntary_switches);
        self.observed("involuntary_switches", detail.involuntary_switches);
        self.observed("oom_score", detail.oom_score);
        self.observed("oom_score_adjustment", detail.oom_score_adjustment);
        self.observed("affinity", detail.affinity.clone());
        self.observed("io_priority", detail.io_priority.clone());
        self.observed("wait_channel", detail.wait_channel.clone());
        self.observed("net_received_bytes", whole.row.net_received_bytes());
        self.observed("net_sent_bytes", whole.row.net_sent_bytes());
    }

    fn rights(&mut self, whole: &Whole<'_>) {
        let detail = whole.detail;
        self.observed("uids", detail.uids.map(four));
        self.observed("gids", detail.gids.map(four));
        self.observed("groups", detail.groups.clone());
        self.put("namespace_pids", detail.namespace_pids.clone());
        self.observed("capabilities", detail.capabilities.map(capabilities));
        self.put("no_new_privileges", detail.no_new_privileges);
        self.put("seccomp", detail.seccomp);
        self.observed("security_label", detail.security_label.clone());
        let namespaces = detail.namespaces.as_ref().map(|all| {
            let all = all.iter().map(|(kind, id)| ((*kind).to_owned(), Value::from(*id)));
            Value::Object(all.collect())
        });
        self.observed("namespaces", namespaces);
        let groups = detail.cgroups.iter();
        let groups: Vec<Value> = groups
            .map(|(hierarchy, path)| json!({ "hierarchy": hierarchy, "path": path }))
            .collect();
        self.put("cgroups", groups);
    }
}

/// A row with all fields of its catalogue.
fn object<E: Entity>(row: &E::Row<'_>) -> Value {
    let field = |metric: &model::Metric<E>| {
        (metric.name.to_owned(), field_value(metric.unit, &(metric.read)(row)))
    };
    Value::Object(E::METRICS.iter().map(field).collect())
}

fn reference(key: ProcessKey, name: &str) -> Value {
    json!({ "pid": key.pid, "start_time": key.start_time(), "name": name })
}

/// From its parent up.
fn ancestors(whole: &Whole<'_>) -> Vec<Value> {
    let mut all = Vec::new();
    let mut parent = whole.row.parent();
    // A longer chain is a circle made of reused pids.
    while let Some(row) = whole.delta.process_by_pid(parent).filter(|_| all.len() < 64) {
        all.push(reference(row.key(), &row.facts().name));
        parent = row.parent();
    }
    all
}

fn four(ids: [u32; 4]) -> Value {
    let [real, effective, saved, files] = ids;
    json!({ "real": real, "effective": effective, "saved": saved, "file_system": files })
}

fn capabilities(sets: Capabilities) -> Value {
    json!({
        "inheritable": Capabilities::names(sets.inheritable),
        "permitted": Capabilities::names(sets.permitted),
        "effective": Capabilities::names(sets.effective),
        "bounding": Capabilities::names(sets.bounding),
        "ambient": Capabilities::names(sets.ambient),
    })
}

fn memory(memory: MemoryDetail) -> Value {
    json!({
        "rss_bytes": memory.rss_bytes,
        "pss_bytes": memory.pss_bytes,
        "uss_bytes": memory.uss_bytes,
        "shared_bytes": memory.shared_bytes,
        "anonymous_bytes": memory.anonymous_bytes,
        "file_bytes": memory.file_bytes,
        "shmem_bytes": memory.shmem_bytes,
        "swap_bytes": memory.swap_bytes,
        "swap_pss_bytes": memory.swap_pss_bytes,
        "huge_bytes": memory.huge_bytes,
        "locked_bytes": memory.locked_bytes,
        "rss_peak_bytes": memory.rss_peak_bytes,
    })
}
