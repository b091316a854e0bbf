//! Two servers of one database: what one takes back, the other no longer takes.

use peyk_engine::caller::{app_by_key, business_by_secret, grant_by_token};
use peyk_engine::key::{create_app_key, create_business_key, revoke_key};
use peyk_engine::oauth::introspect::revoke_token;
use peyk_engine::revoke_grant::revoke_app;
use peyk_engine::{Engine, Error};
use peyk_model::{AppId, Refusal};
use peyk_store::{Credential, Database};

use crate::harness::{BUSINESS, Peyk, START, client, engine_on};

async fn business(engine: &Engine, secret: &str) -> Result<(), Refusal> {
    let secret = secret.to_owned();
    let read = engine.read(move |context| {
        business_by_secret(context, &secret, Credential::Key)?;
        Ok(())
    });
    refusal(read.await)
}

async fn person(engine: &Engine, key: &str, token: &str) -> Result<(), Refusal> {
    let (key, token) = (key.to_owned(), token.to_owned());
    let read = engine.read(move |context| {
        let app = app_by_key(context, &key)?;
        grant_by_token(context, &app, &token)?;
        Ok(())
    });
    refusal(read.await)
}

fn refusal(answer: Result<(), Error>) -> Result<(), Refusal> {
    answer.map_err(|error| match error {
        Error::Refused(refusal) => refusal,
        Error::Broken(fault) => panic!("{fault}"),
    })
}

async fn echo(peyk: &Peyk) -> AppId {
    peyk.run(|context| Ok(context.tx.app_by_slug("echo")?.unwrap().id)).await
}

#[tokio::test]
async fn what_one_server_takes_back_the_other_refuses_at_once() {
    let peyk = Peyk::start().await;
    let Database::Postgres(_) = &peyk.database else {
        eprintln!("SKIPPED: two servers need PostgreSQL, set PEYK_TEST_POSTGRES");
        return;
    };
    let other = engine_on(&peyk.folder, &peyk.database, START, 2).await;
    let app = echo(&peyk).await;
    let shop = peyk.run(|c| create_business_key(c, BUSINESS, "shop", None, None)).await;
    let bot = peyk.run(move |c| create_app_key(c, app, "bot", None, None)).await;
    let mine = peyk.tokens("echo", "sara", "USER_ID").await.access_token;
    let hers = peyk.tokens("echo", "olga", "USER_ID").await.access_token;
    // Whatever a server may remember, both have seen all of them by now.
    for engine in [&peyk.engine, &other] {
        for _ in 0..3 {
            assert_eq!(business(engine, &shop.secret).await, Ok(()));
            assert_eq!(person(engine, &bot.secret, &mine).await, Ok(()));
            assert_eq!(person(engine, &bot.secret, &hers).await, Ok(()));
        }
    }
    peyk.run(move |context| revoke_key(context, shop.key.id)).await;
    assert_eq!(business(&other, &shop.secret).await, Err(Refusal::ApiKeyRevoked));
    let token = mine.clone();
    let revoked = peyk.run(move |c| revoke_token(c, &client("echo"), Some(&token))).await;
    assert_eq!(revoked, Ok(()));
    assert_eq!(person(&other, &bot.secret, &mine).await, Err(Refusal::TokenInvalid));
    peyk.run(move |context| {
        let olga = context.tx.person_by_handle("olga")?.unwrap().id;
        revoke_app(context, olga, app)
    })
    .await;
    assert_eq!(person(&other, &bot.secret, &hers).await, Err(Refusal::TokenInvalid));
    peyk.run(move |context| revoke_key(context, bot.key.id)).await;
    assert_eq!(person(&other, &bot.secret, &hers).await, Err(Refusal::ApiKeyRevoked));
    other.store().close();
}
