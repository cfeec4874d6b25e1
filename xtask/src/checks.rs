//! Checks of files that no other tool makes: lock files and generated types.

use crate::fingerprint;
use crate::place::{Output, Place};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;

/// The only source a Rust lock file may name: Cargo's word for "the public registry".
const CRATES: &str = "source = \"registry+https://github.com/rust-lang/crates.io-index\"";

/// Fails when a lock file binds the build to one place to download from.
pub(crate) fn lock_files(place: &Place, output: &Output) -> Result<()> {
    let mut faults = Vec::new();
    faults.extend(faults_of(place, "web/package-lock.json", npm_fault)?);
    faults.extend(faults_of(place, "web/.npmrc", npm_fault)?);
    for lock in ["Cargo.lock", "bench/Cargo.lock", "fuzz/Cargo.lock"] {
        faults.extend(faults_of(place, lock, cargo_fault)?);
    }
    if faults.is_empty() {
        return output.say("no place to download from is named");
    }
    bail!("a lock file names a place to download from:\n{}", faults.join("\n"))
}

fn faults_of(place: &Place, file: &str, fault: fn(&str) -> bool) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(place.root.join(file));
    let text = text.with_context(|| format!("cannot read {file}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| fault(line));
    Ok(lines.map(|(index, line)| format!("  {file}:{}: {}", index + 1, line.trim())).collect())
}

/// npm writes `resolved` unless told not to; addresses of donation pages may stay.
fn npm_fault(line: &str) -> bool {
    let host = line.split("://").nth(1).and_then(|rest| rest.split(['/', '"', ':']).next());
    line.trim_start().starts_with("\"resolved\"")
        || line.trim_start().starts_with("registry")
        || host.is_some_and(|host| {
            ["registry", "npm", "mirror"].iter().any(|word| host.contains(word))
        })
}

fn cargo_fault(line: &str) -> bool {
    line.starts_with("source = ") && line != CRATES
}

/// Generates the TypeScript types into a fresh folder and compares it with what is committed.
pub(crate) fn generated(place: &Place, output: &Output) -> Result<()> {
    let fresh = place.own("generated-now")?;
    std::fs::remove_dir_all(&fresh)?;
    std::fs::create_dir_all(&fresh)?;
    let mut command = place.cargo(&["test", "--locked", "--workspace", "--exclude", "xtask"]);
    output.run(command.arg("export_bindings").env("TS_RS_EXPORT_DIR", &fresh))?;
    let faults = differences(&contents(&place.root.join("web/src/api/gen"))?, &contents(&fresh)?);
    if faults.is_empty() {
        return Ok(());
    }
    bail!(
        "web/src/api/gen is not what crates/wire generates; run `cargo test --package \
         topmast-wire` and commit the result:\n  {}",
        faults.join("\n  ")
    )
}

fn contents(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for file in fingerprint::files_below(folder)? {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().into_owned();
        found.insert(name, std::fs::read(&file)?);
    }
    Ok(found)
}

fn differences(kept: &BTreeMap<String, Vec<u8>>, made: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, content) in made {
        match kept.get(name) {
            None => faults.push(format!("{name} is missing")),
            Some(other) if other != content => faults.push(format!("{name} differs")),
            Some(_) => {}
        }
    }
    let stale = kept.keys().filter(|name| !made.contains_key(*name));
    faults.extend(stale.map(|name| format!("{name} is generated no more: delete it")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_registries_are_faults_and_donation_pages_are_not() {
        assert!(npm_fault("      \"resolved\": \"https://packages.example/react.tgz\","));
        assert!(npm_fault("registry=https://packages.example/"));
        assert!(npm_fault("      \"url\": \"http://mirror.example:4873/react\""));
        assert!(!npm_fault("        \"url\": \"https://github.com/sponsors/someone\""));
        assert!(!npm_fault("omit-lockfile-registry-resolved=true"));
        assert!(cargo_fault("source = \"registry+https://crates.example/index\""));
        assert!(cargo_fault("source = \"git+https://example.org/fork\""));
        assert!(!cargo_fault(CRATES));
    }

    #[test]
    fn a_changed_a_missing_and_a_stale_type_are_each_named() {
        let set = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
                .collect()
        };
        let kept = set(&[("Same.ts", "1"), ("Changed.ts", "1"), ("Stale.ts", "1")]);
        let made = set(&[("Same.ts", "1"), ("Changed.ts", "2"), ("New.ts", "1")]);
        let faults = differences(&kept, &made);
        assert_eq!(
            faults,
            ["Changed.ts differs", "New.ts is missing", "Stale.ts is generated no more: delete it"]
        );
    }
}
