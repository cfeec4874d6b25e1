//! One viewer's socket, from upgrade to close.

use super::Place;
use super::incoming::{Inbox, Received};
use super::source::{HostRemoved, Source};
use crate::accounts::Identity;
use crate::auth::find_session;
use crate::state::{SharedState, stopped};
use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval, timeout};
use wire::browser::encode_frame;
use wire::browser::stream::StreamFrame;

const PING_EVERY: Duration = Duration::from_secs(20);
const SILENCE_MAX: Duration = Duration::from_secs(45);
/// How long one frame may take to be taken.
const SEND_MAX: Duration = Duration::from_secs(30);
/// How often the session is looked up again, e.g. for what the command line changed.
const RECHECK_EVERY: Duration = Duration::from_secs(10);
/// How long the goodbye may take.
const GOODBYE_MAX: Duration = Duration::from_secs(1);

/// Who watches.
pub(super) struct Watcher {
    pub(super) state: SharedState,
    pub(super) identity: Identity,
    pub(super) _place: Place,
}

/// Why a stream ends.
#[derive(Debug)]
enum End {
    /// With a last frame that says why.
    Bye { reason: &'static str, code: u16 },
    /// The viewer broke the agreement.
    Breach(&'static str),
    /// Nobody is there to be told.
    Gone,
}

impl End {
    const SIGNED_OUT: Self = Self::Bye { reason: "signed_out", code: close_code::POLICY };
    const TOO_SLOW: Self = Self::Bye { reason: "too_slow", code: close_code::POLICY };
    const SHUTTING_DOWN: Self = Self::Bye { reason: "shutting_down", code: close_code::AWAY };
    const HOST_REMOVED: Self = Self::Bye { reason: "host_removed", code: close_code::NORMAL };
}

pub(super) async fn serve(mut socket: WebSocket, mut source: Source, watcher: Watcher) {
    let end = watch(&mut socket, &mut source, &watcher).await;
    tracing::debug!(user = watcher.identity.name, ?end, "a stream ended");
    let goodbye = say_goodbye(&mut socket, &end, source.speaks_columns());
    // A viewer that does not take its goodbye has none.
    let _ = timeout(GOODBYE_MAX, goodbye).await;
}

async fn watch(socket: &mut WebSocket, source: &mut Source, watcher: &Watcher) -> End {
    let mut stopping = watcher.state.stopping.clone();
    let mut ended = watcher.state.sessions_ended.subscribe();
    let mut ping = every(PING_EVERY);
    let mut recheck = every(RECHECK_EVERY);
    let mut inbox = Inbox::new(Instant::now());
    let mut heard = Instant::now();
    loop {
        let message = tokio::select! {
            biased;
            () = stopped(&mut stopping) => return End::SHUTTING_DOWN,
            _ = ended.changed() => match is_signed_in(watcher).await {
                true => continue,
                false => return End::SIGNED_OUT,
            },
            _ = recheck.tick() => match is_signed_in(watcher).await {
                true => continue,
                false => return End::SIGNED_OUT,
            },
            received = socket.recv() => {
                heard = Instant::now();
                match take(received, &mut inbox, heard) {
                    Ok(Some(wish)) => source.obey(&wish),
                    Ok(None) => {}
                    Err(end) => return end,
                }
                continue;
            }
            _ = ping.tick() => {
                if heard.elapsed() > SILENCE_MAX {
                    return End::Gone;
                }
                Message::Ping(bytes::Bytes::new())
            }
            next = source.next() => match next {
                Ok(message) => message,
                Err(HostRemoved) => return End::HOST_REMOVED,
            },
        };
        let sent = tokio::select! {
            sent = timeout(SEND_MAX, socket.send(message)) => sent,
            () = stopped(&mut stopping) => return End::SHUTTING_DOWN,
        };
        match sent {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return End::Gone,
            Err(_) => return End::TOO_SLOW,
        }
    }
}

fn every(period: Duration) -> tokio::time::Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

fn take(
    received: Option<Result<Message, axum::Error>>,
    inbox: &mut Inbox,
    now: Instant,
) -> Result<Option<wire::browser::request::ViewerMessage>, End> {
    let message = match received {
        None => return Err(End::Gone),
        // Too long to be read, or not the WebSocket protocol; a lost connection hears nothing.
        Some(Err(_)) => return Err(End::Breach("a message that cannot be read")),
        Some(Ok(message)) => message,
    };
    match inbox.receive(&message, now) {
        Received::Wish(wish) => Ok(Some(wish)),
        Received::Alive => Ok(None),
        Received::Closes => Err(End::Gone),
        Received::Breach(how) => Err(End::Breach(how)),
    }
}

/// Whether the session lives and its user may no less than when the stream began.
async fn is_signed_in(watcher: &Watcher) -> bool {
    let found = find_session(&watcher.state, watcher.identity.session.clone()).await;
    matches!(found, Ok(Some(now)) if now.role >= watcher.identity.role)
}

async fn say_goodbye(
    socket: &mut WebSocket,
    end: &End,
    speaks_columns: bool,
) -> Result<(), axum::Error> {
    let (code, reason) = match end {
        End::Gone => return Ok(()),
        End::Breach(how) => (close_code::POLICY, *how),
        End::Bye { reason, code } => {
            if speaks_columns {
                let frame = encode_frame(&StreamFrame::Bye { reason });
                socket.send(Message::Binary(frame)).await?;
            }
            (*code, *reason)
        }
    };
    socket.send(Message::Close(Some(CloseFrame { code, reason: reason.into() }))).await?;
    // The viewer's own close frame, so that ours is not lost with a connection reset.
    while socket.recv().await.is_some_and(|received| received.is_ok()) {}
    Ok(())
}
