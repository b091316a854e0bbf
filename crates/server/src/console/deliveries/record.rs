//! One delivery with every attempt: what was sent, what came back, and how long it took.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::Attempt;
use peyk_engine::deliver::operate;
use peyk_model::{Noun, Refusal, Right};

use super::webhook::tone;
use crate::Site;
use crate::console::exchange::{pretty, programs};
use crate::console::frame::{Frame, Section, show as page};
use crate::console::guard::Trouble;
use crate::console::moment::{Form, Moment};
use crate::console::visit::Visit;
use crate::control::delivery_place;
use crate::exchanges::Copies;

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Page {
    frame: Frame,
    id: String,
    webhook: i64,
    state: &'static str,
    tone: &'static str,
    is_open: bool,
    fact: &'static str,
    at: Moment,
    /// The chat in which it happened.
    conversation: Option<i64>,
    tries: Vec<Try>,
    may_operate: bool,
}

struct Try {
    number: i64,
    at: Moment,
    milliseconds: i64,
    is_good: bool,
    /// What it came to, in the store's word.
    outcome: String,
    /// Where it is written down as programs.
    address: String,
    status: Option<i64>,
    reason: Option<String>,
    url: String,
    request_headers: String,
    request_body: String,
    response_headers: Option<String>,
    response_body: Option<String>,
}

/// `GET /console/deliveries/{delivery}`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Trouble> {
    let place = delivery_place(&id)?;
    let found = site.engine.read(move |context| operate::record(context, place)).await?;
    let title = visit.texts.say("dl-delivery");
    let frame = Frame::new(&visit, Section::Deliveries, title).live("/console/live");
    page(&Page {
        webhook: found.delivery.webhook.0,
        state: found.delivery.state.word(),
        tone: tone(found.delivery.state),
        is_open: found.delivery.state.is_open(),
        fact: found.event.fact.word(),
        at: visit.moment(found.event.at, Form::Exact),
        conversation: found.event.fact.conversation().map(|id| id.0),
        tries: found.attempts.into_iter().map(|each| tried(&visit, &id, each)).collect(),
        id,
        may_operate: visit.who.may(Right::Operate),
        frame,
    })
}

fn tried(visit: &Visit, delivery: &str, attempt: Attempt) -> Try {
    Try {
        number: attempt.number,
        at: visit.moment(attempt.started_at, Form::Exact),
        milliseconds: attempt.duration_us / 1000,
        is_good: attempt.outcome == "accepted",
        outcome: attempt.outcome,
        address: format!("/console/deliveries/{delivery}/attempts/{}", attempt.number),
        status: attempt.status,
        reason: attempt.reason,
        url: attempt.url,
        request_headers: attempt.request_headers,
        request_body: pretty(&attempt.request_body),
        response_headers: attempt.response_headers,
        response_body: attempt.response_body.filter(|body| !body.is_empty()).as_deref().map(pretty),
    }
}

#[derive(Template)]
#[template(path = "console/attempt.html")]
struct AttemptPage {
    frame: Frame,
    delivery: String,
    each: Try,
    programs: [(&'static str, &'static str, String); 4],
}

/// `GET /console/deliveries/{delivery}/attempts/{number}`: one attempt, and how to send the same.
pub async fn attempt(
    State(site): State<Site>,
    visit: Visit,
    Path((delivery, number)): Path<(String, i64)>,
) -> Result<Response, Trouble> {
    let place = delivery_place(&delivery)?;
    let found = site.engine.read(move |context| operate::record(context, place)).await?;
    let attempt = found.attempts.into_iter().find(|attempt| attempt.number == number);
    let attempt = attempt.ok_or_else(|| Refusal::not_found(Noun::Delivery, &delivery))?;
    let copies = Copies::of_letter(&attempt.url, &attempt.request_headers, &attempt.request_body);
    let title = visit.texts.count("dl-attempt", number);
    let frame = Frame::new(&visit, Section::Deliveries, title);
    let each = tried(&visit, &delivery, attempt);
    page(&AttemptPage { frame, delivery, each, programs: programs(copies) })
}
