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
    Has(&'static Metric<E>),
    /// The field compares like this.
    Compare(Comparison<E>),
}

/// One field against one value.
pub struct Comparison<E: Entity> {
    pub(crate) metric: &'static Metric<E>,
    pub(crate) operator: Operator,
    pub(crate) literal: Literal,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Number(f64),
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

    /// Whether a row passes.
    #[must_use]
    pub fn passes(&self, row: &E::Row<'_>) -> bool {
        match self {
            Self::Everything => true,
            Self::All(parts) => parts.iter().all(|part| part.passes(row)),
            Self::Any(parts) => parts.iter().any(|part| part.passes(row)),
            Self::Not(part) => !part.passes(row),
            Self::Words(word) => has_word::<E>(row, word),
            Self::Has(metric) => is_set(&read(metric, row)),
            Self::Compare(comparison) => comparison.holds(row),
        }
    }
}

fn read<'row, E: Entity>(metric: &Metric<E>, row: &'row E::Row<'_>) -> MetricValue<'row> {
    (metric.read)(row)
}

fn has_word<E: Entity>(row: &E::Row<'_>, word: &str) -> bool {
    let searched = E::METRICS.iter().filter(|metric| E::WORD_FIELDS.contains(&metric.name));
    searched.into_iter().any(|metric| match read(metric, row) {
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

impl<E: Entity> Comparison<E> {
    /// A value that is not known holds no comparison, not even "is not".
    fn holds(&self, row: &E::Row<'_>) -> bool {
        match (read(self.metric, row), &self.literal) {
            (MetricValue::Absent(_), _) => false,
            (MetricValue::Number(value), Literal::Number(wanted)) => self.orders(&value, wanted),
            (MetricValue::Flag(value), Literal::Flag(wanted)) => self.orders(&value, wanted),
            (MetricValue::Text(value), Literal::Text(wanted)) => {
                self.matches_text(&value.to_lowercase(), wanted)
            }
            (MetricValue::Number(value), Literal::Text(wanted)) => {
                self.matches_text(&value.to_string(), wanted)
            }
            (MetricValue::Flag(value), Literal::Text(wanted)) => {
                self.matches_text(if value { "yes" } else { "no" }, wanted)
            }
            _ => false,
        }
    }

    fn orders<T: PartialOrd>(&self, value: &T, wanted: &T) -> bool {
        match self.operator {
            Operator::Equal | Operator::Contains => value == wanted,
            Operator::NotEqual | Operator::NotContains => value != wanted,
            Operator::Less => value < wanted,
            Operator::LessOrEqual => value <= wanted,
            Operator::Greater => value > wanted,
            Operator::GreaterOrEqual => value >= wanted,
        }
    }

    fn matches_text(&self, value: &str, wanted: &str) -> bool {
        match self.operator {
            Operator::Contains => value.contains(wanted),
            Operator::NotContains => !value.contains(wanted),
            _ => self.orders(&value, &wanted),
        }
    }
}
