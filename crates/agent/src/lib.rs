//! Topmast's sampling loop and the link to this machine.
