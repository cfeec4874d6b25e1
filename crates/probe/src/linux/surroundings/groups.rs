//! Control groups in which processes run, their limits and what these cost.

use super::rounds::gap;
use crate::linux::procfs::ProcFs;
use crate::linux::system_files::SystemFiles;
use crate::parse::cgroup;
use crate::parse::group::{self, Membership};
use crate::parse::mount::{self, Mount};
use model::snapshot::{Group, OwnLimits, Runtime};
use model::{Absence, Gap, Observed, text};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::io::{ErrorKind, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

/// Groups at most; more are counted in a gap.
const GROUPS_MAX: usize = 4096;

/// A file of procfs or of a group is shorter than this, or is cut.
const FILE_MAX: usize = 64 * 1024;

/// Bytes kept of what processes say of their groups, whose names their owners choose.
const MEMBERSHIPS_MAX: usize = 16 << 20;

/// Groups above one another at most.
const DEPTH_MAX: usize = 64;

/// What was found in one round.
pub(super) struct Found {
    pub(super) rows: Vec<Group>,
    pub(super) own: OwnLimits,
}

/// Reads groups; remembers the containers that it saw on the way.
#[derive(Default)]
pub(super) struct GroupReader {
    containers: BTreeMap<String, Runtime>,
    buffer: Vec<u8>,
}

impl GroupReader {
    /// Ids of the containers that processes were in, with what runs them.
    pub(super) fn containers(&self) -> &BTreeMap<String, Runtime> {
        &self.containers
    }

    pub(super) fn read(&mut self, system: &SystemFiles, gaps: &mut Vec<Gap>) -> Found {
        let mounts = mount::mounts(&system.bytes("proc/self/mountinfo").unwrap_or_default());
        let trees = Trees::of(system, &mounts);
        self.containers.clear();
        let mut rows = BTreeMap::new();
        let (memberships, mut left_out) = self.memberships(system, MEMBERSHIPS_MAX);
        for membership in memberships {
            if let Some((id, runtime)) = cgroup::container_in(&membership) {
                self.containers.insert(id, runtime);
            }
            let Some(path) = cgroup::path(&membership).map(text::from_kernel) else { continue };
            if rows.len() < GROUPS_MAX || rows.contains_key(&path) {
                let row = trees.group(&path, &membership);
                rows.insert(path, row);
            } else {
                left_out += 1;
            }
        }
        if left_out > 0 {
            let detail = "There are more control groups than are listed.".to_owned();
            let gap = gap("groups", Absence::Unsupported, detail);
            gaps.push(Gap { count: Some(left_out), ..gap });
        }
        let own = system.bytes("proc/self/cgroup").unwrap_or_default();
        Found { rows: rows.into_values().collect(), own: trees.own_limits(&own) }
    }

    /// What distinct processes say of their groups: many say the same. No more than `most` bytes;
    /// beside it, of how many processes nothing is kept.
    fn memberships(&mut self, system: &SystemFiles, most: usize) -> (BTreeSet<Vec<u8>>, u32) {
        let (mut found, mut left_out, mut bytes_kept) = (BTreeSet::new(), 0, 0);
        let Ok(root) = ProcFs::open(&system.path("proc")) else { return (found, left_out) };
        self.buffer.resize(FILE_MAX, 0);
        let buffer = &mut self.buffer;
        let _ = root.each_pid(|pid, _| {
            if let Ok(bytes) = root.read(pid, "cgroup", buffer)
                && !bytes.is_empty()
                && !found.contains(bytes)
            {
                if bytes_kept + bytes.len() > most {
                    left_out += 1;
                    return;
                }
                bytes_kept += bytes.len();
                found.insert(bytes.to_vec());
            }
        });
        (found, left_out)
    }
}

/// The group of one process, from what it says of its groups.
pub(crate) fn of_process(system: &SystemFiles, membership: &[u8]) -> Option<Group> {
    let path = cgroup::path(membership).map(text::from_kernel)?;
    let mounts = mount::mounts(&system.bytes("proc/self/mountinfo")?);
    Some(Trees::of(system, &mounts).group(&path, membership))
}

/// One mounted hierarchy.
struct Tree {
    /// Where it is mounted, as a path we can open.
    point: PathBuf,
    /// Which group is mounted there: in a container it may be the container's own.
    root: PathBuf,
}

/// Hierarchies: those of version 1 by controller, and the unified one.
struct Trees {
    own: BTreeMap<&'static str, Tree>,
    unified: Option<Tree>,
}

const CONTROLLERS: [&str; 4] = ["cpu", "cpuacct", "memory", "pids"];

/// A group's directory and those above it, lowest first, in one of the two versions.
enum Spot {
    First(Vec<PathBuf>),
    Second(Vec<PathBuf>),
}

impl Trees {
    fn of(system: &SystemFiles, mounts: &[Mount]) -> Self {
        let tree =
            |mount: &Mount| Tree { point: system.path(&mount.point), root: mount.root.clone() };
        let holds = |mount: &Mount, controller: &str| {
            mount.kind == "cgroup" && mount.options.split(',').any(|option| option == controller)
        };
        let own = CONTROLLERS.iter().filter_map(|controller| {
            let mount = mounts.iter().find(|mount| holds(mount, controller))?;
            Some((*controller, tree(mount)))
        });
        Self {
            own: own.collect(),
            unified: mounts.iter().find(|mount| mount.kind == "cgroup2").map(tree),
        }
    }

    /// Where a group is for one controller; a reason where that cannot be seen from here.
    fn spot(&self, membership: &[u8], controller: &str) -> Result<Spot, Absence> {
        match group::membership(membership, controller.as_bytes()) {
            Some(Membership::Own(path)) => {
                let tree = self.own.get(controller).ok_or(Absence::Unsupported)?;
                tree.levels(path).map(Spot::First)
            }
            Some(Membership::Unified(path)) => {
                let tree = self.unified.as_ref().ok_or(Absence::Unsupported)?;
                tree.levels(path).map(Spot::Second)
            }
            None => Err(Absence::Unsupported),
        }
    }

    fn group(&self, path: &str, membership: &[u8]) -> Group {
        let cpu = self.spot(membership, "cpu");
        let account = self.spot(membership, "cpuacct");
        let memory = self.spot(membership, "memory");
        let pids = self.spot(membership, "pids");
        let throttled = |key: &'static [u8]| match &cpu {
            Ok(Spot::First(levels) | Spot::Second(levels)) => keyed(levels, "cpu.stat", key),
            Err(absence) => Observed::Absent(*absence),
        };
        let throttled_nanos = match &cpu {
            Ok(Spot::Second(levels)) => micros(keyed(levels, "cpu.stat", b"throttled_usec")),
            _ => throttled(b"throttled_time"),
        };
        Group {
            path: path.into(),
            cpu_limit_cores: cpu_limit(&cpu),
            cpu_nanos: cpu_nanos(&account),
            throttled_periods: throttled(b"nr_throttled"),
            throttled_nanos,
            memory_limit_bytes: limit(&memory, "memory.limit_in_bytes", "memory.max"),
            memory_bytes: level(&memory, "memory.usage_in_bytes", "memory.current"),
            oom_kills: match &memory {
                Ok(Spot::First(levels)) => keyed(levels, "memory.oom_control", b"oom_kill"),
                Ok(Spot::Second(levels)) => keyed(levels, "memory.events", b"oom_kill"),
                Err(absence) => Observed::Absent(*absence),
            },
            pids_limit: limit(&pids, "pids.max", "pids.max"),
            pids: level(&pids, "pids.current", "pids.current"),
        }
    }

    fn own_limits(&self, membership: &[u8]) -> OwnLimits {
        let memory = self.spot(membership, "memory");
        let pids = self.spot(membership, "pids");
        OwnLimits {
            cpu_cores: cpu_limit(&self.spot(membership, "cpu")).known().flatten(),
            memory_bytes: limit(&memory, "memory.limit_in_bytes", "memory.max").known().flatten(),
            pids: limit(&pids, "pids.max", "pids.max").known().flatten(),
        }
    }
}

impl Tree {
    /// The directory of a group and those above it that are mounted, lowest first. A path outside
    /// our cgroup namespace begins with `..` and cannot be followed.
    fn levels(&self, path: &[u8]) -> Result<Vec<PathBuf>, Absence> {
        let path = Path::new(OsStr::from_bytes(path));
        let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::RootDir);
        if !path.components().all(plain) {
            return Err(Absence::Denied);
        }
        let below = path.strip_prefix(&self.root).map_err(|_| Absence::Denied)?;
        let mut levels: Vec<PathBuf> = Vec::new();
        for part in below.ancestors().take(DEPTH_MAX) {
            levels.push(self.point.join(part));
        }
        Ok(levels)
    }
}

/// A small file; the reason where it cannot be read.
fn read(path: &Path) -> Result<Vec<u8>, Absence> {
    let why = |error: &std::io::Error| match error.kind() {
        ErrorKind::PermissionDenied => Absence::Denied,
        ErrorKind::NotFound => Absence::Gone,
        _ => Absence::Unsupported,
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| why(&error))?;
    file.take(FILE_MAX as u64).read_to_end(&mut bytes).map_err(|error| why(&error))?;
    Ok(bytes)
}

/// A file of the group itself. One that is missing where the group is there: the controller is
/// not switched on for it, or the kernel has no such file.
fn own_file(levels: &[PathBuf], file: &str) -> Result<Vec<u8>, Absence> {
    let dir = levels.first().ok_or(Absence::Unsupported)?;
    read(&dir.join(file)).map_err(|absence| match absence {
        Absence::Gone if dir.exists() => Absence::NotEnabled,
        other => other,
    })
}

fn keyed(levels: &[PathBuf], file: &str, key: &[u8]) -> Observed<u64> {
    match own_file(levels, file) {
        Ok(bytes) => Observed::from_option(group::keyed(&bytes, key), Absence::Unsupported),
        Err(absence) => Observed::Absent(absence),
    }
}

fn micros(value: Observed<u64>) -> Observed<u64> {
    value.map(|micros| micros.saturating_mul(1000))
}

/// A plain number of the group itself, in the file of either version.
fn level(spot: &Result<Spot, Absence>, first: &str, second: &str) -> Observed<u64> {
    let bytes = match spot {
        Ok(Spot::First(levels)) => own_file(levels, first),
        Ok(Spot::Second(levels)) => own_file(levels, second),
        Err(absence) => Err(*absence),
    };
    match bytes {
        Ok(bytes) => {
            let value = group::limit(&bytes).flatten();
            Observed::from_option(value, Absence::Unsupported)
        }
        Err(absence) => Observed::Absent(absence),
    }
}

fn cpu_nanos(spot: &Result<Spot, Absence>) -> Observed<u64> {
    match spot {
        Ok(Spot::First(_)) => level(spot, "cpuacct.usage", "cpuacct.usage"),
        Ok(Spot::Second(levels)) => micros(keyed(levels, "cpu.stat", b"usage_usec")),
        Err(absence) => Observed::Absent(*absence),
    }
}

/// The lowest limit of a group and those above it. Where no level has one, there is none.
fn lowest<T: PartialOrd + Copy>(
    levels: &[PathBuf],
    read_level: impl Fn(&Path) -> Result<Option<T>, Absence>,
) -> Observed<Option<T>> {
    let mut lowest: Option<T> = None;
    for dir in levels {
        match read_level(dir) {
            Ok(Some(limit)) if lowest.is_none_or(|low| limit < low) => lowest = Some(limit),
            Ok(_) | Err(Absence::Gone) => {}
            Err(absence) => return Observed::Absent(absence),
        }
    }
    let is_there = levels.first().is_some_and(|dir| dir.exists());
    Observed::new(lowest, (!is_there).then_some(Absence::Gone))
}

fn limit(spot: &Result<Spot, Absence>, first: &str, second: &str) -> Observed<Option<u64>> {
    let (levels, file) = match spot {
        Ok(Spot::First(levels)) => (levels, first),
        Ok(Spot::Second(levels)) => (levels, second),
        Err(absence) => return Observed::Absent(*absence),
    };
    lowest(levels, |dir| group::limit(&read(&dir.join(file))?).ok_or(Absence::Unsupported))
}

fn cpu_limit(spot: &Result<Spot, Absence>) -> Observed<Option<f64>> {
    match spot {
        Ok(Spot::First(levels)) => lowest(levels, |dir| {
            let quota = group::limit(&read(&dir.join("cpu.cfs_quota_us"))?);
            let period = group::limit(&read(&dir.join("cpu.cfs_period_us"))?).flatten();
            let cores = group::cores(quota.flatten(), period.unwrap_or(0));
            cores.ok_or(Absence::Unsupported)
        }),
        Ok(Spot::Second(levels)) => lowest(levels, |dir| {
            group::cpu_max(&read(&dir.join("cpu.max"))?).ok_or(Absence::Unsupported)
        }),
        Err(absence) => Observed::Absent(*absence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_groups_take_no_more_memory_than_there_is_for_them() {
        let system = SystemFiles::new(Path::new("/"));
        let (all, none) = GroupReader::default().memberships(&system, MEMBERSHIPS_MAX);
        assert!(!all.is_empty() && none == 0);
        let (some, left_out) = GroupReader::default().memberships(&system, 1);
        assert!(some.is_empty() && left_out > 0);
    }
}
