//! The pages of apps and businesses: keys, addresses, grants and tokens.

use super::browser::{Browser, words};
use crate::harness::{APP_KEY, BUSINESS, Peyk, SARA_TOKEN, send};

const APP: &str = "/console/apps/echo";

#[tokio::test]
async fn a_key_is_shown_once_and_may_do_what_was_chosen() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let fields = [("name", "mine"), ("allow:USER_RETRIEVE", "on"), ("ends", "2027-01-31T12:00")];
    let made = browser.submit_on(APP, "/console/apps/echo/keys", &fields).await;
    let (_, rest) = made.body.split_once("<blockquote dir=\"auto\">").expect(&made.body);
    let secret = rest.split('<').next().unwrap().to_owned();
    let users = peyk.request("GET", "/v1/open-platform/users").bearer_auth(SARA_TOKEN);
    assert_eq!(send(users.header("X-API-Key", &secret)).await.status, 200);
    let again = browser.page(APP).await;
    assert!(!again.contains(&secret) && !again.contains(APP_KEY), "{again}");
    assert!(words(&again).contains("Read the id or the phone of a person who allowed it"));
    let keys = send(peyk.request("GET", "/control/v1/apps/echo/keys")).await.json();
    let key = keys["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&key["name"], &key["allows"]),
        (&"mine".into(), &serde_json::json!(["USER_RETRIEVE"]))
    );
    assert_eq!(key["expires_at"], "2027-01-31T12:00:00.000000Z");
    let nameless = browser.submit_on(APP, "/console/apps/echo/keys", &[("name", " ")]).await;
    assert!(words(&nameless.body).contains("A key needs a name"), "{}", nameless.body);
    peyk.stop().await;
}

#[tokio::test]
async fn a_business_has_keys_with_scopes_in_words() {
    let peyk = Peyk::start().await;
    let browser = Browser::in_language(&peyk, "ru");
    let home = format!("/console/businesses/{BUSINESS}");
    assert!(words(&browser.page(&home).await).contains("Всё о чатах"));
    let fields = [("name", "mine"), ("allow:communication", "on")];
    let made = browser.submit_on(&home, &format!("{home}/keys"), &fields).await;
    assert!(made.body.contains("ACMA:"), "{}", made.body);
    assert!(!browser.page(&home).await.contains("ACMA:"));
    peyk.stop().await;
}

#[tokio::test]
async fn addresses_are_changed_and_wrong_ones_change_nothing() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let url = "/console/apps/echo/urls";
    let wrong = [("redirects", "not an address"), ("session_url", ""), ("action_url", "")];
    let refused = browser.submit_on(APP, url, &wrong).await;
    assert!(words(&refused.body).contains("This is no address"), "{}", refused.body);
    let right = [
        ("redirects", "https://a.example/back\r\nhttps://b.example/back"),
        ("session_url", "https://a.example/session"),
        ("action_url", ""),
    ];
    let saved = browser.submit_on(APP, url, &right).await;
    assert!(words(&saved.body).contains("The addresses were saved"), "{}", saved.body);
    assert!(saved.body.contains("https://b.example/back"));
    let keeps = send(peyk.request("GET", "/v1/open-platform/users").bearer_auth(SARA_TOKEN));
    assert_eq!(keeps.await.status, 401, "nothing else changed: a key is still needed");
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_is_looked_up_and_not_kept() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let index = "/console/apps";
    let found = browser.submit_on(index, "/console/tokens/inspect", &[("token", SARA_TOKEN)]).await;
    assert!(words(&found.body).contains("A token of echo for سارا"), "{}", found.body);
    assert!(!found.body.contains(SARA_TOKEN));
    let none = browser.submit_on(index, "/console/tokens/inspect", &[("token", "nothing")]).await;
    assert!(words(&none.body).contains("This token does not work"), "{}", none.body);
    peyk.stop().await;
}

#[tokio::test]
async fn a_key_is_renamed_and_restricted_and_wrong_wishes_change_nothing() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let keys = || async { send(peyk.request("GET", "/control/v1/apps/echo/keys")).await.json() };
    let id = keys().await["items"][0]["id"].to_string();
    let path = format!("/console/keys/{id}/change");
    let change = [("name", "mine"), ("allow:USER_RETRIEVE", "on"), ("back", APP)];
    let page = browser.submit_on(APP, &path, &change).await.body;
    assert!(words(&page).contains("The key was changed."), "{page}");
    let key = keys().await["items"][0].clone();
    assert_eq!(key["name"], "mine");
    assert_eq!(key["allows"], serde_json::json!(["USER_RETRIEVE"]));
    let wrong = [("name", "mine"), ("allow:NOTHING", "on"), ("back", APP)];
    let page = browser.submit_on(APP, &path, &wrong).await.body;
    assert!(words(&page).contains("The permission NOTHING cannot be given here."), "{page}");
    assert_eq!(keys().await["items"][0], key);
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_of_another_shop_is_not_found() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let home = format!("/console/businesses/{BUSINESS}");
    for what in ["expire", "rotate", "revoke"] {
        let path = format!("{home}/tokens/{what}");
        // The first key of all is an app's.
        let page = browser.submit_on(&home, &path, &[("token", "1")]).await.body;
        assert!(words(&page).contains("There is no key 1 here."), "{what}: {page}");
    }
    peyk.stop().await;
}
