//! Which path is answered by whom.

use super::extract::BODY_MAX;
use super::{HttpProblem, action, assets, guard, health, hosts};
use crate::state::SharedState;
use crate::{auth, live};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub(crate) fn router(state: &SharedState) -> Router {
    Router::new()
        .nest("/api/v1", versioned())
        .merge(monitoring())
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .route("/version", get(health::version))
        .fallback(assets::serve)
        .method_not_allowed_fallback(wrong_method)
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .layer(from_fn_with_state(state.clone(), guard::guard))
        .with_state(state.clone())
}

fn versioned() -> Router<SharedState> {
    Router::new()
        .route("/auth/login", post(auth::login))
        .route("/auth/link", post(auth::spend_link))
        .route("/auth/refresh", post(auth::refresh))
        .route("/auth/logout", post(auth::logout))
        .route("/auth/me", get(auth::me))
        .route("/auth/ticket", post(auth::ticket))
        .route("/servers", get(hosts::servers))
        .route("/servers/{server}", get(hosts::server))
        .merge(monitoring())
        .fallback(|| async { assets::nothing() })
}

/// Also without the version, where predecessors had them.
fn monitoring() -> Router<SharedState> {
    Router::new()
        .route("/monitoring/{server}/snapshot", get(hosts::snapshot))
        .route("/monitoring/{server}/process/{pid}", get(hosts::detail))
        .route("/monitoring/{server}/process/{pid}/{action}", post(action::act))
        .route("/ws/monitoring/{server}", get(live::open))
}

/// The router itself adds which methods the path takes.
async fn wrong_method() -> HttpProblem {
    let detail = "this path does not take this method; the header Allow names those it takes";
    HttpProblem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
}
