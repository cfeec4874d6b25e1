//! Secrets that show by their shape.

use super::MASK;
use std::borrow::Cow;

/// One kind of key: how it begins, and how many characters follow at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyShape {
    /// How it begins.
    pub prefix: &'static str,
    /// Letters, digits, `-` and `_` that follow at least.
    pub least: usize,
    /// Whose it is.
    pub issuer: &'static str,
}

const fn shape(prefix: &'static str, least: usize, issuer: &'static str) -> KeyShape {
    KeyShape { prefix, least, issuer }
}

/// Keys that are masked wherever they stand. At least one digit must be in them.
pub const KEY_SHAPES: &[KeyShape] = &[
    shape("AKIA", 16, "AWS"),
    shape("ASIA", 16, "AWS"),
    shape("ghp_", 20, "GitHub"),
    shape("gho_", 20, "GitHub"),
    shape("ghu_", 20, "GitHub"),
    shape("ghs_", 20, "GitHub"),
    shape("ghr_", 20, "GitHub"),
    shape("github_pat_", 20, "GitHub"),
    shape("glpat-", 16, "GitLab"),
    shape("xoxb-", 10, "Slack"),
    shape("xoxp-", 10, "Slack"),
    shape("xoxa-", 10, "Slack"),
    shape("xoxr-", 10, "Slack"),
    shape("xoxs-", 10, "Slack"),
    shape("sk-", 20, "OpenAI, Anthropic and others"),
    shape("sk_live_", 16, "Stripe"),
    shape("rk_live_", 16, "Stripe"),
    shape("AIza", 30, "Google"),
    shape("hf_", 20, "Hugging Face"),
    shape("npm_", 20, "npm"),
    shape("pypi-", 20, "PyPI"),
];

/// How the first part of a JSON Web Token begins: `{"` in base64.
const TOKEN: &str = "eyJ";

/// Characters of one part of such a token at least.
const TOKEN_PART: usize = 10;

fn is_key_byte(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Masks every key in a text, all but its beginning.
pub(super) fn without_keys(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut plain = String::new();
    let (mut copied, mut at) = (0, 0);
    while at < bytes.len() {
        let length = bytes[at..].iter().take_while(|byte| is_key_byte(byte)).count();
        if let Some((prefix, end)) = key_at(text, at, length) {
            plain.push_str(&text[copied..at + prefix]);
            plain.push_str(MASK);
            (copied, at) = (end, end);
        } else {
            at += length.max(1);
        }
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    plain.push_str(&text[copied..]);
    Cow::Owned(plain)
}

/// A key that begins at `at`, where a run of `length` key bytes begins: how much of it may be
/// shown, and where it ends.
fn key_at(text: &str, at: usize, length: usize) -> Option<(usize, usize)> {
    let run = text.get(at..at + length)?;
    let is_key = |shape: &&KeyShape| {
        let rest = run.strip_prefix(shape.prefix);
        rest.is_some_and(|rest| {
            rest.len() >= shape.least && rest.bytes().any(|byte| byte.is_ascii_digit())
        })
    };
    if let Some(shape) = KEY_SHAPES.iter().find(is_key) {
        return Some((shape.prefix.len(), at + length));
    }
    if !run.starts_with(TOKEN) || length < TOKEN_PART {
        return None;
    }
    let rest = text[at + length..].strip_prefix('.')?.as_bytes();
    let payload = rest.iter().take_while(|byte| is_key_byte(byte)).count();
    let all = rest.iter().take_while(|byte| is_key_byte(byte) || **byte == b'.').count();
    (payload >= TOKEN_PART).then_some((TOKEN.len(), at + length + 1 + all))
}

/// Masks private keys in PEM, to their end or to that of the text.
pub(super) fn without_pem(text: &str) -> Cow<'_, str> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "-----END ";
    const DASHES: &str = "-----";
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(BEGIN) {
        let label = &rest[start + BEGIN.len()..];
        let label = &label[..label.find(DASHES).unwrap_or(label.len())];
        let body = &rest[start + BEGIN.len() + label.len()..];
        if !label.contains("PRIVATE KEY") {
            plain.push_str(&rest[..rest.len() - body.len()]);
            rest = body;
            continue;
        }
        plain.push_str(&rest[..start]);
        plain.push_str(MASK);
        let end = body.find(END).map(|end| end + END.len());
        let after = end.and_then(|end| Some(end + body[end..].find(DASHES)? + DASHES.len()));
        rest = after.map_or("", |after| &body[after..]);
    }
    if plain.is_empty() {
        return Cow::Borrowed(text);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// Masks the strings that in JSON stand behind secret names.
pub(super) fn without_json(text: &str, is_secret: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if !text.contains('"') || !text.contains(':') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once('"') {
        let Some((name, after)) = string(inside) else { break };
        let value = after.trim_start().strip_prefix(':');
        let value = value.and_then(|value| value.trim_start().strip_prefix('"'));
        if let Some(value) = value.filter(|_| is_secret(name)) {
            plain.push_str(&rest[..rest.len() - value.len()]);
            plain.push_str(MASK);
            // One that is cut goes to the end of the text.
            rest = string(value).map_or("", |(value_of, _)| &value[value_of.len()..]);
            if let Some(after) = rest.strip_prefix('"') {
                plain.push('"');
                rest = after;
            }
        } else {
            plain.push_str(&rest[..before.len() + name.len() + 2]);
            rest = after;
        }
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// A string of JSON from behind its first quote: what is in it, and what follows its last one.
fn string(text: &str) -> Option<(&str, &str)> {
    let mut is_escaped = false;
    let end = text.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    Some((&text[..end], &text[end + 1..]))
}

/// Whether a word looks like a pattern, in which `*` stands for any bytes.
pub(super) fn matches(pattern: &[u8], word: &[u8]) -> bool {
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, w));
            p += 1;
        } else if pattern.get(p) == Some(&word[w]) {
            (p, w) = (p + 1, w + 1);
        } else if let Some((at, taken)) = star {
            // The star takes one byte more.
            star = Some((at, taken + 1));
            (p, w) = (at + 1, taken + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}
