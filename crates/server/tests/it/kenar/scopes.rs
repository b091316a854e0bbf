//! Every operation with every scope that allows it: on its resource, on another, and without.
//!
//! Keys and grants are independent: what the key may not do no scope allows, and the other way.

use std::collections::BTreeSet;

use peyk_engine::world::{Secret, World, WorldGrant, WorldKey};
use peyk_model::scope::BoundTo;
use peyk_model::{Permission, Scope, ScopeName};
use peyk_server::Settings;
use peyk_wire::Operation;
use peyk_wire::kenar::{self, OPERATIONS};
use serde_json::{Value, json};

use super::legacy_send_message::base64;
use super::{Call, IVAN_PHONE, OLGA_PHONE, SARA_PHONE, user_id};
use crate::harness::{APP_KEY, BOT_CHAT, LIVE_CHAT, LIVE_POST, POST, POST_CHAT, Peyk, world};

const ALL_SEND: &str = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND";
const ALL_READ: &str = "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ";
const BOT_SEND: &str = "CHAT_BOT_USER_MESSAGE_SEND";

/// An operation and what a person must have allowed.
struct Row {
    operation: Operation,
    call: Call,
    /// Who has the right to allow it.
    person: &'static str,
    /// Each is enough.
    scopes: Vec<Allowed>,
    /// The answer to a token that allows everything but these; none where the key is enough.
    without: Option<Refused>,
}

/// A scope that is enough, and where the same scope is not.
struct Allowed {
    scope: String,
    elsewhere: Option<(&'static str, String, Refused)>,
}

type Refused = (u16, Value);

fn denied(alternatives: &[&str]) -> Refused {
    (
        403,
        json!({ "code": 7, "message": format!("permission denied: {}", alternatives.join(" or ")) }),
    )
}

fn access_denied() -> Refused {
    (403, json!({ "code": 7, "message": "access denied" }))
}

fn no_post() -> Refused {
    (404, json!({ "code": 5, "message": "post not found" }))
}

fn everywhere(scope: &str) -> Allowed {
    Allowed { scope: scope.to_owned(), elsewhere: None }
}

fn on(scope: &str, person: &'static str, other: &str, refused: &Refused) -> Allowed {
    let elsewhere = Some((person, other.to_owned(), refused.clone()));
    Allowed { scope: scope.to_owned(), elsewhere }
}

/// The ids under which `echo` knows people. They depend on nothing but the server's secret and
/// the order of the World.
struct Ids {
    sara: String,
    ivan: String,
    olga: String,
}

async fn ids() -> Ids {
    let peyk = Peyk::start().await;
    let ids = Ids {
        sara: user_id(&peyk, APP_KEY, SARA_PHONE).await,
        ivan: user_id(&peyk, APP_KEY, IVAN_PHONE).await,
        olga: user_id(&peyk, APP_KEY, OLGA_PHONE).await,
    };
    peyk.stop().await;
    ids
}

fn post(operation: &Operation, values: &[(&str, &str)], body: Value) -> Call {
    Call::post(operation.path(values), body)
}

fn of_bots(ids: &Ids) -> [Row; 2] {
    let body = json!({ "text_message": "hi" });
    let chat = kenar::bot_send_message::OPERATION;
    let user = kenar::bot_send_message_to_user::OPERATION;
    [
        Row {
            call: post(&chat, &[("conversation_id", BOT_CHAT)], body.clone()),
            operation: chat,
            person: "ivan",
            scopes: vec![everywhere(BOT_SEND)],
            without: None,
        },
        Row {
            call: post(&user, &[("user_id", &ids.ivan)], body),
            operation: user,
            person: "ivan",
            scopes: vec![on(BOT_SEND, "sara", BOT_SEND, &access_denied())],
            without: Some(denied(&[BOT_SEND])),
        },
    ]
}

fn of_conversations(ids: &Ids) -> [Row; 3] {
    let [send, read, old] = [
        kenar::conversation_send_message::OPERATION,
        kenar::get_conversation::OPERATION,
        kenar::legacy_send_message::OPERATION,
    ];
    let here = format!("CONVERSATION_SEND_MESSAGE.{POST_CHAT}");
    let there = format!("CONVERSATION_SEND_MESSAGE.{LIVE_CHAT}");
    let of_post = |post: &str| format!("CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{post}");
    let reading = |chat: &str| format!("CHAT_CONVERSATION_READ.{chat}");
    let talk = |peer: &str| about_post(&ids.sara, peer);
    let as_seller = denied(&[&here, &of_post(POST), ALL_SEND]);
    let without_send = denied(&[&here, ALL_SEND]);
    let without_old = denied(&[&talk(&ids.ivan), ALL_SEND]);
    let old_body = json!({
        "user_id": ids.sara, "peer_id": ids.ivan, "post_token": POST, "message": "hi",
    });
    [
        Row {
            call: post(&send, &[("conversation_id", POST_CHAT)], json!({ "message": "hi" })),
            operation: send,
            person: "sara",
            scopes: vec![
                on(&here, "sara", &there, &without_send),
                on(&of_post(POST), "sara", &of_post(LIVE_POST), &as_seller),
                // Whoever buys has no conversations of a supplier.
                on(ALL_SEND, "ivan", ALL_SEND, &denied(&[&here])),
            ],
            without: Some(without_send),
        },
        Row {
            call: Call::get(read.path(&[("conversation_id", POST_CHAT)])),
            operation: read,
            person: "sara",
            scopes: vec![on(
                &reading(POST_CHAT),
                "sara",
                &reading(LIVE_CHAT),
                &denied(&[&reading(POST_CHAT)]),
            )],
            without: Some(denied(&[&reading(POST_CHAT)])),
        },
        Row {
            call: post(&old, &[], old_body),
            operation: old,
            person: "sara",
            scopes: vec![
                on(&talk(&ids.ivan), "sara", &talk(&ids.olga), &without_old),
                on(ALL_SEND, "ivan", ALL_SEND, &access_denied()),
            ],
            without: Some(without_old),
        },
    ]
}

fn about_post(user: &str, peer: &str) -> String {
    format!("CHAT_MESSAGE_SEND.{}", base64(&format!("{user}:{POST}:{peer}"), [b'+', b'/'], "="))
}

fn of_events() -> [Row; 4] {
    let subscribe = kenar::register_event_subscription::OPERATION;
    let old = kenar::legacy_post_conversations::OPERATION;
    let of_post = |post: &str| format!("CHAT_POST_CONVERSATIONS_READ.{post}");
    let (here, there) = (of_post(POST), of_post(LIVE_POST));
    let either = denied(&[&here, ALL_READ]);
    let scopes =
        || vec![on(&here, "sara", &there, &either), on(ALL_READ, "ivan", ALL_READ, &no_post())];
    let row = |body: Value, scopes, without| Row {
        call: post(&subscribe, &[], body),
        operation: subscribe,
        person: "sara",
        scopes,
        without: Some(without),
    };
    let messages = "NEW_MESSAGE_ON_POST";
    let old_body = json!({
        "post_token": POST, "endpoint": "http://127.0.0.1:9/old", "identification_key": "word",
    });
    [
        row(json!({ "event_type": messages, "event_resource_id": POST }), scopes(), either.clone()),
        row(
            json!({ "event_type": messages }),
            vec![on(ALL_READ, "sara", &here, &denied(&[ALL_READ]))],
            denied(&[ALL_READ]),
        ),
        row(
            json!({ "event_type": "POST_UPDATE", "event_resource_id": POST }),
            vec![on("USER_POSTS_GET", "ivan", "USER_POSTS_GET", &no_post())],
            denied(&["USER_POSTS_GET"]),
        ),
        Row {
            call: post(&old, &[], old_body),
            operation: old,
            person: "sara",
            scopes: scopes(),
            without: Some(either.clone()),
        },
    ]
}

fn of_people() -> [Row; 4] {
    let [get, old] = [kenar::get_user::OPERATION, kenar::get_user::LEGACY_OPERATION];
    let [phone, upload] =
        [kenar::get_user_id_by_phone::OPERATION, kenar::generate_upload_token::OPERATION];
    let row = |operation: Operation, call| Row {
        operation,
        call,
        person: "ivan",
        scopes: operation.scopes.iter().map(|scope| everywhere(scope)).collect(),
        without: (!operation.scopes.is_empty()).then(|| denied(operation.scopes)),
    };
    [
        row(get, Call::get(get.path(&[]))),
        row(old, post(&old, &[], json!({}))),
        row(phone, post(&phone, &[], json!({ "phone": IVAN_PHONE }))),
        row(upload, post(&upload, &[], json!({}))),
    ]
}

/// A person's token for some scopes, and the answer to it; none is 200 and whatever it says.
struct Trial {
    person: &'static str,
    scopes: Vec<Scope>,
    refused: Option<Refused>,
}

impl Row {
    fn scope_names(&self) -> BTreeSet<&str> {
        self.scopes.iter().map(|allowed| name(&allowed.scope)).collect()
    }

    /// Everything but what is enough, on the resources on which it would be.
    fn all_others(&self, ids: &Ids) -> Vec<Scope> {
        let enough = self.scope_names();
        let others = ScopeName::ALL.iter().filter(|each| !enough.contains(each.word()));
        let scope = |each: &ScopeName| match each.bound_to() {
            BoundTo::Nothing => Scope::plain(*each),
            BoundTo::Conversation => Scope::on(*each, POST_CHAT),
            // What is enough for the post is enough for its conversation.
            BoundTo::Post => Scope::on(*each, POST),
            BoundTo::PostAndPeople => {
                Scope::parse(&about_post(&ids.sara, &ids.ivan)).expect("a scope")
            }
            BoundTo::Other => Scope::on(*each, "x"),
        };
        others.map(scope).collect()
    }

    fn trials(&self, ids: &Ids) -> Vec<Trial> {
        let one = |scope: &str| vec![Scope::parse(scope).unwrap()];
        let mut trials = Vec::new();
        for Allowed { scope, elsewhere } in &self.scopes {
            trials.push(Trial { person: self.person, scopes: one(scope), refused: None });
            if let Some((person, scope, refused)) = elsewhere {
                trials.push(Trial { person, scopes: one(scope), refused: Some(refused.clone()) });
            }
        }
        let (scopes, refused) = (self.all_others(ids), self.without.clone());
        trials.push(Trial { person: self.person, scopes, refused });
        trials
    }
}

fn name(scope: &str) -> &str {
    scope.split_once('.').map_or(scope, |(name, _)| name)
}

fn token(row: usize, trial: usize) -> String {
    format!("ory_at_{row}_{trial}")
}

fn only(permission: Permission) -> String {
    format!("only-{}", permission.word())
}

fn all_but(permission: Permission) -> String {
    format!("all-but-{}", permission.word())
}

/// The World of the tests with a token for each trial, and two keys for each permission.
fn world_of(trials: &[Vec<Trial>]) -> World {
    let mut world = world();
    for (row, trials) in trials.iter().enumerate() {
        world.grants.extend(trials.iter().enumerate().map(|(index, trial)| WorldGrant {
            app: "echo".into(),
            person: trial.person.into(),
            access_token: Secret::Plain(token(row, index)),
            refresh_token: None,
            scopes: trial.scopes.clone(),
        }));
    }
    let key = |secret: String, allows: Vec<Permission>| WorldKey {
        secret: Secret::Plain(secret),
        name: "key".into(),
        allows,
        revoked: false,
    };
    for this in Permission::ALL {
        let others = Permission::ALL.iter().filter(|each| *each != this).copied();
        let keys = &mut world.apps[0].api_keys;
        keys.extend([key(only(*this), vec![*this]), key(all_but(*this), others.collect())]);
    }
    world
}

#[tokio::test]
async fn each_scope_allows_its_operations_on_its_resource_under_a_key_that_may() {
    let ids = ids().await;
    let mut rows = Vec::from(of_people());
    rows.extend(of_bots(&ids));
    rows.extend(of_conversations(&ids));
    rows.extend(of_events());
    let trials: Vec<_> = rows.iter().map(|row| row.trials(&ids)).collect();
    let peyk = Peyk::with(world_of(&trials), Settings::default()).await;
    for (index, (row, trials)) in rows.iter().zip(&trials).enumerate() {
        let permission = Permission::parse(row.operation.permission.unwrap()).unwrap();
        for (number, trial) in trials.iter().enumerate() {
            let call = row.call.clone().token(&token(index, number));
            // Under a key that may do nothing else, the token alone decides.
            let found = call.clone().key(&only(permission)).send(&peyk).await;
            match &trial.refused {
                None => assert_eq!(found.0, 200, "{call:?} {:?}: {}", trial.scopes, found.1),
                Some(refused) => assert_eq!(found, *refused, "{call:?} {:?}", trial.scopes),
            }
            // Under a key that may do everything else, no token helps.
            let found = call.clone().key(&all_but(permission)).send(&peyk).await;
            assert_eq!(found, denied(&[permission.word()]), "{call:?}");
        }
    }
    peyk.stop().await;
    every_published_scope_was_tried(&rows);
}

fn every_published_scope_was_tried(rows: &[Row]) {
    for operation in OPERATIONS.iter().filter(|operation| operation.permission.is_some()) {
        let of_this = rows.iter().filter(|row| row.operation.name == operation.name);
        let tried: BTreeSet<_> = of_this.clone().flat_map(Row::scope_names).collect();
        let published: BTreeSet<_> = operation.scopes.iter().map(|scope| name(scope)).collect();
        assert!(of_this.count() > 0 && published.is_subset(&tried), "{}", operation.name);
    }
}
