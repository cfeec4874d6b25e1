use std::path::PathBuf;

/// Why something about accounts was not done, in words for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The file cannot be read or created.
    #[error("cannot open the accounts database {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is there, but it is not a sound accounts database of ours.
    #[error("{} is not a usable accounts database: {why}. Nobody can sign in until it is put \
             back from a copy, or moved away to begin with new accounts", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A statement failed.
    #[error("cannot use the accounts database {}: {source}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
    /// No user has that name.
    #[error("there is no user \"{0}\"")]
    UnknownUser(String),
    /// The name is in use.
    #[error("there is already a user \"{0}\" (upper and lower case count as the same)")]
    TakenName(String),
    /// The name cannot be used.
    #[error(
        "\"{0}\" cannot be a user name: use 1 to 64 letters, digits, '.', '_', '-' or '@', \
         beginning with a letter or digit"
    )]
    BadName(String),
    /// The password is too short.
    #[error("the password is too short: at least {minimum} characters, this one has {found}")]
    PasswordTooShort {
        /// The least.
        minimum: usize,
        /// How many there are.
        found: usize,
    },
    /// The password is too long.
    #[error("the password is too long: at most {maximum} bytes")]
    PasswordTooLong {
        /// The most.
        maximum: usize,
    },
    /// The word is no role.
    #[error("\"{0}\" is no role: use viewer, operator or admin")]
    UnknownRole(String),
    /// The password could not be hashed.
    #[error("cannot hash the password: {0}")]
    Hashing(String),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}
