//! Tokens: how they are got, how long they work, and what ends them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use peyk_engine::oauth::Client;
use peyk_engine::oauth::authorize::{Asked, approve};
use peyk_engine::oauth::introspect::{introspect, revoke_token};
use peyk_engine::oauth::token::{CodeShown, Tokens, exchange_code, refresh};
use peyk_engine::revoke_grant::{revoke_app, revoke_grant_by_id};
use peyk_model::OauthRefusal;
use sha2::{Digest, Sha256};

use crate::harness::{Peyk, asked, client, shown};

fn refused(answer: Result<Tokens, OauthRefusal>) -> OauthRefusal {
    match answer {
        Ok(_) => panic!("tokens were given"),
        Err(refusal) => refusal,
    }
}

fn has_shape(token: &str, prefix: &str) -> bool {
    let fits = |part: &str| {
        part.len() == 43 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let parts = token.strip_prefix(prefix).and_then(|rest| rest.split_once('.'));
    parts.is_some_and(|(left, right)| fits(left) && fits(right))
}

#[tokio::test]
async fn a_code_becomes_tokens_and_only_offline_access_brings_a_refresh_token() {
    let peyk = Peyk::start().await;
    let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    assert!(has_shape(&tokens.access_token, "ory_at_"));
    assert!(has_shape(tokens.refresh_token.as_deref().unwrap(), "ory_rt_"));
    assert!(peyk.works(&tokens.access_token).await);
    let tokens = peyk.tokens("echo", "sara", "USER_ID").await;
    assert!(tokens.refresh_token.is_none());
}

#[tokio::test]
async fn a_code_works_for_ten_minutes() {
    let peyk = Peyk::start().await;
    let (early, late) =
        (peyk.code("echo", "sara", "USER_ID").await, peyk.code("echo", "sara", "USER_ID").await);
    peyk.pass(599);
    assert!(peyk.exchange("echo", &early).await.is_ok());
    peyk.pass(1);
    assert_eq!(refused(peyk.exchange("echo", &late).await), OauthRefusal::CodeInvalid);
}

#[tokio::test]
async fn a_code_that_comes_again_takes_back_what_it_gave() {
    let peyk = Peyk::start().await;
    let code = peyk.code("echo", "sara", "USER_ID offline_access").await;
    let tokens = peyk.exchange("echo", &code).await.unwrap();
    let next = peyk.refresh("echo", tokens.refresh_token.as_deref().unwrap()).await.unwrap();
    peyk.pass(3600);
    assert_eq!(refused(peyk.exchange("live", &code).await), OauthRefusal::CodeInvalid);
    assert_eq!(refused(peyk.exchange("echo", &code).await), OauthRefusal::CodeReused);
    assert!(!peyk.works(&next.access_token).await);
    let again = peyk.refresh("echo", next.refresh_token.as_deref().unwrap()).await;
    assert_eq!(refused(again), OauthRefusal::RefreshInvalid);
}

#[tokio::test]
async fn a_code_belongs_to_its_app_its_address_and_its_secret() {
    let peyk = Peyk::start().await;
    let code = peyk.code("echo", "sara", "USER_ID").await;
    assert_eq!(refused(peyk.exchange("live", &code).await), OauthRefusal::CodeInvalid);
    let nobody = OauthRefusal::ClientNotAuthenticated;
    let redirect = |address: Option<&str>| CodeShown {
        redirect_uri: address.map(str::to_owned),
        ..shown(&code)
    };
    let other = redirect(Some("https://echo.example/back"));
    let secret =
        |secret: Option<&str>| Client { secret: secret.map(str::to_owned), ..client("echo") };
    for (client, shown, refusal) in [
        (secret(Some("wrong")), shown(&code), nobody.clone()),
        (secret(None), shown(&code), nobody.clone()),
        (Client { id: Some("nobody".into()), ..client("echo") }, shown(&code), nobody.clone()),
        (Client::default(), shown(&code), nobody),
        (client("echo"), other, OauthRefusal::RedirectDiffers),
        (client("echo"), redirect(None), OauthRefusal::Missing("redirect_uri")),
        (client("echo"), CodeShown { code: None, ..shown(&code) }, OauthRefusal::Missing("code")),
    ] {
        let answer = peyk.run(move |context| exchange_code(context, &client, &shown)).await;
        assert_eq!(refused(answer), refusal);
    }
    assert!(peyk.exchange("echo", &code).await.is_ok(), "mistakes did not use it up");
}

async fn exchanged(
    peyk: &Peyk,
    challenge: Option<&str>,
    method: Option<&str>,
    verifier: Option<&str>,
) -> Result<(), OauthRefusal> {
    let asked = Asked {
        code_challenge: challenge.map(str::to_owned),
        code_challenge_method: method.map(str::to_owned),
        ..asked("echo", "USER_ID")
    };
    let told = peyk.run(move |context| approve(context, &asked, "sara")).await;
    let code = told.unwrap().code.unwrap();
    let shown = CodeShown { verifier: verifier.map(str::to_owned), ..shown(&code) };
    let client = client("echo");
    peyk.run(move |context| exchange_code(context, &client, &shown)).await.map(drop)
}

#[tokio::test]
async fn a_challenge_is_met_by_its_verifier_only_and_cannot_be_taken_away() {
    let peyk = Peyk::start().await;
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let sha = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    // The example of RFC 7636, appendix B.
    assert_eq!(sha, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    let wrong = Err(OauthRefusal::VerifierWrong);
    assert_eq!(exchanged(&peyk, Some(&sha), Some("S256"), Some(verifier)).await, Ok(()));
    assert_eq!(exchanged(&peyk, Some(verifier), Some("plain"), Some(verifier)).await, Ok(()));
    assert_eq!(exchanged(&peyk, Some(verifier), None, Some(verifier)).await, Ok(()));
    assert_eq!(exchanged(&peyk, Some(&sha), Some("S256"), None).await, wrong);
    assert_eq!(exchanged(&peyk, Some(&sha), Some("S256"), Some(&sha)).await, wrong);
    assert_eq!(exchanged(&peyk, Some(&sha), Some("plain"), Some(verifier)).await, wrong);
    assert_eq!(exchanged(&peyk, None, None, Some(verifier)).await, wrong);
    assert_eq!(exchanged(&peyk, Some(&sha), Some("S256"), Some("short")).await, wrong);
}

#[tokio::test]
async fn an_access_token_works_for_an_hour() {
    let peyk = Peyk::start().await;
    let token = peyk.tokens("echo", "sara", "USER_ID").await.access_token;
    peyk.pass(3599);
    assert!(peyk.works(&token).await);
    peyk.pass(1);
    assert!(!peyk.works(&token).await);
}

#[tokio::test]
async fn a_refresh_token_works_for_thirty_days() {
    let peyk = Peyk::start().await;
    let day = 24 * 3600;
    let first = peyk.tokens("echo", "sara", "offline_access").await.refresh_token.unwrap();
    peyk.pass(30 * day - 1);
    let second = peyk.refresh("echo", &first).await.unwrap().refresh_token.unwrap();
    peyk.pass(30 * day);
    assert_eq!(refused(peyk.refresh("echo", &second).await), OauthRefusal::RefreshInvalid);
}

#[tokio::test]
async fn a_replaced_pair_works_for_two_more_minutes_and_its_later_use_ends_everything() {
    let peyk = Peyk::start().await;
    let old = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    let old_refresh = old.refresh_token.unwrap();
    let new = peyk.refresh("echo", &old_refresh).await.unwrap();
    assert_ne!(new.access_token, old.access_token);
    assert_ne!(new.refresh_token.as_deref(), Some(old_refresh.as_str()));
    peyk.pass(119);
    assert!(peyk.works(&old.access_token).await && peyk.works(&new.access_token).await);
    let twin = peyk.refresh("echo", &old_refresh).await.unwrap();
    peyk.pass(1);
    assert!(!peyk.works(&old.access_token).await, "the grace did not begin anew");
    assert!(peyk.works(&new.access_token).await && peyk.works(&twin.access_token).await);
    assert_eq!(refused(peyk.refresh("echo", &old_refresh).await), OauthRefusal::RefreshReused);
    assert!(!peyk.works(&new.access_token).await && !peyk.works(&twin.access_token).await);
    let next = peyk.refresh("echo", new.refresh_token.as_deref().unwrap()).await;
    assert_eq!(refused(next), OauthRefusal::RefreshInvalid);
}

#[tokio::test]
async fn a_refresh_token_belongs_to_its_app_and_an_access_token_is_none() {
    let peyk = Peyk::start().await;
    let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    let token = tokens.refresh_token.unwrap();
    assert_eq!(refused(peyk.refresh("live", &token).await), OauthRefusal::RefreshInvalid);
    let access = peyk.refresh("echo", &tokens.access_token).await;
    assert_eq!(refused(access), OauthRefusal::RefreshInvalid);
    let answer = peyk.run(|context| refresh(context, &client("echo"), None, None)).await;
    assert_eq!(refused(answer), OauthRefusal::Missing("refresh_token"));
    let wider = token.clone();
    let answer = peyk.run(move |context| {
        refresh(context, &client("echo"), Some(&wider), Some("USER_ID USER_PHONE"))
    });
    assert_eq!(refused(answer.await), OauthRefusal::ScopeNotOfApp("USER_PHONE".into()));
    let narrower =
        peyk.run(move |context| refresh(context, &client("echo"), Some(&token), Some("USER_ID")));
    assert!(narrower.await.is_ok());
}

#[tokio::test]
async fn an_app_can_end_one_access_token_or_by_a_refresh_token_the_grant() {
    let peyk = Peyk::start().await;
    let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    let revoke = |app: &str, token: &str| {
        let (client, token) = (client(app), token.to_owned());
        peyk.run(move |context| revoke_token(context, &client, Some(&token)))
    };
    let of_another = revoke("live", &tokens.access_token).await;
    assert_eq!(of_another, Err(OauthRefusal::TokenOfAnotherApp));
    assert_eq!(revoke("echo", "nobody's").await, Ok(()));
    assert_eq!(revoke("echo", &tokens.access_token).await, Ok(()));
    assert!(!peyk.works(&tokens.access_token).await);
    let next = peyk.refresh("echo", tokens.refresh_token.as_deref().unwrap()).await.unwrap();
    assert!(peyk.works(&next.access_token).await);
    assert_eq!(revoke("echo", next.refresh_token.as_deref().unwrap()).await, Ok(()));
    assert!(!peyk.works(&next.access_token).await);
    assert_eq!(revoke("echo", next.refresh_token.as_deref().unwrap()).await, Ok(()));
}

#[tokio::test]
async fn a_person_takes_back_one_grant_or_all_of_an_app() {
    let peyk = Peyk::start().await;
    let mut tokens = Vec::new();
    for (app, person) in [("echo", "sara"), ("echo", "sara"), ("live", "sara"), ("echo", "ivan")] {
        tokens.push(peyk.tokens(app, person, "USER_ID").await.access_token);
    }
    let revoked = peyk.run(|context| {
        let person = context.tx.person_by_handle("sara")?.unwrap().id;
        let app = context.tx.app_by_slug("echo")?.unwrap().id;
        revoke_app(context, person, app)
    });
    assert_eq!(revoked.await, 2);
    let mut live = Vec::new();
    for token in &tokens {
        live.push(peyk.works(token).await);
    }
    assert_eq!(live, [false, false, true, true]);
    let token = tokens[3].clone();
    peyk.run(move |context| {
        let hash = peyk_engine::keyring::hash_secret(&token);
        let grant = context.tx.grant_by_access_token(&hash, context.now)?.unwrap().0.id;
        revoke_grant_by_id(context, grant)
    })
    .await;
    assert!(!peyk.works(&tokens[3]).await);
}

#[tokio::test]
async fn an_app_learns_what_its_own_tokens_are_and_nothing_of_others() {
    let peyk = Peyk::start().await;
    let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    let look = |app: &str, token: &str| {
        let (client, token) = (client(app), token.to_owned());
        peyk.run(move |context| introspect(context, &client, Some(&token)))
    };
    let facts = look("echo", &tokens.access_token).await.unwrap().unwrap();
    assert_eq!(facts.person.handle, "sara");
    assert_eq!(facts.app.slug, "echo");
    let life = facts.token.ends_at().unwrap().since(facts.token.issued_at);
    assert_eq!(life.as_secs(), 3600);
    assert_eq!(look("live", &tokens.access_token).await, Ok(None));
    assert_eq!(look("echo", "nobody's").await, Ok(None));
    peyk.pass(3600);
    assert_eq!(look("echo", &tokens.access_token).await, Ok(None));
    assert!(look("echo", tokens.refresh_token.as_deref().unwrap()).await.unwrap().is_some());
}

#[tokio::test]
async fn secrets_are_stored_as_hashes_only() {
    let peyk = Peyk::start().await;
    let tokens = peyk.tokens("echo", "sara", "USER_ID offline_access").await;
    peyk.engine.store().close();
    let peyk_store::Database::Sqlite(file) = &peyk.database else { return };
    let bytes = std::fs::read(file).unwrap();
    let holds = |needle: &str| bytes.windows(needle.len()).any(|part| part == needle.as_bytes());
    assert!(holds("gZd7omnS"), "the file is read as it is");
    assert!(!holds(&tokens.access_token[..20]));
    assert!(!holds(&tokens.refresh_token.unwrap()[..20]));
    assert!(!holds("echo-secret"));
}
