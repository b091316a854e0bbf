//! Acting as people.

use serde_json::{Value, json};

use super::{call, checked, get, post, refused};
use crate::harness::{self, BOT_CHAT, BUSINESS, DIRECT_CHAT, FRESH_ORDER, ORDER, ORDER_CHAT};
use crate::harness::{POST, POST_CHAT, Peyk, RETURN};

const NOON: &str = "2026-11-20T12:00:00.000000Z";

fn messages(handle: &str, conversation: &str) -> String {
    format!("/people/{handle}/conversations/{conversation}/messages")
}

fn block(handle: &str, conversation: &str) -> String {
    format!("/people/{handle}/conversations/{conversation}/block")
}

#[tokio::test]
async fn who_and_what_there_is_is_listed() {
    let peyk = Peyk::start().await;
    let sara =
        json!({ "handle": "sara", "name": "سارا", "phone": "+989120000001", "locale": "fa" });
    let people = get(&peyk, "/people?limit=1").await;
    assert_eq!(people["items"], json!([sara]));
    let next = people["next_cursor"].as_str().unwrap();
    let rest = get(&peyk, &format!("/people?cursor={next}")).await;
    let handles: Vec<_> = rest["items"].as_array().unwrap().iter().map(|p| &p["handle"]).collect();
    assert_eq!(handles, ["ivan", "olga"]);
    assert_eq!(rest.get("next_cursor"), None);

    let echo = json!({ "slug": "echo", "title": "echo", "stage": "development" });
    assert_eq!(get(&peyk, "/apps").await["items"][0], echo);
    let posts = get(&peyk, "/posts?limit=1").await;
    let next = posts["next_cursor"].as_str().unwrap();
    let post = json!({
        "token": POST, "title": "دوچرخه", "stage": "development", "seller": "sara"
    });
    let rest = get(&peyk, &format!("/posts?limit=1&cursor={next}")).await;
    assert_eq!(rest, json!({ "items": [post] }));
    let shop = json!({ "id": BUSINESS, "name": "Велосипеды" });
    assert_eq!(get(&peyk, "/businesses").await["items"][0], shop);
    peyk.stop().await;
}

#[tokio::test]
async fn a_page_is_bounded_and_its_cursor_is_good_for_its_list_only() {
    let peyk = Peyk::start().await;
    let invalid = |message: &str| (400, "invalid_request".to_owned(), message.to_owned());
    for limit in ["0", "201"] {
        let found = refused(&peyk, "GET", &format!("/people?limit={limit}"), None).await;
        assert_eq!(found, invalid("limit must be 1 to 200"));
    }
    assert_eq!(refused(&peyk, "GET", "/people?limit=x", None).await.0, 400);
    let cursor = get(&peyk, "/people?limit=1").await["next_cursor"].as_str().unwrap().to_owned();
    let path = format!("/apps?cursor={cursor}");
    assert_eq!(refused(&peyk, "GET", &path, None).await.1, "cursor_invalid");
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_opens_a_conversation_about_each_thing_once() {
    let peyk = Peyk::start().await;
    let path = "/people/olga/conversations";
    for (wanted, subject) in [
        (json!({ "post": POST }), json!({ "type": "post", "post": POST })),
        (json!({ "bot": "echo" }), json!({ "type": "bot" })),
        (json!({ "business": BUSINESS }), json!({ "type": "direct" })),
        (json!({ "order": FRESH_ORDER }), json!({ "type": "order", "order": FRESH_ORDER })),
    ] {
        let opened = post(&peyk, path, wanted.clone()).await;
        let conversation = &opened["conversation"];
        let expected = json!({
            "is_new": true,
            "conversation": {
                "id": conversation["id"], "key": conversation["key"],
                "subject": subject, "side": "buyer", "kind": "chat", "status": "new",
                "created_at": NOON, "updated_at": NOON, "message_count": 0,
            },
        });
        assert_eq!(opened, expected);
        let again = post(&peyk, path, wanted).await;
        assert_eq!(again, json!({ "is_new": false, "conversation": conversation }));
    }
    let back = post(&peyk, "/people/ivan/conversations", json!({ "return": RETURN })).await;
    let subject = json!({ "type": "return", "return": RETURN, "order": ORDER });
    assert_eq!(back["conversation"]["subject"], subject);
    peyk.stop().await;
}

#[tokio::test]
async fn what_cannot_be_opened_is_refused() {
    let peyk = Peyk::start().await;
    for (handle, wanted, status, code) in [
        ("nobody", json!({ "post": POST }), 404, "not_found"),
        ("sara", json!({ "post": POST }), 409, "sides_are_the_same"),
        ("olga", json!({ "post": "nothing" }), 404, "not_found"),
        ("olga", json!({ "bot": "nothing" }), 404, "not_found"),
        ("olga", json!({ "business": 1 }), 404, "not_found"),
        ("olga", json!({ "order": 1 }), 404, "not_found"),
        ("olga", json!({ "order": ORDER }), 404, "not_found"),
        ("olga", json!({ "return": RETURN }), 404, "not_found"),
        ("olga", json!({}), 400, "invalid_request"),
        ("olga", json!({ "post": POST, "bot": "echo" }), 400, "invalid_request"),
        ("olga", json!({ "planet": 3 }), 400, "invalid_request"),
        ("olga", json!([]), 400, "invalid_request"),
    ] {
        let path = format!("/people/{handle}/conversations");
        let (found, word, _) = refused(&peyk, "POST", &path, Some(wanted.clone())).await;
        assert_eq!((found, word.as_str()), (status, code), "{handle} {wanted}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_persons_conversations_on_both_sides_come_in_pages_without_gap_or_repeat() {
    let peyk = Peyk::start().await;
    let mut keys = Vec::new();
    for handle in ["ivan", "sara"] {
        let whole = get(&peyk, &format!("/people/{handle}/conversations")).await;
        let whole: Vec<Value> = whole["items"].as_array().unwrap().clone();
        let (mut paged, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/people/{handle}/conversations?limit=1{cursor}");
            let page = get(&peyk, &path).await;
            paged.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        assert_eq!(paged, whole);
        keys.push(whole.len());
        let side = if handle == "ivan" { "buyer" } else { "seller" };
        let found = whole.iter().find(|each| each["key"] == POST_CHAT).unwrap();
        assert_eq!(found["side"], side);
    }
    assert_eq!(keys, [5, 3]);
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_reads_by_key_and_by_number_what_their_side_sees() {
    let peyk = Peyk::start().await;
    let by_key = get(&peyk, &messages("sara", POST_CHAT)).await;
    let items = by_key["items"].as_array().unwrap();
    let expected = json!({
        "id": items[1]["id"], "number": 2, "author": "seller", "hand": "human", "is_mine": true,
        "sent_at": NOON, "type": "text", "text": "بله، هست.",
    });
    assert_eq!((items.len(), &items[1]), (2, &expected));
    let number = get(&peyk, "/people/sara/conversations").await["items"].clone();
    let number = number.as_array().unwrap().iter().find(|each| each["key"] == POST_CHAT).unwrap();
    let by_number = get(&peyk, &messages("sara", &number["id"].to_string())).await;
    assert_eq!(by_number, by_key);
    let ivans = get(&peyk, &messages("ivan", POST_CHAT)).await;
    assert_eq!(ivans["items"][1]["is_mine"], false);

    let page = get(&peyk, &(messages("ivan", POST_CHAT) + "?limit=1")).await;
    assert_eq!(page["items"], json!([ivans["items"][0]]));
    let next = page["next_cursor"].as_str().unwrap();
    let page = get(&peyk, &format!("{}?cursor={next}", messages("ivan", POST_CHAT))).await;
    assert_eq!(page, json!({ "items": [ivans["items"][1]] }));
    peyk.stop().await;
}

#[tokio::test]
async fn others_conversations_are_as_good_as_none() {
    let peyk = Peyk::start().await;
    let hello = json!({ "text": "x" });
    for (method, path, body) in [
        ("GET", messages("olga", POST_CHAT), None),
        ("POST", messages("olga", POST_CHAT), Some(hello.clone())),
        ("POST", messages("ivan", "nothing"), Some(hello.clone())),
        ("POST", messages("nobody", POST_CHAT), Some(hello)),
        ("PUT", block("olga", POST_CHAT), None),
        ("DELETE", block("olga", POST_CHAT), None),
    ] {
        let (status, code, _) = refused(&peyk, method, &path, body).await;
        assert_eq!((status, code.as_str()), (404, "not_found"), "{method} {path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_writes_texts_places_and_numbers() {
    let peyk = Peyk::start().await;
    let path = messages("ivan", &ORDER_CHAT.to_string());
    let mut said = Vec::new();
    for (number, message, kind) in [
        (3, json!({ "text": "Спасибо!" }), "text"),
        (4, json!({ "location": { "latitude": 55.75, "longitude": 37.5 } }), "location"),
        (5, json!({ "contact": { "name": "Иван", "phone": "+79160000001" } }), "contact"),
        (6, json!({ "contact": { "phone": "+79160000001" } }), "contact"),
    ] {
        let sent = post(&peyk, &path, message.clone()).await;
        let mut expected = json!({
            "id": sent["id"], "number": number, "author": "buyer", "hand": "human",
            "is_mine": true, "sent_at": NOON, "type": kind,
        });
        expected[kind] = message[kind].clone();
        assert_eq!(sent, expected);
        said.push(sent);
    }
    let read = get(&peyk, &path).await;
    assert_eq!(read["items"].as_array().unwrap()[2..], said);
    peyk.stop().await;
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_and_changes_nothing() {
    let peyk = Peyk::start().await;
    let path = messages("ivan", BOT_CHAT);
    for (message, status, code) in [
        (json!({ "text": " " }), 400, "text_empty"),
        (json!({ "text": "a\u{0}b" }), 400, "text_has_nul"),
        (json!({ "text": "я".repeat(4097) }), 400, "text_too_long"),
        (json!({ "text": 5 }), 400, "invalid_request"),
        (json!({ "location": { "latitude": 91, "longitude": 0 } }), 400, "location_out_of_range"),
        (json!({ "location": { "latitude": 1 } }), 400, "invalid_request"),
        (json!({ "contact": { "phone": "" } }), 400, "contact_malformed"),
        (json!({}), 400, "invalid_request"),
        (json!({ "text": "x".repeat(600_000) }), 413, "body_too_large"),
    ] {
        let (found, word, _) = refused(&peyk, "POST", &path, Some(message)).await;
        assert_eq!((found, word.as_str()), (status, code));
    }
    let request = peyk.request("POST", &format!("/control/v1{path}")).body("{\"text\":");
    let (status, answer) = checked("POST", &path, harness::send(request).await);
    assert_eq!((status, &answer["error"]["message"]), (400, &json!("the JSON ends too early")));
    assert_eq!(get(&peyk, &path).await, json!({ "items": [] }));
    let longest = json!({ "text": "я".repeat(4096) });
    assert_eq!(call(&peyk, "POST", &path, Some(longest)).await.0, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn a_person_sends_a_file_that_can_be_read_at_once() {
    let peyk = Peyk::start().await;
    let path = format!("/people/ivan/conversations/{DIRECT_CHAT}/files");
    let send = |part: &'static str, bytes: &'static [u8]| {
        let file = reqwest::multipart::Part::bytes(bytes).file_name("шлем.txt");
        let form = reqwest::multipart::Form::new().part(part, file);
        peyk.request("POST", &format!("/control/v1{path}")).multipart(form)
    };
    let answer = harness::send(send("file", b"a helmet, size L")).await;
    let (status, sent) = checked("POST", &path, answer);
    assert_eq!(status, 200, "{sent}");
    let expected = json!({
        "id": sent["id"], "number": 1, "author": "buyer", "hand": "human", "is_mine": true,
        "sent_at": NOON, "type": "media",
        "media": {
            "kind": "file", "name": "шлем.txt", "mime": "text/plain", "size_bytes": 16,
            "url": sent["media"]["url"],
        },
    });
    assert_eq!(sent, expected);
    let bytes = peyk.http.get(sent["media"]["url"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(bytes.text().await.unwrap(), "a helmet, size L");

    for (request, status, code) in [
        (send("file", b""), 400, "file_empty"),
        (send("other", b"x"), 400, "invalid_request"),
        (peyk.request("POST", &format!("/control/v1{path}")).body("x"), 415, "not_multipart"),
    ] {
        let (found, answer) = checked("POST", &path, harness::send(request).await);
        assert_eq!((found, &answer["error"]["code"]), (status, &json!(code)));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn who_blocked_the_other_side_neither_hears_nor_is_heard() {
    let peyk = Peyk::start().await;
    let (status, answer) = call(&peyk, "PUT", &block("sara", POST_CHAT), None).await;
    assert_eq!((status, answer), (200, json!({ "is_blocked": true })));
    assert_eq!(call(&peyk, "PUT", &block("sara", POST_CHAT), None).await.0, 200);
    let hello = Some(json!({ "text": "hello?" }));
    for handle in ["ivan", "sara"] {
        let refusal = refused(&peyk, "POST", &messages(handle, POST_CHAT), hello.clone()).await;
        let message = "message delivery failed due to recipient's restriction".to_owned();
        assert_eq!(refusal, (409, "recipient_blocked".into(), message));
    }
    let (status, answer) = call(&peyk, "DELETE", &block("sara", POST_CHAT), None).await;
    assert_eq!((status, answer), (200, json!({ "is_blocked": false })));
    assert_eq!(call(&peyk, "POST", &messages("ivan", POST_CHAT), hello).await.0, 200);
    peyk.stop().await;
}
