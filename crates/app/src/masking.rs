//! What is masked in command lines and environments.

use crate::config::{Config, settings::Value};
use anyhow::Result;
use clap::Args;
use probe::scrub::Rules;
use std::io::Write;
use std::sync::Arc;

/// Options of commands that show what processes were started with.
#[derive(Args, Debug, Clone, Default)]
pub(crate) struct Masking {
    /// Show passwords, tokens and keys in command lines and environments as they are
    #[arg(long)]
    no_scrub: bool,
}

impl Masking {
    /// As typed, else as configured in the usual place; says what of that was not taken.
    pub(crate) fn rules(&self) -> Result<Arc<Rules>> {
        if self.no_scrub {
            return Ok(Arc::new(Rules::off()));
        }
        let config = Config::load(None)?;
        let mut err = std::io::stderr().lock();
        for warning in &config.warnings {
            writeln!(err, "topmast: {warning}")?;
        }
        Ok(self.rules_of(&config))
    }

    /// As typed, else as this configuration has it.
    pub(crate) fn rules_of(&self, config: &Config) -> Arc<Rules> {
        let is_on = config.value("probe.scrub") != Some(&Value::Flag(false));
        if self.no_scrub || !is_on {
            return Arc::new(Rules::off());
        }
        let words = match config.value("probe.scrub_words") {
            Some(Value::Words(words)) => &words[..],
            _ => &[],
        };
        Arc::new(words.iter().fold(Rules::default(), |rules, word| rules.word(word)))
    }
}
