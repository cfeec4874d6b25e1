//! Acting on processes. Every attempt by a known user is in the audit log, allowed or not.

use super::hosts::{find_host, refused};
use super::{HttpProblem, OptionalJsonBody, Peer, Reply, RequestId, Segments};
use crate::accounts::{Accounts, AuditEntry, AuditTarget, Role, Verdict};
use crate::auth::SignedIn;
use crate::state::{HubState, SharedState, blocking};
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use model::request::{Action, Outcome, OutcomeKind, Refusal, Target};
use monitor::{HostLink, HostStatus};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use wire::browser::reply::ActionReply;
use wire::browser::request::ActionBody;

#[derive(Deserialize)]
pub(super) struct ActionPath {
    server: String,
    pid: u32,
    action: String,
}

pub(super) async fn act(
    State(state): State<SharedState>,
    user: SignedIn,
    (Extension(peer), Extension(id)): (Extension<Peer>, Extension<RequestId>),
    Segments(path): Segments<ActionPath>,
    OptionalJsonBody(body): OptionalJsonBody<ActionBody>,
) -> Result<Reply<ActionReply>, HttpProblem> {
    let action = find_action(&path.action)?;
    let target = Target { pid: path.pid, start_time: body.start_time };
    let attempt = Attempt {
        entry: AuditEntry {
            user: user.identity.name.clone(),
            address: peer.remote.ip().to_canonical().to_string(),
            action: action.word().to_owned(),
            target: named_target(&state, &path.server, target),
            verdict: Verdict::Denied,
            result: String::new(),
            request_id: id.0.to_string(),
        },
        accounts: Arc::clone(&state.accounts),
    };
    let host = match admit(&state, &user, &path.server) {
        Ok(host) => host,
        Err(problem) => return Err(deny(attempt, problem).await?),
    };
    let Ok(place) = Arc::clone(&state.actions).try_acquire_owned() else {
        let busy =
            HttpProblem::new(StatusCode::TOO_MANY_REQUESTS, "too many actions are under way")
                .retry_after(Duration::from_secs(2));
        return Err(deny(attempt, busy).await?);
    };
    let link = state.monitor.link(&host.id);
    let link = link.ok_or_else(|| HttpProblem::not_found("there is no such server here"))?;
    // On a thread of its own to the end: a client that goes away must not cut the audit short.
    let done = blocking(move || {
        let _place = place;
        attempt.carry_out(link.as_ref(), target, action)
    });
    done.await?.map(Reply)
}

fn find_action(word: &str) -> Result<Action, HttpProblem> {
    let found = Action::SIGNALS.into_iter().find(|action| action.word() == word);
    found.ok_or_else(|| {
        let words = Action::SIGNALS.map(Action::word).join(", ");
        HttpProblem::not_found(format!("there is no such action; actions are {words}"))
            .field("action")
    })
}

fn named_target(state: &HubState, server: &str, target: Target) -> AuditTarget {
    let latest = state.monitor.latest(&model::HostId(server.into()));
    let seen = latest.as_ref().and_then(|delta| delta.process_by_pid(target.pid));
    let seen = seen.filter(|row| target.start_time.is_none_or(|t| t == row.key().start_time()));
    AuditTarget {
        host: server.chars().take(128).collect(),
        pid: target.pid,
        start_time: target.start_time.or_else(|| Some(seen.as_ref()?.key().start_time())),
        name: seen.map(|row| row.facts().name.to_string()),
    }
}

/// Whether this user may act on this host.
fn admit(state: &HubState, user: &SignedIn, server: &str) -> Result<HostStatus, HttpProblem> {
    if user.identity.role < Role::Operator {
        let detail = format!(
            "your role is {}, and acting on processes takes the role operator or admin",
            user.identity.role.word()
        );
        return Err(HttpProblem::forbidden(detail));
    }
    let host = find_host(state, server)?;
    if !state.control || !host.description.control {
        let detail = "acting on processes is switched off here";
        return Err(HttpProblem::forbidden(detail).hint("the hub was started with --no-control"));
    }
    Ok(host)
}

async fn deny(attempt: Attempt, problem: HttpProblem) -> Result<HttpProblem, HttpProblem> {
    blocking(move || attempt.deny(problem)).await
}

/// An attempt, until it is in the log.
struct Attempt {
    entry: AuditEntry,
    accounts: Arc<Accounts>,
}

impl Attempt {
    fn deny(mut self, problem: HttpProblem) -> HttpProblem {
        self.entry.result = format!("refused with {}", problem.status().as_u16());
        match self.write() {
            Ok(()) => problem,
            Err(failure) => failure,
        }
    }

    /// First the log, then the process: what cannot be recorded is not done.
    fn carry_out(
        mut self,
        link: &dyn HostLink,
        target: Target,
        action: Action,
    ) -> Result<ActionReply, HttpProblem> {
        self.entry.verdict = Verdict::Allowed;
        "asked".clone_into(&mut self.entry.result);
        self.write()?;
        let outcome = link.act(target, action);
        self.note(&outcome);
        if self.write().is_err() {
            tracing::error!(request_id = self.entry.request_id, "a result is not in the audit log");
        }
        let outcome = outcome.map_err(|refusal| refused(&refusal))?;
        Ok(describe(target.pid, action, &outcome))
    }

    fn note(&mut self, outcome: &Result<Outcome, Refusal>) {
        match outcome {
            Ok(outcome) => {
                outcome.kind.word().clone_into(&mut self.entry.result);
                self.entry.target.name = Some(outcome.name.to_string());
                self.entry.target.start_time = Some(outcome.key.start_time());
            }
            Err(refusal) => {
                self.entry.verdict = Verdict::Denied;
                self.entry.result = refusal.to_string();
            }
        }
    }

    fn write(&self) -> Result<(), HttpProblem> {
        let AuditEntry { user, action, target, verdict, result, request_id, .. } = &self.entry;
        let (verdict, pid) = (verdict.word(), target.pid);
        tracing::info!(request_id, user, action, pid, verdict, result, "action");
        self.accounts.record(&self.entry).map_err(|error| {
            tracing::error!(%error, "audit");
            HttpProblem::internal("the audit log cannot be written, so nothing more is done")
        })
    }
}

fn describe(pid: u32, action: Action, outcome: &Outcome) -> ActionReply {
    let message = match outcome.kind {
        OutcomeKind::StillRunning => {
            format!("Process {pid} was sent the signal to {} but goes on", action.word())
        }
        // E.g. resumed with another signal waiting that ended it.
        OutcomeKind::Ended if matches!(action, Action::Suspend | Action::Resume) => {
            format!("Process {pid} was {} and has ended", action.past())
        }
        _ => format!("Process {pid} {}", action.past()),
    };
    let elapsed = (outcome.elapsed.as_secs_f64() * 1e3).round() / 1e3;
    ActionReply { status: "success", message, outcome: outcome.kind.word(), elapsed }
}
