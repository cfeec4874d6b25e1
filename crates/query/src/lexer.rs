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
    /// Between the values of a list; elsewhere a comma is part of a word.
    Comma,
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

impl Operator {
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "~",
            Self::NotContains => "!~",
        }
    }

    /// Whether it asks for what something is not.
    pub(crate) fn excludes(self) -> bool {
        matches!(self, Self::NotEqual | Self::NotContains)
    }
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
    let mut found: Vec<Placed> = Vec::new();
    let mut position = 0;
    let mut place = Place::Outside;
    while let Some(&character) = characters.get(position) {
        if character.is_whitespace() {
            position += 1;
            continue;
        }
        let (token, length) = token_at(&characters, position, place)?;
        place = match (&token, place) {
            (Token::Open, _) if found.last().is_some_and(Placed::is_in) => Place::List,
            (Token::Close, _) => Place::Outside,
            _ => place,
        };
        found.push(Placed { token, position });
        position += length;
    }
    Ok(found)
}

/// Where commas mean something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    List,
}

impl Placed {
    fn is_in(&self) -> bool {
        matches!(&self.token, Token::Word(word) if word.eq_ignore_ascii_case("in"))
    }
}

fn token_at(characters: &[char], position: usize, place: Place) -> Result<(Token, usize), Mistake> {
    let next = characters.get(position + 1).copied();
    let operator = |operator, length| Ok((Token::Operator(operator), length));
    match (characters[position], next) {
        (',', _) if place == Place::List => Ok((Token::Comma, 1)),
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
        _ => Ok(word(&characters[position..], place)),
    }
}

/// Text in quotes. A backslash takes the meaning from a quote or a backslash after it, and stands
/// for itself before anything else: names with `\xHH` in them can be written as they are shown.
fn quoted(characters: &[char], start: usize) -> Result<(Token, usize), Mistake> {
    let quote = characters[start];
    let mut text = String::new();
    let mut position = start + 1;
    while let Some(&character) = characters.get(position) {
        let next = characters.get(position + 1).copied();
        match (character, next) {
            ('\\', Some(escaped @ ('"' | '\'' | '\\'))) => {
                text.push(escaped);
                position += 1;
            }
            (end, _) if end == quote => return Ok((Token::Quoted(text), position + 1 - start)),
            (other, _) => text.push(other),
        }
        position += 1;
    }
    Err(mistake(start, "the quote is not closed", "end it with the same quote"))
}

fn word(rest: &[char], place: Place) -> (Token, usize) {
    let ends = |character: &char| {
        let is_comma = place == Place::List && *character == ',';
        is_comma || character.is_whitespace() || "()=<>~\"'".contains(*character)
    };
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
