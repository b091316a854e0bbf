//! Tokens that refresh themselves.

use std::time::Duration;

use futures_util::FutureExt as _;
use peyk_client::kenar::oauth::{FileStore, MemoryStore};
use peyk_client::kenar::{OAuth, ScopeWord, TokenStore as _, Tokens};
use peyk_client::{ErrorKind, Timestamp};
use serde_json::json;

use crate::harness::{POST_CHAT, Peyk, SARA_TOKEN};
use crate::kenar;
use crate::proxy::{Fault, Proxy};

fn oauth(url: &str) -> OAuth {
    let oauth = OAuth::builder("echo", "echo-secret", "http://127.0.0.1:3000/callback");
    oauth.base_url(url).care(crate::care()).build().unwrap()
}

fn given(access: &str) -> Fault {
    let body = json!({ "access_token": access, "expires_in": 3600, "scope": "USER_ID offline_access",
                       "token_type": "bearer", "refresh_token": "ory_rt_2" });
    Fault::json("200 OK", body)
}

fn tokens(access: &str, lives: Duration) -> Tokens {
    Tokens::new(access, Timestamp::now().plus(lives))
        .refreshed_by("ory_rt_1")
        .scoped(ScopeWord::parse_list("USER_ID offline_access"))
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_refused_token_is_refreshed_and_the_call_made_again() {
    let peyk = Peyk::start().await;
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    // A lost answer of the refresh is asked for again, while the old token still works.
    proxy.next([Fault::LoseRequest, given(SARA_TOKEN)]);
    let session = oauth(&proxy.url).session(MemoryStore::holding(tokens("ory_at_old", HOUR)));
    let sara = kenar(&peyk.url).as_user(session.clone());
    assert!(sara.conversation(&POST_CHAT.into()).await.is_ok());
    assert!(sara.send(&POST_CHAT.into(), "سلام").await.is_ok());
    assert_eq!((session.refreshes(), proxy.requests().len()), (1, 2));
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_is_refreshed_before_it_ends_and_by_one_of_two_processes() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    proxy.next([given("ory_at_new"), given("ory_at_never")]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sara.json");
    let first = oauth(&proxy.url).session(FileStore::new(&path));
    first.keep(&tokens("ory_at_old", Duration::from_secs(5))).await.unwrap();
    // Two stores and two clients share nothing but the file, as two processes do.
    let second = oauth(&proxy.url).session(FileStore::new(&path));
    let (a, b) = tokio::join!(first.token(), second.token());
    assert_eq!((a.unwrap().expose(), b.unwrap().expose()), ("ory_at_new", "ory_at_new"));
    assert_eq!(proxy.requests().len(), 1);
    assert_eq!(first.refreshes() + second.refreshes(), 1);
    let kept = FileStore::new(&path).load().await.unwrap().unwrap();
    assert_eq!(kept.refresh_token.unwrap().expose(), "ory_rt_2");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn a_caller_who_gives_up_loses_no_tokens() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    proxy.next([given("ory_at_new")]);
    let session = oauth(&proxy.url).session(MemoryStore::holding(tokens("ory_at_old", HOUR)));
    let refused = "ory_at_old".into();
    assert!(session.token_other_than(&refused).now_or_never().is_none());
    assert_eq!(session.token_other_than(&refused).await.unwrap().expose(), "ory_at_new");
    assert_eq!(session.refreshes(), 1);
}

#[tokio::test]
async fn codes_are_exchanged_once_and_states_are_checked() {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    let oauth = oauth(&proxy.url);
    proxy.next([given("ory_at_x")]);
    let code = oauth.code("?state=s%201&code=abc", "s 1").unwrap();
    let tokens = oauth.exchange(&code).await.unwrap();
    assert!(!tokens.ends_within(Duration::from_secs(3500)) && tokens.ends_within(HOUR));
    assert_eq!(oauth.code("state=other&code=abc", "s 1").unwrap_err().kind(), ErrorKind::Forged);
    assert_eq!(oauth.code("state=s+1", "s 1").unwrap_err().kind(), ErrorKind::Forbidden);
    proxy.next([Fault::LoseAnswer]);
    proxy.next([Fault::json(
        "400 Bad Request",
        r#"{"error":"invalid_grant","error_description":"used"}"#,
    )]);
    // The proxy has no server behind it, so the first fault is a connection that breaks.
    assert!(oauth.exchange(&code).await.unwrap_err().may_have_worked());
    let used = oauth.exchange(&code).await.unwrap_err();
    assert_eq!((used.code(), used.message()), (Some("invalid_grant"), "used"));
    assert_eq!(proxy.count("/oauth2/token"), 3);
}

#[tokio::test]
async fn a_consent_at_a_real_server_becomes_tokens_that_are_used_refreshed_and_taken_back() {
    let peyk = Peyk::start().await;
    let oauth = oauth(&peyk.url);
    let state = OAuth::new_state();
    let scopes = ScopeWord::parse_list("USER_ID USER_PHONE offline_access");
    let page = oauth.authorize_url(&scopes, &state);
    // Sara decides without a browser.
    let page = format!("{page}&auto_approve=sara");
    let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let answer = http.build().unwrap().get(page).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap();
    let (address, query) = back.split_once('?').unwrap();
    assert_eq!(address, "http://127.0.0.1:3000/callback");
    let tokens = oauth.exchange(&oauth.code(query, &state).unwrap()).await.unwrap();
    assert_eq!(tokens.scopes, scopes);
    let session = oauth.session(MemoryStore::holding(tokens.clone()));
    let sara = kenar(&peyk.url).as_user(session.clone());
    let me = sara.me().await.unwrap();
    assert_eq!(me.phone.as_deref(), Some("+989120000001"));
    let fresh = oauth.refresh(&tokens).await.unwrap();
    assert_ne!(fresh.access_token, tokens.access_token);
    assert!(oauth.introspect(&fresh.access_token).await.unwrap().active);
    session.keep(&fresh).await.unwrap();
    assert_eq!(sara.me().await.unwrap(), me);
    oauth.revoke(fresh.refresh_token.as_ref().unwrap()).await.unwrap();
    assert!(!oauth.introspect(&fresh.access_token).await.unwrap().active);
    let over = sara.me().await.unwrap_err();
    assert_eq!((over.kind(), over.code()), (ErrorKind::Refused, Some("invalid_grant")), "{over}");
    peyk.stop().await;
}
