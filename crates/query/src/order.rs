//! The order of rows: a field, and which end comes first.

use crate::Mistake;
use crate::lexer::mistake;
use crate::parser::{field_names, nearest_field};
use model::metric::{Entity, Metric, MetricValue, find};
use std::cmp::Ordering;

/// One field, ascending or descending. Rows without a value come last either way.
pub struct Order<E: Entity> {
    metric: &'static Metric<E>,
    descending: bool,
}

impl<E: Entity> Order<E> {
    /// `field` for ascending, `-field` for descending.
    ///
    /// # Errors
    /// An unknown field, with the nearest known one.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let (name, descending) = match text.strip_prefix('-') {
            Some(name) => (name, true),
            None => (text.strip_prefix('+').unwrap_or(text), false),
        };
        let Some(metric) = find::<E>(name) else {
            let hint = match nearest_field::<E>(name) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => format!("fields are {}", field_names::<E>()),
            };
            let message = format!("cannot sort by \"{name}\"");
            return Err(mistake(usize::from(descending), &message, &hint));
        };
        Ok(Self { metric, descending })
    }

    /// The field.
    #[must_use]
    pub fn metric(&self) -> &'static Metric<E> {
        self.metric
    }

    /// Sorts rows; equal ones keep their order.
    pub fn sort(&self, rows: &mut [E::Row<'_>]) {
        rows.sort_by(|left, right| {
            let (left, right) = ((self.metric.read)(left), (self.metric.read)(right));
            match (is_absent(&left), is_absent(&right)) {
                (false, false) if self.descending => compare(&right, &left),
                (false, false) => compare(&left, &right),
                (left_absent, right_absent) => left_absent.cmp(&right_absent),
            }
        });
    }
}

fn is_absent(value: &MetricValue<'_>) -> bool {
    matches!(value, MetricValue::Absent(_))
}

fn compare(left: &MetricValue<'_>, right: &MetricValue<'_>) -> Ordering {
    match (left, right) {
        (MetricValue::Number(left), MetricValue::Number(right)) => left.total_cmp(right),
        (MetricValue::Text(left), MetricValue::Text(right)) => left.cmp(right),
        (MetricValue::Flag(left), MetricValue::Flag(right)) => left.cmp(right),
        _ => Ordering::Equal,
    }
}
