//! `GET /v1/open-platform/assets/oauth-scope` and `GET /v1/open-platform/assets/permission`.

use serde_json::Value;

use super::{Call, SPEC};
use crate::harness::Peyk;

async fn list(peyk: &Peyk, path: &str, key: &str) -> Vec<Value> {
    let (status, mut body) = Call::get(path).without("x-api-key").send(peyk).await;
    assert_eq!((status, body.as_object().unwrap().len()), (200, 1));
    serde_json::from_value(body[key].take()).unwrap()
}

#[tokio::test]
async fn everybody_may_read_every_scope_of_the_specification_with_its_name() {
    let peyk = Peyk::start().await;
    let scopes = list(&peyk, "/v1/open-platform/assets/oauth-scope", "scopes").await;
    let published = &SPEC.document()["components"]["schemas"]["OAuthScopeScope"]["enum"];
    let published = published.as_array().unwrap();
    assert_eq!(scopes.len(), 38);
    for scope in &scopes {
        assert!(published.contains(&scope["slug"]), "{scope}");
        assert!(
            scope["display"].as_str().unwrap().chars().any(|c| c == 'ا' || c == 'ی'),
            "{scope}"
        );
    }
    let state =
        |slug: &str| &scopes.iter().find(|scope| scope["slug"] == slug).unwrap()["lifecycle_state"];
    assert_eq!(state("CONVERSATION_SEND_MESSAGE"), "ACTIVE");
    assert_eq!(state("CHAT_MESSAGE_SEND"), "DEPRECATED");
    assert_eq!(state("SEND_EVENT"), "EXPERIMENTAL");
    peyk.stop().await;
}

#[tokio::test]
async fn everybody_may_read_every_permission() {
    let peyk = Peyk::start().await;
    let permissions = list(&peyk, "/v1/open-platform/assets/permission", "permissions").await;
    let slugs: Vec<_> = permissions.iter().map(|each| each["slug"].as_str().unwrap()).collect();
    let expected = [
        "CHAT_BOT_SEND_MESSAGE",
        "CHAT_READ_CONVERSATION",
        "CHAT_SEND_MESSAGE_OAUTH",
        "CHAT_UPLOAD_MEDIA",
        "EVENTS_REGISTER_SUBSCRIPTION",
        "GET_USER_ID_BY_PHONE",
        "USER_RETRIEVE",
    ];
    assert_eq!(slugs, expected);
    peyk.stop().await;
}
