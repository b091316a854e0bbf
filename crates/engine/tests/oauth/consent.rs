//! Consent: who may ask for what, and of whom.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use peyk_engine::oauth::authorize::{Asked, Asking, approve, ask, refuse};
use peyk_model::OauthRefusal;

use crate::harness::{
    BOT_CHAT, CHAT, LIVE_CHAT, LIVE_POST, OTHER_BOT_CHAT, POST, Peyk, REDIRECT, asked,
};

async fn asking(peyk: &Peyk, asked: Asked) -> Result<Asking, OauthRefusal> {
    peyk.run(move |context| ask(context, &asked)).await
}

/// Who could allow this, or why nobody may be asked.
async fn who(peyk: &Peyk, app: &str, scope: &str) -> Result<Vec<String>, OauthRefusal> {
    let asking = asking(peyk, asked(app, scope)).await.unwrap();
    let people = asking.wish?.people;
    Ok(people.into_iter().map(|person| person.handle).collect())
}

async fn approved(peyk: &Peyk, app: &str, scope: &str, person: &str) -> Result<(), OauthRefusal> {
    let (asked, person) = (asked(app, scope), person.to_owned());
    let told = peyk.run(move |context| approve(context, &asked, &person)).await.unwrap();
    assert_eq!(told.redirect_uri, REDIRECT);
    told.code.map(|code| {
        assert!(code.len() == 64 && code.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    })
}

fn not_involved(scope: &str) -> Result<(), OauthRefusal> {
    Err(OauthRefusal::NotInvolved(scope.to_owned()))
}

#[tokio::test]
async fn a_conversation_is_opened_by_its_two_people_only() {
    let peyk = Peyk::start().await;
    let scope = format!("CONVERSATION_SEND_MESSAGE.{CHAT}");
    assert_eq!(who(&peyk, "echo", &scope).await.unwrap(), ["ivan", "sara"]);
    assert_eq!(approved(&peyk, "echo", &scope, "ivan").await, Ok(()));
    assert_eq!(approved(&peyk, "echo", &scope, "sara").await, Ok(()));
    assert_eq!(approved(&peyk, "echo", &scope, "olga").await, not_involved(&scope));
    let nobody = approved(&peyk, "echo", &scope, "nobody").await;
    assert_eq!(nobody, Err(OauthRefusal::PersonUnknown));
}

#[tokio::test]
async fn a_post_is_opened_by_its_seller_only() {
    let peyk = Peyk::start().await;
    for name in ["CHAT_POST_CONVERSATIONS_READ", "CHAT_POST_CONVERSATIONS_MESSAGE_SEND"] {
        let scope = format!("{name}.{POST}");
        assert_eq!(who(&peyk, "echo", &scope).await.unwrap(), ["sara"]);
        assert_eq!(approved(&peyk, "echo", &scope, "sara").await, Ok(()));
        assert_eq!(approved(&peyk, "echo", &scope, "ivan").await, not_involved(&scope));
    }
}

#[tokio::test]
async fn several_things_are_opened_by_who_has_a_part_in_all() {
    let peyk = Peyk::start().await;
    let both = format!("CHAT_CONVERSATION_READ.{CHAT} CHAT_CONVERSATION_READ.{BOT_CHAT}");
    assert_eq!(who(&peyk, "echo", &both).await.unwrap(), ["ivan"]);
    let neither = format!("CHAT_POST_CONVERSATIONS_READ.{POST} CHAT_CONVERSATION_READ.{BOT_CHAT}");
    assert!(who(&peyk, "echo", &neither).await.unwrap().is_empty());
    assert_eq!(who(&peyk, "echo", "USER_ID").await.unwrap(), ["sara", "ivan", "olga"]);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_told_from_what_is_anothers() {
    let peyk = Peyk::start().await;
    for scope in [
        "CHAT_CONVERSATION_READ.no-such-conversation".to_owned(),
        "CHAT_POST_CONVERSATIONS_READ.nopost".to_owned(),
        format!("CHAT_CONVERSATION_READ.{OTHER_BOT_CHAT}"),
        "CHAT_MESSAGE_SEND.bm90aGluZw".to_owned(),
    ] {
        let refused = who(&peyk, "echo", &scope).await.map(drop);
        assert_eq!(refused, not_involved(&scope));
    }
}

#[tokio::test]
async fn a_development_app_asks_for_development_posts_only() {
    let peyk = Peyk::start().await;
    for scope in [
        format!("CONVERSATION_SEND_MESSAGE.{LIVE_CHAT}"),
        format!("CHAT_POST_CONVERSATIONS_READ.{LIVE_POST}"),
    ] {
        let refused = who(&peyk, "echo", &scope).await;
        assert_eq!(refused, Err(OauthRefusal::StageMismatch(scope)));
    }
    let scope = format!("CONVERSATION_SEND_MESSAGE.{LIVE_CHAT}");
    assert_eq!(approved(&peyk, "live", &scope, "sara").await, Ok(()));
}

#[tokio::test]
async fn a_production_app_asks_only_for_what_it_has() {
    let peyk = Peyk::start().await;
    for word in ["USER_PHONE", "offline_access"] {
        let refused = who(&peyk, "live", word).await;
        assert_eq!(refused, Err(OauthRefusal::ScopeNotOfApp(word.into())));
    }
}

#[tokio::test]
async fn the_oldest_scope_names_its_post_and_its_people() {
    let peyk = Peyk::start().await;
    let (sara, ivan, olga) = peyk
        .run(|context| {
            let app = context.tx.app_by_slug("echo")?.unwrap().id;
            let mut id = |handle: &str| {
                let person = context.tx.person_by_handle(handle).unwrap().unwrap().id;
                context.keyring.user_id(app, person)
            };
            Ok((id("sara"), id("ivan"), id("olga")))
        })
        .await;
    let scope = |encoded: String| format!("CHAT_MESSAGE_SEND.{encoded}");
    let wide = scope(STANDARD.encode(format!("{sara}:{POST}:{ivan}")));
    assert_eq!(approved(&peyk, "echo", &wide, "sara").await, Ok(()));
    assert_eq!(approved(&peyk, "echo", &wide, "ivan").await, not_involved(&wide));
    let safe = scope(URL_SAFE.encode(format!("{olga}:{POST}:{sara}")));
    assert_eq!(approved(&peyk, "echo", &safe, "olga").await, Ok(()));
    let strangers = scope(STANDARD.encode(format!("{olga}:{POST}:{ivan}")));
    assert_eq!(approved(&peyk, "echo", &strangers, "olga").await, not_involved(&strangers));
    let alone = scope(STANDARD.encode(format!("{sara}:{POST}:{sara}")));
    assert_eq!(approved(&peyk, "echo", &alone, "sara").await, not_involved(&alone));
}

#[tokio::test]
async fn nothing_is_told_to_an_address_that_is_not_the_apps() {
    let peyk = Peyk::start().await;
    let good = asked("echo", "USER_ID");
    for (asked, refusal) in [
        (Asked { client_id: None, ..good.clone() }, OauthRefusal::Missing("client_id")),
        (Asked { client_id: Some("ECHO".into()), ..good.clone() }, OauthRefusal::ClientUnknown),
        (Asked { redirect_uri: None, ..good.clone() }, OauthRefusal::Missing("redirect_uri")),
        (
            Asked { redirect_uri: Some(format!("{REDIRECT}/x")), ..good.clone() },
            OauthRefusal::RedirectNotRegistered,
        ),
        (
            Asked { redirect_uri: Some("https://live.example/back".into()), ..good.clone() },
            OauthRefusal::RedirectNotRegistered,
        ),
    ] {
        let approved = asked.clone();
        assert_eq!(asking(&peyk, asked).await, Err(refusal.clone()));
        let told = peyk.run(move |context| approve(context, &approved, "sara")).await;
        assert_eq!(told, Err(refusal));
    }
}

#[tokio::test]
async fn what_is_asked_wrongly_is_told_at_the_apps_address() {
    let peyk = Peyk::start().await;
    let good = asked("echo", "USER_ID");
    for (asked, refusal) in [
        (Asked { response_type: None, ..good.clone() }, OauthRefusal::Missing("response_type")),
        (
            Asked { response_type: Some("token".into()), ..good.clone() },
            OauthRefusal::ResponseTypeUnsupported,
        ),
        (
            Asked { code_challenge: Some("short".into()), ..good.clone() },
            OauthRefusal::ChallengeMalformed,
        ),
        (
            Asked { scope: Some("USER_ID admin".into()), ..good.clone() },
            OauthRefusal::ScopeUnknown("admin".into()),
        ),
    ] {
        let refused = asked.clone();
        let told = peyk.run(move |context| approve(context, &asked, "sara")).await.unwrap();
        assert_eq!(told.code, Err(refusal.clone()));
        let told = peyk.run(move |context| refuse(context, &refused)).await.unwrap();
        assert_eq!(told.code, Err(refusal));
    }
    let told = peyk.run(move |context| refuse(context, &good)).await.unwrap();
    assert_eq!(told.code, Err(OauthRefusal::RefusedByPerson));
}
