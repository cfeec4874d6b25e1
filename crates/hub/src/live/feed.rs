//! One host's frames, made by one task for all viewers.

use bytes::Bytes;
use model::{Delta, HostId, Moment};
use monitor::{Monitor, Watching};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Notify, watch};
use wire::browser::StreamEncoder;

/// The feed itself keeps one receiver; all others are viewers.
const RECEIVERS_OF_FEED: usize = 1;

/// The newest frames.
#[derive(Debug, Clone)]
pub(super) struct Published {
    pub(super) seq: u32,
    /// For viewers that have the frame before; `None` when nobody could.
    pub(super) delta: Option<Bytes>,
    /// For all others; there when somebody asked for it.
    pub(super) full: Option<Bytes>,
}

pub(super) type Samples = watch::Receiver<Option<Arc<Delta>>>;
pub(super) type Frames = watch::Receiver<Option<Arc<Published>>>;

pub(super) struct Feed {
    samples: Samples,
    /// Never read here: it is what viewers' own are copied from.
    frames: Frames,
    wish: Arc<Wish>,
}

/// That somebody needs a full frame.
#[derive(Default)]
struct Wish {
    full: AtomicBool,
    made: Notify,
}

impl Feed {
    /// Starts the task; `None` for an unknown host. It costs nothing while nobody watches.
    pub(super) fn begin(monitor: &Monitor, host: &HostId) -> Option<Self> {
        let (sender, samples) = watch::channel(None);
        let latest = monitor.latest(host);
        sender.send_replace(latest);
        let watcher = move |delta: &Arc<Delta>| match sender.send(Some(Arc::clone(delta))) {
            Ok(()) => Watching::Goes,
            Err(_) => Watching::Ends,
        };
        if !monitor.watch(host, Box::new(watcher)) {
            return None;
        }
        let (sender, frames) = watch::channel(None);
        let wish = Arc::new(Wish::default());
        let work = Work { frames: sender, wish: Arc::clone(&wish), last: None };
        tokio::spawn(work.run(samples.clone()));
        Some(Self { samples, frames, wish })
    }

    /// Whether its host is gone.
    pub(super) fn has_ended(&self) -> bool {
        self.samples.has_changed().is_err() || self.frames.has_changed().is_err()
    }

    pub(super) fn samples(&self) -> Samples {
        self.samples.clone()
    }

    /// Frames from now on.
    pub(super) fn frames(&self) -> Frames {
        let mut frames = self.frames.clone();
        frames.mark_unchanged();
        frames
    }

    /// The next frames published will have a full one among them.
    pub(super) fn ask_full(&self) {
        self.wish.full.store(true, Ordering::Release);
        self.wish.made.notify_one();
    }
}

struct Work {
    frames: watch::Sender<Option<Arc<Published>>>,
    wish: Arc<Wish>,
    last: Option<Moment>,
}

impl Work {
    async fn run(mut self, mut samples: Samples) {
        let mut encoder = StreamEncoder::new();
        loop {
            tokio::select! {
                changed = samples.changed() => if changed.is_err() { return },
                () = self.wish.made.notified() => {}
            }
            if self.frames.receiver_count() <= RECEIVERS_OF_FEED {
                continue;
            }
            let Some(delta) = samples.borrow_and_update().clone() else { continue };
            let fresh = (self.last != Some(delta.at)).then_some(delta);
            let wanted = self.wish.full.swap(false, Ordering::AcqRel);
            let made = self.encode(encoder, fresh, wanted).await;
            // The encoder is lost only if encoding panicked: then this stream ends.
            let Some(back) = made else { return };
            encoder = back;
        }
    }

    async fn encode(
        &mut self,
        mut encoder: StreamEncoder,
        fresh: Option<Arc<Delta>>,
        wants_full: bool,
    ) -> Option<StreamEncoder> {
        if let Some(delta) = &fresh {
            self.last = Some(delta.at);
        }
        let before = self.frames.borrow().clone();
        let work = tokio::task::spawn_blocking(move || {
            let delta = match fresh {
                Some(delta) => Some(encoder.advance(&delta)),
                None => before.and_then(|before| before.delta.clone()),
            };
            let full = wants_full.then(|| encoder.full()).flatten();
            let published = Published { seq: encoder.seq(), delta, full };
            (encoder, published)
        });
        let (encoder, published) = work.await.ok()?;
        self.frames.send_replace(Some(Arc::new(published)));
        Some(encoder)
    }
}
