//! `/control/v1/rehearsal`: steps of a scenario one by one, for tests in any language.

use std::path::Path;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use peyk_engine::clock::{Movement, move_clock};
use peyk_engine::rehearsal::mark;
use peyk_model::{MessageId, Side, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError, sandbox_only};
use super::convert;
use super::extract::Body;
use crate::Site;
use crate::rehearsal::{Patience, Rehearsal};
use crate::scenario::play::{Play, Stepped};
use crate::scenario::{Act, Attachment, Deed, PersonAct, read};

/// Longest patience, in milliseconds.
const PATIENCE_MAX_MS: u64 = 60_000;

/// One step, and from where on the bot is heard.
#[derive(Debug, Clone, Deserialize)]
pub struct NewStep {
    step: Value,
    after: i64,
    began_at: Option<String>,
    patience_ms: Option<u64>,
    silence_ms: Option<u64>,
}

/// `POST /rehearsal`: the clock stands, receivers are greeted, and what is said from now on counts.
pub async fn begin(State(site): State<Site>) -> Answer<Value> {
    sandbox_only(&site)?;
    move_clock(&site.engine, Movement::Freeze).await?;
    let rehearsal = Rehearsal::new(site.clone(), Patience::default());
    rehearsal.begin().await?;
    rehearsal.greet().await?;
    let after = site.engine.write(mark).await?;
    let began_at = convert::time(site.engine.clock().now());
    Ok(Json(json!({ "after": after.0, "began_at": began_at })))
}

/// `POST /rehearsal/steps`: does a step, or waits for what the bot has to do.
pub async fn step(State(site): State<Site>, Body(wanted): Body<NewStep>) -> Answer<Value> {
    sandbox_only(&site)?;
    let deed = read::step_from_json(&wanted.step).map_err(|mistakes| {
        let told =
            mistakes.iter().map(|it| format!("found {}, expected {}", it.found, it.expected));
        ControlError::invalid(format!("step: {}", told.collect::<Vec<_>>().join("; ")))
    })?;
    let is_beside = matches!(
        &deed,
        Deed::Act(
            _,
            Act::Person { act: PersonAct::SendFile(_), .. }
                | Act::MarketSends(Attachment::Beside(_))
                | Act::SupportSends(Attachment::Beside(_)),
        )
    );
    if is_beside {
        let message = "step: send the file's bytes to …/conversations/{conversation}/files";
        return Err(ControlError::invalid(message));
    }
    let rehearsal = Rehearsal::new(site.clone(), wanted.patience()?);
    let began_at = wanted.began_at()?.unwrap_or_else(|| site.engine.clock().now());
    let mut play = Play::behind(&rehearsal, Path::new(""), MessageId(wanted.after), began_at);
    let mut shown = match play.step(&deed).await? {
        Ok(stepped) => met(&site, &stepped),
        Err(why) => {
            let transcript = play.transcript(std::iter::once(&deed)).await?;
            let wire = rehearsal.wire().await;
            json!({ "is_met": false, "why": why, "transcript": transcript, "wire": wire })
        }
    };
    shown["time"] = convert::time(site.engine.clock().now()).into();
    Ok(Json(shown))
}

impl NewStep {
    fn patience(&self) -> Result<Patience, ControlError> {
        let usual = Patience::default();
        let span = |ms: Option<u64>, usual| match ms {
            Some(ms) if ms > PATIENCE_MAX_MS => {
                let message = format!("patience_ms and silence_ms go up to {PATIENCE_MAX_MS}");
                Err(ControlError::invalid(message))
            }
            Some(ms) => Ok(Duration::from_millis(ms)),
            None => Ok(usual),
        };
        let (answer, silence) =
            (span(self.patience_ms, usual.answer)?, span(self.silence_ms, usual.silence)?);
        Ok(Patience { answer, silence })
    }

    fn began_at(&self) -> Result<Option<Timestamp>, ControlError> {
        let Some(time) = &self.began_at else { return Ok(None) };
        let parsed = time.parse::<jiff::Timestamp>().map_err(|_| {
            ControlError::invalid("began_at: expected a time like 2026-11-20T12:00:00Z")
        })?;
        Ok(Some(Timestamp(parsed.as_microsecond())))
    }
}

fn met(site: &Site, stepped: &Stepped) -> Value {
    let mut shown = json!({ "is_met": true });
    if let Some(message) = &stepped.message {
        // By the eye of who reads the bot, whose buttons count.
        let side = message.author.side().map_or(Side::Buyer, Side::other);
        shown["message"] = convert::message(site, side, message);
        shown["message"]["conversation"] = message.conversation.0.into();
    }
    if let Some(clicked) = &stepped.clicked {
        shown["clicked"] = convert::clicked(clicked);
    }
    shown
}
