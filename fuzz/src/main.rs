//! One target a parser. `cargo xtask fuzz` runs them; `TOPMAST_FUZZ_TARGET` names the one to run.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The parser that was asked for.
static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let name = std::env::var("TOPMAST_FUZZ_TARGET").unwrap_or_default();
    let mut targets = probe::fuzz::TARGETS.iter().chain(QUESTIONS);
    if name == "names" {
        targets.for_each(|(known, _)| println!("{known}"));
        std::process::exit(0);
    }
    targets.find(|(known, _)| *known == name).map(|(_, parse)| *parse).unwrap_or_else(|| {
        eprintln!("TOPMAST_FUZZ_TARGET names a target, or is `names` to list them");
        std::process::exit(2)
    })
});

/// What people type.
const QUESTIONS: &[(&str, fn(&[u8]))] =
    &[("filter", |bytes| filter(bytes)), ("order", |bytes| order(bytes))];

fn filter(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    check::<model::metric::ProcessEntity>(text);
    check::<model::metric::ConnectionEntity>(text);
}

/// A mistake always lies within the text.
fn check<E: model::metric::Entity>(text: &str) {
    if let Err(mistake) = query::Filter::<E>::parse(text) {
        assert!(mistake.position <= text.chars().count(), "{mistake}");
    }
}

fn order(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ = query::Order::<model::metric::ProcessEntity>::parse(text);
}

fuzz_target!(
    init: {
        let _ = *TARGET;
    },
    |bytes: &[u8]| TARGET(bytes)
);
