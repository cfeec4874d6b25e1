//! One process for people: sections of what it is, does, may and holds.

use super::Whole;
use super::lists::{Extent, push, push_observed};
use super::sheet::{Sheet, absent, shown};
use crate::command::which::Which;
use crate::output::Screen;
use crate::output::measure::{bytes, local_time, rate, span};
use model::delta::ProcessRow;
use model::metric::{
    ConnectionEntity, FileEntity, LimitEntity, MapEntity, ThreadEntity, VariableEntity,
};
use model::request::Capabilities;
use model::snapshot::Owner;
use model::text::for_terminal;
use model::{Absence, Observed};

/// Longest chain of parents shown; a longer one is a circle made of reused pids.
const ANCESTORS_MAX: usize = 64;

/// Steps to the right, so that a long chain stays on the screen.
const DEPTH_MAX: usize = 12;

/// Children named unless all are asked for.
const CHILDREN: usize = 20;

/// All lines.
pub(super) fn lines(whole: &Whole<'_>, all: bool, screen: Screen) -> Vec<String> {
    let extent = if all { Extent::All } else { Extent::Beginning };
    let mut sheet = Sheet::new(screen);
    identity(&mut sheet, whole);
    lineage(&mut sheet, whole, extent);
    activity(&mut sheet, &whole.row);
    memory(&mut sheet, whole);
    scheduling(&mut sheet, whole);
    rights(&mut sheet, whole);
    surroundings(&mut sheet, whole);
    lists(&mut sheet, whole, extent);
    if !whole.detail.unfinished.is_empty() {
        sheet.title("Not finished");
        sheet.line(&format!("{}: the time was over", whole.detail.unfinished.join(", ")));
    }
    sheet.into_lines()
}

fn words(value: Observed<&str>) -> String {
    shown(value, for_terminal)
}

fn count<T: ToString>(value: Observed<T>) -> String {
    shown(value, |value| value.to_string())
}

fn identity(sheet: &mut Sheet, whole: &Whole<'_>) {
    let (row, detail) = (&whole.row, whole.detail);
    let facts = row.facts();
    sheet.title(&format!("{} {}", for_terminal(&facts.name), row.key().pid));
    sheet.value("identity", &Which::pinned(row.key()));
    let now = whole.delta.at.unix_nanos as f64 / 1e9;
    let age = span((now - row.create_time()).max(0.0));
    sheet.value("started", &format!("{}, {age} ago", local_time(row.create_time())));
    sheet.value("user", &words(facts.username.as_ref().map(|name| &**name)));
    // Threads of the kernel and zombies have none.
    let command = Some(&*facts.cmdline).filter(|line| !line.is_empty());
    sheet.value("command", &words(Observed::from_option(command, Absence::Unsupported)));
    sheet.value("executable", &words(facts.exe.as_ref().map(|path| &**path)));
    sheet.value("directory", &words(facts.cwd.as_ref().map(|path| &**path)));
    if let Some(terminal) = &detail.terminal {
        sheet.value("terminal", &for_terminal(terminal));
    }
    sheet.value("group, session", &format!("{}, {}", detail.process_group, detail.session));
    if let Some(why) = &detail.protected {
        sheet.value("protected", why);
    }
}

fn lineage(sheet: &mut Sheet, whole: &Whole<'_>, extent: Extent) {
    sheet.title("Lineage");
    let named =
        |row: &ProcessRow<'_>| format!("{} {}", row.key().pid, for_terminal(&row.facts().name));
    let mut chain = vec![named(&whole.row)];
    let mut parent = whole.row.parent();
    while let Some(row) = whole.delta.process_by_pid(parent).filter(|_| parent != 0) {
        chain.push(named(&row));
        parent = row.parent();
        if chain.len() > ANCESTORS_MAX {
            chain.push("…".to_owned());
            break;
        }
    }
    chain.reverse();
    for (depth, name) in chain.iter().enumerate() {
        sheet.line(&format!("{}{name}", "  ".repeat(depth.min(DEPTH_MAX))));
    }
    let pid = whole.row.key().pid;
    let children = whole.delta.process_rows().filter(|row| row.parent() == pid);
    let mut children: Vec<String> = children.map(|row| named(&row)).collect();
    let count = children.len();
    if count > CHILDREN && extent == Extent::Beginning {
        children.truncate(CHILDREN);
        children.push(format!("… {} more; --all shows them", count - CHILDREN));
    }
    if count > 0 {
        sheet.value(&format!("{count} children"), &children.join(", "));
    }
}

fn activity(sheet: &mut Sheet, row: &ProcessRow<'_>) {
    sheet.title("Activity, over half a second");
    sheet.value("CPU", &shown(row.cpu_percent(), |share| format!("{share:.1} % of one core")));
    let times = (span(row.user_seconds()), span(row.system_seconds()));
    sheet.value("CPU time", &format!("{} user, {} system", times.0, times.1));
    let waited = shown(row.run_delay_seconds(), |seconds| format!("{} s", span(seconds)));
    sheet.value("waited for CPU", &waited);
    let pair = |now: Observed<f64>, total: Observed<u64>| match (now, total) {
        (Observed::Absent(why), Observed::Absent(_)) => absent(why),
        _ => format!("{}, {} so far", shown(now, rate), shown(total, bytes)),
    };
    sheet.value("storage read", &pair(row.io_read_rate(), row.io_read_bytes()));
    sheet.value("storage written", &pair(row.io_write_rate(), row.io_write_bytes()));
    sheet.value("TCP received", &pair(row.net_receive_rate(), row.net_received_bytes()));
    sheet.value("TCP sent", &pair(row.net_send_rate(), row.net_sent_bytes()));
}

fn memory(sheet: &mut Sheet, whole: &Whole<'_>) {
    let row = &whole.row;
    sheet.title("Memory");
    let share = shown(row.memory_percent(), |share| format!("{share:.1} % of the machine's"));
    sheet.value("resident", &format!("{}, {share}", shown(row.rss_bytes(), bytes)));
    sheet.value("virtual", &shown(row.vms_bytes(), bytes));
    match whole.detail.memory {
        Observed::Known(memory) => {
            let sizes = [
                ("proportional", memory.pss_bytes),
                ("its own alone", memory.uss_bytes),
                ("shared", memory.shared_bytes),
                ("anonymous", memory.anonymous_bytes),
                ("of files", memory.file_bytes),
                ("shared memory", memory.shmem_bytes),
                ("swapped out", memory.swap_bytes),
                ("huge pages", memory.huge_bytes),
                ("locked", memory.locked_bytes),
                ("highest so far", memory.rss_peak_bytes),
            ];
            sizes.iter().for_each(|(name, size)| sheet.value(name, &bytes(*size)));
        }
        Observed::Absent(absence) => sheet.value("proportional", &absent(absence)),
    }
    let faults = (row.minor_faults(), row.major_faults());
    sheet.value("page faults", &format!("{} minor, {} major", faults.0, faults.1));
}

fn scheduling(sheet: &mut Sheet, whole: &Whole<'_>) {
    let (row, detail) = (&whole.row, whole.detail);
    sheet.title("State and scheduling");
    sheet.value("state", row.state().word());
    let wait = detail.wait_channel.as_ref().map(|channel| &**channel);
    sheet.value("waits in", &words(wait));
    sheet.value("policy", detail.scheduling.unwrap_or("-"));
    sheet.value("nice, priority", &format!("{}, {}", row.nice(), row.priority()));
    sheet.value("I/O priority", &words(detail.io_priority.as_ref().map(|word| &**word)));
    let core = detail.processor.map_or_else(|| absent(Absence::Unsupported), |id| id.to_string());
    let cores = words(detail.affinity.as_ref().map(|list| &**list));
    sheet.value("core", &format!("{core} last, {cores} allowed"));
    let switches = (count(detail.voluntary_switches), count(detail.involuntary_switches));
    let switches = format!("{} voluntary, {} not", switches.0, switches.1);
    sheet.value("switches", &switches);
    let score = count(detail.oom_score);
    let adjustment = count(detail.oom_score_adjustment);
    sheet.value("OOM score", &format!("{score}, adjusted by {adjustment}"));
}

fn rights(sheet: &mut Sheet, whole: &Whole<'_>) {
    let detail = whole.detail;
    sheet.title("Rights");
    let four = |ids: [u32; 4]| {
        let [real, effective, saved, files] = ids;
        match ids.iter().all(|id| *id == real) {
            true => real.to_string(),
            false => format!("{real} real, {effective} effective, {saved} saved, {files} files"),
        }
    };
    sheet.value("user ids", &shown(detail.uids, four));
    sheet.value("group ids", &shown(detail.gids, four));
    let join = |groups: &Vec<u32>| {
        let groups: Vec<String> = groups.iter().map(u32::to_string).collect();
        if groups.is_empty() { "none".to_owned() } else { groups.join(" ") }
    };
    sheet.value("other groups", &shown(detail.groups.as_ref(), join));
    match detail.capabilities {
        Observed::Known(sets) => {
            sheet.value("capabilities", &set_names(sets.effective, sets));
            for (name, set) in [
                ("permitted", sets.permitted),
                ("inheritable", sets.inheritable),
                ("ambient", sets.ambient),
                ("bounding", sets.bounding),
            ] {
                if set != sets.effective && set != 0 {
                    sheet.value(&format!("  {name}"), &set_names(set, sets));
                }
            }
        }
        Observed::Absent(absence) => sheet.value("capabilities", &absent(absence)),
    }
    let yes_no = |flag: Option<bool>| match flag {
        Some(true) => "yes",
        Some(false) => "no",
        None => "-",
    };
    sheet.value("no new rights", yes_no(detail.no_new_privileges));
    sheet.value("seccomp", detail.seccomp.unwrap_or("-"));
    sheet.value("security label", &words(detail.security_label.as_ref().map(|label| &**label)));
    if detail.tracer != 0 {
        sheet.value("debugged by", &detail.tracer.to_string());
    }
}

/// A full set is as large as what may ever be had.
fn set_names(set: u64, sets: Capabilities) -> String {
    if set == 0 {
        return "none".to_owned();
    }
    let names = Capabilities::names(set);
    if set == sets.bounding && names.len() >= 36 {
        return format!("all {}", names.len());
    }
    names.join(" ")
}

fn surroundings(sheet: &mut Sheet, whole: &Whole<'_>) {
    let (row, detail) = (&whole.row, whole.detail);
    let facts = row.facts();
    sheet.title("Surroundings");
    for (hierarchy, path) in &detail.cgroups {
        if path != "/" || hierarchy == "unified" {
            let name = format!("group {}", for_terminal(hierarchy));
            sheet.value(&name, &for_terminal(path));
        }
    }
    for (name, text) in [("unit", &facts.unit), ("container", &facts.container)] {
        if let Some(text) = text {
            sheet.value(name, &for_terminal(text));
        }
    }
    match &detail.namespaces {
        Observed::Known(all) => {
            let all: Vec<String> = all.iter().map(|(kind, id)| format!("{kind} {id}")).collect();
            sheet.value("namespaces", &all.join(", "));
        }
        Observed::Absent(absence) => sheet.value("namespaces", &absent(*absence)),
    }
    if detail.namespace_pids.len() > 1 {
        let pids: Vec<String> = detail.namespace_pids.iter().map(u32::to_string).collect();
        sheet.value("pids within", &pids.join(" "));
    }
}

fn lists(sheet: &mut Sheet, whole: &Whole<'_>, extent: Extent) {
    let detail = whole.detail;
    let limits = ["name", "soft", "hard", "unit"];
    push_observed::<LimitEntity, _>(sheet, "Limits", &limits, (&detail.limits, extent));
    let threads =
        ["tid", "status", "nice", "cpu_time_user", "cpu_time_system", "processor", "name"];
    push_observed::<ThreadEntity, _>(sheet, "Threads", &threads, (&detail.threads, extent));
    let files = ["descriptor", "mode", "kind", "position", "size_bytes", "target"];
    push_observed::<FileEntity, _>(sheet, "Open files", &files, (&detail.files, extent));
    let pid = whole.row.key().pid;
    let own: Vec<_> =
        whole.delta.socket_rows().filter(|row| row.owner() == Owner::Process(pid)).collect();
    let connections = [
        "protocol",
        "local_address",
        "local_port",
        "remote_address",
        "remote_port",
        "rx_per_sec",
        "tx_per_sec",
        "status",
    ];
    push::<ConnectionEntity>(sheet, "Connections", &connections, (&own, extent));
    if detail.maps != Observed::Absent(Absence::NotYet) {
        let maps = ["start", "size_bytes", "memory_rss", "permissions", "path"];
        // Who asks for them wants them all.
        push_observed::<MapEntity, _>(sheet, "Memory maps", &maps, (&detail.maps, Extent::All));
    }
    if detail.environment != Observed::Absent(Absence::NotYet) {
        let all = (&detail.environment, Extent::All);
        push_observed::<VariableEntity, _>(sheet, "Environment", &["name", "value"], all);
    }
}
