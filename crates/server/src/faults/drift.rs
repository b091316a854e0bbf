//! Drift: bodies spelled as a vendor might spell them tomorrow.

use axum::body::{Body, to_bytes};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use peyk_model::fault::{Drift, DriftKind};
use serde_json::{Map, Value, json};

/// Largest answer that is changed.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Deepest body that is changed.
const DEPTH_MAX: usize = 64;
/// Fields with words of closed lists.
const WORDS: [&str; 5] = ["type", "status", "sender", "side", "notificationType"];
/// Fields that may be left out.
const OPTIONAL: [&str; 18] = [
    "post_token",
    "side",
    "phone_number",
    "phone_numbers",
    "user_id",
    "metadata",
    "size_bytes",
    "height_px",
    "width_px",
    "thumbnail_link",
    "name",
    "details",
    "orderId",
    "message",
    "payload",
    "nextPageToken",
    "paging",
    "time",
];
/// What nobody has heard of.
const NEW_WORD: &str = "SOMETHING_NEW";
const NEW_FIELD: &str = "something_new";

/// The same answer, changed, if it is JSON.
pub async fn drift_answer(response: Response, drift: &Drift, roll: u64) -> Response {
    let is_json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if !is_json {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    parts.headers.remove(CONTENT_LENGTH);
    let body = match std::str::from_utf8(&bytes) {
        Ok(text) => Body::from(drifted(text, drift, roll)),
        Err(_) => Body::from(bytes),
    };
    Response::from_parts(parts, body)
}

/// A body in JSON, changed; another one as it is. `roll` picks a place where several would do.
pub fn drifted(body: &str, drift: &Drift, roll: u64) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
    let field = drift.field.as_deref();
    match drift.kind {
        DriftKind::UnknownWord => {
            let is_word = |depth: usize, key: &str, value: &Value| {
                let is_chosen = match field {
                    Some(field) => field == key,
                    // A word at the top tells whether anything worked at all.
                    None => WORDS.contains(&key) && (depth > 0 || key != "status"),
                };
                is_chosen && value.is_string()
            };
            change(&mut value, field, roll, is_word, |object, key| {
                object.insert(key.to_owned(), NEW_WORD.into());
            });
        }
        DriftKind::MissingField => {
            let may_go = |_: usize, key: &str, _: &Value| match field {
                Some(field) => field == key,
                None => OPTIONAL.contains(&key),
            };
            change(&mut value, field, roll, may_go, |object, key| {
                object.remove(key);
            });
        }
        DriftKind::ExtraField => {
            let name = field.unwrap_or(NEW_FIELD);
            each_object(&mut value, 0, &mut |_, object| {
                object.entry(name).or_insert_with(|| json!({ "since": "today" }));
            });
        }
        DriftKind::NumbersAsText => {
            each_object(&mut value, 0, &mut |_, object| {
                for (key, value) in object.iter_mut() {
                    if field.is_none_or(|field| field == key) {
                        as_text(value);
                    }
                }
            });
        }
    }
    value.to_string()
}

/// Changes every field that fits if one was named, and otherwise one of those that fit.
fn change(
    value: &mut Value,
    field: Option<&str>,
    roll: u64,
    fits: impl Fn(usize, &str, &Value) -> bool,
    mut act: impl FnMut(&mut Map<String, Value>, &str),
) {
    let mut count = 0_u64;
    each_object(value, 0, &mut |depth, object| {
        count += object.iter().filter(|(key, value)| fits(depth, key, value)).count() as u64;
    });
    if count == 0 {
        return;
    }
    let (chosen, mut number) = (roll % count, 0);
    each_object(value, 0, &mut |depth, object| {
        let found = object.iter().filter(|(key, value)| fits(depth, key, value));
        for key in found.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            if field.is_some() || number == chosen {
                act(object, &key);
            }
            number += 1;
        }
    });
}

fn each_object(
    value: &mut Value,
    depth: usize,
    act: &mut impl FnMut(usize, &mut Map<String, Value>),
) {
    if depth > DEPTH_MAX {
        return;
    }
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|value| each_object(value, depth + 1, act));
            act(depth, object);
        }
        Value::Array(items) => items.iter_mut().for_each(|each| each_object(each, depth, act)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.to_string().into(),
        Value::Array(items) => items.iter_mut().for_each(as_text),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Object(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"status":"OK","result":{"chats":[{"chatId":1,"orderId":7,"type":"CHAT"},{"chatId":2,"type":"CHAT"}]}}"#;

    fn check(kind: DriftKind, field: Option<&str>, roll: u64, expected: Value) {
        let drift = Drift { kind, field: field.map(str::to_owned) };
        let found: Value = serde_json::from_str(&drifted(BODY, &drift, roll)).unwrap();
        assert_eq!(found, expected, "{drift:?}");
    }

    fn chats(chats: Value) -> Value {
        json!({ "status": "OK", "result": { "chats": chats } })
    }

    #[test]
    fn a_word_that_nobody_knows_stands_in_one_place_or_in_every_place_of_a_field() {
        let known = json!({ "chatId": 1, "orderId": 7, "type": "CHAT" });
        let unknown = json!({ "chatId": 2, "type": NEW_WORD });
        check(DriftKind::UnknownWord, None, 1, chats(json!([known, unknown])));
        let both = json!([{ "chatId": 1, "orderId": 7, "type": NEW_WORD }, unknown]);
        check(DriftKind::UnknownWord, Some("type"), 0, chats(both));
        let status = json!({ "status": NEW_WORD, "result": chats(json!([]))["result"] });
        let drift = Drift { kind: DriftKind::UnknownWord, field: Some("status".into()) };
        let found = drifted(r#"{"status":"OK","result":{"chats":[]}}"#, &drift, 0);
        assert_eq!(serde_json::from_str::<Value>(&found).unwrap(), status);
    }

    #[test]
    fn an_optional_field_is_gone_and_others_stay() {
        let rest = json!([{ "chatId": 1, "type": "CHAT" }, { "chatId": 2, "type": "CHAT" }]);
        check(DriftKind::MissingField, None, 5, chats(rest.clone()));
        check(DriftKind::MissingField, Some("orderId"), 0, chats(rest));
    }

    #[test]
    fn numbers_are_texts() {
        let texts = json!([{ "chatId": "1", "orderId": "7", "type": "CHAT" }, { "chatId": "2", "type": "CHAT" }]);
        check(DriftKind::NumbersAsText, None, 0, chats(texts));
        let one = json!([{ "chatId": 1, "orderId": "7", "type": "CHAT" }, { "chatId": 2, "type": "CHAT" }]);
        check(DriftKind::NumbersAsText, Some("orderId"), 0, chats(one));
    }

    #[test]
    fn every_object_has_a_field_that_nobody_knows_and_what_is_no_json_stays() {
        let drift = Drift { kind: DriftKind::ExtraField, field: None };
        let found: Value = serde_json::from_str(&drifted(BODY, &drift, 0)).unwrap();
        assert_eq!(found["result"]["chats"][1][NEW_FIELD], json!({ "since": "today" }));
        assert_eq!(found[NEW_FIELD], json!({ "since": "today" }));
        assert_eq!(drifted("plain", &drift, 0), "plain");
    }
}
