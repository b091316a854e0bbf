//! Which dialect a receiver speaks, and what letters in all of them have in common.

use std::time::Duration;

use peyk_engine::deliver::{Dialects, Errand, Judgement, Letter, Reply};
use peyk_engine::webhooks::OpenSecrets;
use peyk_model::fault::Drift;
use peyk_model::{Party, Timestamp, Webhook};

use crate::faults::Dialect;
use crate::{Site, faults, kenar, market};

impl Dialects for Site {
    fn dialect(&self, webhook: &Webhook) -> &'static str {
        let dialect = match webhook.owner {
            Party::App(_) | Party::Person(_) => Dialect::Kenar,
            Party::Business(_) => Dialect::Market,
        };
        dialect.word()
    }

    fn drifted(&self, body: &str, drift: &Drift, roll: u64) -> String {
        faults::drifted(body, drift, roll)
    }

    fn letter(&self, errand: &Errand, at: Timestamp) -> Option<Letter> {
        match errand.webhook.owner {
            Party::App(_) => kenar::event::letter(self, errand, at),
            Party::Business(_) => market::notification::letter(&self.settings.market, errand, at),
            Party::Person(_) => None,
        }
    }

    fn judge(&self, errand: &Errand, reply: &Reply) -> Judgement {
        match errand.webhook.owner {
            Party::App(_) | Party::Person(_) => kenar::event::judge(reply),
            Party::Business(_) => market::notification::judge(reply),
        }
    }

    fn greeting(&self, webhook: &Webhook, secrets: &OpenSecrets, at: Timestamp) -> Letter {
        match webhook.owner {
            Party::App(_) | Party::Person(_) => kenar::event::greeting(webhook, secrets, at),
            Party::Business(_) => {
                market::notification::greeting(&self.settings.market, webhook, secrets, at)
            }
        }
    }

    fn judge_greeting(&self, webhook: &Webhook, reply: &Reply) -> Judgement {
        match webhook.owner {
            Party::App(_) | Party::Person(_) => kenar::event::judge(reply),
            Party::Business(_) => market::notification::judge(reply),
        }
    }
}

/// The headers of Standard Webhooks, sent beside what each vendor sends.
pub fn standard_headers(id: String, at: Timestamp, signed: String) -> [(&'static str, String); 3] {
    [
        ("webhook-id", id),
        ("webhook-timestamp", at.seconds().to_string()),
        ("webhook-signature", signed),
    ]
}

/// How long a receiver asks to be left alone: seconds, or a date that is compared with its own.
pub fn retry_after(reply: &Reply) -> Option<Duration> {
    let asked = reply.header("retry-after")?.trim();
    if let Ok(seconds) = asked.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = |text: &str| jiff::fmt::rfc2822::parse(text).ok().map(|date| date.timestamp());
    let (until, now) = (date(asked)?, date(reply.header("date")?)?);
    Duration::try_from(until.duration_since(now)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(headers: &[(&str, &str)]) -> Option<Duration> {
        let header = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers = headers.iter().map(header).collect();
        retry_after(&Reply { headers, ..Reply::default() })
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        assert_eq!(asked(&[("retry-after", "120")]), Some(Duration::from_secs(120)));
        let date = ("date", "Fri, 20 Nov 2026 12:00:00 GMT");
        let until = ("retry-after", "Fri, 20 Nov 2026 12:05:00 GMT");
        assert_eq!(asked(&[until, date]), Some(Duration::from_secs(300)));
        assert_eq!(asked(&[("retry-after", "soon")]), None);
        assert_eq!(asked(&[]), None);
    }
}
