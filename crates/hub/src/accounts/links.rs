//! Sign-in links: good once, for a quarter of an hour.

use super::{Accounts, AccountsError, digest, random_secret, users};
use rusqlite::{Connection, OptionalExtension};
use std::time::Duration;

/// How long a link is good.
pub const LINK_LIFETIME: Duration = Duration::from_secs(15 * 60);

impl Accounts {
    /// Makes a sign-in link for a user and answers its token, which is stored only as a hash.
    ///
    /// # Errors
    /// No such user, or the database failed.
    pub fn create_link(&self, name: &str) -> Result<String, AccountsError> {
        let token = random_secret()?;
        let connection = self.lock();
        let user = users::user_id(&connection, name).map_err(|error| self.failed(error))?;
        let user = user.ok_or_else(|| AccountsError::UnknownUser(name.to_owned()))?;
        insert(&connection, &token, user, self.now()).map_err(|error| self.failed(error))?;
        Ok(token)
    }

    /// Spends a link: answers its user, once. `None` when used, unknown, too old, or when its
    /// user is disabled.
    pub(crate) fn spend_link(&self, token: &str) -> Result<Option<i64>, AccountsError> {
        let spend = "UPDATE links SET used = ?2
            WHERE hash = ?1 AND used IS NULL AND expires > ?2
              AND user IN (SELECT id FROM users WHERE disabled IS NULL)
            RETURNING user";
        let hash = digest(token);
        let connection = self.lock();
        let spent = connection.query_row(spend, (&hash[..], self.now()), |row| row.get(0));
        spent.optional().map_err(|error| self.failed(error))
    }
}

/// Also clears away those that nobody can use any more.
pub(super) fn insert(
    connection: &Connection,
    token: &str,
    user: i64,
    now: i64,
) -> rusqlite::Result<()> {
    let expires = now + LINK_LIFETIME.as_secs() as i64;
    connection.execute("DELETE FROM links WHERE expires <= ?1", [now])?;
    let insert = "INSERT INTO links (hash, user, created, expires) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(insert, (&digest(token)[..], user, now, expires)).map(drop)
}
