//! Effects: what a rule does to one request.
//!
//! Delays are the machine's, not the virtual clock's: whoever waits does so by a clock of their own,
//! and a clock that stands must not hold them for ever.

use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use peyk_model::fault::{Applied, Direction, Effect, Moment, Who};

use super::{Cut, Door, body, drift};
use crate::{Site, market};

/// Brings about what the rules say, and lets the request be answered where they do.
pub async fn bring_about<F, R>(
    site: &Site,
    door: Door,
    who: &Who,
    applied: &[Applied],
    request: Request,
    next: F,
) -> Response
where
    F: FnOnce(Request) -> R,
    R: Future<Output = Response>,
{
    let mut other = None;
    for each in applied {
        match &each.effect {
            Effect::Delay(delay) => {
                tokio::time::sleep(delay.duration(each.roll, Direction::In)).await;
            }
            effect @ (Effect::Status(_)
            | Effect::Cut(_)
            | Effect::LoseAnswer(_)
            | Effect::Truncate
            | Effect::ExpiredToken
            | Effect::Drift(_)
            | Effect::Trickle(_)
            | Effect::Duplicate
            | Effect::Drop
            | Effect::Reorder(_)) => other = Some((effect, each.roll)),
        }
    }
    let Some((effect, roll)) = other else { return next(request).await };
    match effect {
        Effect::Status(status) => {
            let refusal = door.refusal(site, who.business, *status);
            unheard(request, refusal).await
        }
        Effect::ExpiredToken => unheard(request, door.expired()).await,
        Effect::Cut(Moment::Before) => cut(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Effect::Cut(Moment::After) => cut(next(request).await),
        Effect::LoseAnswer(silence) => lose(next(request).await, *silence).await,
        Effect::Truncate => body::truncated(next(request).await),
        Effect::Trickle(bytes_per_second) => body::slowed(next(request).await, *bytes_per_second),
        Effect::Drift(wanted) => drift::drift_answer(next(request).await, wanted, roll).await,
        // These are for letters.
        Effect::Delay(_) | Effect::Duplicate | Effect::Drop | Effect::Reorder(_) => {
            next(request).await
        }
    }
}

/// An answer to a request that nobody looks at.
async fn unheard(request: Request, answer: Response) -> Response {
    market::drain(request.into_body()).await;
    answer
}

fn cut(mut lost: Response) -> Response {
    lost.extensions_mut().insert(Cut);
    lost
}

async fn lose(lost: Response, silence: Duration) -> Response {
    tokio::time::sleep(silence).await;
    cut(lost)
}
