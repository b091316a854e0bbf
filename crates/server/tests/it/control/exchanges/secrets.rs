//! No secret leaves the record.

use axum::response::IntoResponse;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http::StatusCode;
use peyk_engine::world::World;
use peyk_server::Settings;
use serde_json::{Value, json};

use super::{bot_writes, get};
use crate::control::{post, until};
use crate::events::{Receiver, number, says};
use crate::harness::{
    self, APP_KEY, BOT_CHAT, BUSINESS, IVAN_TOKEN, MARKET_KEY, MARKET_TOKEN, ORDER_CHAT, Peyk,
    SARA_TOKEN, world,
};

const CALLBACK: &str = "http://127.0.0.1:3000/callback";

/// Every secret that was used or given out.
#[derive(Default)]
struct Secrets(Vec<String>);

impl Secrets {
    fn add(&mut self, secret: &Value) {
        self.0.push(secret.as_str().expect("a secret was given").to_owned());
    }
}

async fn form(peyk: &Peyk, path: &str, pairs: &[(&str, &str)]) -> Value {
    let answer = harness::send(peyk.request("POST", path).form(pairs)).await;
    serde_json::from_str(&answer.body).unwrap_or_default()
}

/// An app gets tokens, refreshes them, asks about them and gives them back.
async fn consent(peyk: &Peyk, secrets: &mut Secrets) {
    let wanted = json!({
        "client_id": "echo", "redirect_uri": CALLBACK, "state": "s",
        "scope": "USER_ID offline_access", "response_type": "code",
    });
    let approved = post(peyk, "/people/ivan/approve", wanted).await;
    secrets.add(&approved["code"]);
    let code = approved["code"].as_str().unwrap().to_owned();
    let mut pairs = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "echo"),
        ("client_secret", "echo-secret"),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "verifier-verifier-verifier-verifier-verifier"),
        ("code", &code),
    ];
    form(peyk, "/oauth2/token", &pairs).await;
    pairs.remove(4);
    let tokens = form(peyk, "/oauth2/token", &pairs).await;
    secrets.add(&tokens["access_token"]);
    secrets.add(&tokens["refresh_token"]);
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let basic = BASE64_STANDARD.encode("echo:echo-secret");
    secrets.0.push(basic.clone());
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let request = peyk.request("POST", "/v1/open-platform/oauth/access_token").form(&pairs);
    let request = request.header("authorization", format!("Basic {basic}"));
    let fresh = harness::send(request).await.json();
    secrets.add(&fresh["access_token"]);
    let pairs = [
        ("client_id", "echo"),
        ("client_secret", "echo-secret"),
        ("token", fresh["access_token"].as_str().unwrap()),
    ];
    form(peyk, "/oauth2/introspect", &pairs).await;
    form(peyk, "/oauth2/revoke", &pairs).await;
    let page = format!(
        "/oauth2/auth?response_type=code&client_id=echo&redirect_uri={CALLBACK}&state=s\
         &scope=USER_ID&auto_approve=sara"
    );
    let client = reqwest::Client::builder().no_proxy();
    let client = client.redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let request = client.get(format!("{}{page}", peyk.url));
    let answer = harness::send(request.header("cookie", "peyk_consent=cookie-secret; b=x")).await;
    let location = answer.headers["location"].to_str().unwrap();
    let code = location.split("code=").nth(1).unwrap().split('&').next().unwrap();
    secrets.0.push(code.to_owned());
}

/// Somebody makes keys and secrets by hand.
async fn operate(peyk: &Peyk, secrets: &mut Secrets) {
    let made = post(peyk, "/apps/echo/keys", json!({ "name": "new" })).await;
    secrets.add(&made["secret"]);
    let rotated = format!("/keys/{}/rotate", made["id"]);
    secrets.add(&post(peyk, &rotated, json!({})).await["secret"]);
    let made = post(peyk, &format!("/businesses/{BUSINESS}/keys"), json!({ "name": "new" })).await;
    secrets.add(&made["secret"]);
    let webhook = get(peyk, "/webhooks?app=echo").await["items"][0]["id"].clone();
    let rotated = post(peyk, &format!("/webhooks/{webhook}/rotate-secret"), json!({})).await;
    secrets.add(&rotated["signing_secret"]);
    secrets.add(&post(peyk, "/people/sara/sign_in", json!({})).await["sign_in"]);
    post(peyk, "/tokens/inspect", json!({ "token": IVAN_TOKEN })).await;
}

/// Clients show credentials where they belong and where they do not.
async fn clients(peyk: &Peyk, secrets: &mut Secrets) {
    bot_writes(peyk, APP_KEY, "hello").await;
    let market = format!("/v2/businesses/{BUSINESS}/chat?chatId={ORDER_CHAT}");
    let user = "/v1/open-platform/users";
    let legacy = format!("OAuth oauth_token=\"{MARKET_TOKEN}\", oauth_client_id=\"me\"");
    for (method, path, headers) in [
        ("GET", market.as_str(), vec![("api-key", MARKET_KEY)]),
        ("GET", &market, vec![("authorization", &legacy)]),
        ("GET", &market, vec![("authorization", "Bearer y0_nobodys_token")]),
        ("GET", &format!("{market}&api_key={MARKET_KEY}"), vec![("x-api-key", MARKET_KEY)]),
        ("GET", &format!("{market}&oauth_token={MARKET_TOKEN}"), vec![]),
        ("GET", user, vec![("x-api-key", APP_KEY), ("x-access-token", SARA_TOKEN)]),
        ("GET", user, vec![("api-key", APP_KEY), ("authorization", SARA_TOKEN)]),
        ("GET", &format!("/v2/{MARKET_KEY}/x"), vec![("cookie", "session=cookie-secret")]),
        (
            "GET",
            "/nowhere?access_token=query-secret",
            vec![("referer", "http://x/?code=code-secret")],
        ),
        ("GET", "/media/none", vec![("authorization", "Bearer media-secret")]),
    ] {
        let mut request = peyk.request(method, path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        harness::send(request).await;
    }
    let body = json!({
        "text_message": format!("my key is {APP_KEY} and my token is {SARA_TOKEN}"),
        "identification_key": "body-secret-1",
        "nested": [{ "client-secret": "body-secret-2", "Api_Key": ["body-secret-3"] }],
    });
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    harness::send(peyk.request("POST", &path).header("x-api-key", APP_KEY).json(&body)).await;
    let path = "/experimental/open-platform/chat/upload";
    let token = harness::send(peyk.request("POST", path).header("x-api-key", APP_KEY)).await.json();
    secrets.add(&token["token"]);
    let upload =
        peyk.request("POST", "/upload/image").bearer_auth(token["token"].as_str().unwrap());
    harness::send(upload).await;
}

#[tokio::test]
async fn no_secret_leaves_the_record_by_any_door() {
    let receiver = Receiver::start(|heard| {
        // A receiver that repeats what it heard.
        let word = heard.headers["authorization"].to_str().unwrap().to_owned();
        (StatusCode::OK, [("set-cookie", "session=cookie-secret")], word).into_response()
    });
    let receiver = receiver.await;
    let World { mut apps, .. } = world();
    apps[0].events_url = Some(format!("{}/hook?access_token=url-secret", receiver.url));
    let peyk = Peyk::with(World { apps, ..world() }, Settings::default()).await;
    let mut secrets = Secrets(
        [
            APP_KEY,
            MARKET_KEY,
            MARKET_TOKEN,
            SARA_TOKEN,
            IVAN_TOKEN,
            "y0_nobodys_token",
            "echo-secret",
            "echo-identification",
            "cookie-secret",
            "query-secret",
            "code-secret",
            "media-secret",
            "url-secret",
            "body-secret",
            "verifier-verifier",
        ]
        .map(str::to_owned)
        .to_vec(),
    );
    says(&peyk, "ivan", number(&peyk, BOT_CHAT).await, "hi").await;
    let heard = receiver.next().await;
    secrets.0.push(heard.headers["webhook-signature"].to_str().unwrap().to_owned());
    consent(&peyk, &mut secrets).await;
    operate(&peyk, &mut secrets).await;
    clients(&peyk, &mut secrets).await;
    until(&peyk, "/exchanges?direction=out&limit=200", |page| page["items"][0].is_object()).await;
    let mut given_out = Vec::new();
    for path in
        ["/exchanges?dialect=all&limit=200", "/exchanges/feed?dialect=all&cursor=start&limit=200"]
    {
        given_out.push(get(&peyk, path).await.to_string());
    }
    let last = peyk.running().site().exchanges.last_id();
    for id in 1..=last {
        given_out.push(get(&peyk, &format!("/exchanges/{id}")).await.to_string());
    }
    assert!(last > 25, "{last}");
    for secret in &secrets.0 {
        for text in &given_out {
            assert!(!text.contains(secret.as_str()), "{secret} in {text}");
        }
        let query: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let found = get(&peyk, &format!("/exchanges?dialect=all&q={query}")).await;
        assert_eq!(found["items"], json!([]), "{secret}");
    }
    peyk.stop().await;
}
