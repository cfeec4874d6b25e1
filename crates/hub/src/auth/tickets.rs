//! Tickets: what opens one WebSocket, so that no token of worth stands in an address.

use crate::accounts::{AccountsError, Identity, random_secret};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub(crate) const LIFETIME: Duration = Duration::from_secs(30);
/// Tickets waiting to be used, of all sessions.
const WAITING_MAX: usize = 4096;
/// Of one user: as many as they may have streams. Nobody can use up those of others.
const WAITING_OF_USER_MAX: usize = 64;

/// Tickets not used so far. In memory only.
#[derive(Default)]
pub(crate) struct Tickets {
    waiting: Mutex<HashMap<String, Ticket>>,
}

struct Ticket {
    session: String,
    user: i64,
    until: Instant,
}

impl Tickets {
    /// A new ticket for a session; `None` when too many of its user, or in all, wait.
    pub(crate) fn issue(
        &self,
        identity: &Identity,
        now: Instant,
    ) -> Result<Option<String>, AccountsError> {
        let ticket = random_secret()?;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, ticket| ticket.until > now);
        let own = waiting.values().filter(|ticket| ticket.user == identity.user).count();
        if own >= WAITING_OF_USER_MAX || waiting.len() >= WAITING_MAX {
            return Ok(None);
        }
        let (session, user) = (identity.session.clone(), identity.user);
        waiting.insert(ticket.clone(), Ticket { session, user, until: now + LIFETIME });
        Ok(Some(ticket))
    }

    /// The session of a ticket, once.
    pub(crate) fn spend(&self, ticket: &str, now: Instant) -> Option<String> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let ticket = waiting.remove(ticket)?;
        (now < ticket.until).then_some(ticket.session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;

    fn ann(user: i64) -> Identity {
        Identity { session: "s1".to_owned(), user, name: "ann".to_owned(), role: Role::Viewer }
    }

    #[test]
    fn a_ticket_is_good_once_and_for_thirty_seconds() {
        let tickets = Tickets::default();
        let now = Instant::now();
        let ticket = tickets.issue(&ann(1), now).unwrap().unwrap();
        assert_eq!(tickets.spend("other", now), None);
        assert_eq!(tickets.spend(&ticket, now).as_deref(), Some("s1"));
        assert_eq!(tickets.spend(&ticket, now), None);
        let late = tickets.issue(&ann(1), now).unwrap().unwrap();
        assert_eq!(tickets.spend(&late, now + LIFETIME), None);
    }

    #[test]
    fn unused_tickets_are_bounded_for_each_user_and_forgotten() {
        let tickets = Tickets::default();
        let now = Instant::now();
        for _ in 0..WAITING_OF_USER_MAX {
            assert!(tickets.issue(&ann(1), now).unwrap().is_some());
        }
        assert!(tickets.issue(&ann(1), now).unwrap().is_none());
        assert!(tickets.issue(&ann(2), now).unwrap().is_some());
        assert!(tickets.issue(&ann(1), now + LIFETIME).unwrap().is_some());
    }

    #[test]
    fn unused_tickets_are_bounded_in_all() {
        let tickets = Tickets::default();
        let now = Instant::now();
        for number in 0..WAITING_MAX {
            assert!(tickets.issue(&ann(number as i64), now).unwrap().is_some());
        }
        assert!(tickets.issue(&ann(-1), now).unwrap().is_none());
    }
}
