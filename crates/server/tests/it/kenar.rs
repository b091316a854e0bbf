//! The Kenar dialect, as apps meet it. Every answer is held against the vendor's specification.

mod addon_page;
mod assets;
mod bot_send_message;
mod bot_send_message_to_user;
mod buttons;
mod conversation_send_message;
mod doors;
mod generate_upload_token;
mod get_conversation;
mod get_user;
mod get_user_id_by_phone;
mod golden;
mod idempotency;
mod legacy_send_message;
mod scopes;
mod upload;

use std::sync::LazyLock;

use peyk_engine::block;
use peyk_engine::world::{Secret, World, WorldGrant};
use peyk_model::{ConversationKey, Message, MessageId, Scope};
use peyk_store::Lock;
use serde_json::{Value, json};

use crate::harness::{self, APP_KEY, BARE_KEY, Peyk, REVOKED_KEY};
use peyk_wire::spec::Spec;

static SPEC: LazyLock<Spec> = LazyLock::new(Spec::kenar);

/// A call that may be changed before it is made.
#[derive(Debug, Clone)]
pub struct Call {
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Call {
    /// A `POST` of this JSON under the key of `echo`.
    pub fn post(path: impl Into<String>, body: Value) -> Self {
        let headers = vec![("content-type", "application/json".to_owned())];
        let body = body.to_string().into_bytes();
        Self { method: "POST", path: path.into(), headers, body }.key(APP_KEY)
    }

    /// A `GET` under the key of `echo`.
    pub fn get(path: impl Into<String>) -> Self {
        let (headers, body) = (Vec::new(), Vec::new());
        Self { method: "GET", path: path.into(), headers, body }.key(APP_KEY)
    }

    pub fn method(mut self, method: &'static str) -> Self {
        self.method = method;
        self
    }

    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self.headers.push((name, value.into()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub fn key(self, key: &str) -> Self {
        self.header("x-api-key", key)
    }

    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    pub fn json(self, body: Value) -> Self {
        self.raw(body.to_string())
    }

    pub fn raw(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Makes the call; the answer is JSON as the specification wants it.
    pub async fn send(&self, peyk: &Peyk) -> (u16, Value) {
        let mut request = peyk.request(self.method, &self.path).body(self.body.clone());
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let answer = harness::send(request).await;
        let body = answer.json();
        check_against_spec(self.method, &self.path, answer.status, &body);
        (answer.status, body)
    }

    /// Makes the call, which succeeds with this body.
    pub async fn gives(&self, peyk: &Peyk, body: Value) {
        assert_eq!(self.send(peyk).await, (200, body), "{self:?}");
    }

    /// Makes the call, which is refused with these words.
    pub async fn is_refused(&self, peyk: &Peyk, status: u16, code: i32, message: &str) {
        let expected = (status, json!({ "code": code, "message": message }));
        assert_eq!(self.send(peyk).await, expected, "{self:?}");
    }
}

/// Paths that the file no longer has, each with the one that took its place.
const OLD_PATHS: [(&str, &str); 3] = [
    (
        "/v2/open-platform/chatbot-conversations/",
        "/v1/open-platform/chat/bot/conversations/x/messages",
    ),
    ("/v2/open-platform/chat/conversation", "/v2/open-platform/conversations/x/messages"),
    ("/v1/open-platform/notify/chat/post-conversations", "/v1/open-platform/events/subscriptions"),
];

pub fn check_against_spec(method: &str, path: &str, status: u16, body: &Value) {
    let old = OLD_PATHS.iter().find(|(old, _)| path.starts_with(old));
    let path = old.map_or(path, |(_, new)| new);
    let checked = match status {
        404 | 405 => SPEC.check_schema("googleRpcStatus", body),
        status => SPEC.check_response(path, method, status, body),
    };
    assert_eq!(checked, Ok(()), "{method} {path} {status} {body}");
}

/// Without a good key there is no answer, and without the permission neither.
pub async fn needs_a_key(call: &Call, peyk: &Peyk, permission: &str) {
    call.clone().without("x-api-key").is_refused(peyk, 401, 16, "api key is missing").await;
    call.clone().key("").is_refused(peyk, 401, 16, "api key is missing").await;
    call.clone().key("nobody's").is_refused(peyk, 401, 16, "invalid api key").await;
    call.clone().key(harness::MARKET_KEY).is_refused(peyk, 401, 16, "invalid api key").await;
    call.clone().key(REVOKED_KEY).is_refused(peyk, 401, 16, "api key is revoked").await;
    let denied = format!("permission denied: {permission}");
    call.clone().key(BARE_KEY).is_refused(peyk, 403, 7, &denied).await;
    // Who may not ask is not told what is wrong with the question.
    let nonsense = call.clone().raw("nonsense");
    nonsense.clone().key("nobody's").is_refused(peyk, 401, 16, "invalid api key").await;
    nonsense.key(BARE_KEY).is_refused(peyk, 403, 7, &denied).await;
}

/// Without a token that this app was given there is no answer.
pub async fn needs_a_token(call: &Call, peyk: &Peyk) {
    let call = call.clone().without("x-access-token");
    let bare = call.clone().without("authorization");
    bare.is_refused(peyk, 401, 16, "access token is missing").await;
    bare.clone().token("").is_refused(peyk, 401, 16, "access token is missing").await;
    refuses_a_bad_token(&call, peyk).await;
}

/// A token that is sent must be a good one.
pub async fn refuses_a_bad_token(call: &Call, peyk: &Peyk) {
    let invalid = "access token is invalid or expired";
    let foreign = "access token belongs to another app";
    call.clone().token("nobody's").is_refused(peyk, 401, 16, invalid).await;
    call.clone().header("authorization", "Basic x").is_refused(peyk, 401, 16, invalid).await;
    call.clone().token(harness::LIVE_TOKEN).is_refused(peyk, 401, 16, foreign).await;
}

/// What is no JSON object of the right shape is refused; `field` is a text of the body.
pub async fn needs_a_good_body(call: &Call, peyk: &Peyk, field: &str) {
    for (raw, begins) in [
        (b"{".to_vec(), "the body is no json: it ends in the middle"),
        (b"{]".to_vec(), "the body is no json: "),
        (b"{} {}".to_vec(), "the body is no json: "),
        (b"\xff".to_vec(), "the body is no json: "),
        (b"[[]]".to_vec(), "invalid type: list, expected an object"),
        (b"\"text\"".to_vec(), "invalid type: string"),
        (b"7".to_vec(), "invalid type: integer"),
        (json!({ field: 7 }).to_string().into_bytes(), &format!("{field}: invalid type: integer")),
        (json!({ field: {} }).to_string().into_bytes(), &format!("{field}: invalid type: map")),
    ] {
        let (status, body) = call.clone().raw(raw).send(peyk).await;
        assert_eq!((status, &body["code"]), (400, &json!(3)), "{body}");
        assert!(body["message"].as_str().unwrap().starts_with(begins), "{body} {begins}");
    }
    let huge = json!({ field: "x".repeat(peyk_model::limits::JSON_BODY_MAX_BYTES) });
    call.clone().json(huge).is_refused(peyk, 413, 3, "the body is too large").await;
}

/// Everything that was said in a conversation, oldest first.
pub async fn said(peyk: &Peyk, key: &str) -> Vec<Message> {
    let key = ConversationKey(key.to_owned());
    let read = peyk.running().site().engine.read(move |context| {
        let conversation = context.tx.conversation_by_key(&key, Lock::None)?.unwrap();
        Ok(context.tx.messages_from(conversation.id, MessageId(0), 5000)?)
    });
    read.await.unwrap()
}

/// The last that was said in a conversation.
pub async fn last(peyk: &Peyk, key: &str) -> Message {
    said(peyk, key).await.pop().unwrap()
}

/// Lets a person block the other side of a conversation.
pub async fn block(peyk: &Peyk, handle: &'static str, key: &'static str) {
    let done = peyk.running().site().engine.write(move |context| {
        let person = context.tx.person_by_handle(handle)?.unwrap();
        let key = ConversationKey(key.to_owned());
        let conversation = context.tx.conversation_by_key(&key, Lock::None)?.unwrap();
        block::block(context, person.id, conversation.id)
    });
    done.await.unwrap();
}

/// The id under which an app knows the person with this phone.
pub async fn user_id(peyk: &Peyk, key: &str, phone: &str) -> String {
    let call = Call::post("/v1/open-platform/get-user-id-by-phone", json!({ "phone": phone }));
    let (status, body) = call.key(key).send(peyk).await;
    assert_eq!(status, 200, "{body}");
    body["user_id"].as_str().unwrap().to_owned()
}

pub const SARA_PHONE: &str = "+989120000001";
pub const IVAN_PHONE: &str = "+79160000001";
pub const OLGA_PHONE: &str = "+79160000002";

/// The World of the tests with one more grant to `echo`.
pub fn world_with_grant(person: &str, token: &str, scopes: &str) -> World {
    let mut world = harness::world();
    world.grants.push(WorldGrant {
        app: "echo".into(),
        person: person.into(),
        access_token: Secret::Plain(token.into()),
        refresh_token: None,
        scopes: scopes.split(' ').map(|word| Scope::parse(word).unwrap()).collect(),
    });
    world
}

/// A server in whose World `echo` has one more grant.
pub async fn peyk_with_grant(person: &str, token: &str, scopes: &str) -> Peyk {
    Peyk::with(world_with_grant(person, token, scopes), peyk_server::Settings::default()).await
}

/// Texts and media that a send takes or refuses; `text` is the name of the key of the text.
pub async fn takes_a_text_or_a_file(call: &Call, peyk: &Peyk, text: &str) {
    let neither = format!("{text} or media_token is required");
    let both = format!("{text} and media_token exclude each other");
    let too_long = "text must not be longer than 4096 characters";
    let emoji = |count: usize| json!({ text: "🚲".repeat(count) });
    for (body, status, code, message) in [
        (json!({}), 400, 3, neither.as_str()),
        (json!({ text: "" }), 400, 3, &neither),
        (json!({ text: null, "media_token": null }), 400, 3, &neither),
        (json!({ text: "", "media_token": "" }), 400, 3, &neither),
        (json!({ text: "hi", "media_token": "x" }), 400, 3, &both),
        (json!({ text: " \n\u{a0}" }), 400, 3, "text must not be empty"),
        (json!({ text: "a\u{0}b" }), 400, 3, "text must not contain the NUL character"),
        (emoji(4097), 400, 3, too_long),
        (json!({ text: "x".repeat(4097) }), 400, 3, too_long),
        (json!({ "media_token": "nothing" }), 404, 5, "media not found"),
        (json!({ "media_token": "a\u{0}b" }), 404, 5, "media not found"),
    ] {
        call.clone().json(body).is_refused(peyk, status, code, message).await;
    }
    call.clone().raw("").is_refused(peyk, 400, 3, &neither).await;
    call.clone().raw(" \r\n").is_refused(peyk, 400, 3, &neither).await;
    for body in [
        emoji(4096),
        json!({ text: "ش".repeat(4096), "media_token": "" }),
        json!({ text: "hi", "media_token": null, "type": "ANYTHING", "unknown": [{}] }),
    ] {
        assert_eq!(call.clone().json(body).send(peyk).await.0, 200);
    }
}
