//! Topmast's nouns: what exists at one instant ([`Snapshot`]), what happened between two
//! ([`Delta`]), the words for both ([`metric`]), and what is asked of a machine ([`request`]).
//!
//! No input or output, no clock, no serde: everything here can be replayed.

pub mod delta;
pub mod key;
pub mod metric;
pub mod observed;
pub mod request;
pub mod snapshot;
pub mod space;
pub mod text;
pub mod time;

pub use delta::Delta;
pub use key::{HostId, ProcessKey};
pub use metric::{Metric, MetricValue};
pub use observed::{Absence, Gap, Observed};
pub use snapshot::Snapshot;
pub use time::{Interval, Moment};
