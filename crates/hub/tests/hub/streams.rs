//! Both formats of the WebSocket, and how a stream ends.

use crate::harness::{Stream, TestHub};
use serde_json::{Value, json};
use std::io::Write;
use std::time::{Duration, Instant};

const COLUMNS: Option<&str> = Some("topmast.columns.v1");

fn column(frame: &Value, name: &str) -> Vec<Value> {
    let columns = frame["processes"]["columns"].as_array().unwrap();
    let index = columns.iter().position(|column| column == name).unwrap();
    frame["processes"]["values"][index].as_array().unwrap().clone()
}

fn full(stream: &mut Stream) -> Value {
    let frame = stream.next().unwrap();
    assert_eq!(frame["kind"], "full", "{frame}");
    frame
}

#[test]
fn a_viewer_of_columns_gets_everything_then_what_changed() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let mut stream = hub.columns(&token);
    let first = full(&mut stream);
    assert_eq!((&first["v"], &first["interval"]), (&json!(1), &Value::Null));
    assert_eq!(column(&first, "name"), ["init", "worker", "foreign"]);
    hub.sample();
    let delta = stream.next().unwrap();
    assert_eq!(delta["kind"], "delta");
    assert_eq!(delta["seq"], json!(first["seq"].as_u64().unwrap() + 1));
    let names: Vec<&Value> =
        delta["processes"]["changed"].as_array().unwrap().iter().map(|c| &c["column"]).collect();
    let cpu = first["processes"]["columns"].as_array().unwrap();
    let cpu = cpu.iter().position(|column| column == "cpu_percent").unwrap();
    assert!(names.contains(&&json!(cpu)), "{delta}");
    let mut second = hub.columns(&token);
    assert_eq!(full(&mut second)["seq"], delta["seq"], "a later viewer shares the same frames");
    hub.sample();
    assert_eq!(stream.next().unwrap(), second.next().unwrap());
}

#[test]
fn resync_and_pause_are_obeyed() {
    let hub = TestHub::start();
    let mut stream = hub.columns(&hub.token("vic"));
    let first = full(&mut stream);
    stream.send(r#"{"resync":true}"#);
    assert_eq!(full(&mut stream), first);
    stream.send(r#"{"interest":{"processes":[100]}}"#);
    stream.send(r#"{"pause":true}"#);
    // An answered ping proves that the pause was read before the samples come.
    stream.0.send(tungstenite::Message::Ping("here".into())).unwrap();
    while !matches!(stream.0.read().unwrap(), tungstenite::Message::Pong(_)) {}
    hub.sample();
    hub.sample();
    stream.send(r#"{"pause":false}"#);
    let after = full(&mut stream);
    assert!(after["seq"].as_u64() > first["seq"].as_u64());
    hub.sample();
    assert_eq!(stream.next().unwrap()["kind"], "delta");
}

#[test]
fn without_a_subprotocol_snapshots_come_as_text() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let mut stream = hub.stream(&format!("?token={token}&interval=0.1"), None).unwrap();
    let first = stream.next().unwrap();
    assert_eq!(first["processes"].as_array().unwrap().len(), 3);
    let snapshot = hub.get("/api/v1/monitoring/local/snapshot").bearer(&token).send();
    assert_eq!(snapshot.json(), first);
    let began = Instant::now();
    hub.sample();
    let second = stream.next().unwrap();
    assert_ne!(second["timestamp"], first["timestamp"]);
    assert!(began.elapsed() < Duration::from_secs(2), "the interval asked for holds");
    let wrong = hub.stream(&format!("?token={token}&interval=often"), None);
    assert_eq!(wrong.err(), Some(400));
}

#[test]
fn only_tickets_and_tokens_open_a_stream_and_a_ticket_once() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    assert_eq!(hub.stream("", COLUMNS).err(), Some(401));
    assert_eq!(hub.stream("?token=made-up", COLUMNS).err(), Some(401));
    assert_eq!(hub.stream("?token=a.b.c", COLUMNS).err(), Some(401));
    let query = format!("?token={}", hub.ticket(&token));
    assert!(hub.stream(&query, COLUMNS).is_ok());
    assert_eq!(hub.stream(&query, COLUMNS).err(), Some(401));
    let evil = [("origin", "https://evil.example")];
    let query = format!("?token={token}");
    assert_eq!(hub.stream_with(&query, COLUMNS, &evil).err(), Some(403));
    let (own, name) = (hub.url(""), "origin");
    assert!(hub.stream_with(&query, COLUMNS, &[(name, &own)]).is_ok());
    let plain = hub.get(&format!("/ws/monitoring/local{query}")).send();
    assert_eq!(plain.problem(plain.status)["status"], plain.status);
    assert!((400..500).contains(&plain.status), "{plain:?}");
}

#[test]
fn signing_out_ends_live_streams() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let mut columns = hub.columns(&token);
    full(&mut columns);
    let mut text = hub.stream(&format!("?token={token}"), None).unwrap();
    text.next().unwrap();
    let other = hub.token("vic");
    let mut kept = hub.columns(&other);
    full(&mut kept);
    let began = Instant::now();
    assert_eq!(hub.post("/api/v1/auth/logout").bearer(&token).send().status, 204);
    assert_eq!(columns.next().unwrap(), json!({"kind": "bye", "reason": "signed_out"}));
    assert_eq!(columns.next().unwrap_err(), (1008, "signed_out".to_owned()));
    assert_eq!(text.next().unwrap_err(), (1008, "signed_out".to_owned()));
    assert!(began.elapsed() < Duration::from_secs(30));
    hub.sample();
    assert_eq!(kept.next().unwrap()["kind"], "delta", "another session goes on");
}

#[test]
fn a_password_changed_on_the_command_line_ends_live_streams() {
    let hub = TestHub::start();
    let mut stream = hub.columns(&hub.token("vic"));
    full(&mut stream);
    let began = Instant::now();
    hub.accounts().set_password("vic", "another long password").unwrap();
    assert_eq!(stream.next().unwrap()["reason"], "signed_out");
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[test]
fn the_hub_says_goodbye_and_stops_in_time() {
    let mut hub = TestHub::start();
    let mut stream = hub.columns(&hub.token("vic"));
    full(&mut stream);
    let reader = std::thread::spawn(move || (stream.next(), stream.next()));
    let took = hub.stop();
    let (bye, close) = reader.join().unwrap();
    assert_eq!(bye.unwrap(), json!({"kind": "bye", "reason": "shutting_down"}));
    assert_eq!(close.unwrap_err(), (1001, "shutting_down".to_owned()));
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_host_that_is_removed_ends_its_streams_and_a_new_one_has_its_own() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let mut columns = hub.columns(&token);
    full(&mut columns);
    let mut text = hub.stream(&format!("?token={token}"), None).unwrap();
    text.next().unwrap();
    hub.add_host();
    assert_eq!(columns.next().unwrap(), json!({"kind": "bye", "reason": "host_removed"}));
    assert_eq!(text.next().unwrap_err(), (1000, "host_removed".to_owned()));
    let mut anew = hub.columns(&token);
    hub.sample();
    full(&mut anew);
}

#[test]
fn breaches_close_with_1008() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let long = format!(r#"{{"interest":{{"processes":[{}1]}}}}"#, "1,".repeat(3000));
    let longer = " ".repeat(100_000);
    for text in ["hello", r#"{"resync":"yes"}"#, long.as_str(), longer.as_str()] {
        let mut stream = hub.columns(&token);
        full(&mut stream);
        stream.send(text);
        assert_eq!(stream.next().unwrap_err().0, 1008, "{} bytes", text.len());
    }
    let mut stream = hub.columns(&token);
    full(&mut stream);
    for _ in 0..25 {
        // The hub may have closed before all are sent.
        let _ = stream.0.send(tungstenite::Message::Text(r#"{"pause":true}"#.into()));
    }
    assert_eq!(stream.next().unwrap_err().0, 1008);
}

/// What is announced as too long is refused before it is taken in.
#[test]
fn a_frame_too_long_is_refused_by_its_header() {
    let hub = TestHub::start();
    let mut stream = hub.columns(&hub.token("vic"));
    full(&mut stream);
    let mut header = vec![0x81, 0xff];
    header.extend(1_000_000_u64.to_be_bytes());
    header.extend([0; 4]);
    stream.0.get_mut().write_all(&header).unwrap();
    assert_eq!(stream.next().unwrap_err().0, 1008);
}

#[test]
fn a_user_has_64_streams_at_most_and_gets_the_places_back() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let query = format!("?token={token}");
    let mut streams: Vec<Stream> = (0..64).map(|_| hub.stream(&query, COLUMNS).unwrap()).collect();
    assert_eq!(hub.stream(&query, COLUMNS).err(), Some(503));
    assert!(hub.stream(&format!("?token={}", hub.token("ann")), COLUMNS).is_ok());
    let mut last = streams.pop().unwrap();
    full(&mut last);
    last.0.close(None).unwrap();
    while last.0.read().is_ok() {}
    // The place is free once the hub has let go of the socket, a moment after the close.
    let deadline = Instant::now() + Duration::from_secs(10);
    while hub.stream(&query, COLUMNS).is_err() {
        assert!(Instant::now() < deadline, "the place was not given back");
        std::thread::yield_now();
    }
}
