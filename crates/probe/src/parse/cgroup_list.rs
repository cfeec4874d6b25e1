//! All control groups of one process: proc_pid_cgroup(5).

use super::words::lines;
use model::text::from_kernel;

/// Hierarchies listed at most; version 1 has about a dozen.
const HIERARCHIES_MAX: usize = 64;

/// Hierarchy and path: `unified` for version 2, else its controllers (`cpu,cpuacct`) or name
/// (`name=systemd`).
pub(crate) fn all(bytes: &[u8]) -> Vec<(String, String)> {
    lines(bytes).filter_map(group).take(HIERARCHIES_MAX).collect()
}

fn group(line: &[u8]) -> Option<(String, String)> {
    let mut fields = line.splitn(3, |byte| *byte == b':');
    let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?);
    let hierarchy = if controllers.is_empty() { b"unified" } else { controllers };
    Some((from_kernel(hierarchy), from_kernel(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hierarchy_has_its_path() {
        let all = all(b"4:cpu,cpuacct:/job/a:b\n1:name=systemd:/\n0::/x\nbroken\n");
        let expected = [("cpu,cpuacct", "/job/a:b"), ("name=systemd", "/"), ("unified", "/x")];
        assert!(all.iter().map(|(h, p)| (&**h, &**p)).eq(expected), "{all:?}");
    }
}
