//! Who asks: signing in, tokens, tickets, and the checks on every request.

mod gate;
mod identity;
mod limits;
mod routes;
mod tickets;
mod token;

pub(crate) use gate::PasswordGate;
pub(crate) use identity::{SignedIn, find_session};
pub(crate) use limits::FailureLimits;
pub(crate) use routes::{login, logout, me, refresh, session_of_stream, spend_link, ticket};
pub(crate) use tickets::Tickets;
pub(crate) use token::AccessTokens;
