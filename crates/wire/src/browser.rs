//! JSON for browsers and scripts: what the HTTP API answers and what the WebSocket carries.
//!
//! The shapes are described for people in docs/api.md and docs/wire-protocol.md. A value that is
//! not known is `null`, and the `gaps` beside it say why.

pub mod reply;
pub mod request;
pub mod stream;
