//! Secrets are in no log, whatever is done with them.

use crate::harness::{PASSWORD, TestHub};
use serde_json::json;
use std::io;
use std::sync::{Arc, Mutex};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn passwords_tokens_cookies_tickets_and_links_are_in_no_log() {
    let lines = Lines::default();
    let writer = lines.clone();
    tracing_subscriber::registry()
        .with(tracing_subscriber::fmt::layer().with_writer(move || writer.clone()))
        .with(Targets::new().with_target("hub", LevelFilter::TRACE))
        .init();
    let hub = TestHub::start();
    let login = hub.login("ann");
    let access = login.json()["access_token"].as_str().unwrap().to_owned();
    let wrong = json!({"username": "a secret typed as a name", "password": "a wrong secret"});
    hub.post("/api/v1/auth/login").json(&wrong).send().problem(401);
    let link = hub.accounts().create_link("vic").unwrap();
    for _ in 0..2 {
        hub.post("/api/v1/auth/link").json(&json!({"token": link})).send();
    }
    let refresh = hub.post("/api/v1/auth/refresh").header("cookie", &login.cookie());
    let refreshed = refresh.header("x-topmast", "1").send();
    assert_eq!(refreshed.status, 200);
    let ticket = hub.ticket(&access);
    for token in [&ticket, &access] {
        let mut stream =
            hub.stream(&format!("?token={token}"), Some("topmast.columns.v1")).unwrap();
        stream.next().unwrap();
        stream.0.close(None).unwrap();
    }
    hub.post("/api/v1/monitoring/local/process/100/kill").bearer(&access).send();
    hub.post("/api/v1/auth/logout").bearer(&access).send();
    drop(hub);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for word in ["signed in", "a sign-in failed", "/auth/login", "action", "kill", "stream ended"] {
        assert!(text.contains(word), "{word} is missing, so this test would prove nothing");
    }
    let cookies = [login.cookie(), refreshed.cookie()].map(|cookie| {
        let secret = cookie.rsplit_once('.').unwrap().1;
        assert!(secret.len() > 40);
        secret.to_owned()
    });
    let new_access = refreshed.json()["access_token"].as_str().unwrap().to_owned();
    let secrets = [PASSWORD, &access, &new_access, &link, &ticket, &cookies[0], &cookies[1]];
    for secret in secrets.into_iter().chain(["a secret typed", "a wrong secret", "token="]) {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
}
