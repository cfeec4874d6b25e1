use super::*;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";

// Tests run on threads of their own, so each has its own hands of the clock.
thread_local! {
    static HANDS: AtomicI64 = const { AtomicI64::new(1_700_000_000) };
}

fn clock() -> i64 {
    HANDS.with(|hands| hands.load(Ordering::Relaxed))
}

fn pass(seconds: i64) {
    HANDS.with(|hands| hands.fetch_add(seconds, Ordering::Relaxed));
}

fn accounts() -> (TempDir, Accounts) {
    let directory = TempDir::new().unwrap();
    let accounts = Accounts::open_at(directory.path(), clock).unwrap();
    (directory, accounts)
}

fn with_user(name: &str) -> (TempDir, Accounts, i64) {
    let (directory, accounts) = accounts();
    accounts.add_user(name, Role::Operator, Some(PASSWORD)).unwrap();
    let user = accounts.credentials(name).unwrap().unwrap().user;
    (directory, accounts, user)
}

#[test]
fn the_first_start_makes_one_admin_and_never_another() {
    let (directory, accounts) = accounts();
    let FirstStart::AdminWithLink(token) = accounts.first_start(None).unwrap() else {
        panic!("the first start without a password answers a link");
    };
    assert_eq!(accounts.first_start(Some(PASSWORD.into())).unwrap(), FirstStart::NotFirst);
    assert!(accounts.credentials("admin").unwrap().unwrap().password_hash.is_none());
    let again = Accounts::open_at(directory.path(), clock).unwrap();
    assert_eq!(again.first_start(None).unwrap(), FirstStart::NotFirst);
    assert_eq!(again.instance_id(), accounts.instance_id());
    let user = again.spend_link(&token).unwrap().expect("the link opens the admin");
    let opened = again.open_session(user).unwrap().unwrap();
    assert_eq!((opened.identity.name.as_str(), opened.identity.role), ("admin", Role::Admin));
}

#[test]
fn a_password_for_the_first_start_must_be_long_enough() {
    let (_directory, accounts) = accounts();
    let error = accounts.first_start(Some("short".into())).unwrap_err();
    assert!(matches!(error, AccountsError::PasswordTooShort { minimum: 12, found: 5 }));
    assert!(accounts.credentials("admin").unwrap().is_none());
    let made = accounts.first_start(Some(PASSWORD.into())).unwrap();
    assert_eq!(made, FirstStart::AdminWithPassword);
    let hash = accounts.credentials("admin").unwrap().unwrap().password_hash.unwrap();
    assert!(hash.starts_with("$argon2id$"), "{hash}");
    assert!(verify(PASSWORD, &hash) && !verify("correct horse batterz", &hash));
}

#[test]
fn names_are_checked_and_unique_without_regard_to_case() {
    let (_directory, accounts, _) = with_user("ann");
    let taken = accounts.add_user("ANN", Role::Viewer, None).unwrap_err();
    assert!(matches!(taken, AccountsError::TakenName(name) if name == "ANN"));
    for name in ["", "-x", "a b", "ä", "x/y", &"n".repeat(65)] {
        let error = accounts.add_user(name, Role::Viewer, None).unwrap_err();
        assert!(matches!(error, AccountsError::BadName(_)), "{name}");
    }
    let unknown = accounts.set_password("bob", PASSWORD).unwrap_err();
    assert_eq!(unknown.to_string(), "there is no user \"bob\"");
    assert!(matches!(accounts.create_link("bob"), Err(AccountsError::UnknownUser(_))));
    assert!("root".parse::<Role>().is_err());
}

#[test]
fn a_link_opens_once_and_for_a_quarter_of_an_hour() {
    let (_directory, accounts, user) = with_user("ann");
    let token = accounts.create_link("ann").unwrap();
    assert_eq!(accounts.spend_link("not a token").unwrap(), None);
    assert_eq!(accounts.spend_link(&token).unwrap(), Some(user));
    assert_eq!(accounts.spend_link(&token).unwrap(), None);
    let late = accounts.create_link("ann").unwrap();
    pass(15 * 60);
    assert_eq!(accounts.spend_link(&late).unwrap(), None);
    let before = accounts.create_link("ann").unwrap();
    accounts.disable_user("ann").unwrap();
    assert_eq!(accounts.spend_link(&before).unwrap(), None);
}

fn renewed(accounts: &Accounts, cookie: &str) -> String {
    match accounts.renew_session(cookie).unwrap() {
        Renewal::Renewed(opened) => opened.cookie,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cookie_changes_with_each_use_and_an_old_one_ends_the_session() {
    let (_directory, accounts, user) = with_user("ann");
    let opened = accounts.open_session(user).unwrap().unwrap();
    let second = renewed(&accounts, &opened.cookie);
    assert_ne!(second, opened.cookie);
    // A second tab within the grace gets the same cookie as the first.
    assert_eq!(renewed(&accounts, &opened.cookie), second);
    pass(11);
    let third = renewed(&accounts, &second);
    assert_eq!(accounts.renew_session(&opened.cookie).unwrap(), Renewal::Reused);
    assert_eq!(accounts.renew_session(&third).unwrap(), Renewal::Unknown);
    assert_eq!(accounts.identity(&opened.identity.session).unwrap(), None);
}

#[test]
fn sessions_end_by_age_sign_out_password_and_disabling() {
    let (directory, accounts, user) = with_user("ann");
    let open = || accounts.open_session(user).unwrap().unwrap().identity.session;
    let lives = |session: &str| accounts.identity(session).unwrap().is_some();
    let session = open();
    assert!(lives(&session) && accounts.end_session(&session).unwrap());
    assert!(!lives(&session) && !accounts.end_session(&session).unwrap());
    // The command line is another program with its own connection.
    let other = Accounts::open_at(directory.path(), clock).unwrap();
    let session = open();
    other.set_password("ann", "another long password").unwrap();
    assert!(!lives(&session));
    let session = open();
    pass(SESSION_LIFETIME.as_secs() as i64);
    assert!(!lives(&session));
    let session = open();
    other.disable_user("ann").unwrap();
    assert!(!lives(&session) && accounts.credentials("ann").unwrap().is_none());
    assert!(accounts.open_session(user).unwrap().is_none());
}

#[test]
fn the_files_are_for_their_owner_only() {
    let (directory, _accounts, _) = with_user("ann");
    let names = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap());
    let mut seen = 0;
    for entry in names {
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
        seen += 1;
    }
    assert!(seen >= 2, "the database and its journal");
}

#[test]
fn secrets_are_not_in_the_file() {
    let (directory, accounts, user) = with_user("ann");
    let link = accounts.create_link("ann").unwrap();
    let cookie = accounts.open_session(user).unwrap().unwrap().cookie;
    let (_, secret) = cookie.split_once('.').unwrap();
    drop(accounts);
    let bytes = fs::read(directory.path().join(FILE_NAME)).unwrap();
    for text in [PASSWORD, &link, secret] {
        let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
        assert!(!found, "{text}");
    }
}

/// What each kind of damage is said to be.
#[test]
fn a_damaged_or_foreign_file_lets_nobody_in_and_stays_as_it_is() {
    let (directory, accounts, _) = with_user("ann");
    let path = directory.path().join(FILE_NAME);
    drop(accounts);
    let sound = fs::read(&path).unwrap();
    let mut torn = sound.clone();
    torn[4096..8192].fill(0xa5);
    let cases: [(&str, Vec<u8>); 4] = [
        ("empty", Vec::new()),
        ("cut", sound[..sound.len() / 2].to_vec()),
        ("torn", torn),
        ("text", b"not a database at all, but long enough to look at".to_vec()),
    ];
    for (case, bytes) in cases {
        fs::write(&path, &bytes).unwrap();
        let error = Accounts::open(directory.path()).err().unwrap_or_else(|| panic!("{case}"));
        assert!(error.to_string().contains("accounts.db"), "{case}: {error}");
        assert_eq!(fs::read(&path).unwrap(), bytes, "{case}: the file was changed");
    }
    fs::write(&path, &sound).unwrap();
    let again = Accounts::open(directory.path()).unwrap();
    assert!(again.credentials("ann").unwrap().is_some());
}

#[test]
fn another_programs_database_and_a_newer_one_are_refused() {
    let directory = TempDir::new().unwrap();
    let path = directory.path().join(FILE_NAME);
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    let error = Accounts::open(directory.path()).err().unwrap();
    assert!(error.to_string().contains("another program"), "{error}");
    fs::remove_file(&path).unwrap();
    drop(Accounts::open(directory.path()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 9).unwrap();
    let error = Accounts::open(directory.path()).err().unwrap();
    assert!(error.to_string().contains("version is 9"), "{error}");
}

#[test]
fn a_lost_database_with_its_journal_left_is_not_made_anew() {
    let directory = TempDir::new().unwrap();
    fs::write(directory.path().join("accounts.db-wal"), b"left").unwrap();
    let error = Accounts::open(directory.path()).err().unwrap();
    assert!(error.to_string().contains("still there"), "{error}");
    assert!(!directory.path().join(FILE_NAME).exists());
}

#[test]
fn programs_that_begin_at_once_share_one_database() {
    let directory = TempDir::new().unwrap();
    let open = || Accounts::open(directory.path()).unwrap().first_start(None).unwrap();
    let starts: Vec<FirstStart> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..6).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let admins = starts.iter().filter(|start| **start != FirstStart::NotFirst).count();
    assert_eq!(admins, 1, "{starts:?}");
    let names = fs::read_dir(directory.path()).unwrap();
    let left = names
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains(".new-"));
    assert_eq!(left.count(), 0);
}

#[test]
fn audit_rows_cannot_be_changed_replaced_or_removed() {
    let (_directory, accounts) = accounts();
    let entry = AuditEntry {
        user: "ann".into(),
        address: "127.0.0.1".into(),
        action: "kill".into(),
        target: AuditTarget { host: "local".into(), pid: 7, ..Default::default() },
        verdict: Verdict::Denied,
        result: "role".into(),
        request_id: "r1".into(),
    };
    accounts.record(&entry).unwrap();
    for statement in [
        "UPDATE audit SET user = 'bob'",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT id, 0, 'x', address, action, host, pid, start_time,
            name, verdict, result, request_id FROM audit",
    ] {
        let error = accounts.lock().execute(statement, ()).unwrap_err();
        assert!(error.to_string().contains("never"), "{statement}: {error}");
    }
    assert_eq!(accounts.audit_results().unwrap(), ["denied role"]);
}
