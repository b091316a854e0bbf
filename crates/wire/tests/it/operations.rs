//! Every published path is served by exactly one operation, and its data agrees with the file.

use std::collections::HashSet;

use peyk_wire::{Method, Operation, kenar, market, oauth};
use serde_json::Value;

use peyk_wire::spec::{Spec, SpecOperation};

fn all() -> Vec<Operation> {
    let push = [market::notification::OPERATION];
    [kenar::OPERATIONS, market::OPERATIONS, oauth::OPERATIONS, &push].concat()
}

fn serving(method: &str, path: &str) -> Operation {
    let mut found = all();
    found
        .retain(|operation| operation.method.as_str() == method && operation.paths.contains(&path));
    assert_eq!(found.len(), 1, "{method} {path} is served by {found:?}");
    found[0]
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn check(published: &SpecOperation<'_>) {
    let SpecOperation { path, method, body, .. } = published;
    let operation = serving(method, path);
    for alias in &published.paths {
        assert_eq!(serving(method, alias), operation, "{alias}");
    }
    if operation.canonical_path() == *path {
        assert_eq!(body["operationId"], operation.name);
    }
    assert_eq!(body["x-permission"].as_str(), operation.permission, "{path}");
    let key = if body.get("x-auth-scopes").is_some() { "x-auth-scopes" } else { "x-oauth-scopes" };
    assert_eq!(strings(&body[key]), operation.scopes, "{path}");
    assert_eq!(body["x-resource-id"].as_i64(), operation.resource, "{path}");
    let limit = |key: &str| {
        body[key]["amount"].as_u64().map(|n| u32::try_from(n).expect("a limit is small"))
    };
    assert_eq!(limit("x-rate-limit"), operation.hourly_limit, "{path}");
    assert_eq!(limit("x-rate-limit-2025"), operation.hourly_limit_2025, "{path}");
}

#[test]
fn every_kenar_operation_agrees_with_the_file() {
    let spec = Spec::kenar();
    assert_eq!(spec.operations().len(), 17);
    spec.operations().iter().for_each(check);
}

#[test]
fn every_market_operation_agrees_with_the_file() {
    let spec = Spec::market();
    assert_eq!(spec.operations().len(), 8);
    spec.operations().iter().for_each(check);
}

#[test]
fn paths_that_only_old_clients_call_are_served() {
    for (method, path) in [
        ("POST", "/v2/open-platform/chat/conversation"),
        ("POST", "/v2/open-platform/chatbot-conversations/{conversation_id}/messages"),
        ("POST", "/v1/open-platform/notify/chat/post-conversations"),
        ("POST", "/v1/open-platform/oauth/access_token"),
        ("POST", "/v1/open-platform/users"),
        ("POST", "/v2/auth/token"),
        ("POST", "/auth/token.json"),
        ("GET", "/oauth"),
    ] {
        serving(method, path);
    }
}

#[test]
fn no_two_operations_share_a_name_or_a_path() {
    let (mut names, mut paths) = (HashSet::new(), HashSet::new());
    for operation in all() {
        assert!(names.insert(operation.name), "{}", operation.name);
        for path in operation.paths {
            assert!(paths.insert((operation.method, *path)), "{path}");
        }
    }
}

#[test]
fn all_paths_of_an_operation_have_the_same_parameters() {
    let parameters = |path: &str| -> Vec<String> {
        path.split('/').filter(|segment| segment.contains('{')).map(str::to_owned).collect()
    };
    for operation in all() {
        for path in operation.paths {
            assert_eq!(parameters(path), parameters(operation.canonical_path()), "{path}");
        }
    }
}

#[test]
fn path_values_are_percent_encoded() {
    let operation = kenar::bot_send_message_to_user::OPERATION;
    assert_eq!(
        operation.path(&[("user_id", "u/+= й")]),
        "/v1/open-platform/chat/bot/users/u%2F%2B%3D%20%D0%B9/messages"
    );
    let operation = market::send_file::OPERATION;
    assert_eq!(
        operation.path(&[("other", "x"), ("businessId", "7")]),
        "/v2/businesses/7/chats/file/send"
    );
    assert_eq!(oauth::token::OPERATION.path(&[]), "/oauth2/token");
    assert_eq!(operation.path(&[]), operation.canonical_path());
}

#[test]
fn methods_are_written_in_upper_case() {
    assert_eq!(Method::Get.to_string(), "GET");
    assert_eq!(serde_json::to_value(Method::Post).unwrap(), "POST");
}
