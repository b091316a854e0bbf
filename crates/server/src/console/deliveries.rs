//! Deliveries: how each receiver does, what waits and why, and every attempt.

pub mod act;
mod record;
mod webhook;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use peyk_engine::deliver::operate::{self, Standing};
use peyk_engine::read_conversation::Paging;
use peyk_model::{DeliveryState, Party, Timestamp, Webhook, WebhookState};
use serde::Deserialize;

use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::moment::{Form, Moment};
use super::visit::Visit;
use crate::Site;

pub use record::{attempt, show as record};
pub use webhook::show as webhook;

/// Webhooks on one page: the deliveries of each are counted.
const PAGE: i64 = 20;

#[derive(Template)]
#[template(path = "console/deliveries.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

/// How a webhook stands, in a reader's words.
struct Row {
    id: i64,
    /// Whose it is.
    owner: Owner,
    /// The one post it is about, if there is one.
    post: Option<String>,
    url: Option<String>,
    /// The word of its state, and its tone in the sheet.
    state: &'static str,
    tone: &'static str,
    note: Option<String>,
    failures: i64,
    failing_since: Option<Moment>,
    next_try: Option<Moment>,
    waiting: i64,
    dead: i64,
    delivered: i64,
    lanes: i64,
}

/// Whose webhook it is.
enum Owner {
    App(String),
    Business(i64),
    Person(i64),
}

impl Row {
    fn of(visit: &Visit, standing: &Standing) -> Self {
        let Standing { webhook, app, counts, lanes, next_try } = standing;
        let count = |wanted: fn(DeliveryState) -> bool| {
            counts.iter().filter(|each| wanted(each.state)).map(|each| each.count).sum()
        };
        let owner = match (webhook.owner, app) {
            (Party::App(_), Some(slug)) => Owner::App(slug.clone()),
            (Party::App(id), None) => Owner::App(id.to_string()),
            (Party::Business(id), _) => Owner::Business(id.0),
            (Party::Person(id), _) => Owner::Person(id.0),
        };
        let (state, tone) = state(webhook);
        let moment = |time| visit.moment(time, Form::Exact);
        let is_later = |at: &Timestamp| *at > visit.now;
        Self {
            id: webhook.id.0,
            owner,
            post: webhook.post.as_ref().map(|post| post.0.clone()),
            url: webhook.url.clone(),
            state,
            tone,
            note: webhook.note.clone(),
            failures: webhook.health.failures,
            failing_since: webhook.health.failing_since.map(moment),
            next_try: next_try.filter(is_later).map(moment),
            waiting: count(DeliveryState::is_open),
            dead: count(|state| state == DeliveryState::Dead),
            delivered: count(|state| state == DeliveryState::Delivered),
            lanes: *lanes,
        }
    }
}

/// The one thing to know about a webhook at this moment, and its tone.
fn state(webhook: &Webhook) -> (&'static str, &'static str) {
    match webhook.state {
        WebhookState::Off => ("off", "bad"),
        WebhookState::On | WebhookState::Unproven if webhook.url.is_none() => ("kept", ""),
        WebhookState::On | WebhookState::Unproven if webhook.paused => ("paused", "warm"),
        WebhookState::Unproven => ("unproven", "warm"),
        WebhookState::On if webhook.health.rests_until.is_some() => ("resting", "bad"),
        WebhookState::On if webhook.health.failures > 0 => ("failing", "bad"),
        WebhookState::On => ("healthy", "good"),
    }
}

/// Where to go on in a list.
#[derive(Debug, Deserialize)]
pub struct Place {
    cursor: Option<String>,
}

/// `GET /console/deliveries`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Query(Place { cursor }): Query<Place>,
) -> Result<Response, Trouble> {
    let paging = Paging { cursor, limit: PAGE };
    let found = site.engine.read(move |context| operate::webhooks(context, &paging)).await?;
    let rows = found.items.iter().map(|standing| Row::of(&visit, standing)).collect();
    let next = found.next.map(|cursor| visit.address_with("cursor", &cursor));
    let title = visit.texts.say("nav-deliveries");
    let frame = Frame::new(&visit, Section::Deliveries, title).live("/console/live");
    page(&Page { frame, rows, next })
}
