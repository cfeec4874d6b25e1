//! Joins what is sampled with who looks at it.
