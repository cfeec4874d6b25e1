//! Who is signed in.

use crate::linux::system_files::SystemFiles;
use crate::parse::session;
use model::snapshot::Session;

/// From utmp, else from systemd-logind: newer distributions write no utmp any more. Sessions whose
/// process has ended without saying so are left out.
pub(super) fn sessions(system: &SystemFiles) -> Vec<Session> {
    let mut found = match system.bytes("run/utmp").or_else(|| system.bytes("var/run/utmp")) {
        Some(bytes) => session::utmp(&bytes),
        None => logind(system),
    };
    found.retain(|session| system.path(format!("proc/{}", session.pid)).exists());
    found.sort_by_key(|session| (session.since_unix_nanos, session.pid));
    found
}

fn logind(system: &SystemFiles) -> Vec<Session> {
    let dir = "run/systemd/sessions";
    let names = system.names(dir).into_iter().filter(|name| !name.ends_with(".ref"));
    let session = |name: String| session::logind(&system.bytes(format!("{dir}/{name}"))?);
    names.filter_map(session).collect()
}
