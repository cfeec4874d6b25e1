//! What clients of the HTTP API and the WebSocket send.

use serde::Deserialize;

/// Body of `POST /auth/login`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct LoginBody {
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
}

/// Body of `POST /auth/link`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct LinkBody {
    /// The part of a sign-in link after `#link=`.
    pub token: String,
}

/// Body of the actions on a process; may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ActionBody {
    /// `start_time` of the process meant; compared exactly.
    #[cfg_attr(test, ts(optional))]
    pub start_time: Option<f64>,
}

/// What a viewer may send on the WebSocket. One key a message.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub enum ViewerMessage {
    /// A full frame follows.
    Resync(bool),
    /// No frames until false.
    Pause(bool),
    /// What this viewer looks at first.
    Interest(ViewerInterest),
}

/// What a viewer looks at first: a wish, never a filter.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS), ts(export))]
pub struct ViewerInterest {
    /// Processes on screen.
    #[serde(default)]
    pub processes: Vec<u32>,
}
