//! Asks the Linux kernel what every process and socket is doing.
//!
//! [`Probe::sample`] fills a [`model::Snapshot`]; what could not be read stands in its gaps.
//! Reading never fails as a whole, and kernel units (ticks, pages, kB) do not leave this crate.
//!
//! ```
//! # fn main() -> Result<(), probe::ProbeError> {
//! use probe::{Probe, SystemClock};
//! let mut snapshot = model::Snapshot::default();
//! Probe::new()?.sample(&mut snapshot, &SystemClock);
//! assert!(snapshot.processes.find(std::process::id()).is_some());
//! # Ok(())
//! # }
//! ```

mod clock;
mod error;
mod linux;
mod options;
mod parse;
pub mod scrub;
pub mod space;

pub use clock::{Clock, SystemClock};
pub use error::ProbeError;
pub use linux::Probe;
pub use linux::control::Control;
pub use linux::holders::{find as find_holders, is_mount_point};
pub use linux::privilege::{Privileges, hiding, privileges};
pub use options::{ProbeOptions, Reading, Units};
#[doc(hidden)]
pub use parse::fuzz;
pub use parse::hiding::Hiding;
