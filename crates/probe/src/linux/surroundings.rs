//! What changes or answers slowly, read on a thread of its own and published for the sampler.

mod answers;
mod containers;
mod groups;
mod interfaces;
mod rounds;
mod sensors;
mod sessions;

use super::system_files::SystemFiles;
pub(crate) use answers::space;
pub(crate) use groups::of_process as group_of;
use model::snapshot::{InterfaceSetup, Surroundings};
use rounds::{Extent, Rounds};
use std::collections::HashMap;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How each interface is set up, by name.
pub(super) type Setups = HashMap<Arc<str>, Arc<InterfaceSetup>>;

/// How long a mount may take to answer.
const MOUNT_PATIENCE: Duration = Duration::from_secs(2);

/// Everything that was read last.
#[derive(Debug, Clone, Default)]
pub(super) struct Around {
    pub(super) surroundings: Arc<Surroundings>,
    pub(super) setups: Arc<Setups>,
    /// Number and hertz of each core whose frequency is told, by number.
    pub(super) frequencies: Arc<Vec<(u32, u64)>>,
}

/// How long the thread goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Endurance {
    /// Until everything was read once.
    OneRound,
    /// Until it is dropped.
    ForEver,
}

/// The thread and what it published. Dropping it tells the thread to end and does not wait: it may
/// be held up by a device.
pub(super) struct Watch {
    shared: Arc<Shared>,
    /// What is sent hurries the thread; what is dropped ends it.
    hurry: SyncSender<()>,
}

#[derive(Default)]
struct Shared {
    newest: Mutex<Newest>,
    signal: Condvar,
}

#[derive(Default)]
struct Newest {
    around: Around,
    is_whole: bool,
}

impl Watch {
    /// Reads again and again; `None` when the system gives no thread.
    pub(super) fn start(system: &SystemFiles) -> Option<Self> {
        Self::begin(Rounds::new(system, MOUNT_PATIENCE), Endurance::ForEver)
    }

    /// Reads everything once, for as long as `patience`; what had not come by then is a gap.
    pub(super) fn once(system: &SystemFiles, patience: Duration) -> Around {
        // So that one dead mount does not use up the patience for everything.
        let rounds = Rounds::new(system, MOUNT_PATIENCE.min(patience / 3));
        let Some(watch) = Self::begin(rounds, Endurance::OneRound) else {
            return Around::default();
        };
        let newest = watch.shared.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = watch.shared.signal.wait_timeout_while(newest, patience, |n| !n.is_whole);
        let newest = waited.unwrap_or_else(PoisonError::into_inner).0;
        let mut around = newest.around.clone();
        if !newest.is_whole {
            rounds::add_late_gap(Arc::make_mut(&mut around.surroundings), patience);
        }
        around
    }

    fn begin(mut rounds: Rounds, endurance: Endurance) -> Option<Self> {
        let shared = Arc::new(Shared::default());
        let (hurry, hurried) = sync_channel::<()>(1);
        let target = Arc::clone(&shared);
        let run = move || {
            loop {
                let pause = rounds.go(|around, extent| target.publish(around, extent));
                if endurance == Endurance::OneRound {
                    return;
                }
                match hurried.recv_timeout(pause) {
                    Ok(()) => rounds.expect_interfaces(),
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => return,
                }
            }
        };
        let builder = std::thread::Builder::new().name("surroundings".to_owned());
        builder.spawn(run).ok()?;
        Some(Self { shared, hurry })
    }

    /// Has the settings of interfaces read soon. One hurry is as good as several.
    pub(super) fn hurry(&self) {
        let _ = self.hurry.try_send(());
    }

    /// Takes over what is new, unless the thread is publishing this very moment: then the next
    /// sample has it.
    pub(super) fn refresh(&self, around: &mut Around) {
        if let Ok(newest) = self.shared.newest.try_lock()
            && !Arc::ptr_eq(&newest.around.surroundings, &around.surroundings)
        {
            around.clone_from(&newest.around);
        }
    }
}

impl Shared {
    fn publish(&self, around: &Around, extent: Extent) {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest.around.clone_from(around);
        newest.is_whole |= extent == Extent::Whole;
        drop(newest);
        self.signal.notify_all();
    }
}
