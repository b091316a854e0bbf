//! `POST /v2/open-platform/chat/conversation`.

use peyk_model::{Action, Author, Body, Hand, Side, Text};
use serde_json::{Value, json};

use super::{
    Call, IVAN_PHONE, OLGA_PHONE, SARA_PHONE, block, last, needs_a_good_body, needs_a_key,
    needs_a_token, peyk_with_grant, said, user_id,
};
use crate::harness::{APP_KEY, IVAN_TOKEN, LIVE_POST, POST, POST_CHAT, Peyk};

const PATH: &str = "/v2/open-platform/chat/conversation";
const TOKEN: &str = "ory_at_old";
const ALL: &str = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND";

fn ok() -> Value {
    json!({ "status": 200, "message": "ok" })
}

struct Ids {
    sara: String,
    ivan: String,
    olga: String,
}

async fn ids(peyk: &Peyk) -> Ids {
    Ids {
        sara: user_id(peyk, APP_KEY, SARA_PHONE).await,
        ivan: user_id(peyk, APP_KEY, IVAN_PHONE).await,
        olga: user_id(peyk, APP_KEY, OLGA_PHONE).await,
    }
}

fn call(user: &str, peer: &str) -> Call {
    let body = json!({
        "user_id": user, "peer_id": peer, "post_token": POST, "type": "TEXT", "message": "سلام",
    });
    Call::post(PATH, body).token(TOKEN)
}

/// A server in which this person allowed `echo` the oldest scope, spelled by `spell`.
async fn peyk_with_old_scope(person: &str, spell: fn(&Ids) -> String) -> (Peyk, Ids) {
    // Ids depend on nothing but the server's secret and the order of the World.
    let peyk = Peyk::start().await;
    let ids = ids(&peyk).await;
    peyk.stop().await;
    let scope = format!("CHAT_MESSAGE_SEND.{}", spell(&ids));
    (peyk_with_grant(person, TOKEN, &scope).await, ids)
}

/// Base64 by hand, in either alphabet, with or without its end.
pub fn base64(text: &str, alphabet: [u8; 2], end: &str) -> String {
    let letter = |index: u32| match u8::try_from(index & 63).unwrap() {
        index @ 0..26 => b'A' + index,
        index @ 26..52 => b'a' + index - 26,
        index @ 52..62 => b'0' + index - 52,
        index => alphabet[usize::from(index - 62)],
    };
    let mut out = String::new();
    for bytes in text.as_bytes().chunks(3) {
        let word = (0..3).fold(0, |word, i| word << 8 | u32::from(*bytes.get(i).unwrap_or(&0)));
        let letters = (0..4).map(|i| char::from(letter(word >> (18 - 6 * i))));
        out.extend(letters.take(bytes.len() + 1));
        out.extend(std::iter::repeat_n(end, 3 - bytes.len()));
    }
    out
}

#[tokio::test]
async fn the_scope_that_names_all_three_is_read_in_either_alphabet() {
    let spellings: [fn(&Ids) -> String; 3] = [
        |ids| base64(&format!("{}:{POST}:{}", ids.ivan, ids.sara), [b'+', b'/'], "="),
        |ids| base64(&format!("{}:{POST}:{}", ids.ivan, ids.sara), [b'-', b'_'], "="),
        |ids| base64(&format!("{}:{POST}:{}", ids.ivan, ids.sara), [b'-', b'_'], ""),
    ];
    for spell in spellings {
        let (peyk, ids) = peyk_with_old_scope("ivan", spell).await;
        call(&ids.ivan, &ids.sara).gives(&peyk, ok()).await;
        let message = last(&peyk, POST_CHAT).await;
        assert_eq!(message.author, Author::Buyer(Hand::Bot));
        assert_eq!(message.body, Body::Text(Text::of_chars("سلام").unwrap()));
        peyk.stop().await;
    }
}

#[tokio::test]
async fn a_seller_may_also_hold_the_scope_of_all_conversations() {
    let peyk = peyk_with_grant("sara", TOKEN, ALL).await;
    let ids = ids(&peyk).await;
    call(&ids.sara, &ids.ivan).gives(&peyk, ok()).await;
    assert_eq!(last(&peyk, POST_CHAT).await.author, Author::Seller(Hand::Bot));
    // A conversation that nobody opened is opened by the first message.
    call(&ids.sara, &ids.olga).gives(&peyk, ok()).await;
    assert_eq!(said(&peyk, POST_CHAT).await.len(), 3);
    peyk.stop().await;
}

#[tokio::test]
async fn each_side_gets_its_button() {
    let peyk = peyk_with_grant("sara", TOKEN, ALL).await;
    let Ids { sara, ivan, .. } = ids(&peyk).await;
    let body = json!({
        "user_id": sara, "peer_id": ivan, "post_token": POST, "message": "hi",
        "sender_btn": { "action": "DIRECT_LINK", "data": {
            "icon_name": "PAYMENT", "caption": "pay", "extra_data": {}, "direct_link": "https://example.com",
        } },
        "receiver_btn": { "action": "LINK", "data": { "caption": "see", "extra_data": { "order": "7" } } },
    });
    call(&sara, &ivan).json(body).gives(&peyk, ok()).await;
    let buttons = last(&peyk, POST_CHAT).await.buttons;
    let mine = buttons.seen_by(Side::Seller).nth(1).unwrap();
    assert_eq!(mine.action, Action::OpenDirectLink("https://example.com".into()));
    assert_eq!((mine.caption.as_str(), mine.icon_name.as_deref()), ("pay", Some("PAYMENT")));
    let theirs = buttons.seen_by(Side::Buyer).nth(1).unwrap();
    assert_eq!(theirs.action, Action::OpenLegacyServerLink(r#"{"order":"7"}"#.into()));
    peyk.stop().await;
}

#[tokio::test]
async fn every_mistake_in_the_body_is_named() {
    let peyk = peyk_with_grant("sara", TOKEN, ALL).await;
    let Ids { sara, ivan, olga } = ids(&peyk).await;
    let good = json!({ "user_id": sara, "peer_id": ivan, "post_token": POST, "message": "hi" });
    let with = |key: &str, value: Value| {
        let mut body = good.clone();
        body[key] = value;
        body
    };
    let button = |button: Value| with("sender_btn", button);
    for (body, status, code, message) in [
        (json!({}), 400, 3, "post_token is required"),
        (with("user_id", Value::Null), 400, 3, "user_id is required"),
        (with("peer_id", json!("")), 400, 3, "peer_id is required"),
        (with("message", Value::Null), 400, 3, "message is required"),
        (with("message", json!("  ")), 400, 3, "text must not be empty"),
        (
            with("message", json!("x".repeat(4097))),
            400,
            3,
            "text must not be longer than 4096 characters",
        ),
        (with("post_token", json!("unknown")), 404, 5, "post not found"),
        (with("post_token", json!("a\u{0}b")), 404, 5, "post not found"),
        (with("peer_id", json!("nobody")), 404, 5, "user not found"),
        (with("user_id", json!("nobody")), 403, 7, "access denied"),
        (with("user_id", json!(olga)), 403, 7, "access denied"),
        (with("peer_id", json!(sara)), 400, 3, "a conversation needs two different sides"),
        (
            with("post_token", json!(LIVE_POST)),
            403,
            7,
            "permission denied: a development app acts on development posts only",
        ),
        (button(json!({})), 400, 3, "a button needs exactly one action, found 0"),
        (
            button(json!({ "action": "JUMP" })),
            400,
            3,
            "a button's action must be LINK or DIRECT_LINK",
        ),
        (button(json!({ "action": "LINK" })), 400, 3, "a button needs a caption"),
        (
            button(json!({ "action": "DIRECT_LINK", "data": { "caption": "x" } })),
            400,
            3,
            "direct_link is required",
        ),
    ] {
        call(&sara, &ivan).json(body).is_refused(&peyk, status, code, message).await;
    }
    assert_eq!(said(&peyk, POST_CHAT).await.len(), 2);
    call(&sara, &ivan).json(with("message", json!("🚲".repeat(4096)))).gives(&peyk, ok()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn it_has_the_checks_of_every_send() {
    let peyk = peyk_with_grant("sara", TOKEN, ALL).await;
    let Ids { sara, ivan, .. } = ids(&peyk).await;
    let call = call(&sara, &ivan);
    needs_a_key(&call, &peyk, "CHAT_SEND_MESSAGE_OAUTH").await;
    needs_a_token(&call, &peyk).await;
    needs_a_good_body(&call, &peyk, "message").await;
    let triple = base64(&format!("{sara}:{POST}:{ivan}"), [b'+', b'/'], "=");
    let denied = format!("permission denied: CHAT_MESSAGE_SEND.{triple} or {ALL}");
    call.clone().token(IVAN_TOKEN).is_refused(&peyk, 403, 7, &denied).await;
    block(&peyk, "ivan", POST_CHAT).await;
    let message = "message delivery failed due to recipient's restriction";
    call.is_refused(&peyk, 412, 9, message).await;
    peyk.stop().await;
}

#[tokio::test]
async fn the_scope_of_all_conversations_is_for_sellers_and_strangers_have_no_post() {
    let peyk = peyk_with_grant("ivan", TOKEN, ALL).await;
    let Ids { sara, ivan, olga } = ids(&peyk).await;
    let triple = base64(&format!("{ivan}:{POST}:{sara}"), [b'+', b'/'], "=");
    let denied = format!("permission denied: CHAT_MESSAGE_SEND.{triple}");
    call(&ivan, &sara).is_refused(&peyk, 403, 7, &denied).await;
    call(&ivan, &olga).is_refused(&peyk, 403, 7, "access denied").await;
    peyk.stop().await;
}
