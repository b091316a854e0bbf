//! Letters and questions that went out: what the receiver's answer meant.

use peyk_engine::DeliveryPlace;
use peyk_engine::deliver::operate::{self, Sequel};
use peyk_engine::deliver::{About, Judgement, Letter, Reply};
use peyk_model::Party;
use peyk_model::delivery::Outcome;

use super::exchange::{self, Exchange, Head, Way, fields_of};
use super::facts::Facts;
use crate::{Site, kenar, market};

/// What was wrong with a receiver's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This, and nothing follows that is not said in it.
    Final(String),
    /// This; the letter did not arrive, so what follows is decided elsewhere.
    Failed(String),
}

/// What was wrong with a receiver's answer; nothing if all is well.
pub(super) fn verdict(exchange: &Exchange, about: &About) -> Option<Verdict> {
    let is_delivery = about.event.is_some();
    let failed = |text| if is_delivery { Verdict::Failed(text) } else { Verdict::Final(text) };
    let reply = match &exchange.outcome {
        exchange::Outcome::Answered(answer) => Reply {
            status: answer.status,
            headers: fields_of(&String::from_utf8_lossy(&answer.fields)),
            body: answer.body.bytes().unwrap_or_default().to_vec(),
        },
        // A fault kept it here, and says so itself.
        exchange::Outcome::Nothing(why) if why.starts_with("fault ") => {
            return Some(Verdict::Final(why.to_string()));
        }
        exchange::Outcome::Nothing(why) => return Some(failed(format!("nobody took it: {why}"))),
    };
    let (judgement, advice) = match (about.webhook, about.owner) {
        (Some(_), Some(Party::Business(_))) => {
            (market::notification::judge(&reply), of_address(exchange, &reply))
        }
        (Some(_), _) => (kenar::event::judge(&reply), ""),
        (None, _) => return of_question(&reply).map(Verdict::Final),
    };
    let Judgement { outcome, reason } = judgement;
    let reason = reason.unwrap_or_default();
    match outcome {
        Outcome::Accepted | Outcome::Dropped => None,
        Outcome::Refused => Some(Verdict::Final(format!(
            "the receiver {reason}, which is a final no: the letter is not tried again"
        ))),
        Outcome::Gone => {
            Some(Verdict::Final(format!("the receiver {reason}, and is told nothing any more")))
        }
        Outcome::Failed(_) => Some(failed(format!("the receiver {reason}{advice}"))),
    }
}

/// What may be wrong with the address of a shop whose receiver does not know it.
fn of_address(exchange: &Exchange, reply: &Reply) -> &'static str {
    let is_whole = || Head::of(&exchange.head).path().ends_with("/notification");
    match reply.status {
        404 | 405 if !is_whole() => {
            " (the vendor puts `/notification` behind the link in its cabinet; here an address is \
             used as it is written, unless peyk.toml has a `notification_path`)"
        }
        _ => "",
    }
}

impl Exchange {
    /// What was wrong with it and what comes of it, at this moment: a letter that is tried again
    /// now may be given up later.
    pub(super) async fn explanation(&self, site: &Site, facts: &Facts) -> Option<String> {
        let text = match (&facts.explanation, &facts.verdict) {
            (Some(text), _) | (None, Some(Verdict::Final(text))) => return Some(text.clone()),
            (None, None) => return None,
            (None, Some(Verdict::Failed(text))) => text,
        };
        let Way::Out(about) = &self.way else { return Some(text.clone()) };
        let (Some(webhook), Some(event)) = (about.webhook, about.event) else {
            return Some(text.clone());
        };
        let (place, attempt) = (DeliveryPlace { webhook, event }, about.attempt);
        let began_at = self.started_at;
        let read = site.engine.read(move |c| operate::sequel(c, place, attempt, began_at)).await;
        let sequel = read.unwrap_or_else(|error| {
            tracing::error!(fault = %peyk_engine::chain(&error), "what came of a letter is unknown");
            None
        });
        Some(format!("{text}{}", sequel.map_or("", follows)))
    }
}

fn follows(sequel: Sequel) -> &'static str {
    match sequel {
        Sequel::TriedAgain => ", and the letter was tried again",
        Sequel::Waits => ", and the letter is tried again",
        Sequel::Paused => ", and the letter is tried again once its webhook is not paused any more",
        Sequel::Unproven => ", and the letter is tried again once the receiver answers a greeting",
        Sequel::GivenUp => ", and the letter is given up: it was tried as long as letters are",
        Sequel::Cancelled => ", and the letter is not tried again: it was cancelled",
        Sequel::Off => ", and the letter is not tried again: its webhook is switched off",
    }
}

/// What is wrong with an answer about a button.
fn of_question(reply: &Reply) -> Option<String> {
    if reply.status != 200 {
        return Some(format!("the app answered {}, not 200", reply.status));
    }
    if reply.body.len() >= Letter::REPLY_MAX_BYTES {
        return Some(format!("the app answered more than {} bytes", Letter::REPLY_MAX_BYTES));
    }
    let body = serde_json::from_slice::<serde_json::Value>(&reply.body);
    body.err().map(|error| format!("the app's answer is no JSON: {error}"))
}
