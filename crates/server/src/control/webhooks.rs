//! `/control/v1/webhooks`: who hears of events, how it goes, and what an operator can do about it.

use axum::Json;
use axum::extract::{FromRequestParts, Query, State};
use http::request::Parts;
use peyk_engine::deliver::{self, operate};
use peyk_engine::{Context, Result, directory, webhooks};
use peyk_model::{BusinessId, Party, Webhook, WebhookId};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert::{self, PageBody};
use super::extract::{Body, Names, Page};
use crate::Site;

/// Whose webhook is looked for.
#[derive(Debug, Clone, Deserialize)]
pub struct Owner {
    app: Option<String>,
    business: Option<i64>,
}

impl FromRequestParts<Site> for Owner {
    type Rejection = ControlError;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, ControlError> {
        let query = Query::<Self>::from_request_parts(parts, site).await;
        query.map(|Query(owner)| owner).map_err(|rejection| {
            ControlError::invalid(format!("the query cannot be read: {rejection}"))
        })
    }
}

impl Owner {
    fn party(&self, context: &mut Context<'_, '_>) -> Result<Option<Party>> {
        Ok(match (&self.app, self.business) {
            (Some(slug), _) => Some(Party::App(directory::app(context, slug)?.id)),
            (None, Some(id)) => Some(Party::Business(BusinessId(id))),
            (None, None) => None,
        })
    }
}

/// `GET /webhooks`: all of them, or those of one app or business.
pub async fn list(State(site): State<Site>, owner: Owner, Page(paging): Page) -> Answer<PageBody> {
    let verb = move |context: &mut Context<'_, '_>| match owner.party(context)? {
        Some(owner) => operate::webhooks_of(context, owner),
        None => operate::webhooks(context, &paging),
    };
    Ok(Json(convert::page(site.engine.read(verb).await?, convert::standing)))
}

/// `GET /webhooks/{webhook}`.
pub async fn show(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    shown(&site, WebhookId(id)).await
}

async fn shown(site: &Site, id: WebhookId) -> Answer<Value> {
    let found = site.engine.read(move |context| operate::webhook(context, id)).await?;
    Ok(Json(convert::standing(&found)))
}

/// `GET /webhooks/{webhook}/lanes`: where something waits, and why.
pub async fn lanes(
    State(site): State<Site>,
    Names(id): Names<i64>,
    Page(paging): Page,
) -> Answer<PageBody> {
    let verb = move |context: &mut Context<'_, '_>| {
        operate::waiting_lanes(context, WebhookId(id), &paging)
    };
    Ok(Json(convert::page(site.engine.read(verb).await?, convert::lane)))
}

/// A new address.
#[derive(Debug, Clone, Deserialize)]
pub struct NewUrl {
    // Nobody loses an address by leaving it out: only null takes it away.
    #[serde(deserialize_with = "Option::deserialize")]
    url: Option<String>,
}

/// `PUT /webhooks/{webhook}/url`: where events go from now on; nowhere without an address.
pub async fn set_url(
    State(site): State<Site>,
    Names(id): Names<i64>,
    Body(NewUrl { url }): Body<NewUrl>,
) -> Answer<Value> {
    if let Some(url) = &url {
        check_url(url)?;
    }
    let verb = move |context: &mut Context<'_, '_>| {
        let Webhook { owner, post, .. } = operate::webhook(context, WebhookId(id))?.webhook;
        webhooks::set_webhook(context, owner, post.as_ref(), url.as_deref())
    };
    shown(&site, site.engine.write(verb).await?.id).await
}

/// Whether this is an address on the web.
pub fn is_web_url(url: &str) -> bool {
    url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

fn check_url(url: &str) -> Result<(), ControlError> {
    let is_web = is_web_url(url);
    let expected = "url must be an address like https://bot.example/webhook";
    if is_web { Ok(()) } else { Err(ControlError::invalid(expected)) }
}

/// `POST /webhooks/{webhook}/on`: used again; a business's receiver is greeted first.
pub async fn switch_on(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| webhooks::switch_on(context, WebhookId(id));
    shown(&site, site.engine.write(verb).await?.id).await
}

/// `POST /webhooks/{webhook}/off`: used no more; what waits is cancelled.
pub async fn switch_off(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let id = WebhookId(id);
    off(&site, id).await?;
    shown(&site, id).await
}

/// Switches a webhook off and cancels what waits.
pub async fn off(site: &Site, id: WebhookId) -> Result<()> {
    const WHY: &str = "an operator switched it off";
    site.engine.write(move |context| webhooks::switch_off(context, id, WHY)).await?;
    while !site.engine.write(move |c| webhooks::cancel_leftovers(c, id)).await? {}
    Ok(())
}

/// `POST /webhooks/{webhook}/pause`: held back for now; events gather.
pub async fn pause(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| webhooks::pause(context, WebhookId(id), true);
    shown(&site, site.engine.write(verb).await?.id).await
}

/// `POST /webhooks/{webhook}/resume`: held back no more.
pub async fn resume(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| webhooks::pause(context, WebhookId(id), false);
    shown(&site, site.engine.write(verb).await?.id).await
}

/// `POST /webhooks/{webhook}/ping`: whether the receiver answers; nothing changes by it.
pub async fn ping(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let tested = deliver::test(&site.engine, &site, &*site.post, WebhookId(id)).await?;
    Ok(Json(convert::pinged(&tested)))
}

/// `POST /webhooks/{webhook}/rotate-secret`: a new signing secret, shown only here.
pub async fn rotate_secret(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        webhooks::rotate_signing_secret(context, WebhookId(id))
    };
    Ok(Json(json!({ "signing_secret": site.engine.write(verb).await? })))
}
