//! Try it: being a person, without a script running in the browser.

use serde_json::json;

use super::browser::{Browser, words};
use crate::harness::{BOT_CHAT, ORDER_CHAT, POST_CHAT, Peyk, send};

const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>";

async fn submit(
    browser: &Browser<'_>,
    path: &str,
    chat: &str,
    more: &[(&str, &str)],
) -> crate::harness::Answer {
    let fields = [&[("as", "ivan"), ("with", chat)], more].concat();
    browser.submit(path, &fields).await
}

#[tokio::test]
async fn the_first_visit_explains_itself_and_has_one_next_step() {
    let peyk = Peyk::start().await;
    for (language, words) in [("en", "Become"), ("fa", "بنشینید"), ("ru", "Стать")] {
        let page = Browser::in_language(&peyk, language).page("/").await;
        assert_eq!(page.matches("class=\"main large\"").count(), 1, "{page}");
        assert!(page.contains(words), "{page}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_writes_and_the_other_side_answers_by_hand() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let page = submit(&browser, "/console/try/say", POST_CHAT, &[("text", "Is it blue?")]).await;
    assert!(page.body.contains("Is it blue?"), "{}", page.body);
    let answer = [("text", "It is green."), ("by", "other")];
    let page = submit(&browser, "/console/try/say", POST_CHAT, &answer).await;
    assert_eq!(page.body.matches("It is green.").count(), 2, "both sides see it: {}", page.body);
    peyk.stop().await;
}

#[tokio::test]
async fn hostile_texts_are_texts() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &[("text", HOSTILE)]).await.body;
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{page}");
    assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    let contact = [("name", HOSTILE), ("phone", "\"><b>1")];
    let page = submit(&browser, "/console/try/contact", BOT_CHAT, &contact).await.body;
    assert!(!page.contains("<b>1") && !page.contains("<img src=x"), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sent_is_explained_and_changes_nothing() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &[("text", "  ")]).await;
    assert_eq!(page.status, 200);
    assert!(words(&page.body).contains("Write something first."), "{}", page.body);
    let nowhere = [("latitude", "95"), ("longitude", "east")];
    let page = submit(&browser, "/console/try/location", BOT_CHAT, &nowhere).await.body;
    assert!(words(&page).contains("That is not a place on earth"), "{page}");
    let page = submit(&browser, "/console/try/block", BOT_CHAT, &[("to", "blocked")]).await.body;
    assert!(words(&page).contains("You blocked the other side."), "{page}");
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &[("text", "hello?")]).await.body;
    assert!(words(&page).contains("One side has blocked the other"), "{page}");
    let page = submit(&browser, "/console/try/block", BOT_CHAT, &[("to", "heard")]).await.body;
    assert!(!words(&page).contains("You blocked the other side."), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_file_comes_after_the_word_that_shows_its_form() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let csrf = browser.csrf().await;
    let pdf = || reqwest::multipart::Part::bytes(&b"%PDF-1.4\n%%EOF"[..]).file_name("bill.pdf");
    let form = |csrf: &str| {
        let form = reqwest::multipart::Form::new().text("csrf", csrf.to_owned());
        form.text("as", "ivan").text("with", BOT_CHAT).part("file", pdf())
    };
    let sent = browser.send_file("/console/try/file", form(&csrf)).await;
    assert!(sent.body.contains("bill.pdf"), "{}", sent.body);
    let stale = browser.send_file("/console/try/file", form("wrong")).await;
    assert_eq!(stale.status, 403);
    peyk.stop().await;
}

#[tokio::test]
async fn every_way_to_begin_leads_into_a_chat() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    for (open, said) in [
        ("my-page:echo", "/start MY_DIVAR"),
        ("business-panel:echo", "/start DIVAR_PRO"),
        ("post-of-others:echo:gZd7omnS", "/start DEMAND_POST gZd7omnS"),
        ("order:90001", "order 90001"),
    ] {
        let page = browser.submit("/console/try/open", &[("as", "ivan"), ("open", open)]).await;
        assert_eq!(page.status, 200, "{open}");
        assert!(words(&page.body).contains(said), "{open}: {}", page.body);
    }
    let nothing = browser.submit("/console/try/open", &[("as", "ivan"), ("open", "x:y")]).await;
    assert!(words(&nothing.body).contains("There is no chat x:y here"), "{}", nothing.body);
    peyk.stop().await;
}

#[tokio::test]
async fn buttons_are_where_the_marketplace_shows_them() {
    let peyk = Peyk::start().await;
    let path = format!("/experimental/open-platform/chatbot-conversations/{BOT_CHAT}/messages");
    let button = |caption: &str| json!({"caption": caption, "action": {"open_direct_link": "https://shop.example/x"}});
    let rows = json!([
        {"buttons": [button("One"), button("Two"), button("Three")]},
        {"buttons": [button("Four")]},
    ]);
    let message = json!({"type": "TEXT", "text_message": "Choose", "buttons": {"rows": rows}});
    let request = peyk.request("POST", &path).header("x-api-key", crate::harness::APP_KEY);
    assert_eq!(send(request.json(&message)).await.status, 200);
    let browser = Browser::new(&peyk);
    let page = browser.page(&format!("/?as=ivan&with={BOT_CHAT}")).await;
    assert_eq!(page.matches("form=\"press-mine\"").count(), 4, "{page}");
    let (_, rest) = page.split_once("form=\"press-mine\" name=\"press\" value=\"").unwrap();
    let first = rest.split('"').next().unwrap();
    let page = submit(&browser, "/console/try/press", BOT_CHAT, &[("press", first)]).await.body;
    assert!(words(&page).contains("The button opens this address:"), "{page}");
    assert!(page.contains("rel=\"noreferrer noopener\"><bdi>https://shop.example/x"), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn the_wire_shows_a_delivery_and_it_can_be_cancelled() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let chat = ORDER_CHAT.to_string();
    let webhook = [("url", "javascript:alert(1)")];
    let page = submit(&browser, "/console/try/webhook", &chat, &webhook).await.body;
    assert!(words(&page).contains("That is no address of the web."), "{page}");
    let webhook = [("url", "http://127.0.0.1:1/gone")];
    let page = submit(&browser, "/console/try/webhook", &chat, &webhook).await.body;
    assert!(words(&page).contains("The address was saved."), "{page}");
    let page = submit(&browser, "/console/try/say", &chat, &[("text", "Where is it?")]).await.body;
    assert!(page.contains("POST http://127.0.0.1:1/gone"), "{page}");
    let (_, rest) = page.split_once("name=\"delivery\" value=\"").unwrap();
    let delivery = rest.split('"').next().unwrap();
    let cancel = [("delivery", delivery), ("act", "cancel")];
    let page = submit(&browser, "/console/try/delivery", &chat, &cancel).await.body;
    assert!(words(&page).contains("cancelled"), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn a_chat_of_others_is_not_found() {
    let peyk = Peyk::start().await;
    let answer = Browser::new(&peyk).get(&format!("/?as=olga&with={BOT_CHAT}")).await;
    assert_eq!(answer.status, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn the_demo_bot_answers_through_its_webhook() {
    let world = peyk_server::world_file::parse("demo", peyk_server::world_file::DEMO).unwrap();
    let peyk = Peyk::with(world, peyk_server::Settings::default()).await;
    let browser = Browser::new(&peyk);
    let open = [("as", "alice"), ("open", "bot:demo-bot"), ("words", "Hello, bot")];
    let page = browser.submit("/console/try/open", &open).await.body;
    let (_, rest) = page.split_once("name=\"with\" value=\"").unwrap();
    let chat = rest.split('"').next().unwrap().to_owned();
    let url = format!("{}/demo/bot", peyk.url);
    let webhook = [("as", "alice"), ("with", chat.as_str()), ("url", url.as_str())];
    let mut page = browser.submit("/console/try/webhook", &webhook).await.body;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !words(&page).contains("Your message arrived:") {
        assert!(std::time::Instant::now() < deadline, "{page}");
        let act =
            [("as", "alice"), ("with", chat.as_str()), ("delivery", "1:1"), ("act", "replay")];
        browser.submit("/console/try/delivery", &act).await;
        page = browser.page(&format!("/?as=alice&with={chat}")).await;
    }
    assert!(words(&page).contains("Surprise me"), "{page}");
    peyk.stop().await;
}

#[tokio::test]
async fn what_went_over_the_wire_is_explained_and_can_be_sent_again() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let path = format!("/v2/open-platform/conversations/{BOT_CHAT}/messages");
    let refused = send(peyk.request("POST", &path).json(&json!({ "text": "hi" }))).await;
    assert_eq!(refused.status, 401);
    let page = browser.page(&format!("/?as=ivan&with={BOT_CHAT}")).await;
    assert!(words(&page).contains("no key came: send the key of your program"), "{page}");
    let (_, rest) = page.split_once("href=\"/console/exchanges/").expect(&page);
    let id = rest.split('#').next().unwrap();
    let shown = browser.page(&format!("/console/exchanges/{id}")).await;
    let curl = format!("curl -g -X &#39;POST&#39; &#39;{}{path}&#39;", peyk.url);
    assert!(shown.contains(&curl), "{shown}");
    for name in ["curl", "python", "javascript", "rust"] {
        assert!(shown.contains(&format!("id=\"copy-{name}\"")), "{name}");
    }
    assert_eq!(browser.get("/console/exchanges/999999").await.status, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn a_chat_is_saved_as_a_test_by_a_link_that_works() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &[("text", "hi")]).await.body;
    let start = "<a class=\"button plain\" href=\"/control/v1/conversations/";
    let link = page.split(start).nth(1).expect(&page).split('"').next().unwrap();
    let answer = send(peyk.request("GET", &format!("/control/v1/conversations/{link}"))).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert!(answer.body.starts_with("world = \"demo\"\n\n[[scenario]]\n"), "{}", answer.body);
    peyk.stop().await;
}

#[tokio::test]
async fn a_bot_answers_by_hand_with_buttons_and_nobody_else_does() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let answer = [
        ("text", "Shall I?"),
        ("by", "other"),
        ("buttons", "Yes | No\r\nLook = https://a.example"),
    ];
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &answer).await.body;
    assert_eq!(page.matches("form=\"press-mine\"").count(), 3, "{page}");
    let wrong = [("text", "Shall I?"), ("by", "other"), ("buttons", "1|2|3|4")];
    let page = submit(&browser, "/console/try/say", BOT_CHAT, &wrong).await.body;
    assert!(words(&page).contains("Too many buttons in a row"), "{page}");
    let page = submit(&browser, "/console/try/say", &ORDER_CHAT.to_string(), &answer).await.body;
    assert!(words(&page).contains("There is no app"), "{page}");
    assert_eq!(page.matches("Shall I?").count(), 0, "{page}");
    peyk.stop().await;
}
