//! A filter as text again: what it prints is understood as the same filter.

use crate::Filter;
use crate::filter::{Comparison, Listed, Literal};
use model::metric::Entity;
use std::fmt::{self, Display, Formatter, Write};

impl<E: Entity> Display for Filter<E> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => Ok(()),
            Self::All(parts) => join(f, parts, " and "),
            Self::Any(parts) => join(f, parts, " or "),
            Self::Not(part) => {
                f.write_str("not ")?;
                nested(f, part)
            }
            Self::Words(word) => quoted(f, word),
            Self::Set(metric) => f.write_str(metric.name),
            Self::Has(metric) => write!(f, "has {}", metric.name),
            Self::Compare(Comparison { metric, operator, literal }) => {
                write!(f, "{} {} {literal}", metric.name, operator.sign())
            }
            Self::Listed(listed) => print_list(f, listed),
        }
    }
}

fn join<E: Entity>(f: &mut Formatter<'_>, parts: &[Filter<E>], between: &str) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        nested(f, part)?;
    }
    Ok(())
}

/// In parentheses where another level begins.
fn nested<E: Entity>(f: &mut Formatter<'_>, part: &Filter<E>) -> fmt::Result {
    match part {
        Filter::All(_) | Filter::Any(_) => write!(f, "({part})"),
        _ => write!(f, "{part}"),
    }
}

fn print_list<E: Entity>(f: &mut Formatter<'_>, listed: &Listed<E>) -> fmt::Result {
    let word = if listed.operator.excludes() { "not in" } else { "in" };
    write!(f, "{} {word} (", listed.metric.name)?;
    for (at, literal) in listed.literals.iter().enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{literal}")?;
    }
    f.write_char(')')
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Range(low, high) => write!(f, "{low}..{high}"),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Text(text) => quoted(f, text),
        }
    }
}

fn quoted(f: &mut Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        if matches!(character, '"' | '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(character)?;
    }
    f.write_char('"')
}
