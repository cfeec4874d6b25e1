//! Every row of "Signing in" of docs/api.md.

use crate::harness::{Answer, PASSWORD, TestHub};
use hub::accounts::{FirstStart, Role};
use serde_json::json;

fn refresh(hub: &TestHub, cookie: &str) -> Answer {
    hub.post("/api/v1/auth/refresh").header("cookie", cookie).header("x-topmast", "1").send()
}

fn me(hub: &TestHub, token: &str) -> Answer {
    hub.get("/api/v1/auth/me").bearer(token).send()
}

#[test]
fn signing_in_answers_a_token_and_a_cookie_for_this_hub_only() {
    let hub = TestHub::start();
    let answer = hub.login("ann");
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    let body = answer.json();
    assert_eq!((&body["token_type"], &body["expires_in"]), (&json!("bearer"), &json!(900)));
    let cookie = answer.header("set-cookie");
    let name = format!("topmast_{}=", hub.accounts().instance_id());
    assert!(cookie.starts_with(&name), "{cookie}");
    let bounds = "; Path=/api/v1/auth; Max-Age=604800; HttpOnly; SameSite=Strict";
    assert!(cookie.ends_with(bounds), "{cookie}");
    let me = me(&hub, body["access_token"].as_str().unwrap());
    assert_eq!(me.json(), json!({"username": "ann", "role": "admin"}));
}

#[test]
fn a_wrong_password_and_an_unknown_user_are_answered_alike() {
    let hub = TestHub::start();
    let attempt = |username: &str| {
        let body = json!({"username": username, "password": "not the password"});
        let answer = hub.post("/api/v1/auth/login").json(&body).send();
        answer.problem(401)
    };
    assert_eq!(attempt("ann"), attempt("nobody"));
    hub.get("/api/v1/auth/me").send().problem(401);
    me(&hub, "not.a.token").problem(401);
    let answer = hub.get("/api/v1/auth/me").header("authorization", "Basic YW5uOng=").send();
    answer.problem(401);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[test]
fn ten_failures_close_the_door_for_a_while() {
    let hub = TestHub::start();
    let body = json!({"username": "ann", "password": "not the password"});
    for _ in 0..10 {
        hub.post("/api/v1/auth/login").json(&body).send().problem(401);
    }
    let answer = hub.login("ann");
    answer.problem(429);
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(hub.login("olga").status, 200, "another account stays open");
}

#[test]
fn a_crowd_that_signs_in_is_queued_and_then_sent_away() {
    let hub = TestHub::start();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..24).map(|_| scope.spawn(|| hub.login("ann"))).collect();
        let answers = calls.into_iter().map(|call| call.join().unwrap());
        answers
            .map(|answer| {
                if answer.status == 429 {
                    assert_eq!(answer.header("retry-after"), "2");
                }
                answer.status
            })
            .collect()
    });
    assert!(statuses.iter().all(|status| [200, 429].contains(status)), "{statuses:?}");
    let good = statuses.iter().filter(|status| **status == 200).count();
    assert!(good >= 10, "two at work and eight in the queue get in: {statuses:?}");
}

#[test]
fn a_sign_in_link_opens_once() {
    let hub = TestHub::start();
    let token = hub.accounts().create_link("vic").unwrap();
    let spend = || hub.post("/api/v1/auth/link").json(&json!({"token": token})).send();
    let answer = spend();
    assert_eq!(answer.status, 200, "{answer:?}");
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&hub, &access).json(), json!({"username": "vic", "role": "viewer"}));
    spend().problem(401);
    hub.post("/api/v1/auth/link").json(&json!({"token": "made up"})).send().problem(401);
}

#[test]
fn the_link_of_the_first_start_opens_the_admin() {
    let hub = TestHub::start();
    let made = hub.accounts().first_start(None).unwrap();
    let FirstStart::AdminWithLink(token) = made else { panic!("{made:?}") };
    let answer = hub.post("/api/v1/auth/link").json(&json!({"token": token})).send();
    let access = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&hub, &access).json(), json!({"username": "admin", "role": "admin"}));
    assert_eq!(hub.accounts().first_start(None).unwrap(), FirstStart::NotFirst);
}

#[test]
fn a_refresh_replaces_the_cookie_and_an_old_cookie_ends_the_session() {
    let hub = TestHub::start();
    let first = hub.login("ann").cookie();
    let second = refresh(&hub, &first);
    assert_eq!(second.status, 200, "{second:?}");
    assert_ne!(second.cookie(), first);
    let third = refresh(&hub, &second.cookie());
    assert_eq!(third.status, 200, "{third:?}");
    let token = third.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(me(&hub, &token).status, 200);
    let answer = refresh(&hub, &first);
    answer.problem(401);
    assert!(answer.header("set-cookie").contains("Max-Age=0"), "{answer:?}");
    refresh(&hub, &third.cookie()).problem(401);
    me(&hub, &token).problem(401);
}

#[test]
fn a_refresh_needs_its_header_and_a_cookie() {
    let hub = TestHub::start();
    let cookie = hub.login("ann").cookie();
    hub.post("/api/v1/auth/refresh").header("cookie", &cookie).send().problem(403);
    hub.post("/api/v1/auth/refresh").header("x-topmast", "1").send().problem(401);
    refresh(&hub, "topmast_other=a.b").problem(401);
    assert_eq!(refresh(&hub, &cookie).status, 200);
}

#[test]
fn signing_out_ends_the_session_by_token_or_by_cookie() {
    let hub = TestHub::start();
    let answer = hub.login("ann");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let out = hub.post("/api/v1/auth/logout").bearer(&token).send();
    assert_eq!(out.status, 204, "{out:?}");
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    me(&hub, &token).problem(401);
    refresh(&hub, &answer.cookie()).problem(401);

    let answer = hub.login("ann");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let logout = || hub.post("/api/v1/auth/logout").header("cookie", &answer.cookie());
    logout().send().problem(403);
    assert_eq!(logout().header("x-topmast", "1").send().status, 204);
    me(&hub, &token).problem(401);
    logout().header("x-topmast", "1").send().problem(401);
}

#[test]
fn signing_out_with_a_token_that_is_too_old_ends_the_session_of_the_cookie() {
    let hub = TestHub::start();
    let answer = hub.login("ann");
    let logout = || hub.post("/api/v1/auth/logout").header("cookie", &answer.cookie());
    logout().bearer("too.old.now").send().problem(403);
    assert_eq!(logout().bearer("too.old.now").header("x-topmast", "1").send().status, 204);
    refresh(&hub, &answer.cookie()).problem(401);
}

#[test]
fn what_the_command_line_changes_counts_at_once() {
    let hub = TestHub::start();
    let token = hub.token("vic");
    let accounts = hub.accounts();
    accounts.set_password("vic", "another long password").unwrap();
    me(&hub, &token).problem(401);
    hub.login("vic").problem(401);
    accounts.add_user("new", Role::Viewer, Some(PASSWORD)).unwrap();
    let token = hub.token("new");
    accounts.disable_user("new").unwrap();
    me(&hub, &token).problem(401);
}

#[test]
fn a_ticket_says_how_long_it_is_good() {
    let hub = TestHub::start();
    hub.post("/api/v1/auth/ticket").send().problem(401);
    let token = hub.token("vic");
    let answer = hub.post("/api/v1/auth/ticket").bearer(&token).send().json();
    assert_eq!(answer["expires_in"], 30);
    assert!(answer["ticket"].as_str().unwrap().len() >= 40);
}
