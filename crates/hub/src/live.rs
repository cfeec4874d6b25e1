//! Live streams: each sample is encoded once and shared by all who watch.

mod feed;
mod incoming;
mod source;
mod viewer;

use crate::accounts::Identity;
use crate::auth::session_of_stream;
use crate::http::{HttpProblem, Parameters, Segments, bad_parameter, find_host};
use crate::state::SharedState;
use axum::extract::State;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::StatusCode;
use axum::response::Response;
use feed::Feed;
use model::HostId;
use monitor::Monitor;
use source::Source;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

const VIEWERS_MAX: usize = 500;
const VIEWERS_OF_USER_MAX: usize = 64;
/// Time between text frames when nobody says.
const TEXT_INTERVAL: Duration = Duration::from_secs(2);
/// Shortest time between text frames; a host may be sampled no faster.
const TEXT_INTERVAL_MIN: Duration = Duration::from_millis(100);
/// Longest time between text frames that can be asked for.
const TEXT_INTERVAL_MAX: f64 = 3600.0;

/// All feeds and who watches them.
pub(crate) struct Live {
    monitor: Arc<Monitor>,
    feeds: Mutex<HashMap<HostId, Arc<Feed>>>,
    viewers: Arc<Mutex<HashMap<i64, usize>>>,
    count: watch::Sender<usize>,
}

/// One viewer's place; free again when it is dropped.
pub(crate) struct Place {
    user: i64,
    viewers: Arc<Mutex<HashMap<i64, usize>>>,
    count: watch::Sender<usize>,
}

impl Live {
    pub(crate) fn new(monitor: Arc<Monitor>) -> Self {
        let count = watch::Sender::new(0);
        Self { monitor, feeds: Mutex::default(), viewers: Arc::default(), count }
    }

    /// Waits until nobody watches.
    pub(crate) async fn drained(&self) {
        let mut count = self.count.subscribe();
        // Fails only when the sender is gone, which is here.
        let _ = count.wait_for(|viewers| *viewers == 0).await;
    }

    fn enter(&self, user: i64) -> Result<Place, HttpProblem> {
        let mut viewers = lock(&self.viewers);
        let all: usize = viewers.values().sum();
        let own = viewers.entry(user).or_default();
        if all >= VIEWERS_MAX || *own >= VIEWERS_OF_USER_MAX {
            let detail = format!(
                "too many live streams: {VIEWERS_OF_USER_MAX} for a user and {VIEWERS_MAX} in all"
            );
            return Err(HttpProblem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
                .retry_after(Duration::from_secs(10)));
        }
        *own += 1;
        self.count.send_modify(|count| *count += 1);
        Ok(Place { user, viewers: Arc::clone(&self.viewers), count: self.count.clone() })
    }

    /// The feed of a host, begun when somebody first watches it.
    fn feed(&self, host: &HostId) -> Option<Arc<Feed>> {
        let mut feeds = lock(&self.feeds);
        if let Some(feed) = feeds.get(host).filter(|feed| !feed.has_ended()) {
            return Some(Arc::clone(feed));
        }
        let feed = Arc::new(Feed::begin(&self.monitor, host)?);
        feeds.insert(host.clone(), Arc::clone(&feed));
        Some(feed)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut viewers = lock(&self.viewers);
        if let Some(own) = viewers.get_mut(&self.user) {
            *own -= 1;
        }
        viewers.retain(|_, own| *own > 0);
        self.count.send_modify(|count| *count -= 1);
    }
}

/// What is guarded is whole after each statement, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `GET /ws/monitoring/{server}?token=`.
pub(crate) async fn open(
    State(state): State<SharedState>,
    Segments(server): Segments<String>,
    parameters: Parameters,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, HttpProblem> {
    let upgrade = upgrade.map_err(|rejection| {
        HttpProblem::new(rejection.status(), "this path opens a WebSocket and nothing else")
    })?;
    let interval = text_interval(&parameters)?;
    let identity = authenticate(&state, &parameters).await?;
    let host = find_host(&state, &server)?;
    let place = state.live.enter(identity.user)?;
    let feed = state.live.feed(&host.id);
    let feed = feed.ok_or_else(|| HttpProblem::not_found("there is no such server here"))?;
    // A message is measured only once its frames are in memory, so both are bounded.
    let upgrade = upgrade.max_message_size(incoming::READ_MAX).max_frame_size(incoming::READ_MAX);
    let upgrade = upgrade.protocols([wire::browser::COLUMNS_PROTOCOL]);
    let source = match upgrade.selected_protocol() {
        Some(_) => Source::columns(feed),
        None => {
            let interval = interval.max(host.description.interval).max(TEXT_INTERVAL_MIN);
            Source::text(&feed, host.id, Arc::clone(&state.snapshots), interval)
        }
    };
    Ok(upgrade.on_upgrade(move |socket| {
        viewer::serve(socket, source, viewer::Watcher { state, identity, _place: place })
    }))
}

fn text_interval(parameters: &Parameters) -> Result<Duration, HttpProblem> {
    let expected = "a number of seconds from 0 to 3600";
    let Some(seconds) = parameters.parsed::<f64>("interval", expected)? else {
        return Ok(TEXT_INTERVAL);
    };
    if !(0.0..=TEXT_INTERVAL_MAX).contains(&seconds) {
        return Err(bad_parameter("interval", format!("interval must be {expected}")));
    }
    Ok(Duration::from_secs_f64(seconds))
}

async fn authenticate(
    state: &SharedState,
    parameters: &Parameters,
) -> Result<Identity, HttpProblem> {
    let token = parameters.text("token")?.ok_or_else(|| {
        HttpProblem::unauthorized("a WebSocket is opened with ?token=, and there is none")
            .hint("POST /api/v1/auth/ticket answers a ticket")
    })?;
    session_of_stream(state, token).await?.ok_or_else(|| {
        HttpProblem::unauthorized("the ticket or token is not good, was used, or is too old")
    })
}
