//! Filters and orders over a real delta.

use model::metric::ProcessEntity;
use model::snapshot::{IoSample, ProcessFacts, ProcessSample, ProcessState};
use model::{Absence, Delta, Observed, ProcessKey, Snapshot};
use proptest::prelude::*;
use query::{Filter, Order};
use std::sync::Arc;

fn made(pid: u32, name: &str, user: &str, rss_mib: u64) -> (ProcessSample, Arc<ProcessFacts>) {
    let io = IoSample { absence: Some(Absence::Denied), ..IoSample::default() };
    let state = if name == "dead" { ProcessState::Zombie } else { ProcessState::Sleeping };
    let sample = ProcessSample {
        key: ProcessKey { pid, birth: 1 },
        state,
        rss_bytes: rss_mib << 20,
        io,
        ..ProcessSample::default()
    };
    let facts = ProcessFacts {
        name: name.into(),
        exe: Observed::Absent(Absence::Denied),
        cmdline: format!("/bin/{name} --flag").into(),
        cwd: Observed::Absent(Absence::Denied),
        uid: Observed::Known(0),
        username: Observed::Known(user.into()),
        cgroup: Observed::Absent(Absence::Unsupported),
        container: (name == "web").then(|| "c0ffee".into()),
        ..ProcessFacts::default()
    };
    (sample, Arc::new(facts))
}

fn delta() -> Delta {
    let mut snapshot = Snapshot::default();
    let rows =
        [made(1, "init", "root", 10), made(2, "web", "www", 3000), made(3, "dead", "www", 0)];
    rows.into_iter().for_each(|(sample, facts)| snapshot.processes_mut().push(&sample, facts));
    Delta::between(None, &snapshot)
}

fn check(filter: &str, expected: &[u32]) {
    let delta = delta();
    let filter_parsed = Filter::<ProcessEntity>::parse(filter).expect(filter);
    let rows = delta.process_rows().filter(|row| filter_parsed.passes(row));
    assert_eq!(rows.map(|row| row.key().pid).collect::<Vec<_>>(), expected, "{filter}");
}

fn check_mistake(filter: &str, position: usize, part: &str) {
    let mistake = Filter::<ProcessEntity>::parse(filter).err().expect(filter);
    assert_eq!(mistake.position, position, "{filter}: {mistake}");
    assert!(mistake.to_string().contains(part), "{filter}: {mistake}");
}

#[test]
fn the_language() {
    check("", &[1, 2, 3]);
    check("web", &[2]);
    check("FLAG", &[1, 2, 3]);
    check("rss > 1.5GiB", &[2]);
    check("user = www", &[2, 3]);
    check("user = www and not state = zombie", &[2]);
    check("state = zombie or pid = 1", &[1, 3]);
    check("user = www web", &[2]);
    check("not container", &[1, 3]);
    check("container", &[2]);
    check("name ~ e", &[2, 3]);
    check("name !~ e", &[1]);
    check("pid != 2", &[1, 3]);
    check("(pid = 1 or pid = 2) and user = root", &[1]);
    check("\"bin/web\"", &[2]);
    check("kernel = no pid <= 2", &[1, 2]);
}

#[test]
fn what_is_not_known_compares_with_nothing() {
    check("io_read_bytes = 0", &[]);
    check("io_read_bytes != 0", &[]);
    check("cpu > 0 or cpu <= 0", &[]);
    check("not io_read_bytes", &[1, 2, 3]);
}

#[test]
fn mistakes_tell_where_and_what_was_expected() {
    check_mistake("cpu >", 5, "a value for cpu_percent");
    check_mistake("cpuu > 5", 0, "did you mean cpu?");
    check_mistake("cpu > much", 6, "a percentage like 20");
    check_mistake("pid = 1 and", 11, "a field or a word");
    check_mistake("(pid = 1", 8, "closing parenthesis");
    check_mistake("pid = 1)", 7, "operator is missing");
    check_mistake("name = 'x", 7, "not closed");
    check_mistake("or x", 0, "nothing before");
    check_mistake(&"(".repeat(500), 64, "nested");
    check_mistake(&"x ".repeat(3000), 4096, "too long");
}

#[test]
fn orders_put_the_unknown_last() {
    let delta = delta();
    let order = |text: &str| {
        let mut rows: Vec<_> = delta.process_rows().collect();
        Order::<ProcessEntity>::parse(text).expect(text).sort(&mut rows);
        rows.iter().map(|row| row.key().pid).collect::<Vec<_>>()
    };
    assert_eq!(order("-rss"), [2, 1, 3]);
    assert_eq!(order("name"), [3, 1, 2]);
    assert_eq!(order("container"), [2, 1, 3]);
    assert_eq!(order("-container"), [2, 1, 3]);
    let mistake = Order::<ProcessEntity>::parse("-cpuu").err().expect("no such field");
    assert!(mistake.hint.contains("cpu"), "{mistake}");
}

proptest! {
    #[test]
    fn any_text_is_understood_or_a_mistake_within_it(text in "\\PC{0,60}") {
        if let Err(mistake) = Filter::<ProcessEntity>::parse(&text) {
            prop_assert!(mistake.position <= text.chars().count());
        }
    }

    #[test]
    fn words_of_the_language_in_any_order_do_no_harm(
        words in prop::collection::vec(
            prop::sample::select(vec!["cpu", ">", "(", ")", "and", "or", "not", "5GiB", "~", "=",
                "'a b'", "name", "!=", "port", "in", "has", ",", "1..2"]), 0..20),
    ) {
        let delta = delta();
        if let Ok(filter) = Filter::<ProcessEntity>::parse(&words.join(" ")) {
            delta.process_rows().for_each(|row| { let _ = filter.passes(&row); });
        }
    }

    #[test]
    fn what_a_filter_prints_is_the_same_filter(text in expression()) {
        let filter = Filter::<ProcessEntity>::parse(&text).expect("made of the language");
        let printed = filter.to_string();
        let again = Filter::<ProcessEntity>::parse(&printed).expect("printed by a filter");
        prop_assert_eq!(again.to_string(), printed);
        prop_assert_eq!(passing(&again), passing(&filter));
    }

    #[test]
    fn not_and_and_or_obey_their_laws(left in expression(), right in expression()) {
        let passing_text = |text: String| {
            passing(&Filter::<ProcessEntity>::parse(&text).expect("made of the language"))
        };
        prop_assert_eq!(
            passing_text(format!("not not ({left})")),
            passing_text(left.clone())
        );
        prop_assert_eq!(
            passing_text(format!("not (({left}) and ({right}))")),
            passing_text(format!("not ({left}) or not ({right})"))
        );
        prop_assert_eq!(
            passing_text(format!("not (({left}) or ({right}))")),
            passing_text(format!("not ({left}) and not ({right})"))
        );
        prop_assert_eq!(
            passing_text(format!("({left}) ({right})")),
            passing_text(format!("({right}) and ({left})"))
        );
    }
}

fn passing(filter: &Filter<ProcessEntity>) -> Vec<u32> {
    let delta = delta();
    let rows = delta.process_rows().filter(|row| filter.passes(row));
    rows.map(|row| row.key().pid).collect()
}

/// Any filter, a few levels deep.
fn expression() -> impl Strategy<Value = String> {
    let text = "[a-z\"'\\\\,() ]{0,6}";
    let quoted = text.prop_map(|text: String| {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    });
    let field = prop::sample::select(vec!["pid", "rss", "nice", "io_read_bytes", "cpu"]);
    let sign = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let number = prop_oneof![(0u32..4).prop_map(f64::from), -1e12..1e12];
    let leaf = prop_oneof![
        quoted.clone(),
        Just("web".to_owned()),
        Just("container".to_owned()),
        field.clone().prop_map(|field| format!("has {field}")),
        (field.clone(), sign, number.clone()).prop_map(|(f, s, n)| format!("{f} {s} {n}")),
        (field.clone(), number.clone()).prop_map(|(f, n)| format!("{f} = {n}..{}", n + 1.0)),
        (field, number).prop_map(|(f, n)| format!("{f} not in ({n}, 1, 5..9)")),
        quoted.prop_map(|q| format!("user !~ {q} or name in ({q}, init)")),
    ];
    leaf.prop_recursive(4, 16, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("not ({one})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("{a} or {b}")),
        ]
    })
}
