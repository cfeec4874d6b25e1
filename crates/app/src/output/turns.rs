//! Once, or again and again until somebody asks to stop.

use crate::exit::Answer;
use anyhow::{Context, Result};
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::Instant;

/// Once, or in which time again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    Once,
    Every(Duration),
}

/// Calls `turn` at this pace. Answers as it did, and with yes where Ctrl-C ended it.
pub(crate) fn turns(pace: Pace, mut turn: impl FnMut() -> Result<Answer>) -> Result<Answer> {
    let Pace::Every(time) = pace else { return turn() };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for the next turn")?;
    runtime.block_on(async {
        let mut asked = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
        let mut next = Instant::now();
        loop {
            turn()?;
            // A turn that took too long is followed by the next one at once, never by several.
            next = (next + time).max(Instant::now());
            if is_asked_to_stop(&mut asked, next).await {
                return Ok(Answer::Yes);
            }
        }
    })
}

async fn is_asked_to_stop(asked: &mut [Signal; 2], next: Instant) -> bool {
    let [interrupt, terminate] = asked;
    tokio::select! {
        biased;
        _ = interrupt.recv() => true,
        _ = terminate.recv() => true,
        () = tokio::time::sleep_until(next) => false,
    }
}
