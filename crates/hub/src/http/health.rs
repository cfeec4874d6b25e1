//! Whether the hub lives, is ready, and which one it is.

use super::Reply;
use crate::state::SharedState;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::response::{IntoResponse, Response};
use wire::browser::reply::VersionReply;

pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// Ready once the accounts can be read and every host has been sampled.
pub(super) async fn readyz(State(state): State<SharedState>) -> Response {
    if state.ask(|accounts| accounts.identity("").map(drop)).await.is_err() {
        return not_ready("not ready: the accounts cannot be read\n");
    }
    let hosts = state.monitor.hosts();
    if hosts.is_empty() || hosts.iter().any(|host| host.latest.is_none()) {
        return not_ready("not ready: the first sample has not been taken so far\n");
    }
    "ok\n".into_response()
}

fn not_ready(why: &'static str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "1")], why).into_response()
}

pub(super) async fn version() -> Reply<VersionReply> {
    Reply(VersionReply { name: "topmast", version: env!("CARGO_PKG_VERSION") })
}
