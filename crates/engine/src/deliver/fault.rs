//! Faults of letters: what becomes of one at which a rule has its turn.
//!
//! Whatever is done here stands in the delivery's attempts, under the name of the rule.

use std::time::Duration;

use peyk_model::delivery::Outcome;
use peyk_model::fault::{Applied, Direction, Effect, Moment, Occasion, Who};
use peyk_model::{Conversation, Party, Timestamp};

use super::{Dialects, Errand, Judgement, Letter, News, Post, PostError, Reply};
use crate::error::Result;
use crate::faults::decide_on;
use crate::{Context, Engine};

/// Most attempts among which one looks for a letter that was held back.
const ATTEMPTS_LOOKED_AT: i64 = 100;

/// The outcome of an attempt that a rule put off.
pub(super) const HELD: &str = "held";

/// The rule that has its turn at a delivery, if one has.
pub(super) async fn applied(
    engine: &Engine,
    dialects: &dyn Dialects,
    errand: &Errand,
) -> Result<Option<Applied>> {
    if engine.faults().is_quiet() {
        return Ok(None);
    }
    let dialect = dialects.dialect(&errand.webhook);
    let operation = errand.event.fact.word();
    let candidates = engine.faults().candidates(Direction::Out, dialect, operation);
    if candidates.is_empty() {
        return Ok(None);
    }
    let looked = errand.clone();
    let who = engine.read(move |context| who(context, &looked)).await?;
    let occasion = Occasion { direction: Direction::Out, dialect, operation, who: &who };
    Ok(decide_on(engine, candidates, &occasion).await?.pop())
}

fn who(context: &mut Context<'_, '_>, errand: &Errand) -> Result<Who> {
    let mut who = Who::default();
    match errand.webhook.owner {
        Party::App(id) => who.app = context.tx.app(id)?.map(|app| app.slug),
        Party::Business(id) => who.business = Some(id),
        Party::Person(_) => {}
    }
    let mut people = Vec::new();
    if let Some(Conversation { id, key, buyer, seller, .. }) = errand.news.conversation() {
        who.conversation = vec![key.0.clone(), id.to_string()];
        people.push(*buyer);
        if let Party::Person(seller) = seller {
            people.push(*seller);
        }
    }
    if let News::PostChanged(post, _) = &errand.news {
        people.push(post.seller);
    }
    for person in people {
        who.people.extend(context.tx.person(person)?.map(|person| person.handle));
    }
    let (webhook, event) = (errand.delivery.webhook, errand.delivery.event);
    let attempts = context.tx.attempts(webhook, event, ATTEMPTS_LOOKED_AT)?;
    who.was_held = attempts.iter().any(|attempt| attempt.outcome == HELD);
    Ok(who)
}

/// A letter that waits because of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    /// Until when.
    pub(crate) until: Timestamp,
    /// Whether those behind it go on meanwhile.
    pub(crate) is_aside: bool,
    /// Why, in words.
    pub(crate) reason: String,
}

/// How a letter is held back, if it is.
pub(super) fn held(applied: &Applied, now: Timestamp) -> Option<Held> {
    let (wait, is_aside) = match &applied.effect {
        Effect::Delay(delay) => (delay.duration(applied.roll, Direction::Out), false),
        Effect::Reorder(wait) => (*wait, true),
        Effect::Status(_)
        | Effect::Cut(_)
        | Effect::LoseAnswer(_)
        | Effect::Truncate
        | Effect::ExpiredToken
        | Effect::Drift(_)
        | Effect::Trickle(_)
        | Effect::Duplicate
        | Effect::Drop => return None,
    };
    let how = if is_aside { "held aside" } else { "held back with all that follow" };
    let reason = format!("fault {}: {how} for {}", applied.name, seconds(wait));
    Some(Held { until: now.after(wait), is_aside, reason })
}

fn seconds(time: Duration) -> String {
    format!("{} s", time.as_secs_f64())
}

/// A letter that was dealt with, and what came of it.
#[derive(Debug, Clone)]
pub(super) struct Posted {
    pub(super) letter: Letter,
    pub(super) reply: std::result::Result<Reply, PostError>,
    pub(super) judgement: Judgement,
    /// What came of it the first time, if it was sent twice.
    pub(super) first: Option<(std::result::Result<Reply, PostError>, Judgement)>,
}

/// Posts a letter, or does with it what a rule says.
pub(super) async fn post(
    (post, dialects): (&dyn Post, &dyn Dialects),
    errand: &Errand,
    letter: Letter,
    applied: Option<&Applied>,
) -> Posted {
    let judge = |reply: &std::result::Result<Reply, PostError>| match reply {
        Ok(reply) => dialects.judge(errand, reply),
        Err(error) => Judgement::because(Outcome::Failed(None), error.to_string()),
    };
    let Some(Applied { name, effect, roll }) = applied else {
        let reply = post.post(letter.clone()).await;
        return Posted { judgement: judge(&reply), letter, reply, first: None };
    };
    let mut letter = letter;
    letter.about.fault = Some(name.clone());
    let mut first = None;
    let what = spoil(dialects, &mut letter, effect, *roll);
    let mut reply = match effect {
        Effect::Cut(Moment::Before) | Effect::Drop => Err(PostError(what.clone())),
        Effect::Status(status) => Ok(Reply { status: *status, ..Reply::default() }),
        Effect::Cut(Moment::After)
        | Effect::LoseAnswer(_)
        | Effect::Truncate
        | Effect::Drift(_)
        | Effect::Delay(_)
        | Effect::ExpiredToken
        | Effect::Trickle(_)
        | Effect::Reorder(_) => post.post(letter.clone()).await,
        Effect::Duplicate => {
            let reply = post.post(letter.clone()).await;
            let judgement = told(name, &what, judge(&reply));
            first = Some((reply, judgement));
            post.post(letter.clone()).await
        }
    };
    if matches!(effect, Effect::Cut(Moment::Before) | Effect::Drop | Effect::Status(_)) {
        let why = |_| PostError(format!("fault {name}: {what}"));
        post.kept_back(&letter, &reply.clone().map_err(why));
    }
    let is_lost = matches!(effect, Effect::Cut(Moment::After) | Effect::LoseAnswer(_));
    if let (true, Ok(lost)) = (is_lost, &reply) {
        reply = Err(PostError(format!("the answer was {}", lost.status)));
    }
    let mut judgement = told(name, &what, judge(&reply));
    if *effect == Effect::Drop {
        judgement.outcome = Outcome::Dropped;
    }
    Posted { letter, reply, judgement, first }
}

/// Lets those who take down what goes out know of a letter that a rule keeps here.
pub(super) fn kept_back(
    post: &dyn Post,
    mut letter: Letter,
    applied: Option<&Applied>,
    why: String,
) {
    letter.about.fault = applied.map(|rule| rule.name.clone());
    post.kept_back(&letter, &Err(PostError(why)));
}

/// Changes a letter as an effect says, and tells in words what the effect is.
fn spoil(dialects: &dyn Dialects, letter: &mut Letter, effect: &Effect, roll: u64) -> String {
    match effect {
        Effect::Status(_) => "answered in the receiver's place".into(),
        Effect::Cut(Moment::Before) => "the connection was cut before the letter was sent".into(),
        Effect::Cut(Moment::After) => "the connection was cut after the letter was sent".into(),
        Effect::LoseAnswer(_) => "no answer came in time".into(),
        Effect::Truncate => {
            let half = letter.body.len() / 2;
            letter.body.truncate(letter.body.floor_char_boundary(half));
            "half of the body was sent".into()
        }
        Effect::Drift(drift) => {
            letter.body = dialects.drifted(&letter.body, drift, roll);
            format!("the body was changed, {}", drift.kind.word())
        }
        Effect::Duplicate => "sent twice".into(),
        Effect::Drop => "never sent".into(),
        Effect::Delay(_) | Effect::Reorder(_) | Effect::ExpiredToken | Effect::Trickle(_) => {
            effect.word().into()
        }
    }
}

/// A judgement that says which rule had its hand in it.
fn told(name: &str, what: &str, judgement: Judgement) -> Judgement {
    let and = match judgement.reason {
        Some(reason) if reason != what => format!(", {reason}"),
        Some(_) | None => String::new(),
    };
    Judgement { reason: Some(format!("fault {name}: {what}{and}")), ..judgement }
}
