//! Sizes and names of source files, and words that certain rooms must not say.

use std::fs;
use std::path::{Path, PathBuf};

/// The hard limit of a file, its tests not counted. Functions are held by clippy and ESLint.
const MOST_LINES: usize = 800;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 10] =
    ["util", "utils", "common", "helper", "helpers", "misc", "manager", "base", "info", "data"];
/// Marks of unfinished work, cut in two so that this file is not one of them.
const UNFINISHED: [&str; 5] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ig", "nore"),
];
/// What a room without I/O and without a clock cannot need.
const WORLD: [&str; 7] =
    ["std::fs", "std::env", "TcpStream", "std::process", "std::thread", "SystemTime", "Instant"];
const WITHOUT_WORLD: [&str; 2] = ["crates/model/src", "crates/query/src"];
/// The one room that may ask for code the compiler does not check.
const MAY_BE_UNCHECKED: &str = "crates/probe/";
const UNCHECKED: [&str; 2] = [concat!("allow(unsafe", "_code"), concat!("expect(unsafe", "_code")];

struct Source {
    /// Relative to the top of the checkout.
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = crate::root();
    let mut files = Vec::new();
    for folder in ["crates", "xtask", "web/src", "web/e2e", "web/scripts"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let read = |file: PathBuf| Source {
        path: file.strip_prefix(&root).unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(&file).unwrap(),
    };
    files.into_iter().map(read).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let is_source = path
            .extension()
            .is_some_and(|end| ["rs", "ts", "tsx", "css", "mjs"].iter().any(|known| end == *known));
        if path.is_dir() && !path.ends_with("api/gen") {
            collect(&path, files);
        } else if is_source {
            files.push(path);
        }
    }
}

/// The lines before the tests that stand at the end of a Rust file.
fn without_tests(text: &str) -> impl Iterator<Item = &str> {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]"))
}

fn is_test(path: &str) -> bool {
    ["/tests/", "/e2e/", ".test."].iter().any(|part| path.contains(part))
}

fn size_fault(source: &Source) -> Option<String> {
    let lines = without_tests(&source.text).count();
    (lines > MOST_LINES && !is_test(&source.path))
        .then(|| format!("{}: {lines} lines, {MOST_LINES} at most", source.path))
}

fn name_fault(source: &Source) -> Option<String> {
    let empty = |part: &str| {
        let stem = part.split('.').next().unwrap_or(part).to_lowercase();
        stem.split(['_', '-']).any(|word| EMPTY_NAMES.contains(&word))
    };
    if source.path.ends_with("/mod.rs") {
        return Some(format!("{}: write `foo.rs` with `foo/`", source.path));
    }
    source.path.split('/').any(empty).then(|| format!("{}: the name says nothing", source.path))
}

fn word_faults(source: &Source) -> Vec<String> {
    let pure = WITHOUT_WORLD.iter().any(|room| source.path.starts_with(room));
    let checked = source.path.ends_with(".rs") && !source.path.starts_with(MAY_BE_UNCHECKED);
    let mut faults = Vec::new();
    let mut look = |words: &[&str], line: &str| {
        let said = words.iter().filter(|word| line.contains(**word));
        faults.extend(said.map(|word| format!("{}: `{word}`", source.path)));
    };
    source.text.lines().for_each(|line| look(&UNFINISHED, line));
    if checked {
        source.text.lines().for_each(|line| look(&UNCHECKED, line));
    }
    if pure {
        let code = without_tests(&source.text).filter(|line| !line.trim_start().starts_with("//"));
        code.for_each(|line| look(&WORLD, line));
    }
    faults
}

fn faults(sources: &[Source]) -> Vec<String> {
    let mut faults: Vec<String> = sources.iter().filter_map(size_fault).collect();
    faults.extend(sources.iter().filter_map(name_fault));
    faults.extend(sources.iter().flat_map(word_faults));
    faults
}

#[test]
fn sources_keep_to_the_style() {
    let sources = sources();
    assert!(sources.len() > 20, "only {} sources found", sources.len());
    let faults = faults(&sources);
    assert!(faults.is_empty(), "STYLE.md says otherwise:\n  {}", faults.join("\n  "));
}

#[test]
fn every_package_takes_the_lints_of_the_workspace() {
    let crates = fs::read_dir(crate::root().join("crates")).unwrap();
    let folders = crates.map(|entry| entry.unwrap().path()).chain([crate::root().join("xtask")]);
    for manifest in folders.map(|folder| folder.join("Cargo.toml")) {
        let text = fs::read_to_string(&manifest).unwrap();
        assert!(text.contains("[lints]\nworkspace = true"), "{}", manifest.display());
    }
}

#[test]
fn each_kind_of_fault_is_found() {
    let found = |path: &str, text: &str| {
        faults(&[Source { path: path.to_owned(), text: text.to_owned() }]).len()
    };
    let long = "line\n".repeat(MOST_LINES + 1);
    let tested = format!("{}#[cfg(test)]\n{long}", "line\n".repeat(MOST_LINES));
    assert_eq!(found("crates/hub/src/long.rs", &long), 1);
    assert_eq!(found("crates/hub/src/tested.rs", &tested), 0);
    assert_eq!(found("web/src/live/store.test.ts", &long), 0);
    assert_eq!(found("crates/hub/src/live/mod.rs", ""), 1);
    assert_eq!(found("web/src/ui/string-utils.ts", ""), 1);
    assert_eq!(found("crates/hub/src/database.rs", ""), 0);
    assert_eq!(found("web/src/app/Shell.tsx", concat!("// TO", "DO: later")), 1);
    assert_eq!(found("crates/model/src/time.rs", "use std::time::SystemTime;"), 1);
    assert_eq!(found("crates/model/src/time.rs", "/// Not a `SystemTime`."), 0);
    assert_eq!(found("crates/hub/src/time.rs", "use std::time::SystemTime;"), 0);
    assert_eq!(found("crates/hub/src/raw.rs", concat!("#![allow(unsafe", "_code)]")), 1);
    assert_eq!(found("crates/probe/src/raw.rs", concat!("#![allow(unsafe", "_code)]")), 0);
}
