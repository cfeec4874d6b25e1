//! Text to words, each with its position.

use crate::Mistake;

/// Longest question read; a longer one is a mistake, not work.
const LENGTH_MAX: usize = 4096;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Token {
    Word(String),
    /// In quotes: never a keyword, a field or a quantity.
    Quoted(String),
    Operator(Operator),
    Open,
    Close,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    NotContains,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Placed {
    pub(crate) token: Token,
    pub(crate) position: usize,
}

pub(crate) fn tokens(text: &str) -> Result<Vec<Placed>, Mistake> {
    let characters: Vec<char> = text.chars().collect();
    if characters.len() > LENGTH_MAX {
        return Err(mistake(LENGTH_MAX, "the filter is too long", "use at most 4096 characters"));
    }
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(&character) = characters.get(position) {
        if character.is_whitespace() {
            position += 1;
            continue;
        }
        let (token, length) = token_at(&characters, position)?;
        found.push(Placed { token, position });
        position += length;
    }
    Ok(found)
}

fn token_at(characters: &[char], position: usize) -> Result<(Token, usize), Mistake> {
    let next = characters.get(position + 1).copied();
    let operator = |operator, length| Ok((Token::Operator(operator), length));
    match (characters[position], next) {
        ('(', _) => Ok((Token::Open, 1)),
        (')', _) => Ok((Token::Close, 1)),
        ('"' | '\'', _) => quoted(characters, position),
        ('=', Some('=')) => operator(Operator::Equal, 2),
        ('=', _) => operator(Operator::Equal, 1),
        ('!', Some('=')) => operator(Operator::NotEqual, 2),
        ('!', Some('~')) => operator(Operator::NotContains, 2),
        ('~', _) => operator(Operator::Contains, 1),
        ('<', Some('=')) => operator(Operator::LessOrEqual, 2),
        ('<', _) => operator(Operator::Less, 1),
        ('>', Some('=')) => operator(Operator::GreaterOrEqual, 2),
        ('>', _) => operator(Operator::Greater, 1),
        _ => Ok(word(&characters[position..])),
    }
}

fn quoted(characters: &[char], start: usize) -> Result<(Token, usize), Mistake> {
    let quote = characters[start];
    let rest = &characters[start + 1..];
    let Some(length) = rest.iter().position(|&character| character == quote) else {
        return Err(mistake(start, "the quote is not closed", "end it with the same quote"));
    };
    Ok((Token::Quoted(rest[..length].iter().collect()), length + 2))
}

fn word(rest: &[char]) -> (Token, usize) {
    let ends = |character: &char| character.is_whitespace() || "()=<>~\"'".contains(*character);
    let mut length = rest.iter().position(ends).unwrap_or(rest.len());
    // `!=` and `!~` end a word too, but a lone `!` may stand inside one.
    if length > 1 && length < rest.len() && rest[length - 1] == '!' && "=~".contains(rest[length]) {
        length -= 1;
    }
    let length = length.max(1);
    (Token::Word(rest[..length].iter().collect()), length)
}

pub(crate) fn mistake(position: usize, message: &str, hint: &str) -> Mistake {
    Mistake { position, message: message.to_owned(), hint: hint.to_owned() }
}
