//! Topmast's web server: accounts, the HTTP API, live streams and the embedded dashboard.
//!
//! It reads nothing of the machine it runs on: what it shows comes from a [`monitor::Monitor`],
//! and what it is asked to do goes back through that monitor's links.

pub mod accounts;
mod auth;
mod http;
mod live;
mod options;
mod server;
mod state;

pub use options::{HubError, HubOptions};
pub use server::{Hub, bind};
