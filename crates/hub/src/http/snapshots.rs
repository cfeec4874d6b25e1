//! Snapshots as text, made once a sample for all who ask the same.

use super::HttpProblem;
use super::extract::bad_parameter;
use axum::http::StatusCode;
use bytes::Bytes;
use model::{Delta, HostId, Moment};
use query::{Filter, Mistake, Order};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use wire::browser::RowQuery;

/// Rows of each list when nobody says.
const LIMIT: usize = 100;
const ORDER: &str = "-cpu_percent";
/// Different questions kept of one sample.
const KEPT_MAX: usize = 32;

/// What a snapshot is asked with.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SnapshotKey {
    pub(crate) limit: usize,
    pub(crate) order: String,
    pub(crate) filter: String,
}

impl Default for SnapshotKey {
    fn default() -> Self {
        Self { limit: LIMIT, order: ORDER.to_owned(), filter: String::new() }
    }
}

/// The newest snapshots of each host, as they were asked for.
#[derive(Default)]
pub(crate) struct SnapshotTexts {
    hosts: Mutex<HashMap<HostId, Kept>>,
}

#[derive(Default)]
struct Kept {
    at: Moment,
    texts: HashMap<SnapshotKey, Arc<OnceLock<Bytes>>>,
}

impl SnapshotTexts {
    /// The JSON of one snapshot. Blocks for as long as making it takes.
    pub(crate) fn text(
        &self,
        host: &HostId,
        delta: &Delta,
        key: &SnapshotKey,
    ) -> Result<Bytes, HttpProblem> {
        let query = parse(key)?;
        let place = self.place(host, delta.at, key);
        let make = || serde_json::to_vec(&wire::browser::snapshot(delta, &query));
        if let Some(text) = place.get() {
            return Ok(text.clone());
        }
        let text = make().map_err(|_| HttpProblem::internal("the snapshot cannot be written"))?;
        Ok(place.get_or_init(|| text.into()).clone())
    }

    fn place(&self, host: &HostId, at: Moment, key: &SnapshotKey) -> Arc<OnceLock<Bytes>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = hosts.entry(host.clone()).or_default();
        if kept.at != at || (kept.texts.len() >= KEPT_MAX && !kept.texts.contains_key(key)) {
            kept.texts.clear();
            kept.at = at;
        }
        Arc::clone(kept.texts.entry(key.clone()).or_default())
    }
}

fn parse(key: &SnapshotKey) -> Result<RowQuery, HttpProblem> {
    let mistaken = |name: &str, mistake: Mistake| {
        let detail = format!("{} at position {}", mistake.message, mistake.position + 1);
        bad_parameter(name, detail).hint(mistake.hint)
    };
    let filter = match key.filter.trim() {
        "" => Filter::Everything,
        text => Filter::parse(text).map_err(|mistake| mistaken("where", mistake))?,
    };
    let order = Order::parse(&key.order).map_err(|mistake| mistaken("sort", mistake))?;
    Ok(RowQuery { filter, order, limit: key.limit })
}

/// The answer before there is anything to show.
pub(crate) fn not_sampled() -> HttpProblem {
    let detail = "this host has not been sampled so far";
    HttpProblem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
        .retry_after(std::time::Duration::from_secs(1))
}
