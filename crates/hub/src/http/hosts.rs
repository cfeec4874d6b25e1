//! Hosts, snapshots and process details.

use super::extract::json_response;
use super::snapshots::{SnapshotKey, not_sampled};
use super::{HttpProblem, Parameters, Reply, Segments};
use crate::auth::SignedIn;
use crate::state::{HubState, SharedState, blocking};
use axum::extract::State;
use axum::response::Response;
use model::HostId;
use model::request::{DetailWish, Refusal, Target};
use monitor::HostStatus;
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use wire::browser::reply::{ProcessDetailReply, ServerReply, ServersReply};
use wire::browser::{Sampling, process_detail, server_reply};

#[derive(Deserialize)]
pub(super) struct ProcessPath {
    server: String,
    pid: u32,
}

pub(super) async fn servers(State(state): State<SharedState>, _: SignedIn) -> Reply<ServersReply> {
    let hosts = state.monitor.hosts();
    Reply(ServersReply { servers: hosts.iter().filter_map(|host| reply(&state, host)).collect() })
}

pub(super) async fn server(
    State(state): State<SharedState>,
    _: SignedIn,
    Segments(server): Segments<String>,
) -> Result<Reply<ServerReply>, HttpProblem> {
    let host = find_host(&state, &server)?;
    reply(&state, &host).map(Reply).ok_or_else(not_sampled)
}

/// A host as a list shows it; nothing is known of it before its first sample.
fn reply(state: &HubState, host: &HostStatus) -> Option<ServerReply> {
    let delta = host.latest.as_ref()?;
    let interval = host.description.interval;
    let since_unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let age = i128::try_from(since_unix.as_nanos()).ok()? - i128::from(delta.at.unix_nanos);
    let patience = (interval * 3).max(Duration::from_secs(5));
    let sampling = Sampling {
        is_active: age < patience.as_nanos() as i128,
        agent_version: &host.description.agent_version,
        interval,
        control: host.description.control && state.control,
    };
    Some(server_reply(&host.id, delta, host.first_seen, &sampling))
}

pub(crate) fn find_host(state: &HubState, server: &str) -> Result<HostStatus, HttpProblem> {
    let found = state.monitor.host(&HostId(server.into()));
    found.ok_or_else(|| HttpProblem::not_found("there is no such server here").field("server"))
}

pub(super) async fn snapshot(
    State(state): State<SharedState>,
    _: SignedIn,
    Segments(server): Segments<String>,
    parameters: Parameters,
) -> Result<Response, HttpProblem> {
    let host = find_host(&state, &server)?;
    let mut key = SnapshotKey::default();
    if let Some(limit) = parameters.parsed("limit", "a whole number, 0 for all rows")? {
        key.limit = limit;
    }
    if let Some(order) = parameters.text("sort")? {
        order.clone_into(&mut key.order);
    }
    if let Some(filter) = parameters.text("where")? {
        filter.clone_into(&mut key.filter);
    }
    let delta = host.latest.ok_or_else(not_sampled)?;
    let texts = Arc::clone(&state.snapshots);
    blocking(move || texts.text(&host.id, &delta, &key)).await?.map(json_response)
}

pub(super) async fn detail(
    State(state): State<SharedState>,
    _: SignedIn,
    Segments(path): Segments<ProcessPath>,
    parameters: Parameters,
) -> Result<Reply<ProcessDetailReply>, HttpProblem> {
    let host = find_host(&state, &path.server)?;
    let start_time = parameters.parsed("start_time", "a number of seconds since boot")?;
    let delta = host.latest.ok_or_else(not_sampled)?;
    let link = state.monitor.link(&host.id).ok_or_else(not_sampled)?;
    let target = Target { pid: path.pid, start_time };
    let found = blocking(move || {
        let detail = link.detail(target, DetailWish::cheap())?;
        process_detail(&delta, &detail).ok_or_else(|| {
            let why = "this process began a moment ago and is not in a sample so far";
            Refusal::Unavailable(why.to_owned())
        })
    });
    found.await?.map(Reply).map_err(|refusal| refused(&refusal))
}

/// Why nothing was done or shown, as a problem.
pub(super) fn refused(refusal: &Refusal) -> HttpProblem {
    use axum::http::StatusCode;
    let status = match refusal {
        Refusal::NoSuchProcess => StatusCode::NOT_FOUND,
        Refusal::AnotherProcess | Refusal::Ended(_) => StatusCode::CONFLICT,
        Refusal::Protected(_) | Refusal::NotPermitted(_) | Refusal::SwitchedOff(_) => {
            StatusCode::FORBIDDEN
        }
        Refusal::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let problem = HttpProblem::new(status, refusal.to_string());
    match refusal {
        Refusal::NoSuchProcess => problem.field("pid"),
        Refusal::AnotherProcess => problem.field("start_time"),
        Refusal::Unavailable(_) => problem.retry_after(Duration::from_secs(1)),
        _ => problem,
    }
}
