//! The one road from a view back to a machine.

use model::request::{Action, DetailWish, Interest, Outcome, ProcessDetail, Refusal, Target};

/// Requests to one host: implemented by the agent for this machine and by the hub for hosts that
/// are connected to it. Nobody else touches a process. Calls may block for seconds.
pub trait HostLink: Send + Sync {
    /// Acts on one process and says what was seen to happen.
    ///
    /// # Errors
    /// Why nothing was done.
    fn act(&self, target: Target, action: Action) -> Result<Outcome, Refusal>;

    /// Reads what is read of a process only when somebody opens it.
    ///
    /// # Errors
    /// Why there is nothing to show.
    fn detail(&self, target: Target, wish: DetailWish) -> Result<ProcessDetail, Refusal>;

    /// Tells what viewers look at first. A wish.
    fn prefer(&self, interest: Interest);
}
