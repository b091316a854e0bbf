//! Chats: the list, its filters, search, and a history with what was told beside it.

use std::time::{Duration, Instant};

use super::browser::{Browser, words};
use crate::harness::{BOT_CHAT, ORDER_CHAT, Peyk};

/// A page as soon as it says this: what is found is moments behind what happens.
async fn page_with(browser: &Browser<'_>, path: &str, text: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let page = browser.page(path).await;
        if words(&page).contains(text) {
            return page;
        }
        assert!(Instant::now() < deadline, "{path} does not say `{text}`: {page}");
    }
}

async fn say(browser: &Browser<'_>, text: &str) {
    let fields = [("as", "ivan"), ("with", BOT_CHAT), ("text", text)];
    browser.submit("/console/try/say", &fields).await;
}

#[tokio::test]
async fn chats_are_listed_and_filtered() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    say(&browser, "Newest of all").await;
    let page = page_with(&browser, "/console/chats", "Newest of all").await;
    let all = page.matches("<li id=\"chat-").count();
    assert!(all > 3, "{page}");
    for (filter, present, absent) in [
        ("dialect=kenar", ">Kenar<", "<span class=\"chip\">Market<"),
        ("dialect=market", "<span class=\"chip\">Market<", "<span class=\"chip\">Kenar<"),
        ("subject=bot", "chat with a bot", "order \u{2068}90001"),
        ("status=waiting_for_seller", "Newest of all", "nothing like it"),
        ("person=ivan", "Newest of all", "Велосипеды и ночь"),
        ("seller=app:echo", "chat with a bot", "order \u{2068}90001"),
    ] {
        let path = format!("/console/chats?{filter}");
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            let page = browser.page(&path).await;
            let list = page.split_once("id=\"chats\"").unwrap().1;
            assert!(!list.contains(absent), "{filter}: {list}");
            if list.contains(present) {
                break;
            }
            assert!(Instant::now() < deadline, "{filter}: {list}");
        }
    }
    page_with(&browser, "/console/chats?media=1", "Nothing was found.").await;
    assert_eq!(browser.get("/console/chats?person=nobody").await.status, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn chats_are_found_by_words_in_any_spelling() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    say(&browser, "كتاب می‌خواهم و Ёлка").await;
    for question in ["کتاب", "میخواهم", "می خواهم", "елка", "كتاب елк"]
    {
        let query: String = url_encoded(question);
        page_with(&browser, &format!("/console/chats?q={query}"), "Ёлка").await;
    }
    for (question, found) in [("90001", "order 90001"), ("ivan", "Иван"), ("+79160000001", "Иван")]
    {
        let query = url_encoded(question);
        page_with(&browser, &format!("/console/chats?q={query}"), found).await;
    }
    let none = browser.page("/console/chats?q=nowhere").await;
    assert!(words(&none).contains("Nothing was found."), "{none}");
    let hostile = browser.page("/console/chats?q=%22%3E%3Cscript%3Ealert(1)").await;
    assert!(!hostile.contains("<script>alert"), "{hostile}");
    peyk.stop().await;
}

fn url_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_history_goes_back_page_by_page() {
    let peyk = Peyk::unlimited().await;
    let browser = Browser::new(&peyk);
    for number in 0..60 {
        say(&browser, &format!("number {number}.")).await;
    }
    let page = page_with(&browser, "/console/chats", "number 59.").await;
    let (before, _) = page.split_once("number 59.").unwrap();
    let (_, row) = before.rsplit_once("<a href=\"/console/chats/").unwrap();
    let chat = row.split('"').next().unwrap();
    let page = browser.page(&format!("/console/chats/{chat}")).await;
    assert!(words(&page).contains("number 59.") && !words(&page).contains("number 2."), "{page}");
    let (_, rest) = page.split_once("?before=").expect("a link to older messages");
    let before = rest.split('"').next().unwrap();
    let page = browser.page(&format!("/console/chats/{chat}?before={before}")).await;
    assert!(words(&page).contains("number 2.") && !words(&page).contains("number 59."), "{page}");
    assert_eq!(browser.get("/console/chats/1").await.status, 404);
    peyk.stop().await;
}

#[tokio::test]
async fn a_dispute_is_started_and_ended_and_a_chat_is_closed_by_buttons() {
    let peyk = Peyk::start().await;
    let browser = Browser::new(&peyk);
    let chat = format!("/console/chats/{ORDER_CHAT}");
    let played = format!("/?as=ivan&with={ORDER_CHAT}");
    let offered = |page: &str| {
        ["dispute", "decide", "close"].map(|act| page.contains(&format!("action=\"{chat}/{act}\"")))
    };
    for home in [&chat, &played] {
        assert_eq!(offered(&browser.page(home).await), [true, false, true], "{home}");
        let back = [("back", home.as_str())];
        let done = browser.submit_on(home, &format!("{chat}/dispute"), &back).await.body;
        assert!(words(&done).contains("A dispute was started."), "{done}");
        assert_eq!(offered(&done), [false, true, false], "{home}");
        let refused = browser.submit_on(home, &format!("{chat}/close"), &back).await.body;
        assert!(words(&refused).contains("A dispute is already under way"), "{refused}");
        let done = browser.submit_on(home, &format!("{chat}/decide"), &back).await.body;
        assert!(words(&done).contains("The dispute is over."), "{done}");
        assert_eq!(offered(&done), [true, false, false], "{home}");
        peyk.request("POST", "/control/v1/reset").send().await.unwrap();
    }
    let back = [("back", chat.as_str())];
    let done = browser.submit_on(&chat, &format!("{chat}/close"), &back).await.body;
    assert!(words(&done).contains("The chat is closed until somebody writes again."), "{done}");
    assert_eq!(offered(&done), [true, false, false]);
    let bot = browser.page(&format!("/?as=ivan&with={BOT_CHAT}")).await;
    assert!(!bot.contains("/dispute\"") && bot.contains("/close\""), "{bot}");
    peyk.stop().await;
}
