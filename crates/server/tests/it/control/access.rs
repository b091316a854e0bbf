//! Who may use the control API.

use peyk_server::Settings;
use serde_json::json;

use crate::harness::{self, Peyk, world};

async fn code(request: reqwest::RequestBuilder) -> (u16, String) {
    let answer = harness::send(request).await;
    let code = answer.json()["error"]["code"].as_str().unwrap_or("none").to_owned();
    (answer.status, code)
}

#[tokio::test]
async fn with_an_admin_token_nobody_comes_in_without_it() {
    let settings = Settings { admin_token: Some("s3cret".into()), ..Settings::default() };
    let peyk = Peyk::with(world(), settings).await;
    let status = || peyk.request("GET", "/control/v1/status");
    assert_eq!(code(status()).await, (401, "unauthorized".into()));
    assert_eq!(code(status().bearer_auth("s3cre")).await, (401, "unauthorized".into()));
    assert_eq!(code(status().bearer_auth("s3cret")).await, (200, "none".into()));
    let unknown = peyk.request("GET", "/control/v1/openapi.json");
    assert_eq!(code(unknown).await, (401, "unauthorized".into()));
    peyk.stop().await;
}

#[tokio::test]
async fn pages_of_other_origins_are_refused() {
    let peyk = Peyk::start().await;
    let send = |origin: &str| {
        peyk.request("POST", "/control/v1/people/ivan/conversations")
            .header("origin", origin)
            .json(&json!({ "bot": "echo" }))
    };
    for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        assert_eq!(code(send(origin)).await, (403, "foreign_origin".into()), "{origin}");
    }
    assert_eq!(code(send(&peyk.url)).await, (200, "none".into()));
    peyk.stop().await;
}

#[tokio::test]
async fn names_that_others_could_point_at_us_are_refused() {
    let peyk = Peyk::start().await;
    let send = |host: &str| peyk.request("GET", "/control/v1/people").header("host", host);
    for host in ["evil.example", "evil.example:80", "127.0.0.1.evil.example"] {
        assert_eq!(code(send(host)).await, (403, "foreign_host".into()), "{host}");
    }
    for host in ["localhost", "127.0.0.1:9", "peyk.localhost"] {
        assert_eq!(code(send(host)).await, (200, "none".into()), "{host}");
    }
    let dialects = peyk.request("GET", "/healthz").header("host", "open-api.example");
    assert_eq!(harness::send(dialects).await.status, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn the_host_of_the_public_url_is_our_own() {
    let public_url = "https://chat.example".to_owned();
    let admin_token = Some("s3cret".to_owned());
    let settings = Settings { public_url, admin_token, ..Settings::default() };
    let mut peyk = Peyk::with(world(), settings).await;
    peyk.url = format!("http://{}", peyk.running().address());
    let people = || peyk.request("GET", "/control/v1/people").bearer_auth("s3cret");
    let send = |host: &str| people().header("host", host);
    assert_eq!(code(send("chat.example")).await, (200, "none".into()));
    assert_eq!(code(send("other.example")).await, (403, "foreign_host".into()));
    peyk.stop().await;
}

#[tokio::test]
async fn a_server_open_to_others_needs_an_admin_token() {
    let folder = tempfile::tempdir().unwrap();
    let setup = |listen: &str, public_url: &str| peyk_server::Setup {
        listen: listen.parse().unwrap(),
        tls: None,
        database: peyk_store::Database::Sqlite(folder.path().join("peyk.db")),
        objects: folder.path().join("media").to_str().unwrap().to_owned(),
        secret: b"test secret".to_vec(),
        clock: peyk_engine::Clock::standing_at(harness::START),
        dice: peyk_engine::Dice::seeded(1),
        world: None,
        settings: Settings { public_url: public_url.to_owned(), ..Settings::default() },
    };
    for (listen, public_url, expected) in [
        ("0.0.0.0:0", "", "0.0.0.0:0 is open to other machines"),
        ("127.0.0.1:0", "https://chat.example", "https://chat.example leads other machines here"),
    ] {
        let started = peyk_server::start(setup(listen, public_url)).await;
        let refused = started.err().expect("an open door").to_string();
        let rest = "and whoever reaches the control API can act as anybody: set an admin token, \
                    or stay on 127.0.0.1";
        assert_eq!(refused, format!("{expected}, {rest}"));
    }
    let local = peyk_server::start(setup("127.0.0.1:0", "http://peyk.localhost:1")).await;
    local.unwrap().stop().await.unwrap();
}
