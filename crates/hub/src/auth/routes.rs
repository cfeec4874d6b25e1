//! Signing in and out.

use super::SignedIn;
use super::gate::Busy;
use super::identity::{bearer, find_session};
use super::limits::Attempt;
use super::{tickets, token};
use crate::accounts::{Accounts, AccountsError, Opened, Renewal, SESSION_LIFETIME};
use crate::accounts::{verify, verify_nothing};
use crate::http::{HttpProblem, JsonBody, Peer, Reply};
use crate::state::{HubState, SharedState};
use axum::Extension;
use axum::extract::State;
use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wire::browser::reply::{MeReply, TicketReply, TokenReply};
use wire::browser::request::{LinkBody, LoginBody};

const COOKIE_PATH: &str = "/api/v1/auth";
/// Another site's page cannot send this header without being asked by us first.
const OWN_HEADER: &str = "x-topmast";

pub(crate) async fn login(
    State(state): State<SharedState>,
    Extension(peer): Extension<Peer>,
    JsonBody(body): JsonBody<LoginBody>,
) -> Result<Response, HttpProblem> {
    let address = peer.remote.ip();
    let LoginBody { username, password } = body;
    let attempt = Attempt { account: Some(&username), address };
    slow_down(&state, &attempt)?;
    let accounts = Arc::clone(&state.accounts);
    let name = username.clone();
    let check = move || check_password(&accounts, &name, &password);
    let checked = state.gate.run(check).await.map_err(|Busy| {
        HttpProblem::new(StatusCode::TOO_MANY_REQUESTS, "too many people are signing in just now")
            .retry_after(Duration::from_secs(2))
    })?;
    let user = checked.map_err(|error| database_failed(&error))?;
    let Some(user) = user else {
        state.limits.failed(&attempt, Instant::now());
        // What was typed as a name may be a password, so it is not logged.
        tracing::info!(%address, "a sign-in failed");
        return Err(HttpProblem::unauthorized("the user name or the password is wrong"));
    };
    state.limits.succeeded(&username);
    begin(&state, user, address).await
}

/// The user whose name and password these are. Takes as long for a user who does not exist.
fn check_password(
    accounts: &Accounts,
    name: &str,
    password: &str,
) -> Result<Option<i64>, AccountsError> {
    let found = accounts.credentials(name)?;
    let hashed = found.as_ref().and_then(|found| found.password_hash.as_deref());
    match (hashed, &found) {
        (Some(hash), Some(found)) => Ok(verify(password, hash).then_some(found.user)),
        _ => {
            verify_nothing(password);
            Ok(None)
        }
    }
}

fn slow_down(state: &HubState, attempt: &Attempt<'_>) -> Result<(), HttpProblem> {
    let Some(wait) = state.limits.wait(attempt, Instant::now()) else { return Ok(()) };
    let detail = "too many failed sign-ins for this account or from this address";
    Err(HttpProblem::new(StatusCode::TOO_MANY_REQUESTS, detail).retry_after(wait))
}

pub(crate) async fn spend_link(
    State(state): State<SharedState>,
    Extension(peer): Extension<Peer>,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<Response, HttpProblem> {
    let address = peer.remote.ip();
    let attempt = Attempt { account: None, address };
    slow_down(&state, &attempt)?;
    let Some(user) = state.ask(move |accounts| accounts.spend_link(&body.token)).await? else {
        state.limits.failed(&attempt, Instant::now());
        tracing::info!(%address, "a sign-in by link failed");
        let detail = "this sign-in link was used, is older than 15 minutes, or is not one of ours";
        let hint = "`topmast user link NAME` makes a fresh one";
        return Err(HttpProblem::unauthorized(detail).hint(hint));
    };
    begin(&state, user, address).await
}

async fn begin(state: &HubState, user: i64, address: IpAddr) -> Result<Response, HttpProblem> {
    let opened = state.ask(move |accounts| accounts.open_session(user)).await?;
    let opened = opened.ok_or_else(|| HttpProblem::unauthorized("this account is switched off"))?;
    tracing::info!(user = opened.identity.name, %address, "signed in");
    token_reply(state, &opened)
}

pub(crate) async fn refresh(
    State(state): State<SharedState>,
    headers: HeaderMap,
) -> Result<Response, HttpProblem> {
    demand_own_header(&headers)?;
    let Some(cookie) = refresh_cookie(&state, &headers) else {
        return Err(HttpProblem::unauthorized("nobody is signed in in this browser"));
    };
    match state.ask(move |accounts| accounts.renew_session(&cookie)).await? {
        Renewal::Renewed(opened) => token_reply(&state, &opened),
        Renewal::Reused => {
            tracing::info!("a refresh cookie was used twice; its session is ended");
            state.sessions_ended.send_modify(|count| *count += 1);
            Err(signed_out(&state))
        }
        Renewal::Unknown => Err(signed_out(&state)),
    }
}

fn signed_out(state: &HubState) -> HttpProblem {
    let problem = HttpProblem::unauthorized("this session has ended; sign in again");
    match HeaderValue::from_str(&set_cookie(state, "", Duration::ZERO)) {
        Ok(clear) => problem.header(SET_COOKIE, clear),
        Err(_) => problem,
    }
}

pub(crate) async fn logout(
    State(state): State<SharedState>,
    headers: HeaderMap,
) -> Result<Response, HttpProblem> {
    // A token that is too old is no reason to leave the session of the cookie open.
    let session = match bearer(&headers).and_then(|token| state.tokens.session(token)) {
        Some(session) => Some(session),
        None => session_of_cookie(&state, &headers).await?,
    };
    let Some(session) = session else {
        return Err(HttpProblem::unauthorized("nobody is signed in with this request"));
    };
    state.ask(move |accounts| accounts.end_session(&session)).await?;
    state.sessions_ended.send_modify(|count| *count += 1);
    let clear = set_cookie(&state, "", Duration::ZERO);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(SET_COOKIE, clear)])).into_response())
}

/// Renews the session to prove that the cookie is good; it ends at once anyway.
async fn session_of_cookie(
    state: &HubState,
    headers: &HeaderMap,
) -> Result<Option<String>, HttpProblem> {
    demand_own_header(headers)?;
    let Some(cookie) = refresh_cookie(state, headers) else { return Ok(None) };
    Ok(match state.ask(move |accounts| accounts.renew_session(&cookie)).await? {
        Renewal::Renewed(opened) => Some(opened.identity.session),
        Renewal::Reused | Renewal::Unknown => None,
    })
}

pub(crate) async fn me(user: SignedIn) -> Reply<MeReply> {
    Reply(MeReply { username: user.identity.name, role: user.identity.role.word() })
}

pub(crate) async fn ticket(
    State(state): State<SharedState>,
    user: SignedIn,
) -> Result<Reply<TicketReply>, HttpProblem> {
    let issued = state.tickets.issue(&user.identity, Instant::now());
    let issued = issued.map_err(|error| database_failed(&error))?;
    let ticket = issued.ok_or_else(|| {
        HttpProblem::new(StatusCode::TOO_MANY_REQUESTS, "too many tickets wait to be used")
            .retry_after(tickets::LIFETIME)
    })?;
    Ok(Reply(TicketReply { ticket, expires_in: tickets::LIFETIME.as_secs() }))
}

fn database_failed(error: &AccountsError) -> HttpProblem {
    tracing::error!(%error, "accounts");
    HttpProblem::internal("the accounts database cannot be used; the hub's log says why")
}

fn token_reply(state: &HubState, opened: &Opened) -> Result<Response, HttpProblem> {
    let Opened { identity, cookie } = opened;
    let signed = state.tokens.sign(&identity.session, &identity.name, state.accounts.now());
    let access_token = signed.ok_or_else(|| HttpProblem::internal("no token could be signed"))?;
    let reply =
        TokenReply { access_token, token_type: "bearer", expires_in: token::LIFETIME_SECONDS };
    let cookie = set_cookie(state, cookie, SESSION_LIFETIME);
    Ok((AppendHeaders([(SET_COOKIE, cookie)]), Reply(reply)).into_response())
}

fn demand_own_header(headers: &HeaderMap) -> Result<(), HttpProblem> {
    if headers.get(OWN_HEADER).is_some_and(|value| value == "1") {
        return Ok(());
    }
    let detail = "a request with the refresh cookie must carry the header X-Topmast: 1";
    Err(HttpProblem::forbidden(detail))
}

/// A name per instance: cookies do not tell ports apart, and several hubs may share a machine.
fn cookie_name(state: &HubState) -> String {
    format!("topmast_{}", state.accounts.instance_id())
}

fn refresh_cookie(state: &HubState, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(state);
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
}

fn set_cookie(state: &HubState, value: &str, age: Duration) -> String {
    let secure = state.names.public.as_ref().is_some_and(crate::http::PublicUrl::is_secure);
    let secure = if secure { "; Secure" } else { "" };
    let (name, age) = (cookie_name(state), age.as_secs());
    format!("{name}={value}; Path={COOKIE_PATH}; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}

/// The session that a WebSocket's `?token=` opens: of a ticket, or of an access token.
pub(crate) async fn session_of_stream(
    state: &HubState,
    token: &str,
) -> Result<Option<crate::accounts::Identity>, HttpProblem> {
    let session = match token.contains('.') {
        true => state.tokens.session(token),
        false => state.tickets.spend(token, Instant::now()),
    };
    match session {
        Some(session) => find_session(state, session).await,
        None => Ok(None),
    }
}
