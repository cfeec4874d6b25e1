//! One process: proc_pid_cgroup(5), and what the path says of container and systemd unit.

use super::words::lines;
use model::snapshot::Runtime;
use model::text;

/// The path in the unified hierarchy, or in systemd's, or else the first that is not `/`.
pub(crate) fn path(bytes: &[u8]) -> Option<&[u8]> {
    let all = || lines(bytes).filter_map(fields);
    let unified = all().find(|(id, controllers, _)| *id == b"0" && controllers.is_empty());
    let named = all().find(|(_, controllers, _)| *controllers == b"name=systemd");
    let any = all().find(|(_, _, path)| *path != b"/");
    let chosen =
        unified.filter(|(_, _, path)| *path != b"/").or(named).filter(|found| found.2 != b"/");
    chosen.or(any).or(unified).map(|(_, _, path)| path)
}

/// Hierarchies listed at most; version 1 has about a dozen.
const HIERARCHIES_MAX: usize = 64;

/// Every hierarchy with its path: `unified` for version 2, else its controllers (`cpu,cpuacct`) or
/// name (`name=systemd`).
pub(crate) fn all(bytes: &[u8]) -> Vec<(String, String)> {
    let named = lines(bytes).filter_map(fields).map(|(_, controllers, path)| {
        let hierarchy = if controllers.is_empty() { b"unified" } else { controllers };
        (text::from_kernel(hierarchy), text::from_kernel(path))
    });
    named.take(HIERARCHIES_MAX).collect()
}

/// Number, controllers and path of one hierarchy.
pub(super) fn fields(line: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let mut fields = line.splitn(3, |byte| *byte == b':');
    Some((fields.next()?, fields.next()?, fields.next()?))
}

/// The container of a process, from the whole file: with cgroup v1 only some hierarchies may
/// tell it.
pub(crate) fn container_in(bytes: &[u8]) -> Option<(String, Runtime)> {
    path(bytes)
        .and_then(container)
        .or_else(|| lines(bytes).filter_map(fields).find_map(|(_, _, path)| container(path)))
}

/// The innermost container in a path: its id, or its name where it has none.
pub(crate) fn container(path: &[u8]) -> Option<(String, Runtime)> {
    let parts: Vec<&[u8]> =
        path.split(|byte| *byte == b'/').filter(|part| !part.is_empty()).collect();
    (0..parts.len()).rev().find_map(|index| {
        let (above, child) = (&parts[..index], parts.get(index + 1).copied());
        by_id(parts[index], above).or_else(|| by_name(parts[index], above.last().copied(), child))
    })
}

/// Runtimes that name containers by 64 hexadecimal digits.
fn by_id(part: &[u8], above: &[&[u8]]) -> Option<(String, Runtime)> {
    let name = part.strip_suffix(b".scope").unwrap_or(part);
    let (before, id) = name.split_at(name.len().checked_sub(64)?);
    let is_apart = before.last().is_none_or(|byte| matches!(byte, b'-' | b':'));
    if !is_apart || !id.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    // containerd writes `SLICE:cri-containerd:ID` where systemd's notation meets cgroupfs.
    let word = &before[..before.len().saturating_sub(1)];
    let runtime = match word.rsplit(|byte| *byte == b':').next().unwrap_or(word) {
        b"docker" => Runtime::Docker,
        b"cri-containerd" | b"nerdctl" => Runtime::Containerd,
        b"crio" => Runtime::CriO,
        b"libpod" | b"libpod-payload" => Runtime::Podman,
        b"" => by_parents(above),
        // It watches over a container and is not in it.
        word if word.ends_with(b"conmon") => return None,
        _ => Runtime::Unknown,
    };
    Some((String::from_utf8_lossy(id).into_owned(), runtime))
}

/// Where the id stands alone, the directories over it tell who made it.
fn by_parents(above: &[&[u8]]) -> Runtime {
    match above.last() {
        Some(&b"docker") => Runtime::Docker,
        Some(&(b"libpod_parent" | b"libpod")) => Runtime::Podman,
        _ if above.iter().any(|part| part.starts_with(b"kubepods")) => Runtime::Containerd,
        _ if above.first() == Some(&&b"ecs"[..]) => Runtime::Docker,
        _ => Runtime::Unknown,
    }
}

/// Runtimes that name containers as people do.
fn by_name(part: &[u8], parent: Option<&[u8]>, child: Option<&[u8]>) -> Option<(String, Runtime)> {
    let named = |name: &[u8], runtime| (!name.is_empty()).then(|| (unescape(name), runtime));
    if let Some(name) = part.strip_prefix(b"lxc.payload.") {
        return named(name, Runtime::Lxc);
    }
    if matches!(parent, Some(b"lxc" | b"lxc.payload")) {
        return named(part, Runtime::Lxc);
    }
    let service = part.strip_prefix(b"systemd-nspawn@").and_then(|p| p.strip_suffix(b".service"));
    if let Some(name) = service.filter(|_| child != Some(b"supervisor")) {
        return named(name, Runtime::SystemdNspawn);
    }
    let machine = part.strip_prefix(b"machine-")?.strip_suffix(b".scope")?;
    if parent != Some(b"machine.slice") {
        return None;
    }
    match unescape(machine) {
        // libvirt registers its virtual machines there too; they are no containers.
        name if name.starts_with("qemu-") => None,
        name if name.starts_with("lxc-") => Some((name, Runtime::Lxc)),
        name => Some((name, Runtime::SystemdNspawn)),
    }
}

/// Undoes systemd's `\xHH`. What then is no text is shown as other names are.
fn unescape(name: &[u8]) -> String {
    let mut plain = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = after.strip_prefix(b"x").filter(|_| byte == b'\\').and_then(|digits| {
            let digits = std::str::from_utf8(digits.get(..2)?).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        plain.push(escaped.unwrap_or(byte));
        rest = if escaped.is_some() { &after[3..] } else { after };
    }
    text::from_kernel(&plain)
}

/// The innermost systemd unit in a path that is no slice, as systemd writes its name.
pub(crate) fn unit(path: &[u8]) -> Option<String> {
    let is_unit = |part: &&[u8]| {
        let kinds = [&b".service"[..], b".scope", b".socket", b".mount", b".swap"];
        kinds.iter().any(|kind| part.len() > kind.len() && part.ends_with(kind))
    };
    path.rsplit(|byte| *byte == b'/').find(is_unit).map(unit_name)
}

/// The innermost systemd slice in a path.
pub(crate) fn slice(path: &[u8]) -> Option<String> {
    let is_slice = |part: &&[u8]| part.len() > 6 && part.ends_with(b".slice");
    path.rsplit(|byte| *byte == b'/').find(is_slice).map(unit_name)
}

/// systemd's names hold its own `\xHH`, which must stay as it is; other bytes are not from it.
fn unit_name(part: &[u8]) -> String {
    let is_systemds = |byte: &u8| byte.is_ascii_alphanumeric() || b":_.\\@-".contains(byte);
    if part.iter().all(is_systemds) {
        String::from_utf8_lossy(part).into_owned()
    } else {
        text::from_kernel(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn each_hierarchy_has_its_path() {
        let all = all(b"4:cpu,cpuacct:/job/a:b\n1:name=systemd:/\n0::/x\nbroken\n");
        let expected = [("cpu,cpuacct", "/job/a:b"), ("name=systemd", "/"), ("unified", "/x")];
        assert!(all.iter().map(|(h, p)| (&**h, &**p)).eq(expected), "{all:?}");
    }

    #[test]
    fn hybrid_hosts_prefer_the_hierarchy_that_says_something() {
        assert_eq!(path(b"4:memory:/job/a\n1:name=systemd:/\n0::/\n"), Some(&b"/job/a"[..]));
        assert_eq!(
            path(b"0::/system.slice/a:b.service\n"),
            Some(&b"/system.slice/a:b.service"[..])
        );
        assert_eq!(path(b"1:net_cls:/\n0::/\n"), Some(&b"/"[..]));
        assert_eq!(
            path(b"1:net_cls:/\n0::/user.slice/user-0.slice\n"),
            Some(&b"/user.slice/user-0.slice"[..])
        );
        assert_eq!(path(b""), None);
    }

    #[test]
    fn containers_are_found_in_the_paths_of_every_runtime() {
        use Runtime::{Containerd, CriO, Docker, Lxc, Podman, SystemdNspawn, Unknown};
        for (path, id, runtime) in [
            ("/docker/ID", ID, Docker),
            ("/docker/ID/init.scope", ID, Docker),
            ("/system.slice/docker-ID.scope", ID, Docker),
            ("/ecs/task/ID", ID, Docker),
            ("/system.slice:docker:ID", ID, Docker),
            ("/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope", ID, Containerd),
            ("/kubepods/burstable/pod5f0c/ID", ID, Containerd),
            ("/kubelet/kubepods/besteffort/pod5f0c/ID", ID, Containerd),
            ("/system.slice/kubepods-pod1.slice:cri-containerd:ID", ID, Containerd),
            ("/default.slice/nerdctl-ID.scope", ID, Containerd),
            ("/kubepods.slice/kubepods-pod1.slice/crio-ID.scope", ID, CriO),
            ("/kubepods/pod1/crio-ID", ID, CriO),
            ("/machine.slice/libpod-ID.scope/container", ID, Podman),
            ("/libpod_parent/libpod-ID", ID, Podman),
            (
                "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope",
                ID,
                Podman,
            ),
            ("/system.slice/web.service/libpod-payload-ID", ID, Podman),
            ("/lxc/web", "web", Lxc),
            ("/lxc/101/ns/system.slice/cron.service", "101", Lxc),
            ("/lxc.payload.web-1/init.scope", "web-1", Lxc),
            ("/lxc.payload/web", "web", Lxc),
            ("/machine.slice/machine-deb\\x2dten.scope/payload", "deb-ten", SystemdNspawn),
            ("/machine.slice/systemd-nspawn@web.service/payload", "web", SystemdNspawn),
            ("/machine.slice/machine-lxc\\x2d7\\x2dbox.scope", "lxc-7-box", Lxc),
            ("/default/ID", ID, Unknown),
            ("/garden-ID", ID, Unknown),
            ("/lxc/101/ns/docker/ID", ID, Docker),
        ] {
            let path = path.replace("ID", ID);
            let found = container(path.as_bytes());
            assert_eq!(found, Some((id.to_owned(), runtime)), "{path}");
        }
    }

    #[test]
    fn what_is_beside_a_container_is_not_in_it() {
        for path in [
            "/",
            "/user.slice/user-1000.slice",
            "/machine.slice/libpod-conmon-ID.scope",
            "/kubepods.slice/kubepods-pod1.slice/crio-conmon-ID.scope",
            "/lxc.monitor.web",
            "/lxc.monitor/web",
            "/lxc",
            "/system.slice/lxc.service",
            "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope",
            "/machine.slice/systemd-nspawn@web.service/supervisor",
            "/system.slice/machine-web.scope",
            "/system.slice/docker.service",
            "/build/sha256ID",
        ] {
            assert_eq!(container(path.replace("ID", ID).as_bytes()), None, "{path}");
        }
    }

    #[test]
    fn with_v1_any_hierarchy_may_tell_the_container() {
        let text = format!("5:cpu:/docker/{ID}\n1:name=systemd:/user.slice\n0::/user.slice\n");
        assert_eq!(container_in(text.as_bytes()), Some((ID.to_owned(), Runtime::Docker)));
        let text = format!("1:net_cls:/\n0::/system.slice/docker-{ID}.scope\n");
        assert_eq!(container_in(text.as_bytes()), Some((ID.to_owned(), Runtime::Docker)));
        assert_eq!(container_in(b"1:net_cls:/\n0::/\n"), None);
    }

    #[test]
    fn units_and_slices_are_the_innermost() {
        for (path, expected_unit, expected_slice) in [
            ("/", None, None),
            ("/init.scope", Some("init.scope"), None),
            ("/system.slice/cron.service", Some("cron.service"), Some("system.slice")),
            (
                "/user.slice/user-1.slice/session-2.scope",
                Some("session-2.scope"),
                Some("user-1.slice"),
            ),
            (
                "/user.slice/user-1.slice/user@1.service/app.slice/app-a\\x2db.scope",
                Some("app-a\\x2db.scope"),
                Some("app.slice"),
            ),
            ("/system.slice/a.service/deeper", Some("a.service"), Some("system.slice")),
            ("/job/.service", None, None),
        ] {
            assert_eq!(unit(path.as_bytes()).as_deref(), expected_unit, "{path}");
            assert_eq!(slice(path.as_bytes()).as_deref(), expected_slice, "{path}");
        }
        assert_eq!(unit(b"/a\xff.service").as_deref(), Some("a\\xff.service"));
    }
}
