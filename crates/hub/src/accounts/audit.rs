//! What was done to processes and by whom. Rows are added, never changed and never removed.

use super::{Accounts, AccountsError};

/// Whether an attempt was let through to the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was.
    Allowed,
    /// It was refused by us.
    Denied,
}

impl Verdict {
    /// The word in the database.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
        }
    }
}

/// What an attempt was about.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AuditTarget {
    /// Id of the host.
    pub host: String,
    /// Process id.
    pub pid: u32,
    /// Its start time, where it was given or known.
    pub start_time: Option<f64>,
    /// Its name, where it was known.
    pub name: Option<String>,
}

/// One row of the audit log. An action that is let through makes two with the same request id:
/// `asked` before anything is done, and the result after it.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Name of the user.
    pub user: String,
    /// Address the request came from.
    pub address: String,
    /// The word of the action.
    pub action: String,
    /// What it was about.
    pub target: AuditTarget,
    /// Whether it was let through.
    pub verdict: Verdict,
    /// What came of it.
    pub result: String,
    /// Id of the request, as in the log and in the answer's `X-Request-Id`.
    pub request_id: String,
}

impl Accounts {
    /// Adds a row.
    ///
    /// # Errors
    /// The database failed; the row is not there.
    pub fn record(&self, entry: &AuditEntry) -> Result<(), AccountsError> {
        let insert = "INSERT INTO audit (time, user, address, action, host, pid, start_time, name,
            verdict, result, request_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
        let AuditEntry { user, address, action, target, verdict, result, request_id } = entry;
        let row = rusqlite::params![
            self.now(),
            user,
            address,
            action,
            target.host,
            target.pid,
            target.start_time,
            target.name,
            verdict.word(),
            result,
            request_id
        ];
        self.lock().execute(insert, row).map(drop).map_err(|error| self.failed(error))
    }

    /// All rows, oldest first.
    ///
    /// # Errors
    /// The database failed.
    #[cfg(test)]
    pub(crate) fn audit_results(&self) -> Result<Vec<String>, AccountsError> {
        let query = "SELECT verdict || ' ' || result FROM audit ORDER BY id";
        let connection = self.lock();
        let read = || {
            let mut statement = connection.prepare(query)?;
            let rows = statement.query_map((), |row| row.get(0))?;
            rows.collect::<rusqlite::Result<Vec<String>>>()
        };
        read().map_err(|error| self.failed(error))
    }
}
