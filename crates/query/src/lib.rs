//! The questions people ask of a table: the filter language and the order of rows.
//!
//! ```text
//! cpu > 20 and user = root        name ~ worker or port = 5432        rss > 1.5GiB
//! state in (zombie, stopped)      port = 8000..8099                   age > 2d
//! has io_read_bytes               not container                       nginx
//! ```
//!
//! A bare word matches what the table is searched by: the name or the command line of a process,
//! the process, addresses or state of a connection. A field alone is true when it is known, and
//! not zero or no. `docs/filter.md` tells all.

mod filter;
mod lexer;
mod order;
mod parser;
mod print;
mod quantity;

pub use filter::Filter;
pub use order::Order;
pub use parser::{nearest, nearest_field};

use std::fmt;

/// Why a question was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where, in characters from the start, counted from 0.
    pub position: usize,
    /// What is wrong, for people.
    pub message: String,
    /// What would be right.
    pub hint: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at position {}: {}", self.message, self.position + 1, self.hint)
    }
}

impl std::error::Error for Mistake {}
