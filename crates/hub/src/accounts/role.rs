use super::AccountsError;
use std::str::FromStr;

/// What a user may do. Each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sees.
    Viewer,
    /// Also acts on processes.
    Operator,
    /// Also administers.
    Admin,
}

impl Role {
    /// The word in the API, the database and on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Operator => "operator",
            Self::Admin => "admin",
        }
    }
}

impl FromStr for Role {
    type Err = AccountsError;

    fn from_str(word: &str) -> Result<Self, AccountsError> {
        let all = [Self::Viewer, Self::Operator, Self::Admin];
        let found = all.into_iter().find(|role| role.word() == word);
        found.ok_or_else(|| AccountsError::UnknownRole(word.to_owned()))
    }
}
