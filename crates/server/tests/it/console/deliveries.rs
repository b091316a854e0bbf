//! The pages of deliveries, and who may do what there.

use peyk_server::Settings;
use serde_json::json;

use super::browser::{Browser, words};
use crate::harness::{BOT_CHAT, Peyk, send, world};

/// A sandbox whose app `echo` hears of messages at an address where nobody answers; one waits.
async fn waiting() -> (Peyk, String) {
    let mut world = world();
    world.apps[0].events_url = Some("http://127.0.0.1:1/webhook".into());
    let peyk = Peyk::with(world, Settings::default()).await;
    let path = format!("/control/v1/people/ivan/conversations/{BOT_CHAT}/messages");
    let sent = send(peyk.request("POST", &path).json(&json!({ "text": "<b>سلام</b>" }))).await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let webhooks = send(peyk.request("GET", "/control/v1/webhooks?app=echo")).await.json();
    let home = format!("/console/webhooks/{}", webhooks["items"][0]["id"]);
    (peyk, home)
}

#[tokio::test]
async fn a_receiver_that_fails_is_shown_with_what_waits_and_every_attempt() {
    let (peyk, home) = waiting().await;
    let browser = Browser::new(&peyk);
    let page = loop {
        let page = browser.page(&home).await;
        if words(&page).contains("1 attempt") {
            break page;
        }
    };
    assert!(words(&page).contains("failing"), "{page}");
    let (_, rest) = page.split_once("href=\"/console/deliveries/evt_").expect("a delivery");
    let record = format!("/console/deliveries/evt_{}", rest.split('"').next().unwrap());
    let page = browser.page(&record).await;
    assert!(page.contains("&#60;b&#62;سلام") || page.contains("\\u003cb"), "{page}");
    assert!(!page.contains("echo-identification"), "secrets are masked: {page}");

    let cancelled = browser.submit_on(&record, &format!("{record}/cancel"), &[]).await;
    assert!(words(&cancelled.body).contains("cancelled"), "{}", cancelled.body);
    let replayed = browser.submit_on(&record, &format!("{record}/replay"), &[]).await;
    assert!(words(&replayed.body).contains("One delivery is sent once more"), "{}", replayed.body);
    peyk.stop().await;
}

#[tokio::test]
async fn an_address_is_changed_and_a_wrong_one_changes_nothing() {
    let (peyk, home) = waiting().await;
    let browser = Browser::new(&peyk);
    let url = format!("{home}/url");
    let wrong = browser.submit_on(&home, &url, &[("url", "ftp://x")]).await;
    assert!(words(&wrong.body).contains("This is no address on the web"), "{}", wrong.body);
    assert!(wrong.body.contains("value=\"http://127.0.0.1:1/webhook\""));
    let right = browser.submit_on(&home, &url, &[("url", "http://127.0.0.1:2/hook")]).await;
    assert!(right.body.contains("value=\"http://127.0.0.1:2/hook\""), "{}", right.body);
    let act = send(peyk.request("GET", "/control/v1/acts?act=change_webhook_url")).await.json();
    let outcomes: Vec<_> = act["items"].as_array().unwrap().iter().map(|a| &a["outcome"]).collect();
    assert_eq!(outcomes, ["done", "refused"]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_signing_secret_is_shown_once() {
    let (peyk, home) = waiting().await;
    let browser = Browser::new(&peyk);
    let made = browser.submit_on(&home, &format!("{home}/rotate-secret"), &[]).await;
    assert!(made.body.contains("whsec_"), "{}", made.body);
    assert!(!browser.page(&home).await.contains("whsec_"));
    peyk.stop().await;
}
