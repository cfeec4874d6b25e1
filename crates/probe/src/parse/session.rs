//! Who is signed in: utmp(5), and the files of systemd-logind where there is no utmp any more.

use super::words::lines;
use model::snapshot::Session;
use model::text;

/// Bytes of a record: on 64-bit ARM and others without a 32-bit past its last numbers are wider.
#[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "powerpc64"))]
const RECORD: usize = 384;
#[cfg(not(any(target_arch = "x86_64", target_arch = "x86", target_arch = "powerpc64")))]
const RECORD: usize = 400;

/// A process of somebody signed in.
const USER_PROCESS: i16 = 7;

/// Sessions at most; a file with more is not believed further.
const SESSIONS_MAX: usize = 4096;

/// Those in a utmp file, stale ones included: their processes are not looked at here.
pub(crate) fn utmp(bytes: &[u8]) -> Vec<Session> {
    bytes.chunks_exact(RECORD).filter_map(record).take(SESSIONS_MAX).collect()
}

fn record(bytes: &[u8]) -> Option<Session> {
    let number = |at: usize| Some(i32::from_ne_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let kind = i16::from_ne_bytes(bytes.get(..2)?.try_into().ok()?);
    let user = words(bytes.get(44..76)?);
    if kind != USER_PROCESS || user.is_empty() {
        return None;
    }
    let from = words(bytes.get(76..332)?);
    let (seconds, micros) = if RECORD == 384 {
        (i64::from(number(340)?), i64::from(number(344)?))
    } else {
        let wide = |at: usize| Some(i64::from_ne_bytes(bytes.get(at..at + 8)?.try_into().ok()?));
        (wide(344)?, wide(352)?)
    };
    Some(Session {
        user: user.into(),
        terminal: words(bytes.get(8..40)?).into(),
        from: (!from.is_empty()).then(|| from.into()),
        since_unix_nanos: seconds
            .saturating_mul(1_000_000_000)
            .saturating_add(micros.saturating_mul(1000)),
        pid: u32::try_from(number(4)?).ok()?,
    })
}

fn words(field: &[u8]) -> String {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    text::from_kernel(&field[..end])
}

/// A file of /run/systemd/sessions; `None` for one that is no person's or is closing.
pub(crate) fn logind(bytes: &[u8]) -> Option<Session> {
    let value = |key: &[u8]| lines(bytes).find_map(|line| line.strip_prefix(key));
    let said = |key: &[u8]| value(key).filter(|value| !value.is_empty()).map(text::from_kernel);
    let number = |key: &[u8]| said(key)?.parse::<i64>().ok();
    let is_person = value(b"CLASS=").is_none_or(|class| class.starts_with(b"user"));
    if !is_person || value(b"STATE=") == Some(b"closing") {
        return None;
    }
    Some(Session {
        user: said(b"USER=")?.into(),
        terminal: said(b"TTY=").unwrap_or_default().into(),
        from: said(b"REMOTE_HOST=").map(Into::into),
        since_unix_nanos: number(b"REALTIME=")?.saturating_mul(1000),
        pid: u32::try_from(number(b"LEADER=")?).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record_of(kind: i16, user: &[u8], from: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; RECORD];
        bytes[..2].copy_from_slice(&kind.to_ne_bytes());
        bytes[4..8].copy_from_slice(&4711_i32.to_ne_bytes());
        bytes[8..13].copy_from_slice(b"pts/3");
        bytes[44..44 + user.len()].copy_from_slice(user);
        bytes[76..76 + from.len()].copy_from_slice(from);
        if RECORD == 384 {
            bytes[340..344].copy_from_slice(&1_700_000_000_i32.to_ne_bytes());
            bytes[344..348].copy_from_slice(&5_i32.to_ne_bytes());
        } else {
            bytes[344..352].copy_from_slice(&1_700_000_000_i64.to_ne_bytes());
            bytes[352..360].copy_from_slice(&5_i64.to_ne_bytes());
        }
        bytes
    }

    fn ann() -> Session {
        Session {
            user: "ann".into(),
            terminal: "pts/3".into(),
            from: Some("10.0.0.1".into()),
            since_unix_nanos: 1_700_000_000_000_005_000,
            pid: 4711,
        }
    }

    #[test]
    fn records_of_people_are_kept_and_a_cut_one_is_not() {
        let mut bytes = record_of(2, b"reboot", b"");
        bytes.extend(record_of(USER_PROCESS, b"ann", b"10.0.0.1"));
        bytes.extend(record_of(USER_PROCESS, &[b'x'; 32], b""));
        bytes.extend(&record_of(USER_PROCESS, b"cut", b"")[..100]);
        let sessions = utmp(&bytes);
        assert_eq!(sessions[0], ann());
        assert_eq!((sessions.len(), sessions[1].user.len()), (2, 32), "a name may fill its field");
        assert_eq!(sessions[1].from, None);
    }

    #[test]
    fn a_session_of_logind() {
        let text = b"# private\nUID=1000\nUSER=ann\nSTATE=active\nREMOTE=1\nREMOTE_HOST=10.0.0.1\n\
            CLASS=user\nTTY=pts/3\nLEADER=4711\nREALTIME=1700000000000005\n";
        assert_eq!(logind(text), Some(ann()));
        assert_eq!(logind(b"USER=gdm\nCLASS=greeter\nLEADER=1\nREALTIME=1\n"), None);
        assert_eq!(logind(b"USER=ann\n"), None);
    }
}
