//! One receiver: its health, its address, the lanes that wait, and what it was told.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use peyk_engine::deliver::operate::{self, WaitingLane};
use peyk_engine::read_conversation::{Page as Cut, Paging};
use peyk_engine::{Context, DeliveryFilter, Result as Answer};
use peyk_model::{Delivery, DeliveryState, Event, Right, WebhookId};
use serde::Deserialize;

use super::{Owner, Row};
use crate::Site;
use crate::console::frame::{Frame, Section, show as page};
use crate::console::guard::Trouble;
use crate::console::moment::{Form, Moment};
use crate::console::visit::Visit;
use crate::control::delivery_id;

/// Deliveries on one page.
const PAGE: i64 = 30;
/// Most waiting lanes that are shown.
const LANES: i64 = 20;

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct Page {
    frame: Frame,
    row: Row,
    lanes: Vec<Lane>,
    more_lanes: bool,
    deliveries: Vec<Told>,
    /// The state that is looked for, and where each is shown.
    states: Vec<(String, String, bool)>,
    next: Option<String>,
    may_operate: bool,
    may_keys: bool,
}

struct Lane {
    conversation: Option<String>,
    wait: &'static str,
    until: Option<Moment>,
    head: Option<String>,
    attempts: i64,
    reason: Option<String>,
}

/// A delivery in a list.
struct Told {
    id: String,
    state: &'static str,
    tone: &'static str,
    is_open: bool,
    fact: &'static str,
    at: Moment,
    attempts: i64,
    /// The chat in which it happened.
    chat: Option<i64>,
}

/// The tone of a state in the sheet.
pub(super) fn tone(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Delivered => "good",
        DeliveryState::Dead => "bad",
        DeliveryState::Retrying => "warm",
        DeliveryState::Pending => "accent",
        DeliveryState::Cancelled | DeliveryState::Kept => "",
    }
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    state: String,
    cursor: Option<String>,
}

type Found = (operate::Standing, Cut<WaitingLane>, Cut<(Delivery, Event)>);

/// `GET /console/webhooks/{webhook}`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let state = DeliveryState::parse(&wanted.state);
    let filter = DeliveryFilter {
        webhook: Some(id),
        states: state.into_iter().collect(),
        ..DeliveryFilter::default()
    };
    let paging = Paging { cursor: wanted.cursor, limit: PAGE };
    let verb = move |context: &mut Context<'_, '_>| -> Answer<Found> {
        let lanes = Paging { cursor: None, limit: LANES };
        Ok((
            operate::webhook(context, id)?,
            operate::waiting_lanes(context, id, &lanes)?,
            operate::deliveries(context, &filter, &paging)?,
        ))
    };
    let (standing, lanes, deliveries) = site.engine.read(verb).await?;
    let t = visit.texts;
    let row = Row::of(&visit, &standing);
    let home = format!("/console/webhooks/{id}");
    let mut states = vec![(home.clone(), t.say("op-any").into_owned(), state.is_none())];
    for each in DeliveryState::ALL {
        let address = format!("{home}?state={}", each.word());
        states.push((address, t.of("dl-state", each.word()).into_owned(), state == Some(*each)));
    }
    let next = deliveries.next.map(|cursor| visit.address_with("cursor", &cursor));
    let title = t.say("dl-webhook");
    let frame = Frame::new(&visit, Section::Deliveries, title).live("/console/live");
    page(&Page {
        row,
        more_lanes: lanes.next.is_some(),
        lanes: lanes.items.iter().map(|each| lane(&visit, each)).collect(),
        deliveries: deliveries.items.iter().map(|each| told(&visit, each)).collect(),
        states,
        next,
        may_operate: visit.who.may(Right::Operate),
        may_keys: visit.who.may(Right::Keys),
        frame,
    })
}

fn lane(visit: &Visit, waiting: &WaitingLane) -> Lane {
    Lane {
        conversation: waiting.conversation.as_ref().map(|key| key.0.clone()),
        wait: waiting.wait.word(),
        until: waiting.wait.until().map(|until| visit.moment(until, Form::Exact)),
        head: waiting.head.as_ref().map(delivery_id),
        attempts: waiting.head.as_ref().map_or(0, |head| head.attempts),
        reason: waiting.last_reason.clone(),
    }
}

fn told(visit: &Visit, (delivery, event): &(Delivery, Event)) -> Told {
    Told {
        id: delivery_id(delivery),
        state: delivery.state.word(),
        tone: tone(delivery.state),
        is_open: delivery.state.is_open(),
        fact: event.fact.word(),
        at: visit.moment(event.at, Form::Exact),
        attempts: delivery.attempts,
        chat: event.fact.conversation().map(|id| id.0),
    }
}
