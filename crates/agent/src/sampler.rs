//! The sampling loop: a plain thread that samples at absolute deadlines and feeds a monitor.

use crate::schedule::Schedule;
use model::{HostId, Snapshot};
use monitor::{DeltaPool, Monitor};
use probe::{Probe, ProbeError, ProbeOptions, SystemClock};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How this machine is sampled.
#[derive(Debug, Clone)]
pub struct SamplerOptions {
    /// The host's id in the monitor.
    pub host: HostId,
    /// Time between samples.
    pub interval: Duration,
    /// How the probe reads.
    pub probe: ProbeOptions,
}

/// Why sampling did not begin.
#[derive(Debug)]
pub enum SamplerError {
    /// Nothing can be read here.
    Probe(ProbeError),
    /// The system gave no thread.
    Thread(std::io::Error),
}

impl std::fmt::Display for SamplerError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Probe(error) => error.fmt(f),
            Self::Thread(error) => write!(f, "cannot start the sampling thread: {error}"),
        }
    }
}

impl std::error::Error for SamplerError {}

/// A running sampling loop. Dropping it ends the loop.
pub struct Sampler {
    stop: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
    first: Arc<FirstSample>,
}

#[derive(Default)]
struct FirstSample {
    taken: Mutex<bool>,
    signal: Condvar,
}

impl Sampler {
    /// Begins to sample this machine into `monitor`, which must know the host already.
    ///
    /// # Errors
    /// When nothing can be read here.
    pub fn start(monitor: Arc<Monitor>, options: SamplerOptions) -> Result<Self, SamplerError> {
        let probe = Probe::with(&options.probe).map_err(SamplerError::Probe)?;
        let (stop, stopped) = sync_channel(1);
        let first = Arc::new(FirstSample::default());
        let signal = Arc::clone(&first);
        let thread = std::thread::Builder::new()
            .name("sampler".to_owned())
            .spawn(move || Loop::new(probe, monitor, options).run(&stopped, &signal))
            .map_err(SamplerError::Thread)?;
        Ok(Self { stop: Some(stop), thread: Some(thread), first })
    }

    /// Waits until the monitor has the first sample; answers whether it came in time.
    #[must_use]
    pub fn wait_for_first(&self, patience: Duration) -> bool {
        let taken = self.first.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.first.signal.wait_timeout_while(taken, patience, |taken| !*taken);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Drop for Sampler {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(Err(_)) = self.thread.take().map(JoinHandle::join) {
            tracing::error!("the sampling thread had panicked");
        }
    }
}

struct Loop {
    probe: Probe,
    monitor: Arc<Monitor>,
    options: SamplerOptions,
    pool: DeltaPool,
    before: Snapshot,
    now: Snapshot,
    has_before: bool,
}

impl Loop {
    fn new(probe: Probe, monitor: Arc<Monitor>, options: SamplerOptions) -> Self {
        Self {
            probe,
            monitor,
            options,
            pool: DeltaPool::default(),
            before: Snapshot::default(),
            now: Snapshot::default(),
            has_before: false,
        }
    }

    fn run(&mut self, stopped: &Receiver<()>, first: &FirstSample) {
        let mut schedule = Schedule::starting(Instant::now(), self.options.interval);
        loop {
            self.sample(schedule.overruns());
            if let Ok(mut taken) = first.taken.lock()
                && !*taken
            {
                *taken = true;
                first.signal.notify_all();
            }
            let now = Instant::now();
            let due = schedule.next_after(now);
            match stopped.recv_timeout(due.saturating_duration_since(now)) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn sample(&mut self, overruns: u64) {
        self.pool.release();
        self.probe.sample(&mut self.now, &SystemClock);
        self.now.cost.overruns = overruns;
        let before = self.has_before.then_some(&self.before);
        let delta = self.pool.between(before, &self.now);
        self.monitor.ingest(&self.options.host, &delta);
        std::mem::swap(&mut self.before, &mut self.now);
        self.has_before = true;
    }
}
