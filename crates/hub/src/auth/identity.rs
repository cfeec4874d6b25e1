//! Who a request is from.

use crate::accounts::Identity;
use crate::http::HttpProblem;
use crate::state::{HubState, SharedState};
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

/// A user whose token is good and whose session lives.
pub(crate) struct SignedIn {
    pub(crate) identity: Identity,
}

impl FromRequestParts<SharedState> for SignedIn {
    type Rejection = HttpProblem;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &SharedState,
    ) -> Result<Self, HttpProblem> {
        let token = bearer(&parts.headers).ok_or_else(|| {
            HttpProblem::unauthorized("this takes an access token, and none came with the request")
                .hint("POST /api/v1/auth/login answers one")
        })?;
        let identity = match state.tokens.session(token) {
            Some(session) => find_session(state, session).await?,
            None => None,
        };
        identity
            .map(|identity| Self { identity })
            .ok_or_else(|| HttpProblem::unauthorized("the access token is not good, or no longer"))
    }
}

pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Who a session belongs to while it lives.
pub(crate) async fn find_session(
    state: &HubState,
    session: String,
) -> Result<Option<Identity>, HttpProblem> {
    state.ask(move |accounts| accounts.identity(&session)).await
}
