//! Grids of buttons: what is kept, what is refused, and what is neither.

use peyk_model::{Action, Side};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::{Call, last, said};
use crate::harness::{BOT_CHAT, POST_CHAT, Peyk, SARA_TOKEN};

fn send(grid: Value) -> Call {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    Call::post(path, json!({ "text_message": "hi", "buttons": grid }))
}

fn button(action: Value) -> Value {
    json!({ "action": action, "caption": "ok" })
}

fn link() -> Value {
    button(json!({ "open_direct_link": "https://example.com/?a=1&b=۲#c" }))
}

fn grid(rows: &[Vec<Value>]) -> Value {
    let rows: Vec<_> = rows.iter().map(|buttons| json!({ "buttons": buttons })).collect();
    json!({ "rows": rows })
}

fn one(button: Value) -> Value {
    grid(&[vec![button]])
}

#[tokio::test]
async fn all_five_actions_are_kept_as_they_came() {
    let peyk = Peyk::start().await;
    let data = r#"{"z": "007","a":7, "big":12345678901234567890123,"pi":3.1400,"list":[1,2.50,null,true,{"deep":{}}],"متن":"🎲"}"#;
    let body = r#"{"text_message":"hi","buttons":{"rows":[{"buttons":[
        {"caption":"1","action":{"open_direct_link":"https://example.com/a?b=c"}},
        {"caption":"2","action":{"open_server_link":{"data":DATA}}},
        {"caption":"3","action":{"get_dynamic_action":{"data":DATA}}}]},{"buttons":[
        {"caption":"4","action":{"open_post_page":{"post_token":"gZd7omnS"}}},
        {"caption":"5","action":{"open_post_manage_page":{"post_token":"AJIEWcwx"}}},
        {"caption":"6","action":{"open_server_link":{}}}]}]}}"#;
    let call = send(Value::Null).raw(body.replace("DATA", data));
    assert_eq!(call.send(&peyk).await.0, 200);
    let buttons = last(&peyk, BOT_CHAT).await.buttons;
    let rows = buttons.seen_by(Side::Buyer).rows().to_vec();
    let actions: Vec<_> = rows.iter().flatten().map(|button| button.action.clone()).collect();
    let post = |token: &str| peyk_model::PostToken(token.into());
    let expected = [
        Action::OpenDirectLink("https://example.com/a?b=c".into()),
        Action::OpenServerLink(data.into()),
        Action::GetDynamicAction(data.into()),
        Action::OpenPostPage(post("gZd7omnS")),
        Action::OpenPostManagePage(post("AJIEWcwx")),
        Action::OpenServerLink("{}".into()),
    ];
    assert_eq!(actions, expected);
    // The bot itself sees no buttons.
    assert!(buttons.seen_by(Side::Seller).is_empty());
    peyk.stop().await;
}

#[tokio::test]
async fn each_side_of_a_conversation_gets_its_own_buttons() {
    let peyk = Peyk::start().await;
    let path = format!("/v2/open-platform/conversations/{POST_CHAT}/messages");
    let body = json!({
        "message": "hi",
        "sender_buttons": one(link()),
        "receiver_buttons": grid(&[vec![link(), link()], vec![link()]]),
    });
    assert_eq!(Call::post(path, body).token(SARA_TOKEN).send(&peyk).await.0, 200);
    let buttons = last(&peyk, POST_CHAT).await.buttons;
    assert_eq!(buttons.seen_by(Side::Seller).rows().len(), 1);
    assert_eq!(buttons.seen_by(Side::Buyer).rows().len(), 2);
    peyk.stop().await;
}

#[tokio::test]
async fn icons_are_kept_whatever_they_are_called() {
    let peyk = Peyk::start().await;
    for icon in ["HOME", "None", "REAL_STATE", "SEARCH", "", "آیکن"] {
        let named = json!({ "action": { "open_direct_link": "x" }, "caption": "🎲", "icon": icon, "icon_name": icon });
        assert_eq!(send(one(named)).send(&peyk).await.0, 200);
        let grid = last(&peyk, BOT_CHAT).await.buttons.buyer;
        let button = grid.nth(1).unwrap();
        assert_eq!((button.icon.as_deref(), button.icon_name.as_deref()), (Some(icon), Some(icon)));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn no_buttons_are_written_in_many_ways() {
    let peyk = Peyk::start().await;
    for grid in [
        Value::Null,
        json!({}),
        // As PHP writes it.
        json!([]),
        json!({ "rows": null }),
        json!({ "rows": [] }),
        json!({ "rows": [{}] }),
        json!({ "rows": [{ "buttons": null }, { "buttons": [] }, {}] }),
    ] {
        assert_eq!(send(grid).send(&peyk).await.0, 200);
        assert!(last(&peyk, BOT_CHAT).await.buttons.is_empty());
    }
    peyk.stop().await;
}

#[tokio::test]
async fn grids_are_bounded_and_every_mistake_is_named() {
    let peyk = Peyk::start().await;
    let captioned =
        |caption: String| json!({ "action": { "open_direct_link": "x" }, "caption": caption });
    let two = json!({ "open_direct_link": "x", "open_post_page": { "post_token": "x" } });
    let no_token = "a button that opens a post needs a post_token";
    for (grid, message) in [
        (grid(&vec![vec![link()]; 4]), "buttons must have at most 3 rows, found 4"),
        (grid(&[vec![link(); 4]]), "a row must have at most 3 buttons, found 4"),
        (one(json!({})), "a button needs exactly one action, found 0"),
        (
            one(json!({ "caption": "x", "action": null })),
            "a button needs exactly one action, found 0",
        ),
        (one(button(json!({ "unknown": 1 }))), "a button needs exactly one action, found 0"),
        (one(button(two)), "a button needs exactly one action, found 2"),
        (one(json!({ "action": { "open_direct_link": "x" } })), "a button needs a caption"),
        (one(captioned(" ".into())), "a button needs a caption"),
        (one(captioned("🎲".repeat(65))), "a caption must not be longer than 64 characters"),
        (one(captioned("a\u{0}".into())), "text must not contain the NUL character"),
        (one(button(json!({ "open_post_page": {} }))), no_token),
        (one(button(json!({ "open_post_manage_page": { "post_token": "" } }))), no_token),
        (
            one(button(json!({ "open_direct_link": "x".repeat(8193) }))),
            "a button's action must not be larger than 8 KiB",
        ),
    ] {
        send(grid).is_refused(&peyk, 400, 3, message).await;
    }
    for grid in [
        json!([{ "buttons": [link()] }]),
        json!({ "rows": {} }),
        json!({ "rows": [{ "buttons": [7] }] }),
        one(button(json!({ "open_server_link": { "data": [1] } }))),
        one(button(json!({ "open_server_link": { "data": "text" } }))),
        one(button(json!({ "open_direct_link": { "url": "x" } }))),
    ] {
        let (status, body) = send(grid).send(&peyk).await;
        assert_eq!((status, &body["code"]), (400, &json!(3)), "{body}");
        assert!(body["message"].as_str().unwrap().starts_with("buttons"), "{body}");
    }
    assert_eq!(said(&peyk, BOT_CHAT).await, []);
    let largest = captioned("🎲".repeat(64));
    assert_eq!(send(grid(&vec![vec![largest; 3]; 3])).send(&peyk).await.0, 200);
    peyk.stop().await;
}

/// Buttons with any text on them, some of them beyond the bounds.
fn any_grid() -> impl Strategy<Value = Vec<Vec<(String, u8)>>> {
    let button = ("[^\u{0}]{0,70}", 0..5u8);
    prop::collection::vec(prop::collection::vec(button, 0..5), 0..5)
}

fn any_action(which: u8, text: &str) -> Value {
    match which {
        0 => json!({ "open_direct_link": text }),
        1 => json!({ "open_server_link": { "data": { "key": text } } }),
        2 => json!({ "get_dynamic_action": { "data": { text: [text, 1] } } }),
        3 => json!({ "open_post_page": { "post_token": "gZd7omnS" } }),
        _ => json!({ "open_post_manage_page": { "post_token": "gZd7omnS" } }),
    }
}

#[test]
fn a_grid_is_kept_whole_or_refused_whole() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let peyk = runtime.block_on(Peyk::start());
    let count = std::cell::Cell::new(0);
    let mut runner =
        TestRunner::new(Config { cases: 64, failure_persistence: None, ..Config::default() });
    let result = runner.run(&any_grid(), |rows| {
        let fits = rows.len() <= 3
            && rows.iter().all(|row| row.len() <= 3)
            && rows
                .iter()
                .flatten()
                .all(|(caption, _)| !caption.trim().is_empty() && caption.chars().count() <= 64);
        let written: Vec<Vec<Value>> = rows
            .iter()
            .map(|row| {
                let written = row.iter().map(|(caption, which)| {
                    json!({ "caption": caption, "action": any_action(*which, caption) })
                });
                written.collect()
            })
            .collect();
        let (status, _) = runtime.block_on(send(grid(&written)).send(&peyk));
        prop_assert_eq!(status, if fits { 200 } else { 400 });
        count.set(count.get() + usize::from(fits));
        let said = runtime.block_on(said(&peyk, BOT_CHAT));
        prop_assert_eq!(said.len(), count.get());
        if fits {
            let kept = said[count.get() - 1].buttons.buyer.rows().to_vec();
            let captions: Vec<Vec<String>> = kept
                .iter()
                .map(|row| row.iter().map(|button| button.caption.clone()).collect())
                .collect();
            let expected: Vec<Vec<String>> = rows
                .iter()
                .filter(|row| !row.is_empty())
                .map(|row| row.iter().map(|(caption, _)| caption.clone()).collect())
                .collect();
            prop_assert_eq!(captions, expected);
        }
        Ok(())
    });
    runtime.block_on(peyk.stop());
    result.unwrap();
}
