//! Names of terminals: /proc/tty/drivers maps device numbers to them.

use super::words::{lines, number, words};

/// One line: device numbers that share a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Driver {
    /// Path below `/dev`.
    name: String,
    major: u32,
    first: u32,
    last: u32,
    /// Whether its devices are numbered; alone it has its name to itself.
    is_numbered: bool,
    /// Virtual consoles are numbered by their minor number, others from 0.
    is_console: bool,
}

/// All drivers; a line that is not understood is left out.
pub(crate) fn drivers(bytes: &[u8]) -> Vec<Driver> {
    lines(bytes).filter_map(driver).collect()
}

fn driver(line: &[u8]) -> Option<Driver> {
    let mut words = words(line);
    let (_, path) = (words.next()?, words.next()?);
    let major = number(words.next()?)? as u32;
    let minors = words.next()?;
    let kind = words.next().unwrap_or(b"");
    let mut bounds = minors.splitn(2, |byte| *byte == b'-');
    let first = number(bounds.next()?)? as u32;
    let last = bounds.next().and_then(number).map_or(first, |last| last as u32);
    let is_numbered = last > first || !kind.starts_with(b"system");
    let name = model::text::from_kernel(path.strip_prefix(b"/dev/").unwrap_or(path));
    Some(Driver { name, major, first, last, is_numbered, is_console: kind == b"console" })
}

/// The terminal behind the device number in proc_pid_stat(5): `pts/3`, `tty1`, `ttyS0`, `console`.
/// `None` for 0 and for a number nobody registered.
pub(crate) fn name(drivers: &[Driver], device: u32) -> Option<String> {
    let major = device >> 8 & 0xfff;
    let minor = device & 0xff | device >> 12 & 0xfff00;
    if device == 0 {
        return None;
    }
    let holds =
        |driver: &&Driver| driver.major == major && (driver.first..=driver.last).contains(&minor);
    if let Some(driver) = drivers.iter().find(holds) {
        let index = if driver.is_console { minor } else { minor - driver.first };
        let separator = if driver.name == "pts" { "/" } else { "" };
        return Some(match driver.is_numbered {
            true => format!("{}{separator}{index}", driver.name),
            false if driver.name == "vc/0" => "tty0".to_owned(),
            false => driver.name.clone(),
        });
    }
    // Where the list cannot be read: numbers that never change (admin-guide/devices.txt).
    match major {
        136..=143 => Some(format!("pts/{}", (major - 136) * 256 + minor)),
        4 if minor < 64 => Some(format!("tty{minor}")),
        4 => Some(format!("ttyS{}", minor - 64)),
        5 if minor == 1 => Some("console".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRIVERS: &[u8] = b"\
/dev/tty             /dev/tty        5       0 system:/dev/tty
/dev/console         /dev/console    5       1 system:console
/dev/ptmx            /dev/ptmx       5       2 system
/dev/vc/0            /dev/vc/0       4       0 system:vtmaster
hvc                  /dev/hvc      229 0-7 system
usbserial            /dev/ttyUSB   188 0-511 serial
ttyAMA               /dev/ttyAMA   204 64-77 serial
serial               /dev/ttyS       4 64-95 serial
pty_slave            /dev/pts      136 0-1048575 pty:slave
unknown              /dev/tty        4 1-63 console
short line
";

    fn device(major: u32, minor: u32) -> u32 {
        (minor & 0xfff00) << 12 | major << 8 | minor & 0xff
    }

    #[test]
    fn terminals_have_the_names_of_their_files() {
        let drivers = drivers(DRIVERS);
        for (major, minor, expected) in [
            (136, 0, Some("pts/0")),
            (136, 300, Some("pts/300")),
            (4, 0, Some("tty0")),
            (4, 7, Some("tty7")),
            (4, 64, Some("ttyS0")),
            (4, 66, Some("ttyS2")),
            (204, 65, Some("ttyAMA1")),
            (188, 3, Some("ttyUSB3")),
            (5, 1, Some("console")),
            (229, 0, Some("hvc0")),
            (99, 0, None),
            (0, 0, None),
        ] {
            assert_eq!(
                name(&drivers, device(major, minor)).as_deref(),
                expected,
                "{major}:{minor}"
            );
        }
    }

    #[test]
    fn without_the_list_the_fixed_numbers_are_known() {
        assert_eq!(name(&[], device(137, 1)).as_deref(), Some("pts/257"));
        assert_eq!(name(&[], device(4, 65)).as_deref(), Some("ttyS1"));
        assert_eq!(name(&[], device(5, 1)).as_deref(), Some("console"));
        assert_eq!(name(&[], device(204, 64)), None);
    }
}
