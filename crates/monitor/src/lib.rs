//! Joins what is sampled with who looks at it, for any number of hosts.
//!
//! Two feeds, one monitor: the sampler of this machine and, later, the hub's wire session both
//! call [`Monitor::ingest`]. Views read [`Monitor::latest`] or watch by [`Monitor::watch`], and what
//! they ask of a machine goes back through its [`HostLink`].

mod link;
mod recycle;

pub use link::HostLink;
pub use recycle::DeltaPool;

use model::{Delta, HostId, Moment};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

/// All hosts, their newest state and their watchers.
#[derive(Default)]
pub struct Monitor {
    hosts: RwLock<BTreeMap<HostId, Arc<HostEntry>>>,
}

struct HostEntry {
    description: HostDescription,
    link: Arc<dyn HostLink>,
    state: Mutex<HostState>,
}

#[derive(Default)]
struct HostState {
    first_seen: Option<Moment>,
    latest: Option<Arc<Delta>>,
    watchers: Vec<Watcher>,
}

/// Called with each new delta, on the thread that brought it: it must only pass it on.
pub type Watcher = Box<dyn FnMut(&Arc<Delta>) -> Watching + Send>;

/// Whether a watcher wants to be called again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watching {
    /// Call again.
    Goes,
    /// Forget it.
    Ends,
}

/// What is fixed about how a host is sampled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostDescription {
    /// Time between samples.
    pub interval: Duration,
    /// Whether processes may be acted on.
    pub control: bool,
    /// Version of what samples it.
    pub agent_version: String,
}

/// One host as a list shows it.
#[derive(Clone)]
pub struct HostStatus {
    /// Its id.
    pub id: HostId,
    /// How it is sampled.
    pub description: HostDescription,
    /// Its first sample.
    pub first_seen: Option<Moment>,
    /// Its newest sample.
    pub latest: Option<Arc<Delta>>,
}

impl Monitor {
    /// A monitor without hosts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a host known. A host already known by that id is replaced.
    pub fn add_host(&self, id: HostId, description: HostDescription, link: Arc<dyn HostLink>) {
        let entry = HostEntry { description, link, state: Mutex::default() };
        let mut hosts = self.hosts.write().unwrap_or_else(PoisonError::into_inner);
        hosts.insert(id, Arc::new(entry));
    }

    /// The newest state of a host. An unknown host is ignored: it was removed meanwhile.
    pub fn ingest(&self, id: &HostId, delta: &Arc<Delta>) {
        let Some(entry) = self.entry(id) else { return };
        let mut state = entry.state();
        state.first_seen.get_or_insert(delta.at);
        state.latest = Some(Arc::clone(delta));
        state.watchers.retain_mut(|watcher| watcher(delta) == Watching::Goes);
    }

    /// All hosts, by id.
    #[must_use]
    pub fn hosts(&self) -> Vec<HostStatus> {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        hosts.iter().map(|(id, entry)| entry.status(id)).collect()
    }

    /// One host.
    #[must_use]
    pub fn host(&self, id: &HostId) -> Option<HostStatus> {
        self.entry(id).map(|entry| entry.status(id))
    }

    /// The newest state of a host; `None` for an unknown host and before its first sample.
    #[must_use]
    pub fn latest(&self, id: &HostId) -> Option<Arc<Delta>> {
        self.entry(id)?.state().latest.clone()
    }

    /// Where requests about a host go.
    #[must_use]
    pub fn link(&self, id: &HostId) -> Option<Arc<dyn HostLink>> {
        self.entry(id).map(|entry| Arc::clone(&entry.link))
    }

    /// Calls `watcher` with each new state of a host until it says [`Watching::Ends`]. Returns
    /// whether the host is known.
    pub fn watch(&self, id: &HostId, watcher: Watcher) -> bool {
        let Some(entry) = self.entry(id) else { return false };
        entry.state().watchers.push(watcher);
        true
    }

    fn entry(&self, id: &HostId) -> Option<Arc<HostEntry>> {
        let hosts = self.hosts.read().unwrap_or_else(PoisonError::into_inner);
        hosts.get(id).cloned()
    }
}

impl HostEntry {
    /// A watcher that panicked leaves the state whole: it is only ever replaced.
    fn state(&self) -> MutexGuard<'_, HostState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn status(&self, id: &HostId) -> HostStatus {
        let state = self.state();
        HostStatus {
            id: id.clone(),
            description: self.description.clone(),
            first_seen: state.first_seen,
            latest: state.latest.clone(),
        }
    }
}
