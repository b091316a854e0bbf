//! Letters and questions that went out: what the receiver's answer meant.

use peyk_engine::deliver::{About, Judgement, Letter, Reply};
use peyk_model::Party;
use peyk_model::delivery::Outcome;

use super::exchange::{self, Exchange, fields_of};
use crate::{kenar, market};

/// What was wrong with a receiver's answer, and what comes of it; nothing if all is well.
pub(super) fn explained(exchange: &Exchange, about: &About) -> Option<String> {
    let is_delivery = about.event.is_some();
    let reply = match &exchange.outcome {
        exchange::Outcome::Answered(answer) => Reply {
            status: answer.status,
            headers: fields_of(&String::from_utf8_lossy(&answer.fields)),
            body: answer.body.bytes().unwrap_or_default().to_vec(),
        },
        // A fault kept it here, and says so itself.
        exchange::Outcome::Nothing(why) if why.starts_with("fault ") => {
            return Some(why.to_string());
        }
        exchange::Outcome::Nothing(why) => {
            let next = if is_delivery { ", and the letter is tried again" } else { "" };
            return Some(format!("nobody took it: {why}{next}"));
        }
    };
    let judgement = match (about.webhook, about.owner) {
        (Some(_), Some(Party::Business(_))) => market::notification::judge(&reply),
        (Some(_), _) => kenar::event::judge(&reply),
        (None, _) => return of_question(&reply),
    };
    let Judgement { outcome, reason } = judgement;
    let reason = reason.unwrap_or_default();
    match outcome {
        Outcome::Accepted | Outcome::Dropped => None,
        Outcome::Refused => Some(format!(
            "the receiver {reason}, which is a final no: the letter is not tried again"
        )),
        Outcome::Gone => Some(format!("the receiver {reason}, and is told nothing any more")),
        Outcome::Failed(_) if is_delivery => {
            Some(format!("the receiver {reason}, so the letter is tried again"))
        }
        Outcome::Failed(_) => Some(format!("the receiver {reason}")),
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
