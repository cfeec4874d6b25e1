//! Reads a Markdown table as a map from the first column to the words of the second.

use std::collections::{BTreeMap, BTreeSet};

/// Whom each name of the first column may meet, as written in the second.
pub(crate) type Table = BTreeMap<String, BTreeSet<String>>;

/// The table whose header begins with `| first | second |`. A row may name several things in its
/// first cell; a dash in the second means none.
pub(crate) fn read(document: &str, first: &str, second: &str) -> Table {
    let header = format!("| {first} | {second} |");
    let rows = document.lines().skip_while(|line| !line.starts_with(&header)).skip(2);
    let mut table = Table::new();
    for row in rows.take_while(|line| line.starts_with('|')) {
        let mut cells = row.trim_matches('|').split(" | ").map(names);
        let (keys, values) = (cells.next().unwrap(), cells.next().unwrap());
        for key in keys {
            let twice = table.insert(key.clone(), values.clone());
            assert!(twice.is_none(), "{key} stands twice in the table of {first}");
        }
    }
    assert!(!table.is_empty(), "no table begins with `{header}`");
    table
}

fn names(cell: &str) -> BTreeSet<String> {
    let words = cell.split(',').map(|word| word.trim().trim_matches('`').to_owned());
    words.filter(|word| !word.is_empty() && word != "–").collect()
}

#[test]
fn a_table_is_read_to_its_end_and_no_further() {
    let document = "text\n| room | may use | never |\n|---|---|---|\n| a | – | x |\n\
                    | `b`, c | a, `d` | y |\n\n| e | f | z |\n";
    let table = read(document, "room", "may use");
    let row = |name: &str| table[name].iter().map(String::as_str).collect::<Vec<_>>();
    assert_eq!(table.len(), 3);
    assert!(row("a").is_empty());
    assert_eq!(row("b"), ["a", "d"]);
    assert_eq!(row("c"), ["a", "d"]);
}
