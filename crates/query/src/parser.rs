//! Words to a filter, by recursive descent: `or` binds weaker than `and`, that weaker than `not`.

use crate::Mistake;
use crate::filter::{Comparison, Filter, Listed, Literal};
use crate::lexer::{Operator, Placed, Token, mistake, tokens};
use crate::quantity;
use model::metric::{Entity, Metric, Unit, find};

/// Deepest nesting of parentheses and `not`; deeper is a mistake, not a stack overflow.
const DEPTH_MAX: usize = 64;

const EXAMPLE: &str = "for example: cpu > 20 and user = root";

pub(crate) fn parse<E: Entity>(text: &str) -> Result<Filter<E>, Mistake> {
    let tokens = tokens(text)?;
    let end = text.chars().count();
    if tokens.is_empty() {
        return Ok(Filter::Everything);
    }
    let mut parser = Parser { tokens, next: 0, depth: 0, end };
    let filter = parser.any()?;
    match parser.peek() {
        None => Ok(filter),
        Some(_) => Err(parser.mistake_here("an operator is missing before this", EXAMPLE)),
    }
}

struct Parser {
    tokens: Vec<Placed>,
    next: usize,
    depth: usize,
    end: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|placed| &placed.token)
    }

    fn position(&self) -> usize {
        self.tokens.get(self.next).map_or(self.end, |placed| placed.position)
    }

    fn mistake_here(&self, message: &str, hint: &str) -> Mistake {
        mistake(self.position(), message, hint)
    }

    fn take_keyword(&mut self, keyword: &str) -> bool {
        let is_next =
            matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(keyword));
        self.next += usize::from(is_next);
        is_next
    }

    fn any<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        let mut parts = vec![self.all()?];
        while self.take_keyword("or") {
            parts.push(self.all()?);
        }
        Ok(Filter::any(parts))
    }

    fn all<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        let mut parts = vec![self.one()?];
        loop {
            if self.take_keyword("and") || self.starts_another() {
                parts.push(self.one()?);
            } else {
                return Ok(Filter::all(parts));
            }
        }
    }

    /// Terms side by side mean `and`, as in `nginx cpu > 5`.
    fn starts_another(&self) -> bool {
        match self.peek() {
            Some(Token::Word(word)) => !word.eq_ignore_ascii_case("or"),
            Some(Token::Quoted(_) | Token::Open) => true,
            Some(Token::Operator(_) | Token::Close | Token::Comma) | None => false,
        }
    }

    fn one<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        if self.depth == DEPTH_MAX {
            return Err(self.mistake_here("too deeply nested", "use fewer parentheses"));
        }
        self.depth += 1;
        let filter = self.one_nested();
        self.depth -= 1;
        filter
    }

    fn one_nested<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        if self.take_keyword("not") {
            return Ok(Filter::Not(Box::new(self.one()?)));
        }
        let position = self.position();
        let token = self.peek().cloned();
        self.next += 1;
        match token {
            Some(Token::Open) => self.in_parentheses(),
            Some(Token::Quoted(text)) => Ok(Filter::Words(text.to_lowercase())),
            Some(Token::Word(word)) => self.after_word(&word, position),
            _ => {
                self.next -= 1;
                Err(self.mistake_here("a field or a word is expected", EXAMPLE))
            }
        }
    }

    fn in_parentheses<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        let inner = self.any()?;
        if self.peek() != Some(&Token::Close) {
            return Err(self.mistake_here("a closing parenthesis is missing", "add )"));
        }
        self.next += 1;
        Ok(inner)
    }

    fn after_word<E: Entity>(&mut self, word: &str, position: usize) -> Result<Filter<E>, Mistake> {
        refuse_as_field(word, position)?;
        if word.eq_ignore_ascii_case("has") && self.is_name_next() {
            return self.known_field();
        }
        if let Some(operator) = self.take_list_operator() {
            return self.one_of(word, position, operator);
        }
        let Some(Token::Operator(operator)) = self.peek() else {
            return Ok(match find::<E>(word) {
                Some(metric) => Filter::Set(metric),
                None => Filter::Words(word.to_lowercase()),
            });
        };
        let operator = *operator;
        self.next += 1;
        let start = self.next;
        self.each_field(word, position, operator, |parser, metric| {
            parser.next = start;
            let literal = parser.literal(metric, operator)?;
            Ok(Filter::Compare(Comparison { metric, operator, literal }))
        })
    }

    /// Whether a word follows that is neither joined to what comes before nor compared itself.
    fn is_name_next(&self) -> bool {
        let Some(Token::Word(word)) = self.peek() else { return false };
        !["and", "or", "not"].iter().any(|keyword| word.eq_ignore_ascii_case(keyword))
    }

    fn known_field<E: Entity>(&mut self) -> Result<Filter<E>, Mistake> {
        let position = self.position();
        let Some(Token::Word(word)) = self.peek().cloned() else {
            return Err(self.mistake_here("a field is expected", EXAMPLE));
        };
        self.next += 1;
        find::<E>(&word).map(Filter::Has).ok_or_else(|| unknown_field::<E>(&word, position))
    }

    /// `in (` or `not in (`: the parenthesis tells the keyword from a word that is looked for.
    fn take_list_operator(&mut self) -> Option<Operator> {
        let is_word = |at: usize, keyword: &str| match self.tokens.get(self.next + at) {
            Some(Placed { token: Token::Word(word), .. }) => word.eq_ignore_ascii_case(keyword),
            _ => false,
        };
        let not = usize::from(is_word(0, "not"));
        let opens = self.tokens.get(self.next + not + 1).map(|placed| &placed.token);
        if !is_word(not, "in") || opens != Some(&Token::Open) {
            return None;
        }
        self.next += not + 2;
        Some(if not == 1 { Operator::NotEqual } else { Operator::Equal })
    }

    fn one_of<E: Entity>(
        &mut self,
        word: &str,
        position: usize,
        operator: Operator,
    ) -> Result<Filter<E>, Mistake> {
        let start = self.next;
        self.each_field(word, position, operator, |parser, metric| {
            parser.next = start;
            let literals = parser.list(metric)?;
            Ok(Filter::Listed(Listed { metric, operator, literals }))
        })
    }

    /// Values up to the closing parenthesis.
    fn list<E: Entity>(&mut self, metric: &Metric<E>) -> Result<Vec<Literal>, Mistake> {
        let mut literals = Vec::new();
        loop {
            literals.push(self.literal(metric, Operator::Equal)?);
            let token = self.peek().cloned();
            match token {
                Some(Token::Comma) => self.next += 1,
                Some(Token::Close) => {
                    self.next += 1;
                    return Ok(literals);
                }
                _ => {
                    let hint = "for example: state in (zombie, stopped)";
                    return Err(self.mistake_here("a comma or ) is expected in the list", hint));
                }
            }
        }
    }

    /// What is said of a field; of each field, where the word means several: `port` is the local
    /// or the remote one.
    fn each_field<E: Entity>(
        &mut self,
        word: &str,
        position: usize,
        operator: Operator,
        mut said: impl FnMut(&mut Self, &'static Metric<E>) -> Result<Filter<E>, Mistake>,
    ) -> Result<Filter<E>, Mistake> {
        let fields = E::either(word);
        if fields.is_empty() {
            let metric = find::<E>(word).ok_or_else(|| unknown_field::<E>(word, position))?;
            return said(self, metric);
        }
        let mut parts = Vec::new();
        for metric in fields.iter().filter_map(|name| find::<E>(name)) {
            parts.push(said(self, metric)?);
        }
        Ok(if operator.excludes() { Filter::all(parts) } else { Filter::any(parts) })
    }

    fn literal<E: Entity>(
        &mut self,
        metric: &Metric<E>,
        operator: Operator,
    ) -> Result<Literal, Mistake> {
        let name = metric.name;
        let text = match self.peek() {
            Some(Token::Word(text) | Token::Quoted(text)) => text.clone(),
            _ => {
                let message = format!("a value for {name} is expected");
                return Err(self.mistake_here(&message, &example_value(metric)));
            }
        };
        let is_text_operator = matches!(operator, Operator::Contains | Operator::NotContains);
        let literal = if is_text_operator || metric.unit == Unit::Text {
            Some(Literal::Text(text.to_lowercase()))
        } else if metric.unit == Unit::Flag {
            flag(&text).map(Literal::Flag)
        } else {
            number(&text, metric.unit, operator)
        };
        let literal = literal.ok_or_else(|| {
            let message = format!("\"{text}\" is no value for {name}");
            self.mistake_here(&message, &example_value(metric))
        })?;
        self.next += 1;
        Ok(literal)
    }
}

fn flag(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// A number, or where it makes sense two with `..` between them.
fn number(text: &str, unit: Unit, operator: Operator) -> Option<Literal> {
    if let Some(number) = quantity::parse(text, unit) {
        return Some(Literal::Number(number));
    }
    let (low, high) = text.split_once("..")?;
    let (low, high) = (quantity::parse(low, unit)?, quantity::parse(high, unit)?);
    let takes_ranges = matches!(operator, Operator::Equal | Operator::NotEqual);
    (takes_ranges && low <= high).then_some(Literal::Range(low, high))
}

/// Words of other languages, and of this one where they have nothing to join.
fn refuse_as_field(word: &str, position: usize) -> Result<(), Mistake> {
    let lower = word.to_ascii_lowercase();
    let (message, hint) = match lower.as_str() {
        "and" | "or" => (format!("\"{word}\" has nothing before it"), EXAMPLE),
        "&&" | "&" => (format!("\"{word}\" is not known here"), "write and"),
        "||" | "|" => (format!("\"{word}\" is not known here"), "write or"),
        "!" => (format!("\"{word}\" is not known here"), "write not"),
        _ => return Ok(()),
    };
    Err(mistake(position, &message, hint))
}

fn example_value<E: Entity>(metric: &Metric<E>) -> String {
    let example = match metric.unit {
        Unit::Bytes => "a size like 1.5GiB",
        Unit::BytesPerSecond => "a rate like 2MB",
        Unit::Percent => "a percentage like 20",
        Unit::Seconds => "a time like 90s, 5min or 2d",
        Unit::Milliseconds => "a time like 20ms",
        Unit::UnixSeconds if find::<E>("age").is_some() => {
            "Unix seconds like 1790000000; for how long ago, ask for age > 5min"
        }
        Unit::UnixSeconds => "Unix seconds like 1790000000",
        Unit::Count => "a number like 100",
        Unit::Text => "a word, in quotes if it has spaces",
        Unit::Flag => "yes or no",
    };
    example.to_owned()
}

fn unknown_field<E: Entity>(word: &str, position: usize) -> Mistake {
    let nearest = nearest_field::<E>(word);
    let hint = match nearest {
        Some(name) => format!("did you mean {name}?"),
        None => format!("fields are {}", field_names::<E>()),
    };
    mistake(position, &format!("a {} has no field \"{word}\"", E::NAME), &hint)
}

pub(crate) fn field_names<E: Entity>() -> String {
    E::METRICS.iter().map(|metric| metric.name).collect::<Vec<_>>().join(", ")
}

/// The field whose name is most like this word, if one is.
#[must_use]
pub fn nearest_field<E: Entity>(word: &str) -> Option<&'static str> {
    let names = E::METRICS.iter().flat_map(|metric| metric.aliases.iter().chain([&metric.name]));
    nearest(word, names.copied())
}

/// The name that is most like this word, if one is.
#[must_use]
pub fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let scored = names.map(|name| (distance(&word.to_ascii_lowercase(), name), name));
    let limit = (word.chars().count() / 3).max(1);
    scored.min().filter(|(distance, _)| *distance <= limit).map(|(_, name)| name)
}

/// Number of letters to add, drop, change or swap with their neighbour to get from one word to the
/// other (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.iter().enumerate() {
        let mut next = vec![at + 1];
        for column in 0..to.len() {
            let changed = row[column] + usize::from(*letter != to[column]);
            let mut best = changed.min(row[column + 1] + 1).min(next[column] + 1);
            let is_swap =
                at > 0 && column > 0 && *letter == to[column - 1] && from[at - 1] == to[column];
            if is_swap {
                best = best.min(above[column - 1] + 1);
            }
            next.push(best);
        }
        above = std::mem::replace(&mut row, next);
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_slips_of_the_hand() {
        for (from, to, expected) in [
            ("", "", 0),
            ("cpu", "cpu", 0),
            ("cpuu", "cpu", 1),
            ("nmae", "name", 1),
            ("stat", "state", 1),
            ("kitten", "sitting", 3),
            ("", "abc", 3),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
            assert_eq!(distance(to, from), expected, "{to} {from}");
        }
    }
}
