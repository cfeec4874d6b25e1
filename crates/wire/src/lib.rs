//! Every byte format Topmast speaks to another program: encode and decode, no sockets.

pub mod browser;
