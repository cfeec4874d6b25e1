//! What all requests share.

use crate::accounts::{Accounts, AccountsError};
use crate::auth::{AccessTokens, FailureLimits, PasswordGate, Tickets};
use crate::http::{HttpProblem, ServedNames, SnapshotTexts};
use crate::live::Live;
use monitor::Monitor;
use std::sync::Arc;
use tokio::sync::{Semaphore, watch};

/// Actions under way at once; each waits up to some seconds for what becomes of a process.
const ACTIONS_MAX: usize = 32;

pub(crate) type SharedState = Arc<HubState>;

pub(crate) struct HubState {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) tokens: AccessTokens,
    pub(crate) gate: PasswordGate,
    pub(crate) limits: FailureLimits,
    pub(crate) tickets: Tickets,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) live: Live,
    pub(crate) snapshots: Arc<SnapshotTexts>,
    pub(crate) actions: Arc<Semaphore>,
    pub(crate) control: bool,
    pub(crate) names: ServedNames,
    /// Counts sessions ended here, so that their streams end at once.
    pub(crate) sessions_ended: watch::Sender<u64>,
    /// True once the hub is to stop.
    pub(crate) stopping: watch::Receiver<bool>,
}

/// The parts of a state that are chosen rather than begun empty.
pub(crate) struct Chosen {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) names: ServedNames,
    pub(crate) control: bool,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl HubState {
    pub(crate) fn new(chosen: Chosen) -> Self {
        Self {
            tokens: AccessTokens::new(&chosen.accounts),
            accounts: chosen.accounts,
            gate: PasswordGate::default(),
            limits: FailureLimits::default(),
            tickets: Tickets::default(),
            live: Live::new(Arc::clone(&chosen.monitor)),
            monitor: chosen.monitor,
            snapshots: Arc::default(),
            actions: Arc::new(Semaphore::new(ACTIONS_MAX)),
            control: chosen.control,
            names: chosen.names,
            sessions_ended: watch::Sender::new(0),
            stopping: chosen.stopping,
        }
    }

    /// Asks the accounts on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Accounts) -> Result<T, AccountsError> + Send + 'static,
    ) -> Result<T, HttpProblem> {
        let accounts = Arc::clone(&self.accounts);
        blocking(move || question(&accounts)).await?.map_err(|error| {
            tracing::error!(%error, "accounts");
            HttpProblem::internal("the accounts database cannot be used; the hub's log says why")
        })
    }
}

/// Waits until the hub is to stop.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the hub is gone already.
    let _ = stopping.wait_for(|stop| *stop).await;
}

/// Runs what may block on a thread for it.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, HttpProblem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| HttpProblem::internal("this failed inside the hub; its log says why"))
}
