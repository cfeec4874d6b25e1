//! Bytes from the kernel to raw structs, one format a file. Pure: opens nothing, panics on no input.

pub(crate) mod address;
pub(crate) mod cgroup;
pub(crate) mod connector;
pub(crate) mod container;
pub(crate) mod diag;
pub(crate) mod disk;
pub(crate) mod environment;
pub(crate) mod fdinfo;
pub(crate) mod full_status;
#[doc(hidden)]
pub mod fuzz;
pub(crate) mod group;
pub(crate) mod hiding;
pub(crate) mod host;
pub(crate) mod limits;
pub(crate) mod machine;
pub(crate) mod maps;
pub(crate) mod mount;
pub(crate) mod netlink;
pub(crate) mod passwd;
pub(crate) mod scheduling;
pub(crate) mod session;
pub(crate) mod smaps;
pub(crate) mod stat;
pub(crate) mod status;
pub(crate) mod tables;
pub(crate) mod taskstats;
pub(crate) mod terminal;
mod words;
