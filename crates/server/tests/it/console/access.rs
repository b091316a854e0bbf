//! Signing in, roles, accounts, sessions and the audit log.

use std::time::Duration;

use peyk_engine::access::{self, Gate};
use peyk_model::{AccountName, Role};
use peyk_server::Settings;

use super::browser::{Browser, words};
use crate::harness::{Answer, Peyk, send, world};

const PASSWORD: &str = "nine white horses";
const PAGE: &str = "/console/access";

/// A server for others, with an account in each role: `admin`, `operator` and `read-only`.
async fn production() -> Peyk {
    let settings = Settings { admin_token: Some("operator-secret".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    let engine = &peyk.running().site().engine;
    let hash = Gate::default().hash(engine, PASSWORD.into()).await.unwrap().unwrap();
    for role in Role::ALL {
        let (name, hash) = (AccountName::parse(role.word()).unwrap(), hash.clone());
        let added = engine.write(move |context| access::add_account(context, &name, *role, &hash));
        added.await.unwrap().unwrap();
    }
    peyk
}

async fn try_in(browser: &Browser<'_>, name: &str, password: &str) -> Answer {
    let fields = [("name", name), ("password", password), ("to", PAGE)];
    browser.submit_on("/console/sign-in", "/console/sign-in", &fields).await
}

async fn signed_in<'p>(peyk: &'p Peyk, name: &str) -> Browser<'p> {
    let browser = Browser::new(peyk);
    let answer = try_in(&browser, name, PASSWORD).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(words(&answer.body).contains(&format!("Signed in as {name}")), "{}", answer.body);
    browser
}

#[tokio::test]
async fn one_signs_in_looks_around_and_signs_out() {
    let peyk = production().await;
    let browser = Browser::new(&peyk);
    let asked = browser.get("/console/access?x=1").await;
    assert!(asked.body.contains("name=\"to\" value=\"/console/access?x=1\""), "{}", asked.body);
    let wrong = try_in(&browser, "admin", "nine black horses").await;
    assert_eq!(wrong.status, 401);
    assert!(words(&wrong.body).contains("Name or password is wrong"), "{}", wrong.body);
    assert!(wrong.body.contains("name=\"name\" value=\"admin\""), "the name is kept");
    assert!(!wrong.body.contains("nine black horses"), "the password is not");
    let unknown = try_in(&browser, "nobody", PASSWORD).await;
    assert_eq!(words(&unknown.body), words(&wrong.body), "which one is wrong is not told");

    let admin = signed_in(&peyk, "admin").await;
    let out = admin.submit_on(PAGE, "/console/sign-out", &[]).await;
    assert!(words(&out.body).contains("Sign in"), "{}", out.body);
    assert!(admin.get(PAGE).await.body.contains("name=\"password\""));
    peyk.stop().await;
}

#[tokio::test]
async fn the_cookie_of_a_session_is_for_this_server_and_no_script() {
    let settings = Settings {
        admin_token: Some("operator-secret".into()),
        public_url: "https://chat.example".into(),
        ..Settings::default()
    };
    let mut peyk = Peyk::with(world(), settings).await;
    peyk.url = format!("http://{}", peyk.running().address());
    let engine = &peyk.running().site().engine;
    let hash = Gate::default().hash(engine, PASSWORD.into()).await.unwrap().unwrap();
    let name = AccountName::parse("admin").unwrap();
    let added = engine.write(move |c| access::add_account(c, &name, Role::Admin, &hash)).await;
    added.unwrap().unwrap();
    let page = send(peyk.request("GET", "/console/sign-in")).await;
    let first = page.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let (_, rest) = page.body.split_once("name=\"csrf\" value=\"").unwrap();
    let csrf = rest.split('"').next().unwrap();
    let fields = [("name", "admin"), ("password", PASSWORD), ("csrf", csrf)];
    let client = reqwest::Client::builder().no_proxy();
    let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}/console/sign-in", peyk.url)).header("cookie", first);
    let answer = send(request.form(&fields)).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    let cookie = answer.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-peyk-account="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "SameSite=Lax", "Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn too_many_wrong_passwords_wait_for_the_clock() {
    let peyk = production().await;
    let browser = Browser::new(&peyk);
    for _ in 0..5 {
        assert_eq!(try_in(&browser, "admin", "nine black horses").await.status, 401);
    }
    let waits = try_in(&browser, "admin", PASSWORD).await;
    assert_eq!(waits.status, 429);
    assert!(words(&waits.body).contains("Try again in 30 seconds"), "{}", waits.body);
    peyk.clock().advance(Duration::from_secs(30));
    assert_eq!(try_in(&browser, "admin", PASSWORD).await.status, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn a_role_decides_what_is_offered_and_what_is_done() {
    let peyk = production().await;
    let reader = signed_in(&peyk, "read-only").await;
    let page = reader.page(PAGE).await;
    assert!(!page.contains("/console/access/accounts/admin/role"), "no form for others");
    let csrf = reader.csrf_on(PAGE).await;
    let role = [("role", "read-only"), ("csrf", &csrf)];
    let refused = reader.send_form("/console/access/accounts/admin/role", &role).await;
    assert_eq!(refused.status, 403);
    assert!(words(&refused.body).contains("Not in your role"), "{}", refused.body);
    let password = [("password", "nine black horses"), ("csrf", &csrf)];
    let refused = reader.send_form("/console/access/accounts/admin/password", &password).await;
    assert_eq!(refused.status, 403);
    let clock = [("act", "freeze"), ("csrf", &csrf)];
    assert_eq!(reader.send_form("/console/sandbox/clock", &clock).await.status, 403);

    let admin = signed_in(&peyk, "admin").await;
    let role = [("role", "operator")];
    let changed = admin.submit_on(PAGE, "/console/access/accounts/read-only/role", &role).await;
    assert!(words(&changed.body).contains("read-only has another role now"), "{}", changed.body);
    assert!(words(&reader.page(PAGE).await).contains("read-only Operator"), "it counts at once");
    let own = [("role", "operator")];
    let last = admin.submit_on(PAGE, "/console/access/accounts/admin/role", &own).await;
    assert!(words(&last.body).contains("This is the last admin"), "{}", last.body);
    peyk.stop().await;
}

#[tokio::test]
async fn an_admin_adds_and_removes_and_everybody_changes_their_own_password() {
    let peyk = production().await;
    let admin = signed_in(&peyk, "admin").await;
    let new = [("name", "Sara"), ("role", "operator"), ("password", PASSWORD)];
    let added = admin.submit_on(PAGE, "/console/access/accounts", &new).await;
    assert!(words(&added.body).contains("Sara can sign in now"), "{}", added.body);
    let sara = signed_in(&peyk, "sara").await;
    let elsewhere = signed_in(&peyk, "sara").await;
    let own = "/console/access/accounts/sara/password";
    let wrong = [("current", "nine blue horses"), ("password", "nine black horses")];
    let refused = sara.submit_on(PAGE, own, &wrong).await;
    assert!(words(&refused.body).contains("The current password is wrong"), "{}", refused.body);
    let right = [("current", PASSWORD), ("password", "nine black horses")];
    let changed = sara.submit_on(PAGE, own, &right).await;
    assert!(words(&changed.body).contains("another password now"), "{}", changed.body);
    assert!(elsewhere.get(PAGE).await.body.contains("/console/sign-in"), "others are out");
    assert!(words(&sara.page(PAGE).await).contains("Signed in as sara"));
    admin.submit_on(PAGE, "/console/access/accounts/sara/remove", &[]).await;
    assert!(sara.get(PAGE).await.body.contains("/console/sign-in"));
    assert_eq!(try_in(&sara, "sara", "nine black horses").await.status, 401);
    peyk.stop().await;
}

#[tokio::test]
async fn a_session_is_listed_and_ended() {
    let peyk = production().await;
    let (admin, operator) = (signed_in(&peyk, "admin").await, signed_in(&peyk, "operator").await);
    assert!(!words(&operator.page(PAGE).await).contains("admin"), "others' are not shown");
    let page = admin.page(PAGE).await;
    let (_, rest) = page.split_once("/console/access/sessions/").expect("the newest is first");
    let id = rest.split('/').next().unwrap();
    let end = format!("/console/access/sessions/{id}/end");
    admin.submit_on(PAGE, &end, &[]).await;
    assert!(operator.get(PAGE).await.body.contains("name=\"password\""), "it was the operator's");
    peyk.clock().advance(peyk_model::access::SESSION_IDLE);
    assert!(admin.get(PAGE).await.body.contains("name=\"password\""), "idleness ends it");
    peyk.stop().await;
}

#[tokio::test]
async fn the_log_tells_who_did_what_and_how_it_ended() {
    let peyk = production().await;
    let admin = signed_in(&peyk, "admin").await;
    let role = [("role", "operator")];
    admin.submit_on(PAGE, "/console/access/accounts/admin/role", &role).await;
    admin.submit_on(PAGE, "/console/access/accounts/read-only/role", &role).await;
    let reader = signed_in(&peyk, "operator").await;
    let csrf = reader.csrf_on(PAGE).await;
    let fields = [("role", "admin"), ("csrf", csrf.as_str())];
    reader.send_form("/console/access/accounts/operator/role", &fields).await;
    let log = words(&admin.page("/console/access/log?act=change_role").await);
    let rows = [
        "operator 127.0.0.1 Changed a role account operator refused",
        "admin 127.0.0.1 Changed a role account read-only done",
        "admin 127.0.0.1 Changed a role account admin refused",
    ];
    let places: Vec<_> = rows.iter().map(|row| log.find(row).expect(&log)).collect();
    assert!(places.is_sorted(), "the newest is first: {log}");
    let refused = words(&admin.page("/console/access/log?outcome=refused&name=operator").await);
    assert!(refused.contains(rows[0]) && !refused.contains(rows[2]), "{refused}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_sandbox_is_open_and_every_form_of_it_has_a_name_in_the_log() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    assert!(words(&browser.page(PAGE).await).contains("nobody signs in here"));
    for path in peyk_server::console::paths() {
        let real = path.replace(['{', '}', '*'], "");
        let posted = browser.send_form(&real, &[]).await;
        if matches!(posted.status, 404 | 405) {
            continue;
        }
        let newest = send(peyk.request("GET", "/control/v1/acts?limit=1")).await.json();
        if path != "/console/sign-in" {
            assert_ne!(newest["items"][0]["act"], "other", "{path} needs a name in act_of");
        }
    }
    peyk.stop().await;
}
