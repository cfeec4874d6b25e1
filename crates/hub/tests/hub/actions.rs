//! Acting on processes: who may, what is answered, what is recorded.

use crate::harness::{Answer, FOREIGN, PROTECTED, TestHub, WORKER};
use serde_json::{Value, json};

fn act(hub: &TestHub, token: &str, what: &str, body: Option<&Value>) -> Answer {
    let call = hub.post(&format!("/api/v1/monitoring/local/process/{what}")).bearer(token);
    match body {
        Some(body) => call.json(body).send(),
        None => call.send(),
    }
}

#[test]
fn each_action_says_what_was_seen_to_happen() {
    let hub = TestHub::start();
    let token = hub.token("olga");
    let meant = json!({"start_time": 50.0});
    for (action, outcome, message) in [
        ("terminate", "still_running", "Process 100 was sent the signal to terminate but goes on"),
        ("kill", "ended", "Process 100 killed"),
        ("suspend", "stopped", "Process 100 suspended"),
        ("resume", "running", "Process 100 resumed"),
    ] {
        let answer = act(&hub, &token, &format!("100/{action}"), Some(&meant));
        let wanted = json!({"status": "success", "message": message, "outcome": outcome,
                            "elapsed": 0.31});
        assert_eq!((answer.status, answer.json()), (200, wanted));
    }
    assert_eq!(act(&hub, &token, "100/kill", None).status, 200, "the body may be left out");
    let old_path = hub.post("/monitoring/local/process/100/kill").bearer(&token).send();
    assert_eq!(old_path.status, 200);
    let audit = hub.audit();
    assert_eq!(audit.len(), 12, "{audit:?}");
    assert_eq!(audit[0], "olga terminate 100 worker allowed asked");
    assert_eq!(audit[1], "olga terminate 100 worker allowed still_running");
}

#[test]
fn refusals_come_with_their_status_and_are_recorded() {
    let hub = TestHub::start();
    let token = hub.token("ann");
    act(&hub, &token, &format!("{PROTECTED}/kill"), None).problem(403);
    act(&hub, &token, &format!("{FOREIGN}/kill"), None).problem(403);
    act(&hub, &token, "4711/kill", None).problem(404);
    let other = json!({"start_time": 50.01});
    act(&hub, &token, &format!("{}/kill", WORKER.0), Some(&other)).problem(409);
    let audit = hub.audit();
    let results: Vec<&String> = audit.iter().filter(|row| !row.ends_with("asked")).collect();
    assert_eq!(results.len(), 4, "{audit:?}");
    assert!(results[0].contains("ann kill 1 init denied pid 1 keeps"), "{audit:?}");
    assert!(results[1].contains("foreign denied the process belongs to root"), "{audit:?}");
    assert!(results[2].contains("4711 ? denied no process has that pid"), "{audit:?}");
    assert!(results[3].contains("100 ? denied that process has ended"), "{audit:?}");
}

#[test]
fn a_viewer_may_not_act_and_the_attempt_is_recorded() {
    let hub = TestHub::start();
    let problem = act(&hub, &hub.token("vic"), "100/kill", None).problem(403);
    assert!(problem["detail"].as_str().unwrap().contains("viewer"), "{problem}");
    assert_eq!(hub.audit(), ["vic kill 100 worker denied refused with 403"]);
    hub.post("/api/v1/monitoring/local/process/100/kill").send().problem(401);
}

#[test]
fn nothing_is_done_where_control_is_switched_off() {
    let hub = TestHub::start_empty(|options| options.control = false);
    hub.sample();
    let token = hub.token("ann");
    act(&hub, &token, "100/kill", None).problem(403);
    assert_eq!(hub.audit(), ["ann kill 100 worker denied refused with 403"]);
    let server = hub.get("/api/v1/servers/local").bearer(&token).send().json();
    assert_eq!(server["control"], false);
}

#[test]
fn mistaken_actions_change_nothing_and_name_the_field() {
    let hub = TestHub::start();
    let token = hub.token("ann");
    assert_eq!(act(&hub, &token, "100/hug", None).problem(404)["field"], "action");
    let text = act(&hub, &token, "100/kill", Some(&json!({"start_time": "soon"})));
    assert_eq!(text.problem(422)["field"], "start_time");
    let unknown = act(&hub, &token, "100/kill", Some(&json!({"pid": 7})));
    assert_eq!(unknown.problem(422)["field"], "pid");
    let elsewhere = hub.post("/api/v1/monitoring/other/process/100/kill").bearer(&token).send();
    elsewhere.problem(404);
    assert_eq!(hub.audit(), ["ann kill 100 ? denied refused with 404"]);
}
