//! `docs/metrics.md` is made from the catalogue. To make it anew:
//! `TOPMAST_WRITE_DOCS=1 cargo test -p topmast-model --test metrics_document`.

use model::metric::{Catalogue, Field};
use std::fmt::Write;
use std::path::Path;

const HEAD: &str = "\
# Metrics

Every field that can be shown, filtered, sorted or exported: `--columns`, `--where`, `--sort`, JSON
and CSV use these names. Made from the catalogue in `crates/model/src/metric`; do not edit.

What is not known is `null` in JSON, empty in CSV and `-` in a table, and `gaps` say why. Numbers
(`id`) stand in stored formats and are never given to another field. A *counter* only goes up while
the object is the same; a *gauge* goes up and down; a *label* describes; an *identity* tells which
object it is.
";

#[test]
fn the_document_lists_the_catalogue() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/metrics.md");
    let fresh = document();
    if std::env::var_os("TOPMAST_WRITE_DOCS").is_some() {
        std::fs::write(&path, &fresh).expect("docs can be written");
    }
    let kept = std::fs::read_to_string(&path).expect("docs/metrics.md is there");
    assert!(kept == fresh, "docs/metrics.md differs from the catalogue; make it anew");
}

fn document() -> String {
    let mut text = HEAD.to_owned();
    for table in Catalogue::all() {
        let mut name = table.name.to_owned();
        name[..1].make_ascii_uppercase();
        let _ = write!(text, "\n## {name}\n\n"); // a String takes anything
        if !table.word_fields.is_empty() {
            let fields: Vec<_> = table.word_fields.iter().map(|name| format!("`{name}`")).collect();
            let _ = write!(text, "A bare word is looked for in {}.\n\n", fields.join(", "));
        }
        text.push_str("| field | also | unit | kind | id | what |\n|---|---|---|---|---|---|\n");
        table.fields.iter().for_each(|field| push_line(&mut text, field));
    }
    text
}

fn push_line(text: &mut String, field: &Field) {
    let also: Vec<_> = field.aliases.iter().map(|name| format!("`{name}`")).collect();
    let _ = writeln!(
        text,
        "| `{}` | {} | {} | {} | {} | {} |",
        field.name,
        also.join(" "),
        field.unit.word(),
        format!("{:?}", field.kind).to_lowercase(),
        field.id,
        field.help.replace('|', "\\|"),
    );
}
