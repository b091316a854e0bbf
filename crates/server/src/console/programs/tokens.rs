//! The OAuth tokens of businesses by forms: ended, replaced and taken back.

use axum::extract::{Path, State};
use axum::response::Response;
use peyk_engine::key::MadeKey;
use peyk_engine::{Context, business_token};
use peyk_model::{ApiKeyId, BusinessId};
use serde::Deserialize;

use crate::Site;
use crate::console::form::Filled;
use crate::console::guard::Trouble;
use crate::console::notice::{Notice, Tone};
use crate::console::visit::Visit;

/// What is done to a token.
#[derive(Debug, Deserialize)]
pub struct TokenForm {
    token: i64,
}

fn home(business: i64) -> String {
    format!("/console/businesses/{business}")
}

/// `POST /console/businesses/{business}/tokens/expire`.
pub async fn expire_token(
    State(site): State<Site>,
    visit: Visit,
    Path(business): Path<i64>,
    Filled(TokenForm { token }): Filled<TokenForm>,
) -> Result<Response, Trouble> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::expire_token(context, BusinessId(business), ApiKeyId(token))
    };
    visit.told(&site, &home(business), site.engine.write(verb).await, "ap-token-expired")
}

/// `POST /console/businesses/{business}/tokens/rotate`: the new one is shown once.
pub async fn replace_token(
    State(site): State<Site>,
    visit: Visit,
    Path(business): Path<i64>,
    Filled(TokenForm { token }): Filled<TokenForm>,
) -> Result<Response, Trouble> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::replace_token(context, BusinessId(business), ApiKeyId(token))
    };
    match site.engine.write(verb).await {
        Ok(MadeKey { secret, .. }) => {
            let notice = Notice::new(Tone::Done, visit.texts.say("ap-token-made"));
            let notice = Notice { quote: Some(secret), ..notice };
            Ok(visit.go_with(&site, &home(business), notice))
        }
        Err(error) => visit.refused(&site, &home(business), error),
    }
}

/// `POST /console/businesses/{business}/tokens/revoke`.
pub async fn revoke_token(
    State(site): State<Site>,
    visit: Visit,
    Path(business): Path<i64>,
    Filled(TokenForm { token }): Filled<TokenForm>,
) -> Result<Response, Trouble> {
    let verb = move |context: &mut Context<'_, '_>| {
        business_token::revoke_token(context, BusinessId(business), ApiKeyId(token))
    };
    visit.told(&site, &home(business), site.engine.write(verb).await, "ap-token-revoked")
}
