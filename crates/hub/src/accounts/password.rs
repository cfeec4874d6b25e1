//! Argon2id with the parameters OWASP recommends (19 MiB, 2 passes), the crate's default.

use super::AccountsError;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};

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
    let mut salt = [0; 16];
    getrandom::fill(&mut salt).map_err(|_| AccountsError::NoRandomness)?;
    let hashed = compute(password.as_bytes(), &salt, &Params::default());
    hashed.map(|hash| hash.to_string()).map_err(|error| AccountsError::Hashing(error.to_string()))
}

/// Whether `password` is the one that was hashed. Takes tens of milliseconds and 19 MiB.
pub(crate) fn verify(password: &str, hash: &str) -> bool {
    if password.len() > BYTES_MAX {
        return false;
    }
    let Ok(expected) = PasswordHash::new(hash) else { return false };
    let (Some(salt), Ok(params)) = (&expected.salt, Params::try_from(&expected)) else {
        return false;
    };
    let found = compute(password.as_bytes(), salt, &params);
    // Outputs compare in constant time; algorithm and version are the only ones we ever wrote.
    found.is_ok_and(|found| found.hash.is_some() && found == expected)
}

/// As much work as [`verify`] for a user who does not exist or has no password, so that the time
/// taken does not tell which names exist; a password that is too long is no work for either.
pub(crate) fn verify_nothing(password: &str) {
    if password.len() > BYTES_MAX {
        return;
    }
    let work = compute(password.as_bytes(), b"no such user, no such salt", &Params::default());
    std::hint::black_box(work.is_ok());
}

/// Memory for one hash, asked for in a piece larger than any that glibc keeps in its heap (its
/// threshold for mapping grows to 32 MiB at most), so that the system has it back afterwards.
/// Only what is used of it is ever touched.
const RESERVED_BLOCKS: usize = 33 * 1024;

fn compute(
    password: &[u8],
    salt: &[u8],
    params: &Params,
) -> Result<PasswordHash, argon2::password_hash::Error> {
    let mut memory = Vec::with_capacity(RESERVED_BLOCKS.max(params.block_count()));
    memory.resize(params.block_count(), Block::default());
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    hasher.hash_password_into_with_memory(password, salt, &mut output, &mut memory)?;
    Ok(PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params)?,
        salt: Some(Salt::new(salt)?),
        hash: Some(Output::new(&output)?),
    })
}
