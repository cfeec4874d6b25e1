//! The file: TOML, or the same as JSON. Pure: text to settings with their lines.

use super::settings::Raw;
use model::text::for_terminal;
use serde_json::Value;
use std::ops::Range;
use toml_edit::{Document, Item, TableLike};

/// One setting as the file has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: Raw,
    pub(super) line: usize,
}

/// Lines and what is wrong in them.
pub(super) type Faults = Vec<(usize, String)>;

/// TOML; JSON where it begins with a brace, which no TOML does.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, Faults> {
    if text.trim_start().starts_with('{') { json(text) } else { toml(text) }
}

fn toml(text: &str) -> Result<Vec<Entry>, Faults> {
    let line = |span: Option<Range<usize>>| line_at(text, span.map_or(0, |span| span.start));
    let document = Document::parse(text).map_err(|error| {
        let said = error.message().lines().collect::<Vec<_>>().join(", ");
        vec![(line(error.span()), said)]
    })?;
    let mut entries = Vec::new();
    let mut faults = Faults::new();
    for (section, item) in document.as_table().iter() {
        let key = document.as_table().key(section);
        let place = line(key.and_then(toml_edit::Key::span));
        let Some(table) = item.as_table_like() else {
            faults.push((place, outside(section)));
            continue;
        };
        entries.extend(table.iter().map(|(name, item)| Entry {
            key: format!("{section}.{name}"),
            value: toml_value(item),
            line: line(key_span(table, name).or_else(|| item.span())),
        }));
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn key_span(table: &dyn TableLike, name: &str) -> Option<Range<usize>> {
    table.key(name)?.span()
}

fn outside(key: &str) -> String {
    let key = for_terminal(key);
    format!("{key} stands outside of a section; settings are in sections like [serve]")
}

fn toml_value(item: &Item) -> Raw {
    let Some(value) = item.as_value() else { return Raw::Other("a section") };
    match value {
        toml_edit::Value::String(text) => Raw::Text(text.value().clone()),
        toml_edit::Value::Boolean(flag) => Raw::Flag(*flag.value()),
        toml_edit::Value::Integer(number) => Raw::Number(*number.value() as f64),
        toml_edit::Value::Float(number) => Raw::Number(*number.value()),
        toml_edit::Value::Datetime(_) => Raw::Other("a date"),
        toml_edit::Value::Array(list) => texts(list.iter().map(toml_edit::Value::as_str)),
        toml_edit::Value::InlineTable(_) => Raw::Other("a section"),
    }
}

fn json(text: &str) -> Result<Vec<Entry>, Faults> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| vec![(error.line().max(1), format!("this is no JSON: {error}"))])?;
    let mut entries = Vec::new();
    let mut faults = Faults::new();
    for (section, settings) in value.as_object().into_iter().flatten() {
        let from = after_key(text, 0, section);
        let Some(settings) = settings.as_object() else {
            faults.push((line_at(text, from), outside(section)));
            continue;
        };
        entries.extend(settings.iter().map(|(name, value)| Entry {
            key: format!("{section}.{name}"),
            value: json_value(value),
            line: line_at(text, after_key(text, from, name)),
        }));
    }
    if faults.is_empty() { Ok(entries) } else { Err(faults) }
}

fn json_value(value: &Value) -> Raw {
    match value {
        Value::String(text) => Raw::Text(text.clone()),
        Value::Bool(flag) => Raw::Flag(*flag),
        Value::Number(number) => number.as_f64().map_or(Raw::Other("a number"), Raw::Number),
        Value::Null => Raw::Other("null"),
        Value::Array(list) => texts(list.iter().map(Value::as_str)),
        Value::Object(_) => Raw::Other("a section"),
    }
}

/// A list of texts, or one that holds something else.
fn texts<'a>(list: impl Iterator<Item = Option<&'a str>>) -> Raw {
    let texts: Option<Vec<String>> = list.map(|text| Some(text?.to_owned())).collect();
    texts.map_or(Raw::Other("a list of other things than texts"), Raw::Texts)
}

/// Where a key most likely stands: a parsed JSON keeps no places.
fn after_key(text: &str, from: usize, key: &str) -> usize {
    let quoted = format!("\"{key}\"");
    text[from..].find(&quoted).map_or(from, |at| from + at)
}

fn line_at(text: &str, position: usize) -> usize {
    let before = text.as_bytes().iter().take(position);
    before.filter(|byte| **byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(key: &str, value: Raw, line: usize) -> Entry {
        Entry { key: key.to_owned(), value, line }
    }

    #[test]
    fn toml_and_json_say_the_same() {
        let toml = "# mine\n[serve]\nlisten = \"[::1]:1\"\ncontrol = false\ninterval = 2\n";
        let json =
            "{\n\"serve\": {\n\"listen\": \"[::1]:1\", \n\"control\": false,\n\"interval\": 2}}";
        let expected = [
            entry("serve.control", Raw::Flag(false), 4),
            entry("serve.interval", Raw::Number(2.0), 5),
            entry("serve.listen", Raw::Text("[::1]:1".to_owned()), 3),
        ];
        for text in [toml, json] {
            let mut entries = parse(text).expect(text);
            entries.sort_by(|a, b| a.key.cmp(&b.key));
            assert_eq!(entries, expected, "{text}");
        }
        assert_eq!(parse(""), Ok(Vec::new()));
        assert_eq!(parse("serve.listen = \"x\"").expect("dotted")[0].key, "serve.listen");
    }

    #[test]
    fn mistakes_have_lines() {
        assert_eq!(parse("[serve]\nlisten = \n").expect_err("no value")[0].0, 2);
        assert_eq!(parse("\nlisten = 1\n").expect_err("no section")[0].0, 2);
        assert_eq!(parse("{\n\"serve\": [1\n").expect_err("cut off")[0].0, 3);
        assert_eq!(parse("{\n\"serve\": 1}").expect_err("no section")[0].0, 2);
    }

    #[test]
    fn cut_and_damaged_files_are_understood_or_refused() {
        let toml =
            "# ä\n[serve]\nlisten = \"[::1]:1\"\ndata = '\\x'\nnested = { a = [1, 1979-05-27] }\n";
        let json = "{\"serve\": {\"listen\": \"ä\", \"x\": [1, {\"y\": null}]}, \"serve\": 5}";
        for text in [toml, json] {
            for (at, _) in text.char_indices() {
                let _ = parse(&text[..at]);
                let _ = parse(&text[at..]);
                for put in ["\"", "{", "]", "\n", "\u{0}", "="] {
                    let _ = parse(&format!("{}{put}{}", &text[..at], &text[at..]));
                }
            }
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
        assert!(parse(&format!("{{\"a\": {}", "[".repeat(100_000))).is_err());
    }
}
