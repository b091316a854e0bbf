//! Keys: made, restricted, rotated, revoked, and how many there may be.

use std::time::Duration;

use peyk_engine::Error;
use peyk_engine::business_token::tokens_of;
use peyk_engine::caller::{app_by_key, business_by_secret};
use peyk_engine::key::{
    KeyChange, MadeKey, change_key, create_app_key, create_business_key, keys_of, revoke_key,
    rotate_key,
};
use peyk_model::limits::LIVE_KEYS_MAX;
use peyk_model::{ApiKeyId, KeyOwner, KeyScope, Party, Permission, Refusal, Timestamp};
use peyk_store::{Credential, NewKey};

use crate::harness::{BUSINESS, Peyk, START};

async fn made(peyk: &Peyk) -> MadeKey {
    peyk.run(|context| create_business_key(context, BUSINESS, "main", None, None)).await
}

async fn shown(peyk: &Peyk, secret: &str) -> Result<Vec<KeyScope>, Refusal> {
    let secret = secret.to_owned();
    let read = peyk
        .engine
        .read(move |context| Ok(business_by_secret(context, &secret, Credential::Key)?.scopes));
    refusal(read.await)
}

fn refusal<T>(answer: Result<T, Error>) -> Result<T, Refusal> {
    answer.map_err(|error| match error {
        Error::Refused(refusal) => refusal,
        Error::Broken(fault) => panic!("{fault}"),
    })
}

#[tokio::test]
async fn a_key_of_a_business_has_the_published_shape() {
    let peyk = Peyk::start().await;
    let MadeKey { key, secret } = made(&peyk).await;
    let parts: Vec<_> = secret.split(':').collect();
    assert_eq!((parts[0], parts[1].len(), parts[2].len()), ("ACMA", 40, 8));
    assert!(parts[1].bytes().all(|byte| byte.is_ascii_alphanumeric()));
    assert!(parts[2].bytes().all(|byte| b"0123456789abcdef".contains(&byte)));
    assert_eq!((key.name.as_str(), key.created_at), ("main", START));
    assert_eq!(shown(&peyk, &secret).await, Ok(vec![KeyScope::AllMethods]));
}

#[tokio::test]
async fn a_key_is_renamed_restricted_and_ended() {
    let peyk = Peyk::start().await;
    let MadeKey { key, secret } = made(&peyk).await;
    let change = KeyChange {
        name: Some(" chats ".into()),
        allows: Some(vec!["communication".into()]),
        expires_at: Some(Some(START.after(Duration::from_secs(60)))),
    };
    let changed = peyk.run(move |context| change_key(context, key.id, &change)).await;
    assert_eq!(changed.name, "chats");
    assert_eq!(shown(&peyk, &secret).await, Ok(vec![KeyScope::Communication]));
    peyk.pass(59);
    assert!(shown(&peyk, &secret).await.is_ok());
    peyk.pass(1);
    assert_eq!(shown(&peyk, &secret).await, Err(Refusal::ApiKeyExpired));
}

#[tokio::test]
async fn a_rotated_key_works_until_the_overlap_is_over() {
    let peyk = Peyk::start().await;
    let old = made(&peyk).await;
    let id = old.key.id;
    let new = peyk.run(move |context| rotate_key(context, id, Duration::from_secs(3600))).await;
    assert_ne!(new.secret, old.secret);
    assert_eq!(new.key.owner, old.key.owner);
    peyk.pass(3599);
    assert!(shown(&peyk, &old.secret).await.is_ok() && shown(&peyk, &new.secret).await.is_ok());
    peyk.pass(1);
    assert_eq!(shown(&peyk, &old.secret).await, Err(Refusal::ApiKeyExpired));
    assert!(shown(&peyk, &new.secret).await.is_ok());
    let again = peyk.engine.write(move |context| rotate_key(context, id, Duration::ZERO)).await;
    assert_eq!(refusal(again).err(), Some(Refusal::ApiKeyExpired));
}

#[tokio::test]
async fn a_revoked_key_stops_at_once_and_for_ever() {
    let peyk = Peyk::start().await;
    let MadeKey { key, secret } = made(&peyk).await;
    let id = key.id;
    let revoked = peyk.run(move |context| revoke_key(context, id)).await;
    assert_eq!(revoked.revoked_at, Some(START));
    assert_eq!(shown(&peyk, &secret).await, Err(Refusal::ApiKeyRevoked));
    peyk.pass(60);
    assert_eq!(peyk.run(move |context| revoke_key(context, id)).await, revoked);
    let again = peyk.engine.write(move |context| rotate_key(context, id, Duration::ZERO)).await;
    assert_eq!(refusal(again).err(), Some(Refusal::ApiKeyRevoked));
    let none = peyk.engine.write(|context| revoke_key(context, ApiKeyId(999))).await;
    assert!(matches!(refusal(none), Err(Refusal::NotFound { .. })));
}

#[tokio::test]
async fn thirty_keys_work_and_one_more_is_refused_until_one_ends() {
    let peyk = Peyk::start().await;
    let first = made(&peyk).await.key.id;
    for _ in 1..LIVE_KEYS_MAX {
        made(&peyk).await;
    }
    let create =
        || peyk.engine.write(|context| create_business_key(context, BUSINESS, "more", None, None));
    let more = create().await;
    assert_eq!(refusal(more).err(), Some(Refusal::TooManyKeys));
    let overlapping =
        peyk.engine.write(move |context| rotate_key(context, first, Duration::from_secs(1)));
    assert_eq!(refusal(overlapping.await).err(), Some(Refusal::TooManyKeys));
    peyk.run(move |context| rotate_key(context, first, Duration::ZERO)).await;
    let list = peyk.run(|context| keys_of(context, Party::Business(BUSINESS))).await;
    let last = list.last().unwrap().id;
    peyk.run(move |context| revoke_key(context, last)).await;
    made(&peyk).await;
    assert!(create().await.is_err());
    let revive = KeyChange { expires_at: Some(None), ..KeyChange::default() };
    let revived = peyk.engine.write(move |context| change_key(context, first, &revive)).await;
    assert_eq!(refusal(revived).err(), Some(Refusal::TooManyKeys));
}

#[tokio::test]
async fn a_key_of_an_app_has_some_of_its_apps_permissions() {
    let peyk = Peyk::start().await;
    let create = |words: &'static [&str]| {
        let words: Vec<_> = words.iter().map(ToString::to_string).collect();
        peyk.engine.write(move |context| {
            let app = context.tx.app_by_slug("live")?.unwrap().id;
            create_app_key(context, app, "key", Some(&words), None)
        })
    };
    assert!(create(&["CHAT_BOT_SEND_MESSAGE"]).await.is_ok());
    let beyond = refusal(create(&["USER_RETRIEVE"]).await).err();
    assert_eq!(beyond, Some(Refusal::PermissionNotOfApp(Permission::RetrieveUser)));
    let unknown = refusal(create(&["FLY"]).await).err();
    assert_eq!(unknown, Some(Refusal::PermissionUnknown("FLY".into())));
    let key = peyk.run(|context| {
        let app = context.tx.app_by_slug("live")?.unwrap().id;
        create_app_key(context, app, "key", None, None)
    });
    let secret = key.await.secret;
    let caller = peyk.run(move |context| app_by_key(context, &secret)).await;
    assert!(caller.require(Permission::BotSendMessage).is_ok());
    assert!(caller.require(Permission::RetrieveUser).is_err());
}

#[tokio::test]
async fn when_a_key_was_last_shown_is_written_down_at_the_next_flush() {
    let peyk = Peyk::start().await;
    let MadeKey { key, secret } = made(&peyk).await;
    let last_used = || async {
        let id = key.id;
        peyk.run(move |context| Ok(context.tx.key(id)?.unwrap().last_used_at)).await
    };
    assert_eq!(last_used().await, None);
    peyk.pass(10);
    shown(&peyk, &secret).await.unwrap();
    peyk.pass(10);
    shown(&peyk, &secret).await.unwrap();
    assert_eq!(last_used().await, None, "a request writes nothing");
    peyk.engine.flush().await.unwrap();
    assert_eq!(last_used().await, Some(Timestamp(START.0 + 20_000_000)));
}

#[tokio::test]
async fn a_token_of_a_businesss_user_is_no_key() {
    let peyk = Peyk::start().await;
    let id = peyk.run(|context| {
        let owner = KeyOwner::Business(BUSINESS, vec![KeyScope::AllMethods]);
        let new = NewKey {
            secret_hash: &[7; 32],
            credential: Credential::Token,
            name: "token",
            owner: &owner,
            expires_at: None,
        };
        Ok(context.tx.upsert_key(&new, context.now)?)
    });
    let id = id.await;
    let expected = Some(Refusal::TokenIsNoKey { business: BUSINESS, token: id });
    let rotated = peyk.engine.write(move |context| rotate_key(context, id, Duration::ZERO)).await;
    assert_eq!(refusal(rotated).err(), expected);
    let revoked = peyk.engine.write(move |context| revoke_key(context, id)).await;
    assert_eq!(refusal(revoked).err(), expected);
    let tokens = peyk.run(|context| tokens_of(context, BUSINESS)).await;
    assert!(tokens.len() == 1 && tokens[0].is_live(START), "{tokens:?}");
    assert!(peyk.run(|context| keys_of(context, Party::Business(BUSINESS))).await.is_empty());
}
