//! The I/O priority of a process, which only a system call of its own tells.

use crate::parse::scheduling;
use rustix::io::Errno;

/// Of one process (include/uapi/linux/ioprio.h).
const IOPRIO_WHO_PROCESS: libc::c_int = 1;

/// Class and level of a process with that nice value; `None` for a class not known here.
///
/// # Errors
/// When there is no such process or the kernel does not tell.
pub(super) fn read(pid: u32, nice: i8) -> Result<Option<String>, Errno> {
    let pid = libc::c_int::try_from(pid).map_err(|_| Errno::SRCH)?;
    let packed = ioprio_get(pid)?;
    Ok(scheduling::io_priority(packed, nice))
}

#[expect(unsafe_code, reason = "neither rustix nor libc has a function for this call")]
fn ioprio_get(pid: libc::c_int) -> Result<u32, Errno> {
    // SAFETY: ioprio_get(2) takes two integers and returns one; it touches no memory of ours.
    let answer = unsafe { libc::syscall(libc::SYS_ioprio_get, IOPRIO_WHO_PROCESS, pid) };
    u32::try_from(answer).map_err(|_| {
        let number = std::io::Error::last_os_error().raw_os_error();
        number.map_or(Errno::INVAL, Errno::from_raw_os_error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_the_priority_that_ionice_gave_it() {
        let child = std::process::Command::new("ionice")
            .args(["-c", "2", "-n", "6", "sleep", "600"])
            .spawn();
        let mut child = child.expect("ionice, of util-linux");
        // Its own name tells when ionice has become the sleeper.
        let comm = format!("/proc/{}/comm", child.id());
        while std::fs::read_to_string(&comm).is_ok_and(|name| name != "sleep\n") {
            std::thread::yield_now();
        }
        let seen = read(child.id(), 0);
        child.kill().expect("its end");
        child.wait().expect("its end");
        assert_eq!(seen, Ok(Some("best-effort 6".to_owned())));
        assert_eq!(read(child.id(), 0), Err(Errno::SRCH));
        assert_eq!(read(u32::MAX, 0), Err(Errno::SRCH));
    }
}
