//! One process, whole: everything procfs tells of it, each part only where it is wished and as
//! long as the time allows.

mod descriptors;
mod memory;
mod threads;

pub(super) use descriptors::{descriptor_of, kind};
pub(super) use threads::nice_values;

use super::io_priority;
use super::process_dir::{Patience, ProcessDir, part_absence};
use super::procfs::each_entry;
use super::surroundings::group_of;
use super::system_files::SystemFiles;
use crate::parse::{cgroup, environment, fdinfo, full_status, limits, scheduling};
use crate::parse::{full_status::FullStatus, stat::Stat};
use crate::scrub::Rules;
use model::request::{DetailWish, ProcessDetail, Wanted};
use model::snapshot::ProcessState;
use model::{Absence, Observed, ProcessKey, text};
use rustix::fd::AsFd;
use rustix::io::Errno;
use std::path::Path;

/// Files of one page, and `status` with very many groups.
const SMALL: usize = 64 * 1024;
const STATUS_MAX: usize = 1 << 20;
/// The kernel takes more, seldom is there any.
const ENVIRONMENT_MAX: usize = 1 << 20;

const NAMESPACES: [&str; 8] = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"];

/// Whether there is anything behind a process's number but the number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It runs.
    Alive,
    /// It has ended: what it had is gone.
    Zombie,
    /// A thread of the kernel: it never had any of this.
    Kernel,
}

impl Life {
    pub(super) fn of(stat: &Stat<'_>) -> Self {
        match ProcessState::from_letter(stat.state) {
            _ if stat.is_kernel() => Self::Kernel,
            ProcessState::Zombie | ProcessState::Dead if stat.threads <= 1 => Self::Zombie,
            _ => Self::Alive,
        }
    }

    /// Why it has no memory, files and environment.
    fn absence(self) -> Option<Absence> {
        match self {
            Self::Alive => None,
            Self::Zombie => Some(Absence::Gone),
            Self::Kernel => Some(Absence::Unsupported),
        }
    }
}

/// What reading one process goes by.
struct Reading<'a> {
    key: ProcessKey,
    place: &'a ProcessDir,
    /// Where its memory and files are read: with the first thread gone, at another.
    body: &'a ProcessDir,
    life: Life,
    patience: Patience,
    /// What is masked in its environment.
    scrub: &'a Rules,
    unfinished: Vec<&'static str>,
}

/// Reads the process behind `place`, whose stat was read just before.
pub(super) fn read(
    place: &ProcessDir,
    stat: &Stat<'_>,
    key: ProcessKey,
    (wish, scrub): (DetailWish, &Rules),
) -> ProcessDetail {
    let patience = Patience::of(wish.patience);
    let life = Life::of(stat);
    let other = (life == Life::Alive && stat.state == b'Z').then(|| threads::living(place));
    let body = other.as_ref().and_then(Option::as_ref).unwrap_or(place);
    let mut reading = Reading { key, place, body, life, patience, scrub, unfinished: Vec::new() };
    let status = place.read("status", STATUS_MAX);
    let mut detail = ProcessDetail {
        key,
        process_group: stat.process_group,
        session: stat.session,
        ..ProcessDetail::default()
    };
    fill_status(&mut detail, status.as_ref().map(|bytes| full_status::parse(bytes)));
    reading.fill_scheduling(&mut detail, stat);
    reading.fill_surroundings(&mut detail);
    reading.fill_wished(&mut detail, wish, status.as_deref().unwrap_or(&[]));
    detail.unfinished = reading.unfinished;
    detail
}

fn fill_status(detail: &mut ProcessDetail, status: Result<FullStatus, &Errno>) {
    let status = match status {
        Ok(status) => status,
        Err(errno) => {
            let absence = part_absence(*errno);
            detail.uids = Observed::Absent(absence);
            detail.gids = Observed::Absent(absence);
            detail.groups = Observed::Absent(absence);
            detail.capabilities = Observed::Absent(absence);
            detail.affinity = Observed::Absent(absence);
            detail.swap_bytes = Observed::Absent(absence);
            detail.voluntary_switches = Observed::Absent(absence);
            detail.involuntary_switches = Observed::Absent(absence);
            return;
        }
    };
    let bytes = |kib: Option<u64>| told(kib.map(|kib| kib.saturating_mul(1024)));
    detail.uids = told(status.uids);
    detail.gids = told(status.gids);
    detail.groups = told(status.groups);
    detail.capabilities = told(status.capabilities);
    detail.affinity = told(status.affinity);
    detail.swap_bytes = bytes(status.swap_kib);
    detail.voluntary_switches = told(status.voluntary_switches);
    detail.involuntary_switches = told(status.involuntary_switches);
    detail.namespace_pids = status.namespace_pids;
    detail.no_new_privileges = status.no_new_privileges;
    detail.tracer = status.tracer;
    detail.seccomp = status.seccomp.and_then(|mode| match mode {
        0 => Some("off"),
        1 => Some("strict"),
        2 => Some("filter"),
        _ => None,
    });
}

/// What a line that is missing means: this kernel, or this kind of process, has none.
fn told<T>(value: Option<T>) -> Observed<T> {
    Observed::from_option(value, Absence::Unsupported)
}

impl Reading<'_> {
    fn fill_scheduling(&self, detail: &mut ProcessDetail, stat: &Stat<'_>) {
        let line = self.place.read("stat", SMALL).unwrap_or_default();
        let scheduling = scheduling::parse(&line);
        detail.processor = scheduling.processor;
        detail.scheduling = scheduling.policy;
        detail.io_priority = match io_priority::read(self.key.pid, stat.nice) {
            Ok(priority) => told(priority),
            Err(errno) => Observed::Absent(part_absence(errno)),
        };
        detail.oom_score = self.number("oom_score");
        detail.oom_score_adjustment = self.number("oom_score_adj");
    }

    fn fill_surroundings(&self, detail: &mut ProcessDetail) {
        detail.namespaces = self.namespaces();
        let is_denied = detail.namespaces == Observed::Absent(Absence::Denied);
        // `0` means that it does not wait, and also that we may not know.
        detail.wait_channel = match self.text("wchan") {
            Observed::Known(word) if word == "0" => Observed::Absent(match is_denied {
                true => Absence::Denied,
                false => Absence::Unsupported,
            }),
            other => other,
        };
        detail.security_label = self.text("attr/current");
        let groups = self.place.read("cgroup", SMALL).unwrap_or_default();
        detail.cgroups = cgroup::all(&groups);
        detail.group = group_of(&SystemFiles::new(Path::new("/")), &groups);
        detail.limits = match self.place.read("limits", SMALL) {
            Ok(bytes) => Observed::Known(limits::parse(&bytes)),
            Err(errno) => Observed::Absent(part_absence(errno)),
        };
    }

    fn fill_wished(&mut self, detail: &mut ProcessDetail, wish: DetailWish, status: &[u8]) {
        detail.descriptors = self.of_body(|reading| reading.count_descriptors());
        if self.is_time_for("environment", wish.environment) {
            detail.environment = self.of_body(Self::environment);
        }
        if self.is_time_for("threads", wish.threads) {
            detail.threads = self.threads();
        }
        if self.is_time_for("files", wish.files) {
            detail.files = self.of_body(Self::files);
        }
        if self.is_time_for("memory", wish.memory) {
            detail.memory = self.of_body(|reading| reading.memory(status));
        }
        if self.is_time_for("maps", wish.maps) {
            detail.maps = self.of_body(|reading| reading.maps(wish.memory));
        }
    }

    /// Whether a part is to be read; one that is wished when the time is over is unfinished.
    fn is_time_for(&mut self, part: &'static str, wanted: Wanted) -> bool {
        if wanted == Wanted::No {
            return false;
        }
        let is_over = self.patience.is_over();
        if is_over {
            self.unfinished.push(part);
        }
        !is_over
    }

    /// What only a process that runs a program has.
    fn of_body<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Errno>) -> Observed<T> {
        if let Some(absence) = self.life.absence() {
            return Observed::Absent(absence);
        }
        match read(self) {
            Ok(value) => Observed::Known(value),
            Err(errno) => Observed::Absent(part_absence(errno)),
        }
    }

    fn text(&self, file: &str) -> Observed<String> {
        match self.place.read(file, SMALL) {
            Ok(bytes) => {
                let plain = bytes.trim_ascii_end();
                let plain = plain.strip_suffix(b"\0").unwrap_or(plain);
                told((!plain.is_empty()).then(|| text::from_kernel(plain)))
            }
            Err(errno) => Observed::Absent(part_absence(errno)),
        }
    }

    fn number(&self, file: &str) -> Observed<i32> {
        match self.text(file) {
            Observed::Known(digits) => told(digits.parse().ok()),
            Observed::Absent(absence) => Observed::Absent(absence),
        }
    }

    fn namespaces(&self) -> Observed<Vec<(&'static str, u64)>> {
        let mut all = Vec::new();
        for kind in NAMESPACES {
            match self.place.link(&format!("ns/{kind}")) {
                Ok(link) => {
                    all.extend(fdinfo::bracketed(&link, kind.as_bytes()).map(|id| (kind, id)));
                }
                Err(errno @ (Errno::ACCESS | Errno::PERM)) => {
                    return Observed::Absent(part_absence(errno));
                }
                // Kinds this kernel does not have, and those a zombie has left.
                Err(_) => {}
            }
        }
        match (all.is_empty(), self.life) {
            (true, Life::Zombie) => Observed::Absent(Absence::Gone),
            (true, _) => Observed::Absent(Absence::Unsupported),
            (false, _) => Observed::Known(all),
        }
    }

    fn count_descriptors(&self) -> Result<u32, Errno> {
        let dir = self.body.folder("fd")?;
        let mut count = 0_u32;
        each_entry(dir.as_fd(), |name| count += u32::from(name.to_bytes()[0] != b'.'))?;
        Ok(count)
    }

    /// Our own may hold what signs us in somewhere, and is shown to nobody.
    fn environment(&mut self) -> Result<Vec<(String, String)>, Errno> {
        if self.key.pid == std::process::id() {
            return Err(Errno::ACCESS);
        }
        let mut bytes = self.body.read("environ", ENVIRONMENT_MAX)?;
        if bytes.len() == ENVIRONMENT_MAX {
            // The last one is cut, and half a secret is not known for one.
            bytes.truncate(bytes.iter().rposition(|byte| *byte == 0).unwrap_or(0));
            self.unfinished.push("environment");
        }
        let variables = environment::variables(&bytes);
        Ok(variables.map(|(name, value)| masked(self.scrub, name, value)).collect())
    }
}

/// A variable for people, its value masked where it is a secret.
fn masked(scrub: &Rules, name: &[u8], value: &[u8]) -> (String, String) {
    let name = text::from_kernel(name);
    let value = scrub.environment(&name, &text::from_kernel(value));
    (name, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_in_variables_are_masked_and_the_rest_stays() {
        let check = |name: &str, value: &str, expected: &str| {
            let (seen, masked) = masked(&Rules::default(), name.as_bytes(), value.as_bytes());
            assert_eq!((&*seen, &*masked), (name, expected));
        };
        check("DB_PASSWORD", "hunter2 and more", "***");
        check("API_TOKEN", "x", "***");
        check("DATABASE_URL", "postgres://me:pw@db/x", "postgres://me:***@db/x");
        check("PATH", "/bin:/usr/bin", "/bin:/usr/bin");
        check("EMPTY", "", "");
        check("GREETING", "a b = c", "a b = c");
    }
}
