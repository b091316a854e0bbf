//! The public page of an app's bot.

use peyk_engine::world::World;
use peyk_server::Settings;

use crate::harness::{Peyk, send, world};

const PAGE: &str = "/chat/addon_echo";

fn form(peyk: &Peyk, person: &str, text: &str) -> reqwest::RequestBuilder {
    peyk.request("POST", PAGE).form(&[("person", person), ("text", text)])
}

#[tokio::test]
async fn a_person_writes_to_the_bot_on_its_page_without_scripts() {
    let World { mut people, .. } = world();
    people[2].name = "<b>Ольга</b>".into();
    let peyk = Peyk::with(World { people, ..world() }, Settings::default()).await;
    let page = send(peyk.request("GET", PAGE)).await;
    assert_eq!(
        (page.status, &page.headers["content-type"]),
        (200, &"text/html; charset=utf-8".parse().unwrap())
    );
    assert!(page.body.contains("&lt;b&gt;Ольга&lt;/b&gt;") && !page.body.contains("<b>"));
    assert!(!page.body.contains("<script") && !page.body.contains("http"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");

    let written = send(form(&peyk, "olga", "<i>سلام</i>\r\nдва")).await;
    assert_eq!(written.status, 200, "the browser was led back: {written:?}");
    assert!(written.body.contains("you: &lt;i&gt;سلام&lt;/i&gt;\nдва"), "{}", written.body);
    assert!(written.body.contains("<option value=\"olga\" selected>"));
    let empty = send(form(&peyk, "olga", " ")).await;
    assert_eq!(empty.status, 400);
    assert!(empty.body.contains("text must not be empty"));
    peyk.stop().await;
}

#[tokio::test]
async fn there_is_no_page_of_an_unknown_bot_or_person() {
    let peyk = Peyk::start().await;
    for path in ["/chat/addon_nobody", "/chat/echo", "/chat/addon_echo?person=nobody"] {
        let page = send(peyk.request("GET", path)).await;
        assert_eq!(page.status, 404, "{path}");
    }
    assert_eq!(send(form(&peyk, "nobody", "hi")).await.status, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn nobody_chooses_whom_to_be_on_a_server_for_others_or_from_a_foreign_page() {
    let peyk = Peyk::start().await;
    let foreign = form(&peyk, "ivan", "hi").header("origin", "http://evil.example");
    assert_eq!(send(foreign).await.status, 403);
    peyk.stop().await;
    let settings = Settings { admin_token: Some("admin-token".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    for request in [peyk.request("GET", PAGE), form(&peyk, "ivan", "hi")] {
        let page = send(request).await;
        assert_eq!(page.status, 404);
        assert!(page.body.contains("Only a sandbox has this page") && !page.body.contains("ivan"));
    }
    peyk.stop().await;
}
