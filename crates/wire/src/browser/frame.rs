//! A frame's bytes: one marker, then JSON, deflated when that pays.

use super::stream::StreamFrame;
use bytes::Bytes;
use flate2::{Compression, write::DeflateEncoder};
use std::io::Write;

/// Name of the subprotocol.
pub const COLUMNS_PROTOCOL: &str = "topmast.columns.v1";

/// JSON up to this length is sent as it is.
const PLAIN_MAX: usize = 512;

const PLAIN: u8 = 0;
const DEFLATED: u8 = 1;

/// The bytes of one frame.
#[must_use]
pub fn encode(frame: &StreamFrame) -> Bytes {
    let mut plain = vec![PLAIN];
    serde_json::to_writer(&mut plain, frame)
        .expect("a frame has only text keys and no failing serializers, and memory takes any byte");
    if plain.len() <= PLAIN_MAX {
        return plain.into();
    }
    let mut encoder = DeflateEncoder::new(vec![DEFLATED], Compression::new(6));
    let deflated = encoder.write_all(&plain[1..]).and_then(|()| encoder.finish());
    deflated.map_or_else(|_| plain.into(), Bytes::from)
}
