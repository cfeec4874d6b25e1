//! The HTTP side: routes, what is refused before any of them, and the answers.

mod action;
mod assets;
mod extract;
mod guard;
mod health;
mod hosts;
mod names;
mod problem;
mod routes;
mod snapshots;

pub(crate) use extract::{JsonBody, OptionalJsonBody, Parameters, Reply, Segments, bad_parameter};
pub(crate) use guard::{Peer, RequestId};
pub(crate) use hosts::find_host;
pub(crate) use names::{PublicUrl, ServedNames};
pub(crate) use problem::HttpProblem;
pub(crate) use routes::router;
pub(crate) use snapshots::{SnapshotKey, SnapshotTexts};
