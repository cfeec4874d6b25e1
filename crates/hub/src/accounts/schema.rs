//! The file itself: created whole or not at all, checked before it is believed.

use super::AccountsError;
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// "TMac" in the file header: tells our database from another program's.
const APPLICATION_ID: i32 = 0x544d_6163;
const VERSION: i32 = 1;
/// How long another program may hold the file, e.g. the command line while the hub runs.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

const TABLES: &str = "
CREATE TABLE instance (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id TEXT NOT NULL,
    signing_key BLOB NOT NULL CHECK (length(signing_key) = 32),
    first_start INTEGER
) STRICT;
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password_hash TEXT,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
    created INTEGER NOT NULL,
    disabled INTEGER
) STRICT;
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (id),
    refresh_hash BLOB NOT NULL,
    previous_hash BLOB,
    renewed INTEGER NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);
CREATE TABLE links (
    hash BLOB PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES users (id),
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    used INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    user TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    start_time REAL,
    name TEXT,
    verdict TEXT NOT NULL CHECK (verdict IN ('allowed', 'denied')),
    result TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is never removed'); END;
CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END;
";

/// What is made once for a data directory.
pub(super) struct Instance {
    pub(super) id: String,
    pub(super) signing_key: [u8; 32],
}

pub(super) fn open(path: &Path) -> Result<(Connection, Instance), AccountsError> {
    if !path.try_exists().map_err(|source| opening(path, source))? {
        create(path)?;
    }
    let connection = connect(path)?;
    let instance = check(path, &connection)?;
    Ok((connection, instance))
}

fn opening(path: &Path, source: io::Error) -> AccountsError {
    AccountsError::Open { path: path.to_owned(), source }
}

/// Makes the database beside its place and links it there when it is whole, so that a crash
/// leaves no half-made file and two programs that begin at once get the same one.
fn create(path: &Path) -> Result<(), AccountsError> {
    refuse_leftovers(path)?;
    let random = getrandom::u64().map_err(|_| AccountsError::NoRandomness)?;
    let making = sibling(path, &format!(".new-{random:016x}"));
    let made = make(&making).and_then(|()| {
        let linked = fs::hard_link(&making, path);
        linked.or_else(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            _ => Err(opening(path, error)),
        })
    });
    let removed = fs::remove_file(&making);
    made.and_then(|()| removed.map_err(|source| opening(&making, source)))
}

/// A journal without its database means that the database was lost, not that there never was one;
/// SQLite would also play it into the new file.
fn refuse_leftovers(path: &Path) -> Result<(), AccountsError> {
    let leftover = ["-wal", "-journal"].map(|end| sibling(path, end));
    match leftover.iter().find(|file| file.exists()) {
        None => Ok(()),
        Some(file) => Err(AccountsError::Unusable {
            path: path.to_owned(),
            why: format!("it is missing, but {} is still there", file.display()),
        }),
    }
}

fn sibling(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn make(path: &Path) -> Result<(), AccountsError> {
    let created = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    created.map_err(|source| opening(path, source))?;
    let failed = |source| AccountsError::Database { path: path.to_owned(), source };
    let mut id = [0; 8];
    let mut key = [0; 32];
    getrandom::fill(&mut id).map_err(|_| AccountsError::NoRandomness)?;
    getrandom::fill(&mut key).map_err(|_| AccountsError::NoRandomness)?;
    let id = format!("{:016x}", u64::from_be_bytes(id));
    let fill = || {
        let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        // While it is ours alone: of two programs that change the mode at once one would find it
        // locked, however patient it is.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        let transaction = connection.transaction()?;
        transaction.execute_batch(TABLES)?;
        let insert = "INSERT INTO instance (only, id, signing_key) VALUES (1, ?1, ?2)";
        transaction.execute(insert, (&id, &key[..]))?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()
    };
    fill().map_err(failed)
}

fn connect(path: &Path) -> Result<Connection, AccountsError> {
    // SQLite reports "unable to open" for every cause; opening it ourselves says which.
    let opened = fs::OpenOptions::new().read(true).write(true).open(path);
    opened.map_err(|source| opening(path, source))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection =
        Connection::open_with_flags(path, flags).map_err(|error| unusable(path, &error))?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(|error| unusable(path, &error))?;
    Ok(connection)
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> AccountsError {
    AccountsError::Unusable { path: path.to_owned(), why: why.to_string() }
}

fn check(path: &Path, connection: &Connection) -> Result<Instance, AccountsError> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let found = pragma("application_id").map_err(|error| unusable(path, &error))?;
    if found != APPLICATION_ID {
        return Err(unusable(path, &"it was made by another program, or is empty"));
    }
    let version = pragma("user_version").map_err(|error| unusable(path, &error))?;
    if version != VERSION {
        let why = format!("its version is {version}, and this program knows version {VERSION}");
        return Err(unusable(path, &why));
    }
    let verdict = connection.pragma_query_value(None, "quick_check", |row| row.get::<_, String>(0));
    match verdict {
        Ok(word) if word == "ok" => {}
        Ok(damage) => return Err(unusable(path, &damage)),
        Err(error) => return Err(unusable(path, &error)),
    }
    configure(connection)
        .and_then(|()| read_instance(connection))
        .map_err(|error| unusable(path, &error))?
        .ok_or_else(|| unusable(path, &"its signing key is missing"))
}

fn configure(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A password change or a sign-out must not come undone by a power cut.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)
}

fn read_instance(connection: &Connection) -> rusqlite::Result<Option<Instance>> {
    let query = "SELECT id, signing_key FROM instance WHERE only = 1";
    let read = |row: &rusqlite::Row<'_>| Ok(Instance { id: row.get(0)?, signing_key: row.get(1)? });
    connection.query_row(query, (), read).optional()
}
