//! Users, their sessions and sign-in links, and the audit log, in a database of their own.
//!
//! It fails closed: a file that cannot be read, is damaged or is not ours is an error that names
//! it. Nobody gets in then, and no administrator is created anew.

mod audit;
mod error;
mod links;
mod password;
mod role;
mod schema;
mod sessions;
mod users;

pub use audit::{AuditEntry, AuditTarget, Verdict};
pub use error::AccountsError;
pub use links::LINK_LIFETIME;
pub use role::Role;
pub use users::FirstStart;

pub(crate) use password::{verify, verify_nothing};
pub(crate) use sessions::{Identity, Opened, Renewal, SESSION_LIFETIME};

use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// Name of the database within the data directory.
pub const FILE_NAME: &str = "accounts.db";

/// The open database. Calls block for the time of a small SQLite statement, at worst for the
/// 5 s that another program may hold the file.
pub struct Accounts {
    path: PathBuf,
    connection: Mutex<Connection>,
    instance: schema::Instance,
    fresh: sessions::FreshSecrets,
    clock: fn() -> i64,
}

impl Accounts {
    /// Opens the database in a data directory, or creates it where there is none. Other programs
    /// may have it open at the same time.
    ///
    /// # Errors
    /// Says which file, and what is wrong with it.
    pub fn open(directory: &Path) -> Result<Self, AccountsError> {
        Self::open_at(directory, unix_seconds)
    }

    fn open_at(directory: &Path, clock: fn() -> i64) -> Result<Self, AccountsError> {
        let path = directory.join(FILE_NAME);
        let (connection, instance) = schema::open(&path)?;
        let (connection, fresh) = (Mutex::new(connection), Default::default());
        Ok(Self { path, connection, instance, fresh, clock })
    }

    /// What tells this hub from others: issuer of its tokens, part of its cookie's name.
    #[must_use]
    pub fn instance_id(&self) -> &str {
        &self.instance.id
    }

    pub(crate) fn signing_key(&self) -> &[u8; 32] {
        &self.instance.signing_key
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.clock)()
    }

    /// A panic while it was held left at most a transaction that SQLite rolls back.
    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Names the file in an error of SQLite.
    fn failed(&self, source: rusqlite::Error) -> AccountsError {
        AccountsError::Database { path: self.path.clone(), source }
    }
}

fn unix_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// 256 random bits, for a cookie, a link or a ticket.
pub(crate) fn random_secret() -> Result<String, AccountsError> {
    use base64::Engine;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| AccountsError::NoRandomness)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// A stolen database must not open a session: secrets of 256 random bits need no slow hash.
fn digest(secret: &str) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(secret.as_bytes()).into()
}

#[cfg(test)]
mod tests;
