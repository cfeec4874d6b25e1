use super::{Accounts, AccountsError, Role, password};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// What happened when the hub started on a data directory.
#[derive(Debug, PartialEq, Eq)]
pub enum FirstStart {
    /// The user `admin` was made with the password given.
    AdminWithPassword,
    /// The user `admin` was made without a password: this token of a sign-in link opens it once.
    AdminWithLink(String),
    /// It was not the first start; a password given was not used.
    NotFirst,
}

/// What a sign-in is checked against.
pub(crate) struct Credentials {
    pub(crate) user: i64,
    /// Missing for an unknown or disabled user and for one who signs in by link.
    pub(crate) password_hash: Option<String>,
}

const NAME_MAX: usize = 64;

impl Accounts {
    /// Makes the user `admin` if this data directory has never had users. Without a password a
    /// sign-in link is made for it.
    ///
    /// # Errors
    /// The password is too short or too long, or the database failed; nothing is made then.
    pub fn first_start(&self, password: Option<String>) -> Result<FirstStart, AccountsError> {
        if self.has_started()? {
            return Ok(FirstStart::NotFirst);
        }
        let hash = password.map(|password| password::hash(&password)).transpose()?;
        let now = self.now();
        let token = super::random_secret()?;
        let create = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mark = "UPDATE instance SET first_start = ?1 WHERE first_start IS NULL";
            if transaction.execute(mark, [now])? == 0 {
                return Ok(FirstStart::NotFirst);
            }
            let user = insert_user(&transaction, &NewUser::admin(hash.as_deref(), now))?;
            if hash.is_none() {
                super::links::insert(&transaction, &token, user, now)?;
            }
            transaction.commit()?;
            Ok(match hash {
                Some(_) => FirstStart::AdminWithPassword,
                None => FirstStart::AdminWithLink(token),
            })
        };
        create(&mut self.lock()).map_err(|error| self.failed(error))
    }

    fn has_started(&self) -> Result<bool, AccountsError> {
        let query = "SELECT first_start IS NOT NULL FROM instance";
        self.lock().query_row(query, (), |row| row.get(0)).map_err(|error| self.failed(error))
    }

    /// Makes a user. Without a password only a sign-in link lets them in.
    ///
    /// # Errors
    /// The name is taken or unusable, the password too short or too long, or the database failed.
    pub fn add_user(
        &self,
        name: &str,
        role: Role,
        password: Option<&str>,
    ) -> Result<(), AccountsError> {
        if !is_name(name) {
            return Err(AccountsError::BadName(name.to_owned()));
        }
        let hash = password.map(password::hash).transpose()?;
        let new = NewUser { name, role, password_hash: hash.as_deref(), created: self.now() };
        match insert_user(&self.lock(), &new) {
            Ok(_) => Ok(()),
            Err(error) if is_unique_violation(&error) => {
                Err(AccountsError::TakenName(name.to_owned()))
            }
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Gives a user another password and ends all their sessions and sign-in links.
    ///
    /// # Errors
    /// No such user, the password is too short or too long, or the database failed.
    pub fn set_password(&self, name: &str, password: &str) -> Result<(), AccountsError> {
        let hash = password::hash(password)?;
        self.change_user(name, |connection, user| {
            let update = "UPDATE users SET password_hash = ?2 WHERE id = ?1";
            connection.execute(update, (user, &hash)).map(drop)
        })
    }

    /// Shuts a user out and ends all their sessions and sign-in links.
    ///
    /// # Errors
    /// No such user, or the database failed.
    pub fn disable_user(&self, name: &str) -> Result<(), AccountsError> {
        let now = self.now();
        self.change_user(name, |connection, user| {
            let update = "UPDATE users SET disabled = coalesce(disabled, ?2) WHERE id = ?1";
            connection.execute(update, (user, now)).map(drop)
        })
    }

    fn change_user(
        &self,
        name: &str,
        change: impl FnOnce(&Connection, i64) -> rusqlite::Result<()>,
    ) -> Result<(), AccountsError> {
        let now = self.now();
        let mut connection = self.lock();
        let apply = |connection: &mut Connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let Some(user) = user_id(&transaction, name)? else { return Ok(None) };
            change(&transaction, user)?;
            let revoke = "UPDATE sessions SET revoked = ?2 WHERE user = ?1 AND revoked IS NULL";
            transaction.execute(revoke, (user, now))?;
            transaction.execute("DELETE FROM links WHERE user = ?1 AND used IS NULL", [user])?;
            transaction.commit().map(Some)
        };
        let changed = apply(&mut connection).map_err(|error| self.failed(error))?;
        changed.ok_or_else(|| AccountsError::UnknownUser(name.to_owned()))
    }

    /// What a sign-in by name is checked against; `None` for unknown and disabled users.
    pub(crate) fn credentials(&self, name: &str) -> Result<Option<Credentials>, AccountsError> {
        let query = "SELECT id, password_hash FROM users WHERE name = ?1 AND disabled IS NULL";
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Credentials { user: row.get(0)?, password_hash: row.get(1)? })
        };
        let found = self.lock().query_row(query, [name], read).optional();
        found.map_err(|error| self.failed(error))
    }
}

struct NewUser<'a> {
    name: &'a str,
    role: Role,
    password_hash: Option<&'a str>,
    created: i64,
}

impl<'a> NewUser<'a> {
    fn admin(password_hash: Option<&'a str>, created: i64) -> Self {
        Self { name: "admin", role: Role::Admin, password_hash, created }
    }
}

fn insert_user(connection: &Connection, new: &NewUser<'_>) -> rusqlite::Result<i64> {
    let insert = "INSERT INTO users (name, password_hash, role, created) VALUES (?1, ?2, ?3, ?4)";
    connection.execute(insert, (new.name, new.password_hash, new.role.word(), new.created))?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn user_id(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let query = "SELECT id FROM users WHERE name = ?1";
    connection.query_row(query, [name], |row| row.get(0)).optional()
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "._-@".contains(c);
    let begins_well = name.starts_with(|c: char| c.is_ascii_alphanumeric());
    begins_well && name.len() <= NAME_MAX && name.chars().all(allowed)
}

fn is_unique_violation(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE)
}
