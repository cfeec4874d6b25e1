//! This machine as a monitor knows it: the sampling loop that feeds it, and the way back.

mod local;
mod sampler;
mod schedule;

pub use local::LocalHost;
pub use sampler::{Sampler, SamplerError, SamplerOptions};
