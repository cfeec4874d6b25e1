//! Secrets are masked where arguments are read, before API, screen and disk see them.
//!
//! Masked as `***`: the value of `--password x`, `--password=x`, `PASSWORD=x` and the like (any
//! name that ends in one of [`SECRET_NAMES`]),
//! what follows `Authorization:`, `Bearer` or `Basic`, and the password in `scheme://user:password@host`.

/// Ends of names whose values are secrets; compared without case, `-` and `_`.
pub const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "secretkey",
    "privatekey",
    "credential",
    "credentials",
    "auth",
    "authorization",
    "bearer",
];

const MASK: &str = "***";

/// Arguments as one line for people: joined by spaces, bytes that are no UTF-8 as `\xHH`, secrets
/// masked. `raw` is the kernel's: arguments each ended by a NUL.
#[must_use]
pub fn command_line(raw: &[u8]) -> String {
    let trimmed = raw.strip_suffix(b"\0").unwrap_or(raw);
    if trimmed.is_empty() {
        return String::new();
    }
    let mut line = String::with_capacity(trimmed.len());
    let mut hide_next = false;
    for (index, argument) in trimmed.split(|byte| *byte == 0).enumerate() {
        if index > 0 {
            line.push(' ');
        }
        let text = model::text::from_kernel(argument);
        let is_flag = text.starts_with('-');
        if hide_next && !is_flag && !text.is_empty() {
            line.push_str(MASK);
            hide_next = false;
        } else {
            hide_next = push_argument(&mut line, &text);
        }
    }
    line
}

/// Adds one argument, masked where needed; answers whether the next one is a secret.
fn push_argument(line: &mut String, text: &str) -> bool {
    if let Some((name, value)) = text.split_once('=')
        && !name.contains(' ')
        && is_secret_name(name)
        && !value.is_empty()
    {
        line.push_str(name);
        line.push('=');
        line.push_str(MASK);
        return false;
    }
    if let Some((name, value)) = secret_header(text) {
        push_header(line, name, value);
        return false;
    }
    // A program that rewrites its own line leaves one argument with spaces in it.
    if text.contains(' ') {
        push_words(line, text);
        return false;
    }
    push_url(line, text);
    let flag = text.trim_start_matches('-');
    text.starts_with('-') && !text.contains('=') && is_secret_name(flag)
}

fn push_words(line: &mut String, text: &str) {
    let mut hide_next = false;
    let mut after = Some(text);
    while let Some(rest) = after {
        if rest.len() < text.len() {
            line.push(' ');
        }
        if let Some((name, value)) = secret_header(rest) {
            return push_header(line, name, value);
        }
        let word = rest.split(' ').next().unwrap_or_default();
        after = rest.split_once(' ').map(|(_, after)| after);
        if hide_next && is_scheme_word(word) {
            line.push_str(word);
        } else if hide_next && !word.is_empty() {
            line.push_str(MASK);
            hide_next = false;
        } else {
            hide_next = push_argument(line, word)
                || word.strip_suffix(':').is_some_and(is_secret_name)
                || is_scheme_word(word);
        }
    }
}

/// `Authorization:x` or `X-Api-Key: x`, as name and value. Without a `-` in it `auth:latest` is
/// more likely an image or an address.
fn secret_header(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once(':')?;
    let is_header = name.contains('-') || name.eq_ignore_ascii_case("authorization");
    let has_value = !value.trim().is_empty() && !value.starts_with("//");
    (is_header && has_value && !name.contains(' ') && is_secret_name(name)).then_some((name, value))
}

/// A header's value may be of several words, so all that follows its scheme is masked.
fn push_header(line: &mut String, name: &str, value: &str) {
    line.push_str(name);
    line.push(':');
    let words = value.trim_start();
    line.push_str(&value[..value.len() - words.len()]);
    if let Some((scheme, _)) = words.split_once(' ').filter(|(word, _)| is_scheme_word(word)) {
        line.push_str(scheme);
        line.push(' ');
    }
    line.push_str(MASK);
}

fn is_scheme_word(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

fn is_secret_name(name: &str) -> bool {
    let plain: String = name
        .trim_start_matches('-')
        .chars()
        .filter(|character| !matches!(character, '-' | '_' | '.'))
        .flat_map(char::to_lowercase)
        .collect();
    SECRET_NAMES.iter().any(|secret| plain.ends_with(secret))
}

/// Adds text with the passwords of all URLs in it masked.
fn push_url(line: &mut String, text: &str) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        line.push_str(before);
        line.push_str("://");
        let end = after.find(['/', '?', '#', ' ', '"', '\'']).unwrap_or(after.len());
        let (authority, path) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                let (name, password) = user.split_once(':').unwrap_or((user, ""));
                line.push_str(name);
                if !password.is_empty() {
                    line.push(':');
                    line.push_str(MASK);
                }
                line.push('@');
                line.push_str(host);
            }
            None => line.push_str(authority),
        }
        rest = path;
    }
    line.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(arguments: &[&str], expected: &str) {
        let mut raw = arguments.join("\0").into_bytes();
        raw.push(0);
        assert_eq!(command_line(&raw), expected);
    }

    #[test]
    fn values_of_secret_names_are_masked() {
        check(&["app", "--password=x y"], "app --password=***");
        check(&["app", "--password", "hunter2", "-v"], "app --password *** -v");
        check(&["env", "DB_PASSWORD=x", "run"], "env DB_PASSWORD=*** run");
        check(&["app", "--api-key=1", "--auth-token", "2"], "app --api-key=*** --auth-token ***");
        check(&["curl", "-H", "Authorization: Bearer abc"], "curl -H Authorization: Bearer ***");
        check(&["curl", "-H", "Authorization:Bearer abc"], "curl -H Authorization:Bearer ***");
        check(&["curl", "-H", "authorization:abc"], "curl -H authorization:***");
        check(&["curl", "-H", "X-Api-Key:abc"], "curl -H X-Api-Key:***");
        check(&["curl", "-H", "Authorization: token abc"], "curl -H Authorization: ***");
        check(
            &["curl", "-H", "Authorization: Digest username=\"a\", response=\"b\""],
            "curl -H Authorization: ***",
        );
        check(&["curl", "--header=Authorization: token abc"], "curl --header=Authorization: ***");
    }

    #[test]
    fn passwords_in_urls_are_masked_and_the_rest_stays() {
        check(&["psql", "postgres://me:pw@db/x"], "psql postgres://me:***@db/x");
        check(&["psql", "--url=postgres://me:p@w@db"], "psql --url=postgres://me:***@db");
        check(&["curl", "http://host/a@b"], "curl http://host/a@b");
    }

    #[test]
    fn what_is_no_secret_stays() {
        check(&["app", "--port=5432", "--passive"], "app --port=5432 --passive");
        check(&["run", "auth:latest", "x-token://a"], "run auth:latest x-token://a");
        check(&["app", "--password", "--verbose"], "app --password --verbose");
        check(&["bypass", "x"], "bypass x");
        assert_eq!(command_line(b""), "");
        assert_eq!(command_line(b"a\xff\0"), "a\\xff");
    }
}
