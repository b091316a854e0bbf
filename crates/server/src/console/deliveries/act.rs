//! What an operator does about receivers and deliveries.

use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::deliver::{self, Tested, operate};
use peyk_engine::{Context, DeliveryFilter, webhooks};
use peyk_model::delivery::Outcome;
use peyk_model::{DeliveryState, Webhook, WebhookId};
use serde::Deserialize;

use crate::Site;
use crate::console::form::{Filled, Pressed};
use crate::console::guard::Trouble;
use crate::console::notice::{Notice, Tone};
use crate::console::visit::Visit;
use crate::control::{delivery_place, is_web_url, replay_all};

fn home(id: WebhookId) -> String {
    format!("/console/webhooks/{id}")
}

/// Tells on a webhook's page what became of a verb.
fn told<T>(
    site: &Site,
    visit: &Visit,
    id: WebhookId,
    done: Result<T, peyk_engine::Error>,
    key: &str,
) -> Result<Response, Trouble> {
    visit.told(site, &home(id), done, key)
}

/// Another address.
#[derive(Deserialize)]
pub struct NewUrl {
    url: String,
}

/// `POST /console/webhooks/{webhook}/url`.
pub async fn set_url(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<i64>,
    Filled(NewUrl { url }): Filled<NewUrl>,
) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let url = Some(url.trim().to_owned()).filter(|url| !url.is_empty());
    if url.as_ref().is_some_and(|url| !is_web_url(url)) {
        let notice = Notice::new(Tone::Refused, visit.texts.say("dl-url-wrong"));
        return Ok(visit.go_with(&site, &home(id), notice));
    }
    let verb = move |context: &mut Context<'_, '_>| {
        let Webhook { owner, post, .. } = operate::webhook(context, id)?.webhook;
        webhooks::set_webhook(context, owner, post.as_ref(), url.as_deref())
    };
    told(&site, &visit, id, site.engine.write(verb).await, "dl-url-set")
}

/// `POST /console/webhooks/{webhook}/on`.
pub async fn switch_on(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let done = site.engine.write(move |context| webhooks::switch_on(context, id)).await;
    told(&site, &visit, id, done, "dl-switched-on")
}

/// `POST /console/webhooks/{webhook}/off`.
pub async fn switch_off(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let done = crate::control::switch_off(&site, id).await;
    told(&site, &visit, id, done, "dl-switched-off")
}

/// `POST /console/webhooks/{webhook}/pause`.
pub async fn pause(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let done = site.engine.write(move |context| webhooks::pause(context, id, true)).await;
    told(&site, &visit, id, done, "dl-paused")
}

/// `POST /console/webhooks/{webhook}/resume`.
pub async fn resume(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let done = site.engine.write(move |context| webhooks::pause(context, id, false)).await;
    told(&site, &visit, id, done, "dl-resumed")
}

/// `POST /console/webhooks/{webhook}/ping`.
pub async fn ping(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    match deliver::test(&site.engine, &site, &*site.post, id).await {
        Ok(tested) => Ok(visit.go_with(&site, &home(id), pinged(&visit, &tested))),
        Err(error) => visit.refused(&site, &home(id), error),
    }
}

fn pinged(visit: &Visit, tested: &Tested) -> Notice {
    let has_arrived = tested.judgement.outcome == Outcome::Accepted;
    let (tone, key) =
        if has_arrived { (Tone::Done, "dl-ping-good") } else { (Tone::Refused, "dl-ping-bad") };
    let words = visit.texts.count(key, tested.duration_us / 1000);
    let answer = tested.reply.as_ref().ok();
    let answer = answer.map(|reply| {
        format!("{} {}", reply.status, String::from_utf8_lossy(&reply.body)).trim_end().to_owned()
    });
    let quote = tested.judgement.reason.clone().or(answer);
    Notice { quote, ..Notice::new(tone, words) }
}

/// `POST /console/webhooks/{webhook}/rotate-secret`: the new one is shown once.
pub async fn rotate_secret(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let verb = move |context: &mut Context<'_, '_>| webhooks::rotate_signing_secret(context, id);
    match site.engine.write(verb).await {
        Ok(secret) => {
            let notice = Notice::new(Tone::Done, visit.texts.say("dl-secret-made"));
            let notice = Notice { quote: Some(secret), ..notice };
            Ok(visit.go_with(&site, &home(id), notice))
        }
        Err(error) => visit.refused(&site, &home(id), error),
    }
}

/// `POST /console/webhooks/{webhook}/replay`: all that were given up are told once more.
pub async fn replay_dead(Pressed { site, visit, id }: Pressed<i64>) -> Result<Response, Trouble> {
    let id = WebhookId(id);
    let filter = DeliveryFilter {
        webhook: Some(id),
        states: vec![DeliveryState::Dead],
        ..DeliveryFilter::default()
    };
    let count = i64::try_from(replay_all(&site, &filter).await?).unwrap_or(i64::MAX);
    let notice = Notice::new(Tone::Done, visit.texts.count("dl-replayed", count));
    Ok(visit.go_with(&site, &home(id), notice))
}

/// `POST /console/deliveries/{delivery}/replay`.
pub async fn replay(Pressed { site, visit, id }: Pressed<String>) -> Result<Response, Trouble> {
    let place = delivery_place(&id)?;
    let filter = DeliveryFilter {
        webhook: Some(place.webhook),
        event: Some(place.event),
        ..DeliveryFilter::default()
    };
    let count = i64::try_from(replay_all(&site, &filter).await?).unwrap_or(i64::MAX);
    let tone = if count == 0 { Tone::Refused } else { Tone::Done };
    let notice = Notice::new(tone, visit.texts.count("dl-replayed", count));
    Ok(visit.go_with(&site, &format!("/console/deliveries/{id}"), notice))
}

/// `POST /console/deliveries/{delivery}/cancel`.
pub async fn cancel(Pressed { site, visit, id }: Pressed<String>) -> Result<Response, Trouble> {
    let place = delivery_place(&id)?;
    let verb =
        move |context: &mut Context<'_, '_>| operate::cancel(context, place.webhook, place.event);
    let address = format!("/console/deliveries/{id}");
    visit.told(&site, &address, site.engine.write(verb).await, "dl-cancelled")
}
