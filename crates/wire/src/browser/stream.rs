//! Frames of the subprotocol `topmast.columns.v1` (docs/wire-protocol.md).

use crate::browser::reply::{GapReply, InterfaceReply, NetworkStats, SystemReply};
use serde::Serialize;
use std::sync::Arc;

/// One value of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub enum Cell {
    /// Not known; the gaps say why.
    Null,
    /// A flag.
    Flag(bool),
    /// A count or a size, below 2^53.
    Count(u64),
    /// A measure.
    Number(f64),
    /// One of a few words.
    Word(&'static str),
    /// A text.
    Text(Arc<str>),
}

/// One frame.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub enum StreamFrame {
    /// Everything.
    Full(FullFrame),
    /// What changed since the frame before.
    Delta(DeltaFrame),
    /// The last frame of a stream.
    Bye {
        /// signed_out, too_slow, shutting_down or host_removed.
        reason: &'static str,
    },
}

/// What every frame carries whole.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct FrameHead {
    /// Version of the format: 1.
    pub v: u8,
    /// Grows by one a sample.
    pub seq: u32,
    /// When the sample was taken, RFC 3339 UTC.
    pub time: String,
    /// Seconds since the sample before.
    pub interval: Option<f64>,
    /// The machine as a whole.
    pub system: SystemReply,
    /// Percent busy of each core.
    pub cpu_per_core: Vec<Option<f64>>,
    /// Totals of all interfaces but loopback.
    pub network_stats: NetworkStats,
    /// Network interfaces, loopback included.
    pub interfaces: Vec<InterfaceReply>,
    /// What could not be read, and why.
    pub gaps: Vec<GapReply>,
}

/// Everything, column by column.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct FullFrame {
    /// What every frame carries whole.
    #[serde(flatten)]
    pub head: FrameHead,
    /// All processes.
    pub processes: TableFull,
    /// All sockets.
    pub connections: TableFull,
}

/// What changed since the frame before.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct DeltaFrame {
    /// What every frame carries whole.
    #[serde(flatten)]
    pub head: FrameHead,
    /// Changes to the processes.
    pub processes: TableChange,
    /// Changes to the sockets.
    pub connections: TableChange,
}

/// A whole table, column by column.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct TableFull {
    /// Names of the columns.
    pub columns: Vec<&'static str>,
    /// One number a row, never used twice while the hub runs.
    pub ids: Vec<u32>,
    /// One list a column, as long as `ids`.
    pub values: Vec<Vec<Cell>>,
}

/// What changed in a table. Applied in this order.
#[derive(Debug, Clone, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct TableChange {
    /// Rows that are no more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<u32>>"))]
    pub gone: Vec<u32>,
    /// Rows that were not there before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub new: Option<TableNew>,
    /// Values that differ, column by column.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<ColumnChange>>"))]
    pub changed: Vec<ColumnChange>,
}

/// Rows that were not there before.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct TableNew {
    /// Their numbers.
    pub ids: Vec<u32>,
    /// One list a column, as long as `ids`.
    pub values: Vec<Vec<Cell>>,
}

/// Values of one column that differ from the frame before.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ColumnChange {
    /// Which column, counted from 0.
    pub column: u8,
    /// Which rows; missing when the same as in the entry before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub ids: Option<Vec<u32>>,
    /// Their values now.
    pub values: Vec<Cell>,
}
