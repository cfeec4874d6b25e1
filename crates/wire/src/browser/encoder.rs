//! The stream of one host, encoded once for all its viewers.

use super::convert;
use super::frame::encode;
use super::reply::{ConnectionRow, ProcessRow};
use super::stream::{DeltaFrame, FrameHead, FullFrame, StreamFrame};
use super::table::Table;
use bytes::Bytes;
use model::{Delta, ProcessKey};

/// Keeps what viewers have, so that each sample is sent as what changed.
pub struct StreamEncoder {
    head: Option<FrameHead>,
    seq: u32,
    processes: Table<ProcessKey>,
    connections: Table<u64>,
    full: Option<Bytes>,
}

impl Default for StreamEncoder {
    fn default() -> Self {
        Self {
            head: None,
            seq: 0,
            processes: Table::new::<ProcessRow>(),
            connections: Table::new::<ConnectionRow>(),
            full: None,
        }
    }
}

impl StreamEncoder {
    /// An encoder nobody has seen anything of.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of the newest frame; 0 before the first.
    #[must_use]
    pub fn seq(&self) -> u32 {
        self.seq
    }

    /// Takes in one sample and answers the frame for viewers that have the one before.
    pub fn advance(&mut self, delta: &Delta) -> Bytes {
        self.seq = self.seq.wrapping_add(1);
        self.full = None;
        let head = convert::frame_head(delta, self.seq);
        self.head = Some(head.clone());
        let processes = delta.process_rows().map(|row| (row.key(), convert::process_row(&row)));
        let connections =
            delta.socket_rows().map(|row| (row.sample().cookie, convert::connection(&row)));
        encode(&StreamFrame::Delta(DeltaFrame {
            head,
            processes: self.processes.advance(processes),
            connections: self.connections.advance(connections),
        }))
    }

    /// Everything as of the newest frame; `None` before the first. Made once a sample at most.
    pub fn full(&mut self) -> Option<Bytes> {
        if self.full.is_none() {
            let head = self.head.clone()?;
            let processes = self.processes.full();
            let connections = self.connections.full();
            self.full =
                Some(encode(&StreamFrame::Full(FullFrame { head, processes, connections })));
        }
        self.full.clone()
    }
}
