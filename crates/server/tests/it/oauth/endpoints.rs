//! The endpoints for apps: tokens, revocation, introspection, metadata, and their errors.

use reqwest::multipart::Form;
use serde_json::{Value, json};

use super::{REDIRECT, asking, checked, code, form, location, tokens, visit};
use crate::harness::{APP_KEY, LIVE_KEY, POST_CHAT, Peyk, REVOKED_KEY, send};

const SECRET: [(&str, &str); 2] = [("client_id", "echo"), ("client_secret", "echo-secret")];

#[tokio::test]
async fn a_code_becomes_tokens_that_work_and_are_refreshed() {
    let peyk = Peyk::start().await;
    let scope = format!("CHAT_CONVERSATION_READ.{POST_CHAT} offline_access");
    let first = tokens(&peyk, "sara", &scope).await;
    assert_eq!(first["expires_in"], 3600);
    assert_eq!(first["token_type"], "bearer");
    assert_eq!(first["scope"], scope.as_str());
    let refresh = first["refresh_token"].as_str().unwrap();
    let refreshing = [
        SECRET[0],
        SECRET[1],
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh),
        ("redirect_uri", REDIRECT),
        // The guides put the access token here.
        ("code", first["access_token"].as_str().unwrap()),
    ];
    let (status, second) = form(&peyk, "/oauth2/token", &refreshing).await;
    assert_eq!(status, 200);
    for token in [&first, &second] {
        let read = peyk
            .request("GET", &format!("/v1/open-platform/chat/conversations/{POST_CHAT}"))
            .header("x-api-key", APP_KEY)
            .bearer_auth(token["access_token"].as_str().unwrap());
        assert_eq!(send(read).await.status, 200);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn the_body_may_be_json_and_the_client_may_be_in_a_header() {
    let peyk = Peyk::start().await;
    let code_one = code(&peyk, "sara", "USER_ID").await;
    let body = json!({
        "client_id": "echo", "client_secret": "echo-secret", "grant_type": "authorization_code",
        "code": code_one, "redirect_uri": REDIRECT,
    });
    let path = "/v1/open-platform/oauth/access_token";
    let (status, answer) = checked(path, send(peyk.request("POST", path).json(&body)).await);
    assert_eq!((status, &answer["scope"]), (200, &json!("USER_ID")));
    let code_two = code(&peyk, "sara", "USER_ID").await;
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code_two.as_str()),
        ("redirect_uri", REDIRECT),
    ];
    let basic = peyk.request("POST", "/oauth2/token").basic_auth("echo", Some("echo-secret"));
    let (status, answer) = checked("/oauth2/token", send(basic.form(&fields)).await);
    assert_eq!((status, &answer["scope"]), (200, &json!("USER_ID")));
    peyk.stop().await;
}

#[tokio::test]
async fn the_only_address_there_is_need_not_be_named() {
    let peyk = Peyk::start().await;
    let query = "response_type=code&client_id=echo&scope=USER_ID&state=xyz&auto_approve=sara";
    let given = async || {
        let answer = visit(&peyk, query).await;
        let code = location(&answer).strip_prefix(&format!("{REDIRECT}?state=xyz&code="));
        code.unwrap_or_else(|| panic!("{answer:?}")).to_owned()
    };
    let fields = |code: &str, address: Option<&str>| -> Vec<(&'static str, String)> {
        let fields = [("grant_type", "authorization_code"), ("code", code), SECRET[0], SECRET[1]];
        let named = address.map(|address| ("redirect_uri", address));
        fields.into_iter().chain(named).map(|(name, value)| (name, value.to_owned())).collect()
    };
    let show = async |fields: Vec<(&'static str, String)>| {
        let request = peyk.request("POST", "/oauth2/token").form(&fields);
        checked("/oauth2/token", send(request).await)
    };
    let first = given().await;
    let (status, refused) = show(fields(&first, Some("http://127.0.0.1:3000/other"))).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")));
    assert_eq!(show(fields(&first, None)).await.0, 200);
    assert_eq!(show(fields(&given().await, Some(REDIRECT))).await.0, 200);
    // Whoever named it has to name it again.
    let named = code(&peyk, "sara", "USER_ID").await;
    let (status, refused) = show(fields(&named, None)).await;
    assert_eq!((status, &refused["error_description"]), (400, &json!("redirect_uri is missing")));
    assert_eq!(show(fields(&named, Some(REDIRECT))).await.0, 200);
    peyk.stop().await;
}

#[tokio::test]
async fn before_2024_a_key_was_enough_and_a_refresh_token_always_came() {
    let peyk = Peyk::start().await;
    let ask = async |secret: &str, code: &str| {
        let body = json!({
            "grant_type": "authorization_code", "code": code,
            "client_id": "echo", "client_secret": secret,
        });
        let path = "/v1/open-platform/oauth/access_token";
        checked(path, send(peyk.request("POST", path).json(&body)).await)
    };
    for secret in [APP_KEY, "echo-secret"] {
        let given = code(&peyk, "sara", "USER_ID").await;
        for wrong in ["nobody's", LIVE_KEY, REVOKED_KEY] {
            let (status, refused) = ask(wrong, &given).await;
            assert_eq!((status, &refused["error"]), (401, &json!("invalid_client")));
        }
        let (status, tokens) = ask(secret, &given).await;
        assert_eq!(status, 200, "{tokens}");
        // 2026-11-20T13:00:00Z: an hour from the test's now.
        assert_eq!(tokens["expires"], "1795179600");
        let refreshing = [
            SECRET[0],
            SECRET[1],
            ("grant_type", "refresh_token"),
            ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
        ];
        assert_eq!(form(&peyk, "/oauth2/token", &refreshing).await.0, 200);
    }
    // Whoever stole a code has no verifier there either.
    let challenged = format!("{}&code_challenge={}", asking("USER_ID"), "v".repeat(43));
    let answer = visit(&peyk, &format!("{challenged}&auto_approve=sara")).await;
    let stolen = location(&answer).rsplit_once("code=").unwrap().1.to_owned();
    let (status, refused) = ask(APP_KEY, &stolen).await;
    assert_eq!((status, &refused["error"]), (400, &json!("invalid_grant")));
    peyk.stop().await;
}

#[tokio::test]
async fn a_form_may_come_in_parts() {
    let peyk = Peyk::start().await;
    let given = code(&peyk, "sara", "USER_ID").await;
    let form = |more: Option<(&'static str, &'static str)>| {
        let form = Form::new()
            .text("client_id", "echo")
            .text("client_secret", "echo-secret")
            .text("grant_type", "authorization_code")
            .text("code", given.clone())
            .text("redirect_uri", REDIRECT);
        let form = more.into_iter().fold(form, |form, (name, value)| form.text(name, value));
        peyk.request("POST", "/oauth2/token").multipart(form)
    };
    let twice = send(form(Some(("code", "x")))).await.json();
    assert_eq!(twice["error_description"], "code comes twice");
    let (status, answer) = checked("/oauth2/token", send(form(None)).await);
    assert_eq!((status, &answer["scope"]), (200, &json!("USER_ID")));
    let cut = peyk.request("POST", "/oauth2/token").body("--b\r\nnonsense");
    let cut = send(cut.header("content-type", "multipart/form-data; boundary=b")).await;
    assert_eq!((cut.status, &cut.json()["error"]), (400, &json!("invalid_request")));
    peyk.stop().await;
}

#[tokio::test]
async fn every_error_of_the_token_endpoint_has_its_word() {
    let peyk = Peyk::start().await;
    let token = ("refresh_token", "ory_rt_nobody");
    let refresh = ("grant_type", "refresh_token");
    let wrong = ("client_secret", "wrong");
    for (fields, status, error, text) in [
        (
            vec![SECRET[0], wrong, refresh, token],
            401,
            "invalid_client",
            "client_id or client_secret is wrong",
        ),
        (vec![refresh, token], 401, "invalid_client", "client_id or client_secret is wrong"),
        (vec![SECRET[0], SECRET[1]], 400, "invalid_request", "grant_type is missing"),
        (
            vec![SECRET[0], SECRET[1], ("grant_type", "password")],
            400,
            "unsupported_grant_type",
            "grant_type must be authorization_code or refresh_token",
        ),
        (vec![SECRET[0], SECRET[1], refresh], 400, "invalid_request", "refresh_token is missing"),
        (
            vec![SECRET[0], SECRET[1], refresh, token],
            400,
            "invalid_grant",
            "refresh_token is invalid or expired",
        ),
        (
            vec![SECRET[0], SECRET[1], refresh, token, token],
            400,
            "invalid_request",
            "refresh_token comes twice",
        ),
        (
            vec![
                SECRET[0],
                SECRET[1],
                ("grant_type", "authorization_code"),
                ("code", "x"),
                ("redirect_uri", "y"),
            ],
            400,
            "invalid_grant",
            "code is invalid or expired",
        ),
    ] {
        let (found, body) = form(&peyk, "/oauth2/token", &fields).await;
        let expected = json!({ "error": error, "error_description": text });
        assert_eq!((found, body), (status, expected), "{fields:?}");
    }
    let answer = send(peyk.request("POST", "/oauth2/token").form(&[refresh, token])).await;
    assert!(answer.headers["www-authenticate"].to_str().unwrap().starts_with("Basic"));
    for (method, path, status, text) in [
        ("GET", "/oauth2/token", 405, "method GET is not allowed here"),
        ("PUT", "/oauth2/auth", 405, "method PUT is not allowed here"),
        ("POST", "/oauth2/tokens", 404, "there is no such endpoint"),
    ] {
        let answer = send(peyk.request(method, path)).await;
        let expected = json!({ "error": "invalid_request", "error_description": text });
        assert_eq!((answer.status, answer.json()), (status, expected), "{method} {path}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_token_is_introspected_and_revoked_by_its_app() {
    let peyk = Peyk::start().await;
    let tokens = tokens(&peyk, "sara", "USER_ID offline_access").await;
    let access = tokens["access_token"].as_str().unwrap();
    let about = |token: &str| {
        [SECRET[0], SECRET[1]]
            .map(|(n, v)| (n.to_owned(), v.to_owned()))
            .into_iter()
            .chain([("token".to_owned(), token.to_owned())])
            .collect::<Vec<_>>()
    };
    let ask = async |path: &str, token: &str| {
        let fields = about(token);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        form(&peyk, path, &fields).await
    };
    let (status, mut facts) = ask("/oauth2/introspect", access).await;
    let sub = facts.as_object_mut().unwrap().remove("sub").unwrap();
    assert_eq!(sub.as_str().unwrap().len(), 44);
    let expected = json!({
        "active": true, "scope": "USER_ID offline_access", "client_id": "echo",
        "exp": 1_795_179_600, "iat": 1_795_176_000, "token_type": "bearer",
    });
    assert_eq!((status, facts), (200, expected));
    let inactive = (200, json!({ "active": false }));
    assert_eq!(ask("/oauth2/introspect", "nobody's").await, inactive);
    assert_eq!(ask("/oauth2/revoke", access).await, (200, json!({})));
    assert_eq!(ask("/oauth2/revoke", access).await, (200, json!({})));
    assert_eq!(ask("/oauth2/introspect", access).await, inactive);
    let live = [("client_id", "live"), ("client_secret", "live-secret")];
    let refresh = ("token", tokens["refresh_token"].as_str().unwrap());
    let (status, body) = form(&peyk, "/oauth2/revoke", &[live[0], live[1], refresh]).await;
    assert_eq!((status, &body["error"]), (400, &json!("unauthorized_client")));
    for path in ["/oauth2/introspect", "/oauth2/revoke"] {
        let (status, body) = form(&peyk, path, &[("token", access)]).await;
        assert_eq!((status, &body["error"]), (401, &json!("invalid_client")));
        let (status, body) = form(&peyk, path, &SECRET).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_request")));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn the_metadata_say_where_everything_is() {
    let peyk = Peyk::start().await;
    for path in ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"] {
        let mut metadata: Value = send(peyk.request("GET", path)).await.json();
        let scopes = metadata.as_object_mut().unwrap().remove("scopes_supported").unwrap();
        assert_eq!(scopes.as_array().unwrap().len(), 38);
        let url = &peyk.url;
        let methods = json!(["client_secret_basic", "client_secret_post"]);
        let expected = json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/oauth2/auth"),
            "token_endpoint": format!("{url}/oauth2/token"),
            "revocation_endpoint": format!("{url}/oauth2/revoke"),
            "introspection_endpoint": format!("{url}/oauth2/introspect"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "token_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "code_challenge_methods_supported": ["plain", "S256"],
            "ui_locales_supported": ["fa", "ru", "en"],
        });
        assert_eq!(metadata, expected);
    }
    peyk.stop().await;
}
