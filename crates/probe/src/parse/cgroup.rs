//! One process: proc_pid_cgroup(5), and the container id in its path.

use super::words::lines;

/// The path in the unified hierarchy, or in systemd's, or else the first that is not `/`.
pub(crate) fn path(bytes: &[u8]) -> Option<&[u8]> {
    let fields = |line| {
        let mut fields = <[u8]>::splitn(line, 3, |byte| *byte == b':');
        Some((fields.next()?, fields.next()?, fields.next()?))
    };
    let all = || lines(bytes).filter_map(fields);
    let unified = all().find(|(id, controllers, _)| *id == b"0" && controllers.is_empty());
    let named = all().find(|(_, controllers, _)| *controllers == b"name=systemd");
    let any = all().find(|(_, _, path)| *path != b"/");
    let chosen =
        unified.filter(|(_, _, path)| *path != b"/").or(named).filter(|found| found.2 != b"/");
    chosen.or(any).or(unified).map(|(_, _, path)| path)
}

/// A container's id: 64 hexadecimal digits, as Docker, containerd, CRI-O and Podman write them.
pub(crate) fn container(path: &[u8]) -> Option<&[u8]> {
    path.split(|byte| matches!(byte, b'/' | b'-' | b'.' | b':'))
        .rfind(|part| part.len() == 64 && part.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hybrid_hosts_prefer_the_hierarchy_that_says_something() {
        assert_eq!(path(b"4:memory:/job/a\n1:name=systemd:/\n0::/\n"), Some(&b"/job/a"[..]));
        assert_eq!(
            path(b"0::/system.slice/a:b.service\n"),
            Some(&b"/system.slice/a:b.service"[..])
        );
        assert_eq!(path(b"1:net_cls:/\n0::/\n"), Some(&b"/"[..]));
        assert_eq!(path(b""), None);
    }

    #[test]
    fn container_ids_are_found_in_the_runtimes_paths() {
        let id = b"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for (before, after) in [
            (&b"/docker/"[..], &b""[..]),
            (b"/system.slice/docker-", b".scope"),
            (b"/kubepods.slice/kubepods-pod1.slice/cri-containerd-", b".scope"),
            (b"/machine.slice/libpod-", b".scope/container"),
        ] {
            assert_eq!(container(&[before, id, after].concat()), Some(&id[..]));
        }
        assert_eq!(container(b"/user.slice/user-1000.slice"), None);
    }
}
