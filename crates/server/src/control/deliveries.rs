//! `/control/v1/deliveries`: each event on its way to each receiver, repeated or cancelled by hand.

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::request::Parts;
use peyk_engine::deliver::operate;
use peyk_engine::{Context, DeliveryFilter, Result, directory};
use peyk_model::{DeliveryState, EventId, Timestamp, WebhookId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert::{self, PageBody};
use super::extract::{Body, Names, Page};
use crate::Site;

/// Which deliveries are meant.
///
/// A misspelled filter would mean more than was wanted, so nothing unknown is passed over.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    webhook: Option<i64>,
    /// By key or number.
    conversation: Option<String>,
    state: Option<String>,
    since: Option<String>,
    event: Option<i64>,
    #[serde(rename = "limit")]
    _limit: Option<IgnoredAny>,
    #[serde(rename = "cursor")]
    _cursor: Option<IgnoredAny>,
}

impl FromRequestParts<Site> for Wanted {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ControlError> {
        let query = Query::<Self>::from_request_parts(parts, site).await;
        query.map(|Query(wanted)| wanted).map_err(|rejection| {
            ControlError::invalid(format!("the query cannot be read: {rejection}"))
        })
    }
}

impl Wanted {
    /// What was asked for, but for the conversation, which has to be looked up.
    fn filter(&self) -> Result<DeliveryFilter, ControlError> {
        let states = self.state.as_deref().unwrap_or_default();
        let states = states.split(',').filter(|word| !word.is_empty()).map(|word| {
            DeliveryState::parse(word)
                .ok_or_else(|| ControlError::invalid(format!("there is no state `{word}`")))
        });
        let since = self.since.as_deref().map(|since| {
            let time = since.parse::<jiff::Timestamp>();
            let time = time.map_err(|_| {
                ControlError::invalid("since must be a time like 2026-11-20T12:00:00Z")
            })?;
            Ok::<_, ControlError>(Timestamp(time.as_microsecond()))
        });
        Ok(DeliveryFilter {
            webhook: self.webhook.map(WebhookId),
            lane: None,
            event: self.event.map(EventId),
            states: states.collect::<Result<_, _>>()?,
            since: since.transpose()?,
        })
    }

    fn is_everything(&self) -> bool {
        let Self { webhook, conversation, state, since, event, .. } = self;
        let numbers = webhook.is_some() || event.is_some();
        !numbers && conversation.is_none() && state.is_none() && since.is_none()
    }
}

/// Completes a filter by the lane of a conversation.
fn in_conversation(
    context: &mut Context<'_, '_>,
    filter: &DeliveryFilter,
    name: Option<&String>,
) -> Result<DeliveryFilter> {
    let lane = match name {
        Some(name) => Some(directory::conversation(context, name)?.id.0),
        None => None,
    };
    Ok(DeliveryFilter { lane, ..filter.clone() })
}

/// `GET /deliveries`: the newest first.
pub async fn list(
    State(site): State<Site>,
    wanted: Wanted,
    Page(paging): Page,
) -> Answer<PageBody> {
    let filter = wanted.filter()?;
    let verb = move |context: &mut Context<'_, '_>| {
        let filter = in_conversation(context, &filter, wanted.conversation.as_ref())?;
        operate::deliveries(context, &filter, &paging)
    };
    Ok(Json(convert::page(site.engine.read(verb).await?, convert::delivery)))
}

/// `GET /deliveries/{delivery}`: one with every attempt.
pub async fn show(State(site): State<Site>, Names(id): Names<String>) -> Answer<Value> {
    let place = convert::delivery_place(&id)?;
    let found = site.engine.read(move |context| operate::record(context, place)).await?;
    Ok(Json(convert::record(found)))
}

/// `POST /deliveries/{delivery}/replay`: told once more.
pub async fn replay(State(site): State<Site>, Names(id): Names<String>) -> Answer<Value> {
    let place = convert::delivery_place(&id)?;
    let filter = DeliveryFilter {
        webhook: Some(place.webhook),
        event: Some(place.event),
        ..DeliveryFilter::default()
    };
    let verb = move |context: &mut Context<'_, '_>| {
        operate::record(context, place)?;
        operate::replay(context, &filter, None)
    };
    let (count, _) = site.engine.write(verb).await?;
    Ok(Json(json!({ "replayed": count })))
}

/// `POST /deliveries/{delivery}/cancel`: it need not arrive any more.
pub async fn cancel(State(site): State<Site>, Names(id): Names<String>) -> Answer<Value> {
    let place = convert::delivery_place(&id)?;
    let verb = move |context: &mut Context<'_, '_>| {
        operate::cancel(context, place.webhook, place.event)?;
        operate::record(context, place)
    };
    Ok(Json(convert::record(site.engine.write(verb).await?)))
}

/// `POST /deliveries/replay`: all that are meant are told once more, the oldest first.
pub async fn replay_many(State(site): State<Site>, Body(wanted): Body<Wanted>) -> Answer<Value> {
    if wanted.is_everything() {
        let message = "say which: webhook, conversation, state, since or event";
        return Err(ControlError::invalid(message));
    }
    let (filter, name) = (wanted.filter()?, wanted.conversation);
    let verb =
        move |context: &mut Context<'_, '_>| in_conversation(context, &filter, name.as_ref());
    let filter = site.engine.read(verb).await?;
    Ok(Json(json!({ "replayed": replay_all(&site, &filter).await? })))
}

/// Tells all that are meant once more, so many in each transaction; how many they were.
pub async fn replay_all(site: &Site, filter: &DeliveryFilter) -> Result<usize> {
    let (mut replayed, mut next) = (0, None);
    loop {
        let filter = filter.clone();
        let batch = site.engine.write(move |c| operate::replay(c, &filter, next));
        let (count, rest) = batch.await?;
        replayed += count;
        next = rest;
        if next.is_none() {
            return Ok(replayed);
        }
    }
}
