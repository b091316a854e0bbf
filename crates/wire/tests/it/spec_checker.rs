//! The checker itself: it lets the right pass and names what is wrong.

use serde_json::{Value, json};

use peyk_wire::spec::Spec;

fn refused(result: Result<(), Vec<String>>, reason: &str) {
    let errors = result.expect_err(reason);
    assert!(errors.iter().any(|error| error.contains(reason)), "{errors:?} lacks {reason:?}");
}

#[test]
fn a_key_that_is_not_published_is_refused() {
    let market = Spec::market();
    let path = "/businesses/1/chats/message.json";
    market.check_response(path, "post", 200, &json!({ "status": "OK" })).unwrap();
    let body = json!({ "status": "OK", "result": {} });
    refused(market.check_response(path, "POST", 200, &body), "unknown property result");
}

#[test]
fn a_key_deep_inside_is_refused_too() {
    let body = json!({ "status": "ERROR", "errors": [{ "code": "X", "trace": 1 }] });
    let result = Spec::market().check_schema("ApiErrorResponse", &body);
    refused(result, "$.errors[0]: unknown property trace");
}

#[test]
fn an_empty_list_of_errors_is_refused() {
    let body = json!({ "status": "ERROR", "errors": [] });
    refused(Spec::market().check_schema("ApiErrorResponse", &body), "shorter than");
}

#[test]
fn missing_null_and_mistyped_values_are_refused() {
    let check = |body: Value| Spec::market().check_schema("ChatMessageDTO", &body);
    let right = json!({
        "messageId": 1, "createdAt": "2017-11-21T00:00:00+03:00", "sender": "PARTNER", "payload": null,
    });
    check(right.clone()).unwrap();
    for (key, value, reason) in [
        ("messageId", json!("1"), "not of type integer"),
        ("messageId", json!(0), "too small"),
        ("createdAt", json!("yesterday"), "not of format"),
        ("createdAt", json!("2017-11-21T00:00:00"), "not of format"),
        ("sender", json!("BUYER"), "not in the enum"),
        ("message", json!(null), "$.message: null"),
        ("payload", json!([]), "shorter than"),
    ] {
        let mut wrong = right.clone();
        wrong[key] = value;
        refused(check(wrong), reason);
    }
    refused(check(json!({})), "sender is missing");
}

#[test]
fn exactly_one_of_text_and_medium_is_required() {
    let kenar = Spec::kenar();
    let path = "/v2/open-platform/conversations/{conversation_id}/messages";
    kenar.check_request(path, "POST", &json!({ "message": "hi", "media_token": null })).unwrap();
    let both = json!({ "message": "hi", "media_token": "m" });
    refused(kenar.check_request(path, "POST", &both), "not exactly one of");
    refused(kenar.check_request(path, "POST", &json!({})), "not exactly one of");
}

#[test]
fn exactly_one_alternative_must_match() {
    let push = json!({ "notificationType": "CHAT_CREATED", "chatId": 1, "businessId": 1 });
    let result = Spec::market().check_request("/notification", "POST", &push);
    refused(result, "0 of oneOf match");
}

#[test]
fn an_operation_or_an_answer_that_is_not_published_is_refused() {
    let kenar = Spec::kenar();
    refused(kenar.check_response("/nowhere", "GET", 200, &json!({})), "no operation");
    refused(kenar.check_response("/oauth2/token", "GET", 200, &json!({})), "no operation");
    refused(kenar.check_response("/oauth2/auth", "GET", 200, &json!({})), "no answer 200");
    kenar.check_response("/oauth2/auth", "GET", 302, &json!(null)).unwrap();
    refused(kenar.check_schema("Nothing", &json!({})), "no schema");
}
