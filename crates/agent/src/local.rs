//! The way back to this machine.

use model::request::{Action, DetailWish, Interest, Outcome, ProcessDetail, Refusal, Target};
use monitor::HostLink;
use probe::Control;

/// This machine's [`HostLink`].
pub struct LocalHost {
    control: Control,
    may_act: bool,
}

impl LocalHost {
    /// A link that may act on processes.
    #[must_use]
    pub fn with_control(control: Control) -> Self {
        Self { control, may_act: true }
    }

    /// A link that only shows.
    #[must_use]
    pub fn read_only(control: Control) -> Self {
        Self { control, may_act: false }
    }
}

impl HostLink for LocalHost {
    fn act(&self, target: Target, action: Action) -> Result<Outcome, Refusal> {
        if !self.may_act {
            let why = "actions on processes are switched off on this host (--no-control)";
            return Err(Refusal::SwitchedOff(why.to_owned()));
        }
        self.control.act(target, action)
    }

    fn detail(&self, target: Target, wish: DetailWish) -> Result<ProcessDetail, Refusal> {
        self.control.detail(target, wish)
    }

    /// Every process is read in every sample here, so there is nothing to prefer.
    fn prefer(&self, _interest: Interest) {}
}
