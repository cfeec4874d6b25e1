//! The catalogue of containers.

use super::{Entity, Metric, MetricValue, words};
use crate::snapshot::Container;
use std::borrow::Cow;

/// Containers.
pub struct ContainerEntity;

impl Entity for ContainerEntity {
    type Row<'a> = &'a Container;
    const NAME: &'static str = "container";
    const METRICS: &'static [Metric<Self>] = METRICS;
    const WORD_FIELDS: &'static [&'static str] = &["id", "name", "image"];
}

const METRICS: &[Metric<ContainerEntity>] = metrics! {
    1, "id", [], "ID", Text, Identity, "its id",
        |row| MetricValue::Text(Cow::Borrowed(&row.id));
    2, "runtime", [], "RUNTIME", Text, Label, "what runs it: docker, podman, …",
        |row| MetricValue::Text(Cow::Borrowed(row.runtime.word()));
    3, "name", [], "NAME", Text, Label, "its name",
        |row| words(row.name.as_deref());
    4, "image", [], "IMAGE", Text, Label, "the image it was made of",
        |row| words(row.image.as_deref());
};
