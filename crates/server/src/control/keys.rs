//! `/control/v1/{apps|businesses}/{owner}/keys` and `/control/v1/keys/{key}`: keys of programs.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use peyk_engine::key::{
    KeyChange, MadeKey, change_key, create_app_key, create_business_key, keys_of, revoke_key,
    rotate_key,
};
use peyk_engine::{Context, directory};
use peyk_model::{ApiKey, ApiKeyId, BusinessId, KeyOwner, Party, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, ControlError};
use super::convert;
use super::extract::{Body, Names};
use crate::Site;

/// Longest time for which a replaced key can go on working, in seconds: ten years.
const OVERLAP_MAX_SECONDS: u64 = 315_360_000;

/// A key to be made.
#[derive(Deserialize)]
pub struct NewKey {
    name: String,
    allows: Option<Vec<String>>,
    expires_at: Option<String>,
}

/// What a key is to become; an empty `expires_at` lets it work for ever.
#[derive(Deserialize)]
pub struct Change {
    name: Option<String>,
    allows: Option<Vec<String>>,
    expires_at: Option<String>,
}

/// How a key is replaced.
#[derive(Deserialize)]
pub struct Rotation {
    #[serde(default)]
    overlap_seconds: u64,
}

/// `GET /control/v1/apps/{app}/keys`.
pub async fn of_app(State(site): State<Site>, Names(slug): Names<String>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let app = directory::app(context, &slug)?.id;
        keys_of(context, Party::App(app))
    };
    let keys = site.engine.read(verb).await?;
    Ok(Json(list(&site, &keys)))
}

/// `GET /control/v1/businesses/{business}/keys`.
pub async fn of_business(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb =
        move |context: &mut Context<'_, '_>| keys_of(context, Party::Business(BusinessId(id)));
    let keys = site.engine.read(verb).await?;
    Ok(Json(list(&site, &keys)))
}

/// `POST /control/v1/apps/{app}/keys`.
pub async fn create_of_app(
    State(site): State<Site>,
    Names(slug): Names<String>,
    Body(new): Body<NewKey>,
) -> Answer<Value> {
    let end = new.expires_at.as_deref().map(time).transpose()?;
    let verb = move |context: &mut Context<'_, '_>| {
        let app = directory::app(context, &slug)?.id;
        create_app_key(context, app, &new.name, new.allows.as_deref(), end)
    };
    let key = site.engine.write(verb).await?;
    Ok(Json(made(&site, &key)))
}

/// `POST /control/v1/businesses/{business}/keys`.
pub async fn create_of_business(
    State(site): State<Site>,
    Names(id): Names<i64>,
    Body(new): Body<NewKey>,
) -> Answer<Value> {
    let end = new.expires_at.as_deref().map(time).transpose()?;
    let verb = move |context: &mut Context<'_, '_>| {
        create_business_key(context, BusinessId(id), &new.name, new.allows.as_deref(), end)
    };
    let key = site.engine.write(verb).await?;
    Ok(Json(made(&site, &key)))
}

/// `PATCH /control/v1/keys/{key}`.
pub async fn change(
    State(site): State<Site>,
    Names(id): Names<i64>,
    Body(change): Body<Change>,
) -> Answer<Value> {
    let expires_at = match change.expires_at.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(text) => Some(Some(time(text)?)),
    };
    let change = KeyChange { name: change.name, allows: change.allows, expires_at };
    let verb = move |context: &mut Context<'_, '_>| change_key(context, ApiKeyId(id), &change);
    let key = site.engine.write(verb).await?;
    Ok(Json(shown(&site, &key)))
}

/// `POST /control/v1/keys/{key}/rotate`.
pub async fn rotate(
    State(site): State<Site>,
    Names(id): Names<i64>,
    Body(rotation): Body<Rotation>,
) -> Answer<Value> {
    if rotation.overlap_seconds > OVERLAP_MAX_SECONDS {
        let message = format!("overlap_seconds must be 0 to {OVERLAP_MAX_SECONDS}");
        return Err(ControlError::invalid(message));
    }
    let overlap = Duration::from_secs(rotation.overlap_seconds);
    let verb = move |context: &mut Context<'_, '_>| rotate_key(context, ApiKeyId(id), overlap);
    let key = site.engine.write(verb).await?;
    Ok(Json(made(&site, &key)))
}

/// `DELETE /control/v1/keys/{key}`.
pub async fn revoke(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| revoke_key(context, ApiKeyId(id));
    let key = site.engine.write(verb).await?;
    Ok(Json(shown(&site, &key)))
}

fn time(text: &str) -> Result<Timestamp, ControlError> {
    let parsed = text.parse::<jiff::Timestamp>();
    let wrong = |_| ControlError::invalid("expires_at must be a time like 2027-01-31T12:00:00Z");
    parsed.map(|time| Timestamp(time.as_microsecond())).map_err(wrong)
}

pub(super) fn list(site: &Site, keys: &[ApiKey]) -> Value {
    json!({ "items": keys.iter().map(|key| shown(site, key)).collect::<Vec<_>>() })
}

/// A key without its secret, which nobody knows any more.
pub(super) fn shown(site: &Site, key: &ApiKey) -> Value {
    let mut value = json!({
        "id": key.id.0,
        "name": key.name,
        "allows": key.owner.words(),
        "is_live": key.is_live(site.engine.clock().now()),
        "created_at": convert::time(key.created_at),
    });
    match key.owner {
        KeyOwner::App(app, _) => value["app_id"] = app.0.into(),
        KeyOwner::Business(business, _) => value["business"] = business.0.into(),
    }
    for (name, at) in [
        ("expires_at", key.expires_at),
        ("revoked_at", key.revoked_at),
        ("last_used_at", key.last_used_at),
    ] {
        if let Some(at) = at {
            value[name] = convert::time(at).into();
        }
    }
    value
}

pub(super) fn made(site: &Site, MadeKey { key, secret }: &MadeKey) -> Value {
    let mut value = shown(site, key);
    value["secret"] = secret.as_str().into();
    value
}
