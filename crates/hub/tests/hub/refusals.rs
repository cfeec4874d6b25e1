//! What is refused before it reaches anything, and the headers of every answer.

use crate::harness::{PASSWORD, TestHub};
use hub::{HubError, HubOptions, bind};
use monitor::Monitor;
use serde_json::json;
use std::sync::Arc;

#[test]
fn only_our_own_names_are_answered() {
    let hub = TestHub::start();
    let port = hub.address.port();
    for host in [format!("localhost:{port}"), format!("[::1]:{port}"), format!("127.0.0.1:{port}")]
    {
        assert_eq!(hub.get("/livez").header("host", &host).send().status, 200, "{host}");
    }
    for host in ["evil.example".to_owned(), format!("evil.example:{port}"), "127.0.0.1".into()] {
        hub.get("/livez").header("host", &host).send().problem(421);
    }
    let public = TestHub::start_empty(|options| {
        options.public_url = Some("https://mast.example".into());
    });
    let call = public.get("/livez").header("host", "mast.example").send();
    assert_eq!(call.status, 200);
    let body = json!({"username": "ann", "password": PASSWORD});
    let login = public.post("/api/v1/auth/login").header("host", "mast.example");
    let answer = login.header("origin", "https://mast.example").json(&body).send();
    assert_eq!(answer.status, 200);
    assert!(answer.header("set-cookie").ends_with("; Secure"), "{answer:?}");
}

#[test]
fn changing_requests_from_other_pages_are_refused() {
    let hub = TestHub::start();
    let own = hub.url("");
    let body = json!({"username": "ann", "password": PASSWORD});
    let login =
        |origin: &str| hub.post("/api/v1/auth/login").header("origin", origin).json(&body).send();
    assert_eq!(login(&own).status, 200);
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        login(origin).problem(403);
    }
    let read = hub.get("/livez").header("origin", "https://evil.example").send();
    assert_eq!(read.status, 200, "reading is left to the browser's own rules");
}

#[test]
fn bodies_are_checked_and_bounded() {
    let hub = TestHub::start();
    let login = || hub.post("/api/v1/auth/login");
    let json = |text: &str| login().header("content-type", "application/json").body(text).send();
    json("{").problem(400);
    json("").problem(400);
    json(r#"{"username":"ann","password":"x"} more"#).problem(400);
    assert_eq!(json(r#"{"username":"ann"}"#).problem(422)["field"], "password");
    assert_eq!(json(r#"{"username":1,"password":"x"}"#).problem(422)["field"], "username");
    let unknown = json(r#"{"username":"a","password":"x","role":"admin"}"#);
    assert_eq!(unknown.problem(422)["field"], "role");
    json("[1]").problem(422);
    login().body("username=ann").header("content-type", "text/plain").send().problem(415);
    let huge = format!(r#"{{"username":"{}","password":"x"}}"#, "a".repeat(64 * 1024));
    json(&huge).problem(413);
}

#[test]
fn a_body_without_a_length_is_bounded_too() {
    use std::io::{Read, Write};
    let hub = TestHub::start();
    let mut socket = std::net::TcpStream::connect(hub.address).unwrap();
    let head = format!(
        "POST /api/v1/auth/login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
        hub.address
    );
    socket.write_all(head.as_bytes()).unwrap();
    let chunk = format!("{:x}\r\n{}\r\n", 16 * 1024, " ".repeat(16 * 1024));
    // The hub may answer and close before everything is written.
    let written = (0..8).try_for_each(|_| socket.write_all(chunk.as_bytes()));
    let mut answer = Vec::new();
    let read = socket.read_to_end(&mut answer);
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 413"), "{text} {written:?} {read:?}");
}

#[test]
fn unknown_paths_and_wrong_methods_are_problems() {
    let hub = TestHub::start();
    for path in ["/api/v1/nothing", "/api", "/api/v2/servers", "/monitoring/x", "/ws/x", "/a.js"] {
        hub.get(path).send().problem(404);
    }
    for (method, path, allowed) in [
        ("GET", "/api/v1/auth/login", "POST"),
        ("DELETE", "/api/v1/servers", "GET,HEAD"),
        ("POST", "/livez", "GET,HEAD"),
        ("PUT", "/overview", "GET, HEAD"),
    ] {
        let answer = hub.get(path).method(method).send();
        answer.problem(405);
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
    }
}

#[test]
fn every_answer_binds_the_browser() {
    let hub = TestHub::start();
    for path in ["/", "/livez", "/api/v1/servers", "/nothing.txt"] {
        let answer = hub.get(path).send();
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"));
        assert!(policy.ends_with("base-uri 'none'; form-action 'self'; frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
    assert_eq!(hub.get("/api/v1/servers").send().header("cache-control"), "no-store");
}

#[test]
fn pages_are_served_with_tags_and_without_caching() {
    let hub = TestHub::start();
    let page = hub.get("/processes").send();
    assert_eq!((page.status, page.header("cache-control")), (200, "no-cache"));
    assert!(page.header("content-type").starts_with("text/html"));
    assert_eq!(page.header("vary"), "Accept-Encoding");
    assert_eq!(hub.get("/").send().text, page.text);
    let tag = page.header("etag").to_owned();
    let again = hub.get("/").header("if-none-match", &tag).send();
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    hub.get("/assets/missing").send().problem(404);
    hub.get("/../Cargo.toml").send().problem(404);
    let head = hub.get("/").method("HEAD").send();
    assert_eq!((head.status, head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn an_address_that_is_taken_or_open_to_others_is_refused() {
    let hub = TestHub::start();
    let options = |listen: &str| HubOptions {
        connections_max: 64,
        listen: listen.parse().unwrap(),
        data_dir: hub.directory.path().to_owned(),
        control: true,
        public_url: None,
        insecure: false,
    };
    let monitor = || Arc::new(Monitor::new());
    let taken = bind(options(&hub.address.to_string()), monitor()).await.err().unwrap();
    let text = taken.to_string();
    assert!(matches!(taken, HubError::PortTaken(_)), "{text}");
    assert!(text.contains(&hub.address.port().to_string()) && text.contains("--listen"), "{text}");
    let open = bind(options("0.0.0.0:0"), monitor()).await.err().unwrap();
    assert!(matches!(open, HubError::NotLoopback(_)), "{open}");
    let insecure = HubOptions { insecure: true, ..options("0.0.0.0:0") };
    assert!(bind(insecure, monitor()).await.is_ok());
    let url = HubOptions { public_url: Some("mast".into()), ..options("127.0.0.1:0") };
    assert!(matches!(bind(url, monitor()).await.err().unwrap(), HubError::PublicUrl(_)));
}
