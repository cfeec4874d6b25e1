//! Topmast's questions: the filter language.
