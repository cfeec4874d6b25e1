//! Resource limits of one process: proc_pid_limits(5), a table with columns of fixed width.

use super::words::{lines, number, words};
use model::request::ResourceLimit;

/// Width of the name's column; a blank ends it.
const NAME_WIDTH: usize = 25;

/// Limits up to this many; Linux has sixteen.
const LIMITS_MAX: usize = 64;

pub(crate) fn parse(bytes: &[u8]) -> Vec<ResourceLimit> {
    lines(bytes).skip(1).filter_map(limit).take(LIMITS_MAX).collect()
}

fn limit(line: &[u8]) -> Option<ResourceLimit> {
    let (name, rest) = line.split_at_checked(NAME_WIDTH)?;
    let mut columns = words(rest);
    let soft = bound(columns.next()?)?;
    let hard = bound(columns.next()?)?;
    let unit = columns.next().map(model::text::from_kernel).unwrap_or_default();
    let name = model::text::from_kernel(name.trim_ascii());
    (!name.is_empty()).then_some(ResourceLimit { name, unit, soft, hard })
}

fn bound(word: &[u8]) -> Option<Option<u64>> {
    if word == b"unlimited" { Some(None) } else { number(word).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_have_names_units_and_two_bounds() {
        let text = b"\
Limit                     Soft Limit           Hard Limit           Units     \n\
Max cpu time              unlimited            unlimited            seconds   \n\
Max open files            1024                 1048576              files     \n\
Max nice priority         0                    0                    \n";
        let limits = parse(text);
        let named = |name: &str| limits.iter().find(|limit| limit.name == name).expect("a limit");
        assert_eq!((named("Max cpu time").soft, named("Max cpu time").hard), (None, None));
        let files = named("Max open files");
        assert_eq!((files.soft, files.hard, &*files.unit), (Some(1024), Some(1_048_576), "files"));
        assert_eq!(named("Max nice priority").unit, "");
        assert_eq!(limits.len(), 3);
    }

    #[test]
    fn what_is_no_limit_is_left_out() {
        assert_eq!(parse(b"header\nshort\n                          1 2\nMax x 1\n"), []);
        assert_eq!(parse(b""), []);
    }
}
