//! Topmast's nouns.
