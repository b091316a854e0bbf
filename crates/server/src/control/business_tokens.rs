//! `/control/v1/businesses/{business}/tokens`: what sellers' programs show in place of keys.

use axum::Json;
use axum::extract::State;
use peyk_engine::{Context, business_token};
use peyk_model::{ApiKeyId, BusinessId};
use serde_json::Value;

use super::answer::Answer;
use super::extract::Names;
use super::keys;
use crate::Site;

/// `GET /control/v1/businesses/{business}/tokens`.
pub async fn list(State(site): State<Site>, Names(business): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::tokens_of(context, BusinessId(business))
    };
    let tokens = site.engine.read(verb).await?;
    Ok(Json(keys::list(&site, &tokens)))
}

/// `POST /control/v1/businesses/{business}/tokens/{token}/expire`: it ends now, as its time would.
pub async fn expire(
    State(site): State<Site>,
    Names((business, token)): Names<(i64, i64)>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::expire_token(context, BusinessId(business), ApiKeyId(token))
    };
    let token = site.engine.write(verb).await?;
    Ok(Json(keys::shown(&site, &token)))
}

/// `POST /control/v1/businesses/{business}/tokens/{token}/rotate`: another one, shown only here.
pub async fn rotate(
    State(site): State<Site>,
    Names((business, token)): Names<(i64, i64)>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::replace_token(context, BusinessId(business), ApiKeyId(token))
    };
    let token = site.engine.write(verb).await?;
    Ok(Json(keys::made(&site, &token)))
}

/// `DELETE /control/v1/businesses/{business}/tokens/{token}`.
pub async fn revoke(
    State(site): State<Site>,
    Names((business, token)): Names<(i64, i64)>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::revoke_token(context, BusinessId(business), ApiKeyId(token))
    };
    let token = site.engine.write(verb).await?;
    Ok(Json(keys::shown(&site, &token)))
}
