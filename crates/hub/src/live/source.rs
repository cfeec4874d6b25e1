//! What a viewer is sent next. Both kinds hand out the newest state and queue nothing.

use super::feed::{Feed, Frames, Published, Samples};
use crate::http::{SnapshotKey, SnapshotTexts};
use crate::state::blocking;
use axum::extract::ws::{Message, Utf8Bytes};
use model::{HostId, Moment};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Interval, MissedTickBehavior};
use wire::browser::request::ViewerMessage;

pub(super) enum Source {
    Columns(Columns),
    Text(Box<Text>),
}

/// The host is gone: there will be nothing more.
#[derive(Debug)]
pub(super) struct HostRemoved;

impl Source {
    pub(super) fn columns(feed: Arc<Feed>) -> Self {
        let frames = feed.frames();
        feed.ask_full();
        Self::Columns(Columns { feed, frames, has: None, is_paused: false })
    }

    pub(super) fn text(
        feed: &Feed,
        host: HostId,
        texts: Arc<SnapshotTexts>,
        every: Duration,
    ) -> Self {
        let mut timer = tokio::time::interval(every);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let samples = feed.samples();
        let text =
            Text { samples, host, texts, timer, is_due: false, sent: None, is_paused: false };
        Self::Text(Box::new(text))
    }

    /// Waits for what is to be sent next. May be dropped while waiting without losing anything.
    pub(super) async fn next(&mut self) -> Result<Message, HostRemoved> {
        match self {
            Self::Columns(columns) => columns.next().await,
            Self::Text(text) => text.next().await,
        }
    }

    /// Does what the viewer asks. Interests are wishes; nothing is read by them so far.
    pub(super) fn obey(&mut self, message: &ViewerMessage) {
        match (self, message) {
            (Self::Columns(columns), ViewerMessage::Resync(true)) => columns.begin_anew(),
            (Self::Columns(columns), ViewerMessage::Pause(pause)) => {
                columns.is_paused = *pause;
                columns.begin_anew();
            }
            (Self::Text(text), ViewerMessage::Resync(true)) => text.due_now(),
            (Self::Text(text), ViewerMessage::Pause(pause)) => {
                text.is_paused = *pause;
                text.due_now();
            }
            (_, ViewerMessage::Resync(false) | ViewerMessage::Interest(_)) => {}
        }
    }

    /// Whether the viewer understands frames of the columns protocol.
    pub(super) fn speaks_columns(&self) -> bool {
        matches!(self, Self::Columns(_))
    }
}

pub(super) struct Columns {
    feed: Arc<Feed>,
    frames: Frames,
    /// Number of the frame the viewer has; `None` when it needs a full one.
    has: Option<u32>,
    is_paused: bool,
}

impl Columns {
    async fn next(&mut self) -> Result<Message, HostRemoved> {
        loop {
            self.frames.changed().await.map_err(|_| HostRemoved)?;
            let published = self.frames.borrow_and_update().clone();
            if let Some(frame) = published.and_then(|published| self.choose(&published)) {
                return Ok(Message::Binary(frame));
            }
        }
    }

    fn choose(&mut self, published: &Published) -> Option<bytes::Bytes> {
        if self.is_paused || self.has == Some(published.seq) {
            return None;
        }
        let follows = self.has.is_some_and(|has| has.wrapping_add(1) == published.seq);
        let frame = match (&published.delta, &published.full) {
            (Some(delta), _) if follows => delta.clone(),
            (_, Some(full)) => full.clone(),
            _ => {
                self.begin_anew();
                return None;
            }
        };
        self.has = Some(published.seq);
        Some(frame)
    }

    fn begin_anew(&mut self) {
        self.has = None;
        if !self.is_paused {
            self.feed.ask_full();
        }
    }
}

pub(super) struct Text {
    samples: Samples,
    host: HostId,
    texts: Arc<SnapshotTexts>,
    timer: Interval,
    is_due: bool,
    sent: Option<Moment>,
    is_paused: bool,
}

impl Text {
    async fn next(&mut self) -> Result<Message, HostRemoved> {
        loop {
            if !self.is_due {
                self.timer.tick().await;
                self.is_due = true;
            }
            if let Some(message) = self.newest().await? {
                self.is_due = false;
                return Ok(message);
            }
        }
    }

    /// Waits for a sample that was not sent.
    async fn newest(&mut self) -> Result<Option<Message>, HostRemoved> {
        if self.is_paused {
            // Until the viewer says otherwise, which begins this wait anew.
            std::future::pending::<()>().await;
        }
        let sent = self.sent;
        let is_new = |sample: &Option<Arc<model::Delta>>| {
            sample.as_ref().is_some_and(|delta| Some(delta.at) != sent)
        };
        let sample = self.samples.wait_for(is_new).await.map_err(|_| HostRemoved)?.clone();
        let Some(delta) = sample else { return Ok(None) };
        let (texts, host, at) = (Arc::clone(&self.texts), self.host.clone(), delta.at);
        let made = blocking(move || texts.text(&host, &delta, &SnapshotKey::default())).await;
        let text = made.and_then(|text| text).map_err(|_| HostRemoved)?;
        self.sent = Some(at);
        let text = Utf8Bytes::try_from(text).map_err(|_| HostRemoved)?;
        Ok(Some(Message::Text(text)))
    }

    fn due_now(&mut self) {
        self.is_due = true;
        self.sent = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use model::request::{Action, Interest, Outcome, ProcessDetail, Refusal, Target};
    use monitor::{HostDescription, HostLink, Monitor};

    struct NoLink;

    impl HostLink for NoLink {
        fn act(&self, _: Target, _: Action) -> Result<Outcome, Refusal> {
            Err(Refusal::NoSuchProcess)
        }

        fn detail(
            &self,
            _: Target,
            _: model::request::DetailWish,
        ) -> Result<ProcessDetail, Refusal> {
            Err(Refusal::NoSuchProcess)
        }

        fn prefer(&self, _: Interest) {}
    }

    fn frames(seq: u32, full: bool) -> Published {
        let delta = Some(Bytes::from(format!("delta {seq}")));
        Published { seq, delta, full: full.then(|| Bytes::from(format!("full {seq}"))) }
    }

    #[tokio::test]
    async fn a_viewer_that_missed_a_frame_gets_the_newest_whole() {
        let monitor = Monitor::new();
        let interval = Duration::from_secs(1);
        let description = HostDescription { interval, control: true, agent_version: "1".into() };
        monitor.add_host(HostId::local(), description, Arc::new(NoLink));
        let feed = Arc::new(Feed::begin(&monitor, &HostId::local()).unwrap());
        let Source::Columns(mut viewer) = Source::columns(feed) else { panic!("not columns") };
        assert_eq!(viewer.choose(&frames(4, false)), None, "the first frame is a full one");
        assert_eq!(viewer.choose(&frames(5, true)).unwrap(), "full 5");
        assert_eq!(viewer.choose(&frames(5, true)), None, "another viewer asked for it again");
        assert_eq!(viewer.choose(&frames(6, false)).unwrap(), "delta 6");
        assert_eq!(viewer.choose(&frames(7, true)).unwrap(), "delta 7");
        assert_eq!(viewer.choose(&frames(9, false)), None, "frame 8 was missed");
        assert_eq!(viewer.choose(&frames(10, false)), None, "still without a whole one");
        assert_eq!(viewer.choose(&frames(10, true)).unwrap(), "full 10");
        viewer.is_paused = true;
        assert_eq!(viewer.choose(&frames(11, true)), None);
    }
}
