//! Whether procfs hides processes: the `hidepid` and `subset` options of its mount
//! (proc(5), Linux 3.3 and 5.8), as `/proc/self/mountinfo` shows them.

/// What procfs hides from whoever lacks the rights.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Hiding {
    /// Nothing.
    #[default]
    Nothing,
    /// The contents of other users' processes; their pids are seen (`hidepid=1`).
    Contents,
    /// Other users' processes (`hidepid=2`, or all that may not be traced: `hidepid=4`).
    Processes,
}

impl Hiding {
    /// The option that hides, as it is written for mount(8).
    #[must_use]
    pub fn option(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Contents => Some("hidepid=1"),
            Self::Processes => Some("hidepid=2"),
        }
    }
}

/// Of the last mount on `/proc`, which is the one that is seen; `None` where there is none.
pub(crate) fn parse(mountinfo: &[u8]) -> Option<Hiding> {
    mountinfo.split(|byte| *byte == b'\n').filter_map(of_line).next_back()
}

fn of_line(line: &[u8]) -> Option<Hiding> {
    let mut words = line.split(|byte| *byte == b' ');
    let point = words.nth(4)?;
    // Optional fields end at a lone dash; behind it: type, source, options of the file system.
    let mut behind = words.skip_while(|word| *word != b"-").skip(1);
    let (kind, options) = (behind.next()?, behind.nth(1)?);
    if point != b"/proc" || kind != b"proc" {
        return None;
    }
    let options = options.split(|byte| *byte == b',');
    let mut hiding = options.filter_map(|option| match option.strip_prefix(b"hidepid=")? {
        b"0" | b"off" => Some(Hiding::Nothing),
        b"1" | b"noaccess" => Some(Hiding::Contents),
        _ => Some(Hiding::Processes),
    });
    Some(hiding.next_back().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &str) -> Option<Hiding> {
        let root = "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw";
        parse(
            format!("{root}\n22 21 0:4 / /proc rw shared:5 master:2 - proc proc {options}\n")
                .as_bytes(),
        )
    }

    #[test]
    fn each_way_to_write_the_option() {
        assert_eq!(of("rw"), Some(Hiding::Nothing));
        assert_eq!(of("rw,hidepid=0"), Some(Hiding::Nothing));
        assert_eq!(of("rw,gid=5,hidepid=1"), Some(Hiding::Contents));
        assert_eq!(of("rw,hidepid=noaccess"), Some(Hiding::Contents));
        assert_eq!(of("rw,hidepid=2"), Some(Hiding::Processes));
        assert_eq!(of("rw,hidepid=invisible"), Some(Hiding::Processes));
        assert_eq!(of("rw,hidepid=ptraceable,subset=pid"), Some(Hiding::Processes));
    }

    #[test]
    fn the_mount_on_top_counts_and_others_do_not() {
        let below =
            b"1 1 0:4 / /proc rw - proc proc rw,hidepid=2\n2 1 0:5 / /proc rw - proc proc rw";
        assert_eq!(parse(below), Some(Hiding::Nothing));
        assert_eq!(parse(b"1 1 0:4 / /jail/proc rw - proc proc rw,hidepid=2\n"), None);
        assert_eq!(parse(b"1 1 0:4 / /proc rw - proc"), None, "cut off");
        assert_eq!(parse(b""), None);
    }
}
