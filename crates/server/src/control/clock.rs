//! `/control/v1/clock`: the sandbox's one clock, shown and moved.

use std::time::Duration;

use axum::Json;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use peyk_engine::clock::{Idle, Movement, move_clock, run_until_idle};
use peyk_model::limits::{CLOCK_EARLIEST, CLOCK_LATEST, IDLE_LONGEST};
use peyk_model::{ClockPosition, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError, sandbox_only};
use super::convert;
use super::extract::Body;
use crate::Site;

/// The header that tells what time it is here.
pub const TIME: HeaderName = HeaderName::from_static("x-peyk-time");

/// What is to be done to the clock: exactly one thing.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum ClockAction {
    /// It stands.
    Freeze,
    /// It goes on.
    Unfreeze,
    /// It goes with the machine's again.
    Reset,
    /// It shows this time.
    Set {
        /// In RFC 3339.
        time: String,
    },
    /// It is put forward.
    Advance {
        /// By how much.
        seconds: u64,
    },
    /// It jumps from one due thing to the next until nothing is open.
    RunUntilIdle {
        /// By how much at most.
        max_seconds: Option<u64>,
    },
}

/// `GET`: the time, and how it goes.
pub async fn show(State(site): State<Site>) -> Answer<Value> {
    Ok(Json(shown(&site)))
}

/// `POST`: moves the clock of a sandbox.
pub async fn change(State(site): State<Site>, Body(action): Body<ClockAction>) -> Answer<Value> {
    sandbox_only(&site)?;
    let mut run = None;
    match action.movement(site.engine.clock().now())? {
        Wanted::Movement(movement) => {
            move_clock(&site.engine, movement).await?;
        }
        Wanted::Run(longest) => run = Some(run_until_idle(&site.engine, longest).await?),
    }
    let mut shown = shown(&site);
    if let Some(Idle { steps, is_idle }) = run {
        shown["run"] = json!({ "steps": steps, "is_idle": is_idle });
    }
    Ok(Json(shown))
}

enum Wanted {
    Movement(Movement),
    Run(Duration),
}

impl ClockAction {
    fn movement(self, now: Timestamp) -> Result<Wanted, ControlError> {
        let ahead = |seconds| {
            let by = Duration::from_secs(seconds);
            in_bounds(now.after(by)).map(|_| by)
        };
        Ok(Wanted::Movement(match self {
            Self::Freeze => Movement::Freeze,
            Self::Unfreeze => Movement::Unfreeze,
            Self::Reset => Movement::Reset,
            Self::Set { time } => {
                let parsed = time.parse::<jiff::Timestamp>().map_err(|_| {
                    let like = "a time like 2026-11-20T12:00:00Z";
                    ControlError::invalid(format!("time: expected {like}"))
                })?;
                Movement::Set(in_bounds(Timestamp(parsed.as_microsecond()))?)
            }
            Self::Advance { seconds } => Movement::Advance(ahead(seconds)?),
            Self::RunUntilIdle { max_seconds } => {
                let longest = max_seconds.unwrap_or(IDLE_LONGEST.as_secs());
                return Ok(Wanted::Run(ahead(longest)?));
            }
        }))
    }
}

/// Tells with every answer what time it is.
pub async fn stamp(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let now = convert::time(site.engine.clock().now());
    if let Ok(value) = HeaderValue::from_str(&now) {
        response.headers_mut().insert(TIME, value);
    }
    response
}

fn shown(site: &Site) -> Value {
    let clock = site.engine.clock();
    let mut shown = json!({ "time": convert::time(clock.now()) });
    match clock.position() {
        ClockPosition::Running { offset_us } => {
            shown["state"] = "running".into();
            shown["ahead_microseconds"] = offset_us.into();
        }
        ClockPosition::Standing(_) => shown["state"] = "standing".into(),
    }
    shown
}

fn in_bounds(time: Timestamp) -> Result<Timestamp, ControlError> {
    if (CLOCK_EARLIEST..=CLOCK_LATEST).contains(&time) {
        return Ok(time);
    }
    let (from, to) = (convert::time(CLOCK_EARLIEST), convert::time(CLOCK_LATEST));
    Err(ControlError::invalid(format!("the clock goes from {from} to {to}")))
}
