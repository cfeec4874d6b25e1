//! A filter, and whether a row passes it.

use crate::lexer::Operator;
use crate::{Mistake, parser};
use model::metric::{Entity, Metric, MetricValue};

/// What a row must be to be shown.
pub enum Filter<E: Entity> {
    /// Any row.
    Everything,
    /// All of these.
    All(Vec<Filter<E>>),
    /// At least one of these.
    Any(Vec<Filter<E>>),
    /// Not this.
    Not(Box<Filter<E>>),
    /// One of the searched fields contains this, in lower case.
    Words(String),
    /// The field is known and neither zero nor no nor empty.
    Set(&'static Metric<E>),
    /// The field is known, whatever it is.
    Has(&'static Metric<E>),
    /// The field compares like this.
    Compare(Comparison<E>),
    /// The field is one of these, or none of these.
    Listed(Listed<E>),
}

/// One field against one value.
pub struct Comparison<E: Entity> {
    pub(crate) metric: &'static Metric<E>,
    pub(crate) operator: Operator,
    pub(crate) literal: Literal,
}

/// One field against several values.
pub struct Listed<E: Entity> {
    pub(crate) metric: &'static Metric<E>,
    /// `=` for one of them, `!=` for none of them.
    pub(crate) operator: Operator,
    pub(crate) literals: Vec<Literal>,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Number(f64),
    /// From the one to the other, both included.
    Range(f64, f64),
    Flag(bool),
    /// In lower case.
    Text(String),
}

impl<E: Entity> Filter<E> {
    /// Understands a filter; an empty one passes everything.
    ///
    /// # Errors
    /// Where and why it was not understood.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        parser::parse(text)
    }

    pub(crate) fn all(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::All(parts) }
    }

    pub(crate) fn any(mut parts: Vec<Self>) -> Self {
        if parts.len() == 1 { parts.remove(0) } else { Self::Any(parts) }
    }

    /// Whether what passes depends on a field that `is_meant`.
    #[must_use]
    pub fn asks(&self, is_meant: &dyn Fn(&Metric<E>) -> bool) -> bool {
        match self {
            Self::Everything => false,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks(is_meant)),
            Self::Not(part) => part.asks(is_meant),
            Self::Words(_) => searched::<E>().any(is_meant),
            Self::Set(metric) | Self::Has(metric) => is_meant(metric),
            Self::Compare(comparison) => is_meant(comparison.metric),
            Self::Listed(listed) => is_meant(listed.metric),
        }
    }

    /// Whether a row passes.
    #[must_use]
    pub fn passes(&self, row: &E::Row<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::All(parts) => parts.iter().all(|part| part.passes(row)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(row)),
            Self::Not(part) => !part.passes(row),
            Self::Words(word) => has_word::<E>(row, word),
            Self::Set(metric) => is_set(&read(metric, row)),
            Self::Has(metric) => !matches!(read(metric, row), MetricValue::Absent(_)),
            Self::Compare(Comparison { metric, operator, literal }) => {
                holds(&read(metric, row), *operator, literal)
            }
            Self::Listed(listed) => listed.holds(row),
        }
    }
}

fn read<'row, E: Entity>(metric: &Metric<E>, row: &'row E::Row<'_>) -> MetricValue<'row> {
    (metric.read)(row)
}

/// Fields a bare word is looked for in.
fn searched<E: Entity>() -> impl Iterator<Item = &'static Metric<E>> {
    E::METRICS.iter().filter(|metric| E::WORD_FIELDS.contains(&metric.name))
}

fn has_word<E: Entity>(row: &E::Row<'_>, word: &str) -> bool {
    searched::<E>().any(|metric| match read(metric, row) {
        MetricValue::Text(text) => text.to_lowercase().contains(word),
        _ => false,
    })
}

fn is_set(value: &MetricValue<'_>) -> bool {
    match value {
        MetricValue::Absent(_) => false,
        MetricValue::Flag(flag) => *flag,
        MetricValue::Number(number) => *number != 0.0,
        MetricValue::Text(text) => !text.is_empty(),
    }
}

impl<E: Entity> Listed<E> {
    fn holds(&self, row: &E::Row<'_>) -> bool {
        let value = read(self.metric, row);
        let mut each = self.literals.iter().map(|literal| holds(&value, self.operator, literal));
        if self.operator.excludes() { each.all(|holds| holds) } else { each.any(|holds| holds) }
    }
}

/// A value that is not known holds no comparison, not even "is not".
fn holds(value: &MetricValue<'_>, operator: Operator, literal: &Literal) -> bool {
    match (value, literal) {
        (MetricValue::Number(value), Literal::Number(wanted)) => orders(operator, value, wanted),
        (MetricValue::Number(value), Literal::Range(low, high)) => {
            (*low..=*high).contains(value) != operator.excludes()
        }
        (MetricValue::Flag(value), Literal::Flag(wanted)) => orders(operator, value, wanted),
        (MetricValue::Text(value), Literal::Text(wanted)) => {
            matches_text(operator, &value.to_lowercase(), wanted)
        }
        (MetricValue::Number(value), Literal::Text(wanted)) => {
            matches_text(operator, &value.to_string(), wanted)
        }
        (MetricValue::Flag(value), Literal::Text(wanted)) => {
            matches_text(operator, if *value { "yes" } else { "no" }, wanted)
        }
        _ => false,
    }
}

fn orders<T: PartialOrd + ?Sized>(operator: Operator, value: &T, wanted: &T) -> bool {
    match operator {
        Operator::Equal | Operator::Contains => value == wanted,
        Operator::NotEqual | Operator::NotContains => value != wanted,
        Operator::Less => value < wanted,
        Operator::LessOrEqual => value <= wanted,
        Operator::Greater => value > wanted,
        Operator::GreaterOrEqual => value >= wanted,
    }
}

fn matches_text(operator: Operator, value: &str, wanted: &str) -> bool {
    match operator {
        Operator::Contains => value.contains(wanted),
        Operator::NotContains => !value.contains(wanted),
        _ => orders(operator, value, wanted),
    }
}
