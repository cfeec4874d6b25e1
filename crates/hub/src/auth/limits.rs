//! Failed sign-ins are counted by account and by address; too many close the door for a while.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(10 * 60);
const ACCOUNT_FAILURES_MAX: u32 = 10;
/// More than for one account: many people may share an address.
const ADDRESS_FAILURES_MAX: u32 = 30;
const FIRST_WAIT: Duration = Duration::from_secs(30);
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Counters kept; beyond it the oldest goes.
const KEPT_MAX: usize = 10_000;
/// Longer names than any user's are counted by their beginning.
const NAME_KEPT: usize = 64;

/// Counts failures.
#[derive(Default)]
pub(crate) struct FailureLimits {
    counters: Mutex<HashMap<Key, Counter>>,
}

/// An attempt to sign in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt<'a> {
    /// The name that was given; a link has none, and guessing links must not shut out others.
    pub(crate) account: Option<&'a str>,
    pub(crate) address: IpAddr,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String),
    Address(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    failures: u32,
    last: Instant,
    closed_until: Option<Instant>,
}

impl FailureLimits {
    /// How long to wait before the next attempt; `None` when it may be made now.
    pub(crate) fn wait(&self, attempt: &Attempt<'_>, now: Instant) -> Option<Duration> {
        let counters = self.lock();
        let left = |key: &Key| {
            let until = counters.get(key)?.closed_until?;
            until.checked_duration_since(now).filter(|left| !left.is_zero())
        };
        attempt.keys().iter().filter_map(left).max()
    }

    /// Counts a failed attempt.
    pub(crate) fn failed(&self, attempt: &Attempt<'_>, now: Instant) {
        let mut counters = self.lock();
        for key in attempt.keys() {
            make_room(&mut counters, &key, now);
            let fresh = Counter { failures: 0, last: now, closed_until: None };
            let counter = counters.entry(key.clone()).or_insert(fresh);
            if now.saturating_duration_since(counter.last) > WINDOW {
                *counter = fresh;
            }
            counter.failures = counter.failures.saturating_add(1);
            counter.last = now;
            counter.closed_until =
                closed_for(counter.failures, key.failures_max()).map(|d| now + d);
        }
    }

    /// A good sign-in makes the account's failures forgotten; the address's stay, or one account
    /// of one's own would open the door to guessing others.
    pub(crate) fn succeeded(&self, account: &str) {
        self.lock().remove(&Key::account(account));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Counter>> {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn account(name: &str) -> Self {
        Self::Account(name.chars().take(NAME_KEPT).collect::<String>().to_lowercase())
    }

    fn failures_max(&self) -> u32 {
        match self {
            Self::Account(_) => ACCOUNT_FAILURES_MAX,
            Self::Address(_) => ADDRESS_FAILURES_MAX,
        }
    }
}

impl Attempt<'_> {
    fn keys(&self) -> Vec<Key> {
        let account = self.account.map(Key::account);
        account.into_iter().chain([Key::Address(network(self.address))]).collect()
    }
}

/// One subscriber has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
        v4 => v4,
    }
}

/// Each failure beyond the limit doubles the wait.
fn closed_for(failures: u32, failures_max: u32) -> Option<Duration> {
    let beyond = failures.checked_sub(failures_max)?;
    Some(FIRST_WAIT.saturating_mul(1 << beyond.min(10)).min(LONGEST_WAIT))
}

fn make_room(counters: &mut HashMap<Key, Counter>, key: &Key, now: Instant) {
    if counters.len() < KEPT_MAX || counters.contains_key(key) {
        return;
    }
    counters.retain(|_, counter| now.saturating_duration_since(counter.last) <= WINDOW);
    if counters.len() >= KEPT_MAX {
        let oldest = counters.iter().min_by_key(|(_, counter)| counter.last);
        if let Some(key) = oldest.map(|(key, _)| key.clone()) {
            counters.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    fn by(account: &str, address: IpAddr) -> Attempt<'_> {
        Attempt { account: Some(account), address }
    }

    #[test]
    fn guessed_links_shut_out_their_own_address_only() {
        let limits = FailureLimits::default();
        let now = Instant::now();
        let link = Attempt { account: None, address: "192.0.2.1".parse().unwrap() };
        for _ in 0..ADDRESS_FAILURES_MAX {
            limits.failed(&link, now);
        }
        assert!(limits.wait(&link, now).is_some());
        assert_eq!(limits.wait(&Attempt { address: HERE, ..link }, now), None);
    }

    #[test]
    fn the_door_closes_after_ten_failures_for_longer_each_time() {
        let limits = FailureLimits::default();
        let now = Instant::now();
        for _ in 0..9 {
            limits.failed(&by("Ann", HERE), now);
        }
        assert_eq!(limits.wait(&by("ann", HERE), now), None);
        limits.failed(&by("ann", HERE), now);
        assert_eq!(limits.wait(&by("ANN", HERE), now), Some(FIRST_WAIT));
        assert_eq!(limits.wait(&by("bob", HERE), now), None);
        let later = now + FIRST_WAIT;
        assert_eq!(limits.wait(&by("ann", HERE), later), None);
        limits.failed(&by("ann", HERE), later);
        assert_eq!(limits.wait(&by("ann", HERE), later), Some(2 * FIRST_WAIT));
        limits.succeeded("ann");
        assert_eq!(limits.wait(&by("ann", HERE), later), None);
    }

    #[test]
    fn an_address_that_tries_many_names_is_closed_too_and_the_past_is_forgotten() {
        let limits = FailureLimits::default();
        let now = Instant::now();
        let near: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::ffff".parse().unwrap();
        for index in 0..ADDRESS_FAILURES_MAX {
            limits.failed(&by(&format!("user{index}"), near), now);
        }
        assert!(limits.wait(&by("new", neighbour), now).is_some());
        assert_eq!(limits.wait(&by("new", HERE), now), None);
        let later = now + WINDOW + LONGEST_WAIT;
        limits.failed(&by("new", near), later);
        assert_eq!(limits.wait(&by("new", near), later), None);
    }

    #[test]
    fn memory_is_bounded() {
        let limits = FailureLimits::default();
        let now = Instant::now();
        for index in 0..KEPT_MAX as u32 + 10 {
            limits.failed(&by(&format!("user{index}"), HERE), now);
        }
        assert!(limits.lock().len() <= KEPT_MAX);
    }
}
