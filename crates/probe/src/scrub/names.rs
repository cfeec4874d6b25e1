//! Names whose values are secrets.

/// Ends of names whose values are secrets; compared without case, `-`, `_` and `.`.
pub const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "passcode",
    "secret",
    "secrets",
    "token",
    "tokens",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "encryptionkey",
    "signingkey",
    "accountkey",
    "sharedkey",
    "credential",
    "credentials",
    "auth",
    "authorization",
    "bearer",
];

/// What may stand unseparated before one of them. Anything else there makes another word of it:
/// `bypass`, `rpassword`.
const BEFORE: &[&str] = &[
    "access", "admin", "api", "app", "auth", "bind", "client", "db", "default", "ftp", "http",
    "id", "jwt", "key", "ldap", "login", "mail", "master", "mongo", "my", "mysql", "new", "old",
    "pg", "postgres", "private", "proxy", "redis", "refresh", "require", "root", "sa", "session",
    "smtp", "sql", "ssh", "store", "sudo", "system", "trust", "user", "vault", "vnc", "web",
];

/// Lower case, without what separates words.
pub(super) fn plain(name: &str) -> String {
    let is_separator = |character: &char| matches!(character, '-' | '_' | '.');
    name.chars().filter(|c| !is_separator(c)).flat_map(char::to_lowercase).collect()
}

/// Whether a name ends in a secret word; `extra` are words of one's own, already plain.
pub(super) fn is_secret(name: &str, extra: &[String]) -> bool {
    let words = Words::of(name);
    let known = SECRET_NAMES.iter().copied().chain(extra.iter().map(String::as_str));
    known.into_iter().filter(|word| !word.is_empty()).any(|word| words.end_in(word))
}

/// A name without separators, and where its words begin.
struct Words {
    plain: String,
    starts: Vec<usize>,
}

impl Words {
    /// Words end at anything but letters and digits, and where `camelCase` says so.
    fn of(name: &str) -> Self {
        let characters: Vec<char> = name.chars().collect();
        let mut words = Self { plain: String::with_capacity(name.len()), starts: Vec::new() };
        let mut is_start = true;
        for (index, &character) in characters.iter().enumerate() {
            if !character.is_alphanumeric() {
                is_start = true;
                continue;
            }
            let before = index.checked_sub(1).map(|index| characters[index]);
            let after = characters.get(index + 1);
            let is_hump = character.is_uppercase()
                && (before.is_some_and(char::is_lowercase)
                    || (before.is_some_and(char::is_uppercase)
                        && after.is_some_and(|after| after.is_lowercase())));
            if is_start || is_hump {
                words.starts.push(words.plain.len());
            }
            is_start = false;
            words.plain.extend(character.to_lowercase());
        }
        words
    }

    fn end_in(&self, word: &str) -> bool {
        let Some(start) = self.plain.len().checked_sub(word.len()) else { return false };
        if !self.plain.ends_with(word) {
            return false;
        }
        if self.starts.contains(&start) {
            return true;
        }
        let begin = self.starts.iter().rev().find(|begin| **begin < start).copied().unwrap_or(0);
        BEFORE.contains(&&self.plain[begin..start])
    }
}
