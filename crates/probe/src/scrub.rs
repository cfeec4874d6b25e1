//! Secrets are masked where they are read, before API, screen and disk see them.
//!
//! Masked as `***`, whatever else stands in the line:
//!
//! * the value of an option, variable or parameter whose name ends in one of [`SECRET_NAMES`], as a
//!   word of its own: `--password x`, `--password=x`, `DB_PASSWORD=x`, `apiKey=x`, `?token=x`. A few
//!   words may stand before it unseparated (`PGPASSWORD`, `requirepass`); others may not, so that
//!   `rpassword=7` stays;
//! * what follows `Authorization:` and other headers with such names, and `Bearer` or `Basic`;
//! * the password in `scheme://user:password@host`;
//! * keys that show by their shape, wherever they stand ([`KEY_SHAPES`]), JSON Web Tokens, and
//!   private keys in PEM;
//! * strings behind such names in JSON: `{"password":"x"}`;
//! * the passwords that `mysql -pX`, `curl -u user:X`, `sshpass -p X`, `redis-cli -a X` and
//!   `openssl -passin X` take.
//!
//! [`Rules`] adds words and patterns, or switches it all off.

mod names;
mod shapes;

pub use names::SECRET_NAMES;
pub use shapes::KEY_SHAPES;

use names::is_secret;
use std::borrow::Cow;
use std::sync::LazyLock;

const MASK: &str = "***";

/// What is masked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rules {
    is_off: bool,
    words: Vec<String>,
    patterns: Vec<String>,
}

static STANDARD: LazyLock<Rules> = LazyLock::new(Rules::default);

/// A command line with secrets masked by the standard [`Rules`].
#[must_use]
pub fn command_line(raw: &[u8]) -> String {
    STANDARD.command_line(raw)
}

/// The value of an environment variable, masked by the standard [`Rules`].
#[must_use]
pub fn environment(name: &str, value: &str) -> String {
    STANDARD.environment(name, value)
}

impl Rules {
    /// Masks nothing: only for the owner of the machine.
    #[must_use]
    pub fn off() -> Self {
        Self { is_off: true, ..Self::default() }
    }

    /// Also masks the values of names that end in `word`.
    #[must_use]
    pub fn word(mut self, word: &str) -> Self {
        self.words.push(names::plain(word));
        self
    }

    /// Also masks every word of a line that looks like `pattern`, in which `*` stands for any
    /// characters. A pattern of nothing else would hide everything and is left out.
    #[must_use]
    pub fn pattern(mut self, pattern: &str) -> Self {
        if pattern.bytes().any(|byte| byte != b'*') {
            self.patterns.push(pattern.to_owned());
        }
        self
    }

    /// Arguments as one line for people: joined by spaces, bytes that are no UTF-8 as `\xHH`,
    /// secrets masked. `raw` is the kernel's: arguments each ended by a NUL.
    #[must_use]
    pub fn command_line(&self, raw: &[u8]) -> String {
        let trimmed = raw.strip_suffix(b"\0").unwrap_or(raw);
        if trimmed.is_empty() {
            return String::new();
        }
        let arguments = trimmed.split(|byte| *byte == 0).map(model::text::from_kernel);
        if self.is_off {
            return arguments.collect::<Vec<_>>().join(" ");
        }
        let mut line = Line { rules: self, text: String::with_capacity(trimmed.len()) };
        let mut program = String::new();
        let mut next = Next::Plain;
        for (index, argument) in arguments.enumerate() {
            if index == 0 {
                program = argument.rsplit('/').next().unwrap_or_default().to_owned();
            } else {
                line.text.push(' ');
            }
            let text = shapes::without_pem(&argument);
            let text = shapes::without_json(&text, |name| self.is_secret_name(name));
            next = match next {
                Next::Secret => line.mask(&text),
                Next::Login => line.push_login(&text),
                Next::MaybeSecret if !text.starts_with('-') => line.mask(&text),
                _ => match special(&program, &text) {
                    Some((shown, next)) => {
                        line.text.push_str(shown);
                        next
                    }
                    None => line.push_argument(&text),
                },
            };
        }
        line.text
    }

    /// The value of an environment variable: masked where its name or its shape says so.
    #[must_use]
    pub fn environment(&self, name: &str, value: &str) -> String {
        if self.is_off {
            return value.to_owned();
        }
        if !value.is_empty() && self.is_secret_name(name) {
            return MASK.to_owned();
        }
        let mut line = Line { rules: self, text: String::with_capacity(value.len()) };
        let value = shapes::without_pem(value);
        let value = shapes::without_json(&value, |name| self.is_secret_name(name));
        line.push_argument(&value);
        line.text
    }

    fn is_secret_name(&self, name: &str) -> bool {
        is_secret(name, &self.words)
    }
}

/// What the argument after this one is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Plain,
    Secret,
    /// `--auth` takes a secret in some programs and nothing in others.
    MaybeSecret,
    /// `user:password`.
    Login,
}

/// Short options that take a password, by program: what is shown of the argument, and what the
/// next one is.
fn special<'a>(program: &str, argument: &'a str) -> Option<(&'a str, Next)> {
    let is_mysql = program.starts_with("mysql") || program.starts_with("mariadb");
    match argument {
        "--user" | "--proxy-user" if program == "curl" => Some((argument, Next::Login)),
        _ if program == "curl" && is_login_option(argument) => Some((argument, Next::Login)),
        _ if program == "curl" && argument.starts_with("-u") => Some(("-u***", Next::Plain)),
        _ if program == "curl" && argument.starts_with("-U") => Some(("-U***", Next::Plain)),
        "-passin" | "-passout" if program == "openssl" => Some((argument, Next::Secret)),
        "-p" if program == "sshpass" => Some((argument, Next::Secret)),
        "-a" if program == "redis-cli" => Some((argument, Next::Secret)),
        _ if argument.starts_with("-p") && argument.len() > 2 => {
            (is_mysql || program == "sshpass").then_some(("-p***", Next::Plain))
        }
        _ => None,
    }
}

/// `-sSu`, `-fu`: flags of curl that take nothing, and the one that takes a login.
fn is_login_option(argument: &str) -> bool {
    let flags = argument.strip_prefix('-').and_then(|flags| flags.strip_suffix(['u', 'U']));
    flags.is_some_and(|flags| {
        flags.bytes().all(|flag| b"sSfLkvigGIjlnNOqRZ#0123456".contains(&flag))
    })
}

/// A line that is being written.
struct Line<'r> {
    rules: &'r Rules,
    text: String,
}

impl Line<'_> {
    fn mask(&mut self, secret: &str) -> Next {
        self.text.push_str(if secret.is_empty() { "" } else { MASK });
        Next::Plain
    }

    fn push_login(&mut self, login: &str) -> Next {
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        self.text.push_str(user);
        if !password.is_empty() {
            self.text.push(':');
            self.text.push_str(MASK);
        }
        Next::Plain
    }

    /// Adds one argument, masked where needed; answers what the next one is.
    fn push_argument(&mut self, text: &str) -> Next {
        if let Some((name, value)) = text.split_once('=')
            && !name.contains([' ', '&', ';'])
            && self.rules.is_secret_name(name)
            && !value.is_empty()
        {
            self.push_plain(name);
            self.text.push('=');
            self.text.push_str(MASK);
            return Next::Plain;
        }
        if let Some((name, value)) = self.secret_header(text) {
            self.push_header(name, value);
            return Next::Plain;
        }
        // A program that rewrites its own line leaves one argument with spaces in it.
        if text.contains(' ') {
            self.push_words(text);
            return Next::Plain;
        }
        self.push_plain(text);
        if !text.starts_with('-') || text.contains('=') || !self.rules.is_secret_name(text) {
            return Next::Plain;
        }
        match names::plain(text).ends_with("auth") {
            true => Next::MaybeSecret,
            false => Next::Secret,
        }
    }

    fn push_words(&mut self, text: &str) {
        let mut next = Next::Plain;
        let mut after = Some(text);
        while let Some(rest) = after {
            if rest.len() < text.len() {
                self.text.push(' ');
            }
            if let Some((name, value)) = self.secret_header(rest) {
                return self.push_header(name, value);
            }
            let word = rest.split(' ').next().unwrap_or_default();
            after = rest.split_once(' ').map(|(_, after)| after);
            let is_hidden = match next {
                Next::Secret | Next::Login => !word.is_empty(),
                Next::MaybeSecret => !word.is_empty() && !word.starts_with('-'),
                Next::Plain => false,
            };
            if is_hidden && is_scheme_word(word) {
                self.text.push_str(word);
            } else if is_hidden {
                next = self.mask(word);
            } else {
                let is_name = |name| self.rules.is_secret_name(name);
                let names_next = word.strip_suffix(':').is_some_and(is_name);
                next = self.push_argument(word);
                if names_next || is_scheme_word(word) {
                    next = Next::Secret;
                }
            }
        }
    }

    /// `Authorization:x` or `X-Api-Key: x`, as name and value. Without a `-` in it `auth:latest`
    /// is more likely an image or an address.
    fn secret_header<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        let (name, value) = text.split_once(':')?;
        let is_header = name.contains('-') || name.eq_ignore_ascii_case("authorization");
        let has_value = !value.trim().is_empty() && !value.starts_with("//");
        let is_one = is_header && has_value && !name.contains(' ');
        (is_one && self.rules.is_secret_name(name)).then_some((name, value))
    }

    /// A header's value may be of several words, so all that follows its scheme is masked.
    fn push_header(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        self.text.push(':');
        let words = value.trim_start();
        self.text.push_str(&value[..value.len() - words.len()]);
        let scheme = words.split_once(' ').filter(|(word, _)| is_scheme_word(word));
        if let Some((scheme, _)) = scheme {
            self.text.push_str(scheme);
            self.text.push(' ');
        }
        self.text.push_str(MASK);
    }

    /// Adds text that as a whole is no secret; parts of it may be.
    fn push_plain(&mut self, text: &str) {
        let text = without_url_passwords(text);
        let text = self.without_parameters(&text);
        let text = shapes::without_keys(&text);
        self.text.push_str(&self.without_patterns(&text));
    }

    /// Masks the values of secret names in `a=1&token=x` and `host=x;password=y`.
    fn without_parameters<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if !text.contains('=') || !text.contains(['&', ';', '?']) {
            return Cow::Borrowed(text);
        }
        let mut plain = String::with_capacity(text.len());
        for piece in text.split_inclusive(['&', ';', '?']) {
            let body = piece.trim_end_matches(['&', ';', '?']);
            match body.split_once('=') {
                Some((name, value)) if !value.is_empty() && self.rules.is_secret_name(name) => {
                    plain.push_str(name);
                    plain.push('=');
                    plain.push_str(MASK);
                }
                _ => plain.push_str(body),
            }
            plain.push_str(&piece[body.len()..]);
        }
        Cow::Owned(plain)
    }

    fn without_patterns<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.rules.patterns.is_empty() {
            return Cow::Borrowed(text);
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, '=' | ',' | ';' | '"' | '\'');
        let mut plain = String::with_capacity(text.len());
        for piece in text.split_inclusive(is_end) {
            let word = piece.trim_end_matches(is_end);
            let matches = |pattern: &String| shapes::matches(pattern.as_bytes(), word.as_bytes());
            let is_secret = !word.is_empty() && self.rules.patterns.iter().any(matches);
            plain.push_str(if is_secret { MASK } else { word });
            plain.push_str(&piece[word.len()..]);
        }
        Cow::Owned(plain)
    }
}

fn is_scheme_word(word: &str) -> bool {
    word.eq_ignore_ascii_case("bearer") || word.eq_ignore_ascii_case("basic")
}

/// Masks the passwords of all URLs in a text.
fn without_url_passwords(text: &str) -> Cow<'_, str> {
    if !text.contains("://") {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("://") {
        plain.push_str(before);
        plain.push_str("://");
        let end = after.find(['/', '?', '#', ' ', '"', '\'']).unwrap_or(after.len());
        let end = end_of_password(after, end);
        let (authority, path) = after.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) => {
                let (name, password) = user.split_once(':').unwrap_or((user, ""));
                plain.push_str(name);
                if !password.is_empty() {
                    plain.push(':');
                    plain.push_str(MASK);
                }
                plain.push('@');
                plain.push_str(host);
            }
            None => plain.push_str(authority),
        }
        rest = path;
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Where an authority that seems to end at `end` does end: a password may hold what should have
/// been escaped in it. Behind a host's colon there are digits only.
fn end_of_password(after: &str, end: usize) -> usize {
    let authority = &after[..end];
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    let is_password = port.is_some_and(|port| port.bytes().any(|byte| !byte.is_ascii_digit()));
    if authority.contains(['@', '[']) || !is_password {
        return end;
    }
    let word = after.split([' ', '"', '\'']).next().unwrap_or(after);
    let at = word.rfind('@');
    at.map_or(end, |at| {
        at + 1 + word[at + 1..].find(['/', '?', '#']).unwrap_or(word.len() - at - 1)
    })
}

#[cfg(test)]
mod tests;
