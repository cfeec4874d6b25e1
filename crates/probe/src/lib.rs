//! Asks the Linux kernel what every process and socket is doing.
