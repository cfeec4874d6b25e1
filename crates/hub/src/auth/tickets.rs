//! Tickets: what opens one WebSocket, so that no token of worth stands in an address.

use crate::accounts::{AccountsError, random_secret};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(crate) const LIFETIME: Duration = Duration::from_secs(30);
/// Tickets waiting to be used, of all sessions.
const WAITING_MAX: usize = 4096;

/// Tickets not used so far, each with its session. In memory only.
#[derive(Default)]
pub(crate) struct Tickets {
    waiting: Mutex<HashMap<String, (String, Instant)>>,
}

impl Tickets {
    /// A new ticket for a session; `None` when too many wait.
    pub(crate) fn issue(
        &self,
        session: &str,
        now: Instant,
    ) -> Result<Option<String>, AccountsError> {
        let ticket = random_secret()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= WAITING_MAX {
            waiting.retain(|_, (_, until)| *until > now);
        }
        if waiting.len() >= WAITING_MAX {
            return Ok(None);
        }
        waiting.insert(ticket.clone(), (session.to_owned(), now + LIFETIME));
        Ok(Some(ticket))
    }

    /// The session of a ticket, once.
    pub(crate) fn spend(&self, ticket: &str, now: Instant) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (session, until) = waiting.remove(ticket)?;
        (now < until).then_some(session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_good_once_and_for_thirty_seconds() {
        let tickets = Tickets::default();
        let now = Instant::now();
        let ticket = tickets.issue("s1", now).unwrap().unwrap();
        assert_eq!(tickets.spend("other", now), None);
        assert_eq!(tickets.spend(&ticket, now).as_deref(), Some("s1"));
        assert_eq!(tickets.spend(&ticket, now), None);
        let late = tickets.issue("s1", now).unwrap().unwrap();
        assert_eq!(tickets.spend(&late, now + LIFETIME), None);
    }

    #[test]
    fn unused_tickets_are_bounded_and_forgotten() {
        let tickets = Tickets::default();
        let now = Instant::now();
        for _ in 0..WAITING_MAX {
            assert!(tickets.issue("s1", now).unwrap().is_some());
        }
        assert!(tickets.issue("s1", now).unwrap().is_none());
        assert!(tickets.issue("s1", now + LIFETIME).unwrap().is_some());
    }
}
