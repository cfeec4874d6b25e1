//! Hosts, snapshots, details and health, as docs/api.md says.

use crate::harness::{FOREIGN, TestHub, WORKER};
use serde_json::{Value, json};

fn get(hub: &TestHub, token: &str, path: &str) -> Value {
    let answer = hub.get(path).bearer(token).send();
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    answer.json()
}

#[test]
fn the_machine_is_listed_as_local() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let servers = get(&hub, &token, "/api/v1/servers");
    let server = get(&hub, &token, "/api/v1/servers/local");
    assert_eq!(servers, json!({"servers": [server]}));
    assert_eq!((&server["id"], &server["hostname"]), (&json!("local"), &json!("made")));
    assert_eq!((&server["is_active"], &server["cpu_count"]), (&json!(true), &json!(2)));
    assert_eq!((&server["interval"], &server["agent_version"]), (&json!(0.1), &json!("1.2.3")));
    hub.get("/api/v1/servers/other").bearer(&token).send().problem(404);
    hub.get("/api/v1/servers").send().problem(401);
}

#[test]
fn the_snapshot_is_sorted_limited_and_filtered_under_both_paths() {
    let hub = TestHub::start();
    hub.sample();
    let token = hub.token("vic");
    let whole = get(&hub, &token, "/api/v1/monitoring/local/snapshot");
    let processes = whole["processes"].as_array().unwrap();
    assert_eq!(processes.len(), 3);
    assert_eq!(processes[0]["name"], "worker");
    assert_eq!(processes[0]["cpu_percent"], 50.0);
    assert_eq!(processes[0]["start_time"], 50.0);
    assert_eq!(processes[0]["io_read_bytes"], Value::Null);
    assert_eq!(whole["network_connections"][0]["local_port"], 5432);
    assert_eq!(whole["port_usage"]["5432"]["processes"], json!(["worker"]));
    assert_eq!(get(&hub, &token, "/monitoring/local/snapshot"), whole);
    let query = "/api/v1/monitoring/local/snapshot?limit=1&sort=-pid&where=name%20~%20o";
    let rows = get(&hub, &token, query);
    let rows = rows["processes"].as_array().unwrap();
    assert_eq!((rows.len(), &rows[0]["pid"]), (1, &json!(FOREIGN)));
    hub.sample();
    let later = get(&hub, &token, "/api/v1/monitoring/local/snapshot");
    assert_ne!(later["timestamp"], whole["timestamp"], "a new sample makes a new answer");
}

#[test]
fn mistaken_questions_are_answered_with_the_parameter() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    for (query, field) in [
        ("limit=many", "limit"),
        ("limit=-1", "limit"),
        ("limit=1&limit=2", "limit"),
        ("sort=colour", "sort"),
        ("where=cpu%20%3E", "where"),
    ] {
        let path = format!("/api/v1/monitoring/local/snapshot?{query}");
        let problem = hub.get(&path).bearer(&token).send().problem(400);
        assert_eq!(problem["field"], field, "{problem}");
    }
    hub.get("/api/v1/monitoring/nowhere/snapshot").bearer(&token).send().problem(404);
}

#[test]
fn before_the_first_sample_the_hub_says_so() {
    let hub = TestHub::start_empty(|_| {});
    let token = hub.token("vic");
    let snapshot = || hub.get("/api/v1/monitoring/local/snapshot").bearer(&token).send();
    let answer = snapshot();
    answer.problem(503);
    assert_eq!(answer.header("retry-after"), "1");
    assert_eq!(hub.get("/readyz").send().status, 503);
    assert_eq!(hub.get("/livez").send().status, 200);
    hub.sample();
    assert_eq!(snapshot().status, 200);
    assert_eq!(hub.get("/readyz").send().text, "ok\n");
}

#[test]
fn one_process_is_shown_whole_and_only_the_one_that_is_meant() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let detail = get(&hub, &token, &format!("/api/v1/monitoring/local/process/{}", WORKER.0));
    assert_eq!(detail["process"]["name"], "worker");
    assert_eq!((&detail["num_fds"], &detail["swap"]), (&json!(12), &Value::Null));
    assert_eq!(detail["ancestors"][0]["name"], "init");
    let ask = |path: &str| hub.get(&format!("/monitoring/local/process/{path}")).bearer(&token);
    assert_eq!(ask("100?start_time=50").send().status, 200);
    ask("100?start_time=50.01").send().problem(409);
    ask("4711").send().problem(404);
    assert_eq!(ask("100?start_time=soon").send().problem(400)["field"], "start_time");
    assert_eq!(ask("minus").send().problem(400)["field"], "pid");
    assert_eq!(ask("99999999999").send().problem(400)["field"], "pid");
}

#[test]
fn health_takes_no_token_and_is_plain() {
    let hub = TestHub::start();
    let live = hub.get("/livez").send();
    assert_eq!((live.status, live.text.as_str()), (200, "ok\n"));
    assert!(live.header("content-type").starts_with("text/plain"));
    let version = hub.get("/version").send().json();
    assert_eq!(version, json!({"name": "topmast", "version": env!("CARGO_PKG_VERSION")}));
}
