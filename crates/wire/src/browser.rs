//! JSON for browsers and scripts: what the HTTP API answers and what the WebSocket carries.
//!
//! The shapes are described for people in docs/api.md and docs/wire-protocol.md. A value that is
//! not known is `null`, and the `gaps` beside it say why.

mod convert;
mod encoder;
mod frame;
pub mod reply;
pub mod request;
pub mod stream;
mod table;

pub use convert::{RowQuery, process_reference};
pub use convert::{Sampling, connection_rows, gap_replies, process_detail, process_row};
pub use convert::{server_reply, snapshot, timestamp};
pub use encoder::StreamEncoder;
pub use frame::{COLUMNS_PROTOCOL, encode as encode_frame};
