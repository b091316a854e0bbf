//! Notifications: what a shop's address is told, and what its answer means.

use std::time::Duration;

use peyk_engine::deliver::{About, Errand, Judgement, Letter, News, Reply};
use peyk_engine::webhooks::{OpenSecrets, signatures};
use peyk_model::delivery::Outcome;
use peyk_model::{Conversation, Party, Timestamp, Webhook};
use peyk_wire::market::notification::{
    ChatArbitrageFinished, ChatArbitrageStarted, ChatCreated, ChatMessageSent, Notification,
    NotificationAnswer, NotificationErrorAnswer, Ping,
};
use serde_json::Value;

use super::MarketManners;
use crate::dialects;

/// How long a receiver may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long it may take to answer a greeting, as the vendor has it since April 2026.
const STRICT_PING_TIMEOUT: Duration = Duration::from_secs(1);
/// Longest `version` and `name` of an answer, in characters.
const ANSWER_WORD_MAX_CHARS: usize = 100;

/// What records call every letter to a shop.
pub const NOTIFICATION: &str = "sendNotification";

/// The letter that tells a shop the news.
pub fn letter(manners: &MarketManners, errand: &Errand, at: Timestamp) -> Option<Letter> {
    let when = date(errand.event.at);
    let notification = match &errand.news {
        News::Message(conversation, message) => Notification::ChatMessageSent(ChatMessageSent {
            chat_id: conversation.id.0,
            message_id: message.id.to_string(),
            business_id: business(conversation)?,
            sent_at: date(message.sent_at),
        }),
        News::Opened(conversation) => Notification::ChatCreated(ChatCreated {
            chat_id: conversation.id.0,
            business_id: business(conversation)?,
            created_at: date(conversation.created_at),
        }),
        News::ArbitrationStarted(conversation) => {
            Notification::ChatArbitrageStarted(ChatArbitrageStarted {
                chat_id: conversation.id.0,
                business_id: business(conversation)?,
                started_at: when,
            })
        }
        News::ArbitrationFinished(conversation) => {
            Notification::ChatArbitrageFinished(ChatArbitrageFinished {
                chat_id: conversation.id.0,
                business_id: business(conversation)?,
                finished_at: when,
            })
        }
        News::Finished(_)
        | News::AccessRevoked { .. }
        | News::PostChanged(..)
        | News::ByHand(_)
        | News::Internal => return None,
    };
    let id = errand.letter_id();
    let url = errand.webhook.url.as_deref()?;
    let letter = sealed(manners, url, &notification, id, &errand.secrets, at);
    Some(Letter { about: About::errand(NOTIFICATION, errand), ..letter })
}

fn business(conversation: &Conversation) -> Option<i64> {
    match conversation.seller {
        Party::Business(id) => Some(id.0),
        Party::Person(_) | Party::App(_) => None,
    }
}

/// The greeting that a receiver has to answer before it hears anything else.
pub fn greeting(
    manners: &MarketManners,
    webhook: &Webhook,
    secrets: &OpenSecrets,
    at: Timestamp,
) -> Letter {
    let ping = Notification::Ping(Ping { time: Some(date(at)) });
    let timeout = if manners.is_strict { STRICT_PING_TIMEOUT } else { TIMEOUT };
    let id = format!("ping_{}_{}", webhook.id, at.0);
    let url = webhook.url.as_deref().unwrap_or_default();
    let letter = sealed(manners, url, &ping, id, secrets, at);
    Letter { timeout, about: About::greeting(NOTIFICATION, webhook), ..letter }
}

fn sealed(
    manners: &MarketManners,
    url: &str,
    notification: &Notification,
    id: String,
    secrets: &OpenSecrets,
    at: Timestamp,
) -> Letter {
    let body = serde_json::to_string(notification).expect("a notification is always JSON");
    let signed = signatures(secrets, &id, at, &body);
    let mut headers = vec![("content-type", "application/json".to_owned())];
    headers.extend(dialects::standard_headers(id, at, signed));
    headers.extend(manners.forwarded_for.map(|from| ("x-forwarded-for", from.to_string())));
    let url = manners.notification_url(url);
    Letter { url, headers, body, timeout: TIMEOUT, about: About::default() }
}

/// What a receiver's answer means. Only 400 is a final no; a yes has to be complete.
pub fn judge(reply: &Reply) -> Judgement {
    let failed =
        |reason: String| Judgement::because(Outcome::Failed(dialects::retry_after(reply)), reason);
    match reply.status {
        200 => match check_answer(reply) {
            Ok(()) => Judgement::accepted(),
            Err(reason) => failed(reason),
        },
        400 => Judgement::because(Outcome::Refused, refusal_in_words(reply)),
        status => failed(format!("answered {status}")),
    }
}

fn check_answer(reply: &Reply) -> Result<(), String> {
    let kind = reply.header("content-type").unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(format!("answered 200 with content type `{kind}`, not application/json"));
    }
    let answer: Value = serde_json::from_slice(&reply.body)
        .map_err(|error| format!("answered 200, but the body is not JSON: {error}"))?;
    for key in ["version", "name", "time"] {
        if !answer.get(key).is_some_and(Value::is_string) {
            return Err(format!("answered 200, but `{key}` is missing or no text"));
        }
    }
    let answer: NotificationAnswer =
        serde_json::from_value(answer).map_err(|error| format!("answered 200, but {error}"))?;
    for (key, word) in [("version", &answer.version), ("name", &answer.name)] {
        if !(1..=ANSWER_WORD_MAX_CHARS).contains(&word.chars().count()) {
            return Err(format!("answered 200, but `{key}` is not 1 to 100 characters long"));
        }
    }
    match answer.time.parse::<jiff::Timestamp>() {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("answered 200, but `time` is no date-time: `{}`", answer.time)),
    }
}

fn refusal_in_words(reply: &Reply) -> String {
    let answer: NotificationErrorAnswer = serde_json::from_slice(&reply.body).unwrap_or_default();
    let error = answer.error.unwrap_or_default();
    let kind = error.kind.map(|kind| kind.to_string());
    let words: Vec<_> = kind.into_iter().chain(error.message).collect();
    if words.is_empty() {
        "answered 400".into()
    } else {
        format!("answered 400: {}", words.join(", "))
    }
}

/// UTC with a fraction, as pushes have it.
fn date(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, kind: &str, body: &str) -> Judgement {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        judge(&Reply { status, headers, body: body.as_bytes().to_vec() })
    }

    #[test]
    fn a_complete_answer_is_a_yes() {
        let body = r#"{"version":"1.0","name":"shop","time":"2026-11-20T12:00:00.000Z"}"#;
        assert_eq!(judged(200, "application/json; charset=utf-8", body), Judgement::accepted());
    }

    #[test]
    fn an_incomplete_answer_says_what_is_missing() {
        let json = "application/json";
        for (kind, body, reason) in [
            ("text/html", "ok", "answered 200 with content type `text/html`, not application/json"),
            (
                json,
                r#"{"name":"a","time":"t"}"#,
                "answered 200, but `version` is missing or no text",
            ),
            (
                json,
                r#"{"version":"1","name":"","time":"2026-11-20T12:00:00Z"}"#,
                "answered 200, but `name` is not 1 to 100 characters long",
            ),
            (
                json,
                r#"{"version":"1","name":"a","time":"yesterday"}"#,
                "answered 200, but `time` is no date-time: `yesterday`",
            ),
        ] {
            let judgement = judged(200, kind, body);
            assert_eq!(judgement.outcome, Outcome::Failed(None));
            assert_eq!(judgement.reason.as_deref(), Some(reason));
        }
    }

    #[test]
    fn a_400_is_final_and_anything_else_is_not() {
        let body = r#"{"error":{"type":"DUPLICATED_EVENT","message":"seen"}}"#;
        let refused = judged(400, "application/json", body);
        assert_eq!(refused.outcome, Outcome::Refused);
        assert_eq!(refused.reason.as_deref(), Some("answered 400: DUPLICATED_EVENT, seen"));
        for status in [201, 204, 302, 401, 404, 410, 500, 503] {
            assert_eq!(judged(status, "application/json", "").outcome, Outcome::Failed(None));
        }
    }

    #[test]
    fn push_dates_are_utc_with_milliseconds() {
        assert_eq!(date(Timestamp(1_511_211_600_213_000)), "2017-11-20T21:00:00.213Z");
    }
}
