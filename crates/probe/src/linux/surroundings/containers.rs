//! Names and images of containers, where what runs them keeps them readable.

use super::rounds::gap;
use crate::linux::process_dir::Patience;
use crate::linux::system_files::SystemFiles;
use crate::parse::container::{self, Named};
use model::snapshot::{Container, Runtime};
use model::{Absence, Gap};
use rustix::io::Errno;
use rustix::net::sockopt::{Timeout, set_socket_timeout};
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, socket_with};
use std::collections::{BTreeMap, HashMap};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// Containers at most; more are left out.
const CONTAINERS_MAX: usize = 4096;

/// How long Docker may take over each step of its answer.
const DOCKER_PATIENCE: Duration = Duration::from_secs(1);

/// Its answer is not read beyond this.
const DOCKER_ANSWER_MAX: usize = 16 << 20;

/// Nor longer than this, though it comes piece by piece.
const DOCKER_ANSWER: Duration = Duration::from_secs(5);

/// Homes looked into for containers that run without root.
const HOMES_MAX: usize = 256;

/// Where containers/storage keeps its list.
const STORAGE: &str = "containers/storage/overlay-containers/containers.json";

/// Where containerd keeps the bundles of what runs, below a directory for each namespace.
const TASKS: &str = "run/containerd/io.containerd.runtime.v2.task";

/// Each of the containers, by id, with the name its runtime gives it.
pub(super) fn containers(
    system: &SystemFiles,
    ids: &BTreeMap<String, Runtime>,
    gaps: &mut Vec<Gap>,
) -> Vec<Container> {
    if ids.is_empty() {
        return Vec::new();
    }
    let is_any = |runtimes: &[Runtime]| ids.values().any(|runtime| runtimes.contains(runtime));
    let is_stored = is_any(&[Runtime::Podman, Runtime::CriO, Runtime::Unknown]);
    let lists = if is_stored { storage(system) } else { HashMap::new() };
    let mut docker = Docker::default();
    let rows = ids.iter().take(CONTAINERS_MAX).map(|(id, runtime)| {
        let named = match runtime {
            Runtime::Docker => docker.find(system, id),
            Runtime::Lxc | Runtime::SystemdNspawn => Some(itself(id)),
            Runtime::Containerd => bundle(system, id),
            Runtime::Podman | Runtime::CriO => lists.get(id).cloned(),
            Runtime::Unknown => lists.get(id).cloned().or_else(|| bundle(system, id)),
        };
        let Named { name, image } = named.unwrap_or_default();
        Container {
            id: id.as_str().into(),
            runtime: *runtime,
            name: name.map(Into::into),
            image: image.map(Into::into),
        }
    });
    let rows: Vec<_> = rows.collect();
    let nameless = rows.iter().filter(|row| row.name.is_none()).count() as u32;
    if nameless > 0 {
        let detail = "Names of containers cannot be read: what runs them keeps them to root, or \
                      has left.";
        let gap = gap("container_name", Absence::Denied, detail.to_owned());
        gaps.push(Gap { count: Some(nameless), ..gap });
    }
    rows
}

/// LXC and systemd-nspawn name their groups as people named the containers.
fn itself(id: &str) -> Named {
    Named { name: Some(id.to_owned()), image: None }
}

/// Docker is asked once a round, and only when a file could not be read.
#[derive(Default)]
struct Docker {
    answer: Option<HashMap<String, Named>>,
}

impl Docker {
    fn find(&mut self, system: &SystemFiles, id: &str) -> Option<Named> {
        let file = format!("var/lib/docker/containers/{id}/config.v2.json");
        let found = system.bytes(file).and_then(|bytes| container::docker(&bytes));
        if found.as_ref().is_some_and(|named| named.name.is_some()) {
            return found;
        }
        let answer = self.answer.get_or_insert_with(|| ask_docker(system).unwrap_or_default());
        answer.get(id).cloned()
    }
}

/// Version 1.0 of HTTP, so that the answer ends where the connection does.
fn ask_docker(system: &SystemFiles) -> Option<HashMap<String, Named>> {
    let socket = ["run/docker.sock", "var/run/docker.sock"];
    let mut stream = socket.iter().find_map(|path| connect(&system.path(path)).ok())?;
    stream.set_read_timeout(Some(DOCKER_PATIENCE)).ok()?;
    stream.write_all(b"GET /containers/json HTTP/1.0\r\nHost: docker\r\n\r\n").ok()?;
    let patience = Patience::of(DOCKER_ANSWER);
    let mut answer = Vec::new();
    let mut piece = [0; 16 * 1024];
    while answer.len() < DOCKER_ANSWER_MAX && !patience.is_over() {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => answer.extend_from_slice(&piece[..length]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // What has come may be whole: some keep the connection open whatever was asked.
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                break;
            }
            Err(_) => return None,
        }
    }
    Some(container::docker_list(container::http_body(&answer)?).into_iter().collect())
}

/// Connects, and waits no longer than patience where too many wait already: one that is stopped
/// lets nobody in.
fn connect(path: &Path) -> Result<UnixStream, Errno> {
    let kind = SocketType::STREAM;
    let socket = socket_with(AddressFamily::UNIX, kind, SocketFlags::CLOEXEC, None)?;
    set_socket_timeout(&socket, Timeout::Send, Some(DOCKER_PATIENCE))?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(UnixStream::from(socket))
}

/// What Podman and CRI-O store, of root and of those who run containers without being root. The
/// latter write what they like, so it names nothing that root's lists name.
fn storage(system: &SystemFiles) -> HashMap<String, Named> {
    let homes = system.names("home").into_iter().take(HOMES_MAX);
    let homes = homes.map(|home| format!("{home}/.local/share/{STORAGE}"));
    let of_users = homes.filter_map(|file| system.bytes_of_others("home", &file));
    let of_root = ["var/lib", "run"].into_iter();
    let of_root = of_root.filter_map(|dir| system.bytes(format!("{dir}/{STORAGE}")));
    // What comes later counts.
    of_users.chain(of_root).flat_map(|bytes| container::storage(&bytes)).collect()
}

fn bundle(system: &SystemFiles, id: &str) -> Option<Named> {
    let mut files = vec![format!("run/containers/storage/overlay-containers/{id}/userdata")];
    let spaces = system.names(TASKS).into_iter().take(HOMES_MAX);
    files.extend(spaces.map(|space| format!("{TASKS}/{space}/{id}")));
    let read = |dir: &String| container::bundle(&system.bytes(format!("{dir}/config.json"))?);
    files.iter().find_map(read)
}
