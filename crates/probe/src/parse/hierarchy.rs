//! Where the unified control group hierarchy is mounted: proc_pid_mountinfo(5).

use super::words::{lines, words};

/// The mount point of the first unified hierarchy.
pub(crate) fn unified(bytes: &[u8]) -> Option<Vec<u8>> {
    lines(bytes).find_map(|line| {
        let mut fields = words(line);
        let point = fields.nth(4)?;
        fields.find(|field| *field == b"-")?;
        (fields.next()? == b"cgroup2").then(|| unescape(point))
    })
}

/// Spaces and other separators stand there as a backslash and three octal digits.
fn unescape(mut text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    while let Some((&first, rest)) = text.split_first() {
        let code = rest.get(..3).filter(|_| first == b'\\').and_then(octal);
        plain.push(code.unwrap_or(first));
        text = if code.is_some() { &rest[3..] } else { rest };
    }
    plain
}

fn octal(digits: &[u8]) -> Option<u8> {
    digits.iter().try_fold(0_u8, |value, digit| {
        let digit = digit.checked_sub(b'0').filter(|digit| *digit < 8)?;
        value.checked_mul(8)?.checked_add(digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unified_hierarchy_is_found_beside_the_older_ones() {
        let mounts =
            b"40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd\n\
            41 31 0:38 / /sys/fs/cgroup/uni\\040fied rw shared:9 master:1 - cgroup2 cgroup2 rw\n";
        assert_eq!(unified(mounts).as_deref(), Some(&b"/sys/fs/cgroup/uni fied"[..]));
        assert_eq!(unified(b"31 23 0:28 / /sys rw - tmpfs tmpfs rw\n"), None);
    }

    #[test]
    fn what_only_looks_like_an_escape_stays() {
        assert_eq!(unescape(b"a\\04"), b"a\\04");
        assert_eq!(unescape(b"a\\999\\134"), b"a\\999\\");
    }
}
