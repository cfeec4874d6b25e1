//! A real hub on a loopback port, asked by real clients.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod actions;
mod harness;
mod logs;
mod monitoring;
mod refusals;
mod signing_in;
mod streams;
