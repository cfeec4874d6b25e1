//! What every request passes: is the name ours, is the page ours, is the body bounded. Every
//! answer leaves with its id and the headers that bind the browser.

use super::HttpProblem;
use super::extract::{BODY_MAX, body_too_large};
use crate::state::SharedState;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

/// Both ends of the connection a request came on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) remote: SocketAddr,
    pub(crate) local: SocketAddr,
}

/// Tells one request from all others, in the log, the audit and the answer.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) Arc<str>);

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
    base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

pub(super) async fn guard(
    State(state): State<SharedState>,
    mut request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = RequestId(request_id());
    request.extensions_mut().insert(id.clone());
    let method = request.method().clone();
    // The path only: the query may hold a token.
    let path = request.uri().path().to_owned();
    let mut response = match refuse(&state, &request) {
        None => next.run(request).await,
        Some(problem) => problem.into_response(),
    };
    bind_browser(response.headers_mut(), &id);
    let status = response.status().as_u16();
    let millis = began.elapsed().as_secs_f64() * 1e3;
    tracing::debug!(request_id = %id.0, %method, path, status, millis, "request");
    response
}

fn request_id() -> Arc<str> {
    // An id that is not random would still tell requests apart by the rest of their line.
    format!("{:016x}", getrandom::u64().unwrap_or_default()).into()
}

fn refuse(state: &SharedState, request: &Request) -> Option<HttpProblem> {
    let Some(peer) = request.extensions().get::<Peer>() else {
        return Some(HttpProblem::internal("the connection of this request is not known"));
    };
    let host = host_of(request).unwrap_or_default();
    if !state.names.is_served(&host, peer.local) {
        let detail = "the Host of this request is not a name this hub serves";
        let hint = "name it with --public-url if you reach the hub under this name";
        return Some(HttpProblem::new(StatusCode::MISDIRECTED_REQUEST, detail).hint(hint));
    }
    if is_bound_to_origin(request) && !has_own_origin(state, request.headers(), &host) {
        let detail = "the Origin of this request is not this hub's own page";
        return Some(HttpProblem::forbidden(detail));
    }
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    length.is_some_and(|length| length > BODY_MAX as u64).then(body_too_large)
}

fn host_of(request: &Request) -> Option<String> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let named = hosts.next().and_then(|host| host.to_str().ok());
    if hosts.next().is_some() {
        return None;
    }
    // A request line with a whole address must name the same host.
    let line = request.uri().authority().map(axum::http::uri::Authority::as_str);
    match (line, named) {
        (Some(line), Some(named)) if !line.eq_ignore_ascii_case(named) => None,
        (line, named) => named.or(line).map(str::to_owned),
    }
}

/// Requests that change something, and WebSockets, which browsers let any page open.
fn is_bound_to_origin(request: &Request) -> bool {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    !reads || request.headers().contains_key(header::UPGRADE)
}

fn has_own_origin(state: &SharedState, headers: &HeaderMap, host: &str) -> bool {
    let own = |origin: &HeaderValue| {
        origin.to_str().is_ok_and(|origin| state.names.is_own_origin(origin, host))
    };
    headers.get_all(header::ORIGIN).iter().all(own)
}

fn bind_browser(headers: &mut HeaderMap, id: &RequestId) {
    for (name, value) in SECURITY_HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let kept = HeaderValue::from_static("no-store");
    headers.entry(header::CACHE_CONTROL).or_insert(kept);
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, id);
    }
}
