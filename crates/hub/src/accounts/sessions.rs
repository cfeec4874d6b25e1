//! Sessions. The browser keeps a secret in a cookie that changes with each use.

use super::{Accounts, AccountsError, Role, digest, random_secret};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a session lives without being used.
pub(crate) const SESSION_LIFETIME: Duration = Duration::from_secs(7 * 24 * 3600);

/// How long the secret before is still taken: two tabs that wake at once, or a page that was
/// reloaded before the answer arrived.
const GRACE_SECONDS: i64 = 10;

/// Ended sessions are kept this long, for the record.
const KEPT_SECONDS: i64 = 30 * 24 * 3600;

/// Who a live session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Id of the session.
    pub(crate) session: String,
    /// Id of the user.
    pub(crate) user: i64,
    /// Name of the user.
    pub(crate) name: String,
    /// Their role now.
    pub(crate) role: Role,
}

/// A session and the cookie that continues it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Whose it is.
    pub(crate) identity: Identity,
    /// Value of the refresh cookie.
    pub(crate) cookie: String,
}

/// What became of a refresh cookie.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Renewal {
    /// The session goes on with this cookie.
    Renewed(Opened),
    /// The cookie was used before: somebody has a copy, so the session was ended.
    Reused,
    /// It belongs to no live session.
    Unknown,
}

/// The newest secret of sessions renewed a moment ago, so that a second tab gets the same one.
/// Only in memory: after a restart of the hub the second tab has to sign in.
pub(super) type FreshSecrets = Mutex<HashMap<String, (i64, String)>>;

enum Match {
    Current,
    Previous,
    Neither,
}

impl Accounts {
    /// Begins a session for a user who proved to be one.
    pub(crate) fn open_session(&self, user: i64) -> Result<Option<Opened>, AccountsError> {
        let (session, secret) = (random_secret()?, random_secret()?);
        let now = self.now();
        let connection = self.lock();
        let open = || {
            let stale = "DELETE FROM sessions WHERE expires < ?1 OR revoked < ?1";
            connection.execute(stale, [now - KEPT_SECONDS])?;
            let insert = "INSERT INTO sessions (id, user, refresh_hash, renewed, created, expires)
                VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
            let row = (&session, user, &digest(&secret)[..], now, expiry(now));
            connection.execute(insert, row)?;
            live_session(&connection, &session, now)
        };
        let identity = open().map_err(|error| self.failed(error))?;
        Ok(identity.map(|identity| Opened { identity, cookie: cookie(&session, &secret) }))
    }

    /// Continues a session by its cookie, and changes the cookie.
    pub(crate) fn renew_session(&self, cookie_value: &str) -> Result<Renewal, AccountsError> {
        let Some((session, secret)) = cookie_value.split_once('.') else {
            return Ok(Renewal::Unknown);
        };
        let fresh = random_secret()?;
        let now = self.now();
        let mut connection = self.lock();
        let renew = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let Some(identity) = live_session(&transaction, session, now)? else {
                return Ok(Renewal::Unknown);
            };
            let next = match match_secret(&transaction, session, secret, now)? {
                Match::Current => {
                    replace_secret(&transaction, session, &fresh, now)?;
                    self.remember(session, &fresh, now);
                    fresh
                }
                Match::Previous => match self.remembered(session) {
                    Some(secret) => secret,
                    None => return Ok(Renewal::Unknown),
                },
                Match::Neither => {
                    revoke(&transaction, session, now)?;
                    transaction.commit()?;
                    return Ok(Renewal::Reused);
                }
            };
            transaction.commit()?;
            Ok(Renewal::Renewed(Opened { identity, cookie: cookie(session, &next) }))
        };
        renew(&mut connection).map_err(|error| self.failed(error))
    }

    /// Ends a session. Whether there was a live one.
    pub(crate) fn end_session(&self, session: &str) -> Result<bool, AccountsError> {
        revoke(&self.lock(), session, self.now()).map_err(|error| self.failed(error))
    }

    /// Who a session belongs to, while it lives and its user may sign in. Read from the database
    /// each time: another program may have ended it a moment ago.
    pub(crate) fn identity(&self, session: &str) -> Result<Option<Identity>, AccountsError> {
        let found = live_session(&self.lock(), session, self.now());
        found.map_err(|error| self.failed(error))
    }

    fn remember(&self, session: &str, secret: &str, now: i64) {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.retain(|_, (renewed, _)| now - *renewed <= GRACE_SECONDS);
        fresh.insert(session.to_owned(), (now, secret.to_owned()));
    }

    fn remembered(&self, session: &str) -> Option<String> {
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.get(session).map(|(_, secret)| secret.clone())
    }
}

fn cookie(session: &str, secret: &str) -> String {
    format!("{session}.{secret}")
}

fn expiry(now: i64) -> i64 {
    now + SESSION_LIFETIME.as_secs() as i64
}

fn live_session(
    connection: &Connection,
    session: &str,
    now: i64,
) -> rusqlite::Result<Option<Identity>> {
    let query = "SELECT users.id, users.name, users.role
        FROM sessions JOIN users ON users.id = sessions.user
        WHERE sessions.id = ?1 AND sessions.revoked IS NULL AND sessions.expires > ?2
          AND users.disabled IS NULL";
    let read = |row: &rusqlite::Row<'_>| {
        let role: String = row.get(2)?;
        let role = role.parse::<Role>().map_err(|error| {
            rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, error.into())
        })?;
        Ok(Identity { session: session.to_owned(), user: row.get(0)?, name: row.get(1)?, role })
    };
    connection.prepare_cached(query)?.query_row((session, now), read).optional()
}

fn match_secret(
    connection: &Connection,
    session: &str,
    secret: &str,
    now: i64,
) -> rusqlite::Result<Match> {
    let query = "SELECT refresh_hash, previous_hash, renewed FROM sessions WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let (current, previous, renewed): ([u8; 32], Option<[u8; 32]>, i64) =
        connection.query_row(query, [session], read)?;
    // Comparing hashes of random secrets tells nothing by its time.
    let shown = digest(secret);
    let in_grace = now - renewed <= GRACE_SECONDS;
    Ok(match () {
        () if shown == current => Match::Current,
        () if in_grace && previous == Some(shown) => Match::Previous,
        () => Match::Neither,
    })
}

fn replace_secret(
    connection: &Connection,
    session: &str,
    secret: &str,
    now: i64,
) -> rusqlite::Result<()> {
    let update = "UPDATE sessions
        SET previous_hash = refresh_hash, refresh_hash = ?2, renewed = ?3, expires = ?4
        WHERE id = ?1";
    connection.execute(update, (session, &digest(secret)[..], now, expiry(now))).map(drop)
}

fn revoke(connection: &Connection, session: &str, now: i64) -> rusqlite::Result<bool> {
    let update = "UPDATE sessions SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
    connection.execute(update, (session, now)).map(|changed| changed > 0)
}
