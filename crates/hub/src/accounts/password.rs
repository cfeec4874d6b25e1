//! Argon2id with the parameters OWASP recommends (19 MiB, 2 passes), the crate's default.

use super::AccountsError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// Characters a password has at least.
pub(super) const LENGTH_MIN: usize = 12;
/// Bytes a password has at most: hashing longer ones would be work for nothing.
pub(super) const BYTES_MAX: usize = 1024;

pub(super) fn hash(password: &str) -> Result<String, AccountsError> {
    let found = password.chars().count();
    if found < LENGTH_MIN {
        return Err(AccountsError::PasswordTooShort { minimum: LENGTH_MIN, found });
    }
    if password.len() > BYTES_MAX {
        return Err(AccountsError::PasswordTooLong { maximum: BYTES_MAX });
    }
    let hashed = Argon2::default().hash_password(password.as_bytes());
    hashed.map(|hash| hash.to_string()).map_err(|error| AccountsError::Hashing(error.to_string()))
}

/// Whether `password` is the one that was hashed. Takes tens of milliseconds and 19 MiB.
pub(crate) fn verify(password: &str, hash: &str) -> bool {
    if password.len() > BYTES_MAX {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(hash) else { return false };
    Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

/// As much work as [`verify`] for a user who does not exist or has no password, so that the time
/// taken does not tell which names exist.
pub(crate) fn verify_nothing(password: &str) {
    let bytes = password.as_bytes();
    let bounded = &bytes[..bytes.len().min(BYTES_MAX)];
    let mut output = [0; 32];
    let work =
        Argon2::default().hash_password_into(bounded, b"no such user, no such salt", &mut output);
    std::hint::black_box((work.is_ok(), output));
}
