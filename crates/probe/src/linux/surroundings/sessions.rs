//! Who is signed in.

use crate::linux::place::Place;
use crate::parse::session;
use model::snapshot::Session;

/// From utmp, else from systemd-logind: newer distributions write no utmp any more. Sessions whose
/// process has ended without saying so are left out.
pub(super) fn sessions(place: &Place) -> Vec<Session> {
    let mut found = match place.bytes("run/utmp").or_else(|| place.bytes("var/run/utmp")) {
        Some(bytes) => session::utmp(&bytes),
        None => logind(place),
    };
    found.retain(|session| place.path(format!("proc/{}", session.pid)).exists());
    found.sort_by_key(|session| (session.since_unix_nanos, session.pid));
    found
}

fn logind(place: &Place) -> Vec<Session> {
    let dir = "run/systemd/sessions";
    let names = place.names(dir).into_iter().filter(|name| !name.ends_with(".ref"));
    let session = |name: String| session::logind(&place.bytes(format!("{dir}/{name}"))?);
    names.filter_map(session).collect()
}
