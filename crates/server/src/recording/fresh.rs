//! Freshness: what was recorded is told again as news, with ids and times of its own.

use std::time::Duration;

use peyk_model::{MessageId, Timestamp, uuid};
use serde_json::Value;

/// Where a letter has the id of the message that it tells.
const MESSAGE_IDS: [&str; 3] = ["/new_message/id", "/new_chatbot_message/id", "/messageId"];
/// Fields that tell when something happened.
const TIMES: [&str; 6] = ["sent_at", "sentAt", "createdAt", "startedAt", "finishedAt", "time"];
/// Length of a UUID as text.
const UUID_CHARS: usize = 36;

/// What stands in place of recorded ids and times.
#[derive(Debug)]
pub struct Fresh {
    now: Timestamp,
    /// From the time of the recording to now.
    shift_us: i64,
    /// Recorded ids and those in their place.
    ids: Vec<(String, String)>,
}

impl Fresh {
    /// Everything that was recorded from this time on happens from now on.
    pub fn new(recorded_at: Timestamp, now: Timestamp) -> Self {
        Self { now, shift_us: now.0 - recorded_at.0, ids: Vec::new() }
    }

    /// The body of a letter, with a message id and times of its own; all else stays as it was,
    /// byte for byte.
    pub fn body(&mut self, body: &str) -> String {
        let Ok(json) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
        let mut text = body.to_owned();
        for (recorded, fresh) in times(&json, self.shift_us) {
            text = text.replace(&recorded, &fresh);
        }
        for place in MESSAGE_IDS {
            if let Some(id) = json.pointer(place).and_then(Value::as_str) {
                let fresh = self.id(id);
                text = text.replace(id, &fresh);
            }
        }
        text
    }

    /// The id in place of a recorded one: always the same, and larger than those before it.
    fn id(&mut self, recorded: &str) -> String {
        if let Some((_, fresh)) = self.ids.iter().find(|(known, _)| known == recorded) {
            return fresh.clone();
        }
        let count = Duration::from_micros(self.ids.len() as u64);
        let id = MessageId(self.now.after(count).0);
        let fresh = match recorded.len() {
            UUID_CHARS => uuid::of_message(id),
            _ => id.to_string(),
        };
        self.ids.push((recorded.to_owned(), fresh.clone()));
        fresh
    }

    /// A text of the bot's with recorded ids in place of fresh ones.
    pub fn recorded(&self, text: &str) -> String {
        let ids = self.ids.iter();
        ids.fold(text.to_owned(), |text, (recorded, fresh)| text.replace(fresh, recorded))
    }

    /// A recorded text with fresh ids in place of the recorded ones.
    pub fn refreshed(&self, text: &str) -> String {
        let ids = self.ids.iter();
        ids.fold(text.to_owned(), |text, (recorded, fresh)| text.replace(recorded, fresh))
    }
}

/// Times in a body, as they stand there, and the same a while later.
fn times(json: &Value, shift_us: i64) -> Vec<(String, String)> {
    let mut found = Vec::new();
    match json {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    _ if !TIMES.contains(&name.as_str()) => {
                        found.extend(times(value, shift_us));
                    }
                    Value::String(text) => found.extend(
                        later(text, shift_us)
                            .map(|later| (format!("\"{text}\""), format!("\"{later}\""))),
                    ),
                    Value::Number(number) => found.extend(number.as_i64().map(|micros| {
                        (micros.to_string(), micros.saturating_add(shift_us).to_string())
                    })),
                    Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {}
                }
            }
        }
        Value::Array(items) => found.extend(items.iter().flat_map(|item| times(item, shift_us))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

/// A time of the same form.
fn later(text: &str, shift_us: i64) -> Option<String> {
    let time: jiff::Timestamp = text.parse().ok()?;
    let later = time.as_microsecond().saturating_add(shift_us);
    let later = jiff::Timestamp::from_microsecond(later).ok()?;
    let fraction = text.split_once('.').map_or("", |(_, fraction)| fraction);
    let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
    Some(format!("{later:.digits$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fresh() -> Fresh {
        Fresh::new(Timestamp(1_000_000_000_000_000), Timestamp(1_000_000_060_000_000))
    }

    #[test]
    fn a_letter_is_told_as_news_and_keeps_its_form() {
        let mut fresh = fresh();
        let body = r#"{ "messageId":"123", "chatId":5,"sentAt":"2026-11-20T12:00:00.250Z" }"#;
        let expected =
            r#"{ "messageId":"1000000060000000", "chatId":5,"sentAt":"2026-11-20T12:01:00.250Z" }"#;
        assert_eq!(fresh.body(body), expected);
        // Told twice, it is the same news.
        assert_eq!(fresh.body(body), expected);
        assert_eq!(fresh.recorded("/x?messageId=1000000060000000"), "/x?messageId=123");
        assert_eq!(fresh.refreshed(r#"{"a":"123"}"#), r#"{"a":"1000000060000000"}"#);
    }

    #[test]
    fn ids_are_of_the_recorded_form_and_grow() {
        let mut fresh = fresh();
        let letter = |id: &str| {
            format!(r#"{{"new_chatbot_message":{{"id":"{id}","sent_at":1000000000000000}}}}"#)
        };
        let first = fresh.body(&letter("6f1c1b1e-7d55-1c35-9a53-0a5a5f0b7a01"));
        let second = fresh.body(&letter("6f1c1b1e-7d55-1c35-9a53-0a5a5f0b7a02"));
        let id = |text: &str| text[30..66].to_owned();
        assert!(first.ends_with(r#","sent_at":1000000060000000}}"#), "{first}");
        assert_eq!(id(&first), uuid::of_message(MessageId(1_000_000_060_000_000)));
        assert_eq!(id(&second), uuid::of_message(MessageId(1_000_000_060_000_001)));
    }

    #[test]
    fn what_is_no_json_stays_as_it_was() {
        assert_eq!(fresh().body("hello"), "hello");
    }
}
