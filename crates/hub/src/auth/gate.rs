//! Password checks cost 19 MiB and a core each: two at a time, a short queue, then no more.

use std::sync::Arc;
use tokio::sync::Semaphore;

const AT_ONCE: usize = 2;
const WAITING_MAX: usize = 8;

/// Lets password checks through.
pub(crate) struct PasswordGate {
    places: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// The queue is full.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Busy;

impl Default for PasswordGate {
    fn default() -> Self {
        Self {
            places: Arc::new(Semaphore::new(AT_ONCE + WAITING_MAX)),
            running: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }
}

impl PasswordGate {
    /// Runs `check` on a thread that may block. A caller that goes away while waiting frees its
    /// place; a check that has begun keeps its place until it is done.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        check: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| Busy)?;
        let work = tokio::task::spawn_blocking(move || {
            let result = check();
            drop((turn, place));
            result
        });
        work.await.map_err(|_| Busy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn two_run_at_a_time_eight_wait_and_the_next_is_sent_away() {
        let gate = Arc::new(PasswordGate::default());
        let running = Arc::new(AtomicUsize::new(0));
        let most = Arc::new(AtomicUsize::new(0));
        let (began, begun) = mpsc::channel();
        let mut releases = Vec::new();
        let mut tasks = Vec::new();
        for _ in 0..AT_ONCE + WAITING_MAX {
            let (release, released) = mpsc::channel::<()>();
            releases.push(release);
            let (gate, running, most) = (gate.clone(), running.clone(), most.clone());
            let began = began.clone();
            tasks.push(tokio::spawn(async move {
                let check = move || {
                    let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    began.send(()).unwrap();
                    let _ = released.recv();
                    running.fetch_sub(1, Ordering::SeqCst);
                };
                gate.run(check).await
            }));
        }
        let begun = tokio::task::spawn_blocking(move || {
            begun.recv().unwrap();
            begun.recv().unwrap();
            begun
        });
        let begun = begun.await.unwrap();
        while gate.places.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(gate.run(|| ()).await, Err(Busy));
        assert!(begun.try_recv().is_err(), "a third began");
        drop(releases);
        for task in tasks {
            assert_eq!(task.await.unwrap(), Ok(()));
        }
        assert_eq!(most.load(Ordering::SeqCst), AT_ONCE);
        assert_eq!(gate.run(|| 5).await, Ok(5));
    }
}
