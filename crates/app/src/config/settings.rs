//! What can be set.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// One setting.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Section and name: `serve.listen`.
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
    /// As it would be written; `None` where it depends on the machine.
    pub(crate) default: Option<&'static str>,
    /// One line for people.
    pub(crate) help: &'static str,
}

/// What values a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Address,
    Path,
    Interval,
    Flag,
    Url,
    Words,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Raw {
    Text(String),
    Flag(bool),
    Number(f64),
    /// A list of nothing but texts.
    Texts(Vec<String>),
    /// Anything else, by the name of its type.
    Other(&'static str),
}

/// A value as it is used.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Address(SocketAddr),
    Path(PathBuf),
    Interval(Duration),
    Flag(bool),
    Url(String),
    Words(Vec<String>),
}

/// All of them, in the order they are shown.
pub(crate) const SETTINGS: &[Setting] = &[
    Setting {
        key: "serve.listen",
        kind: Kind::Address,
        default: Some("127.0.0.1:8000"),
        help: "address and port to listen on; port 0 picks a free one",
    },
    Setting {
        key: "serve.data",
        kind: Kind::Path,
        default: None,
        help: "data directory; $STATE_DIRECTORY or $XDG_STATE_HOME/topmast when it is not set",
    },
    Setting {
        key: "serve.interval",
        kind: Kind::Interval,
        default: Some("1s"),
        help: "time between samples, 100ms to 1h",
    },
    Setting {
        key: "serve.control",
        kind: Kind::Flag,
        default: Some("yes"),
        help: "whether processes may be acted on",
    },
    Setting {
        key: "serve.public_url",
        kind: Kind::Url,
        default: None,
        help: "address people use when a proxy stands in front",
    },
    Setting {
        key: "serve.insecure",
        kind: Kind::Flag,
        default: Some("no"),
        help: "listen on other than loopback addresses without encryption",
    },
    Setting {
        key: "probe.scrub",
        kind: Kind::Flag,
        default: Some("yes"),
        help: "whether secrets in command lines and environments are masked",
    },
    Setting {
        key: "probe.scrub_words",
        kind: Kind::Words,
        default: Some(""),
        help: "more names whose values are masked",
    },
];

impl Kind {
    /// A value of this kind, or what is expected.
    pub(crate) fn read(self, raw: &Raw) -> Result<Value, String> {
        let text = match (self, raw) {
            (Self::Flag, Raw::Flag(flag)) => return Ok(Value::Flag(*flag)),
            (Self::Interval, Raw::Number(seconds)) => seconds.to_string(),
            (Self::Words, Raw::Texts(words)) => return words_of(words.iter().map(String::as_str)),
            (Self::Words, Raw::Text(text)) => return words_of(text.split(',')),
            (_, Raw::Text(text)) => text.clone(),
            (_, Raw::Flag(_)) => return Err(self.wrong_type("a flag")),
            (_, Raw::Number(_)) => return Err(self.wrong_type("a number")),
            (_, Raw::Texts(_)) => return Err(self.wrong_type("a list")),
            (_, Raw::Other(kind)) => return Err(self.wrong_type(kind)),
        };
        match self {
            Self::Address => text.parse().map(Value::Address).map_err(|_| self.refuses(&text)),
            Self::Interval => crate::args::interval(&text)
                .map(Value::Interval)
                .map_err(|error| format!("{error}, not \"{}\"", text.escape_default())),
            Self::Flag => match text.to_ascii_lowercase().as_str() {
                "yes" | "true" | "on" | "1" => Ok(Value::Flag(true)),
                "no" | "false" | "off" | "0" => Ok(Value::Flag(false)),
                _ => Err(self.refuses(&text)),
            },
            Self::Path if text.is_empty() => Err(self.refuses(&text)),
            Self::Path => Ok(Value::Path(text.into())),
            Self::Url if text.contains("://") => Ok(Value::Url(text)),
            Self::Url | Self::Words => Err(self.refuses(&text)),
        }
    }

    fn wrong_type(self, found: &str) -> String {
        format!("expected {}, not {found}", self.expected())
    }

    fn refuses(self, text: &str) -> String {
        format!("expected {}, not \"{}\"", self.expected(), text.escape_default())
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Address => "an address and port like \"127.0.0.1:8000\"",
            Self::Path => "a path",
            Self::Interval => "a time like \"500ms\" or \"2s\"",
            Self::Flag => "true or false",
            Self::Url => "an address like \"https://topmast.example.org\"",
            Self::Words => "a list of names like [\"pin\", \"license\"]",
        }
    }
}

/// Names without the spaces around them. Each needs a letter or digit: one without would end every
/// name there is.
fn words_of<'a>(words: impl Iterator<Item = &'a str>) -> Result<Value, String> {
    let words: Vec<&str> = words.map(str::trim).filter(|word| !word.is_empty()).collect();
    match words.iter().find(|word| !word.chars().any(char::is_alphanumeric)) {
        Some(wrong) => Err(Kind::Words.refuses(wrong)),
        None => Ok(Value::Words(words.into_iter().map(str::to_owned).collect())),
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address(address) => address.fmt(f),
            Self::Path(path) => path.display().fmt(f),
            Self::Interval(interval) => write!(f, "{}s", interval.as_secs_f64()),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Url(url) => f.write_str(url),
            Self::Words(words) if words.is_empty() => f.write_str("-"),
            Self::Words(words) => f.write_str(&words.join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_by_their_kind() {
        let text = |text: &str| Raw::Text(text.to_owned());
        assert_eq!(Kind::Flag.read(&text("off")), Ok(Value::Flag(false)));
        assert_eq!(
            Kind::Interval.read(&Raw::Number(2.0)),
            Ok(Value::Interval(Duration::from_secs(2)))
        );
        assert!(Kind::Interval.read(&text("1ms")).is_err());
        assert!(Kind::Address.read(&text("localhost")).is_err());
        assert!(Kind::Address.read(&Raw::Number(8000.0)).is_err());
        assert!(Kind::Path.read(&Raw::Other("a list")).is_err());
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let both = Ok(Value::Words(words(&["pin", "license"])));
        assert_eq!(Kind::Words.read(&Raw::Texts(words(&["pin", "license"]))), both);
        assert_eq!(Kind::Words.read(&text(" pin,license, ")), both);
        assert!(Kind::Words.read(&text("pin, -")).is_err(), "it would mask everything");
        assert!(Kind::Path.read(&Raw::Texts(words(&["/x"]))).is_err());
        let refused = Kind::Flag.read(&text("\x1b[m")).expect_err("no flag");
        assert!(!refused.contains('\x1b'), "{refused:?}");
    }
}
