//! `/control/v1/grants`: what people allowed apps, and taking it back.

use axum::Json;
use axum::extract::{Query, State};
use peyk_engine::GrantFilter;
use peyk_engine::grant_tokens::{expire_tokens, replace_tokens};
use peyk_engine::revoke_grant::{revoke_app, revoke_grant_by_id};
use peyk_engine::{Context, directory};
use peyk_model::{App, DatedGrant, GrantId, Person};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert::{self, PageBody};
use super::extract::{Names, Page};
use crate::Site;

/// Whose grants.
#[derive(Deserialize)]
pub struct Filter {
    app: Option<String>,
    person: Option<String>,
}

/// `GET /control/v1/grants`.
pub async fn list(
    State(site): State<Site>,
    Page(paging): Page,
    Query(Filter { app, person }): Query<Filter>,
) -> Answer<PageBody> {
    let verb = move |context: &mut Context<'_, '_>| {
        let app = app.as_deref().map(|slug| directory::app(context, slug)).transpose()?;
        let person =
            person.as_deref().map(|handle| directory::person(context, handle)).transpose()?;
        let filter =
            GrantFilter { app: app.map(|app| app.id), person: person.map(|person| person.id) };
        directory::grants(context, filter, &paging)
    };
    let found = site.engine.read(verb).await?;
    Ok(Json(convert::page(found, shown)))
}

/// `DELETE /control/v1/grants/{grant}`.
pub async fn revoke(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| revoke_grant_by_id(context, GrantId(id));
    site.engine.write(verb).await?;
    Ok(Json(json!({ "revoked": 1 })))
}

/// `POST /control/v1/grants/{grant}/expire`: its access tokens end now, as their time would.
pub async fn expire(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| expire_tokens(context, GrantId(id));
    Ok(Json(json!({ "expired": site.engine.write(verb).await? })))
}

/// `POST /control/v1/grants/{grant}/rotate`: new tokens, shown only here; all others end now.
pub async fn rotate(State(site): State<Site>, Names(id): Names<i64>) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| replace_tokens(context, GrantId(id));
    let tokens = site.engine.write(verb).await?;
    let mut value = json!({ "access_token": tokens.access_token });
    if let Some(refresh_token) = tokens.refresh_token {
        value["refresh_token"] = refresh_token.into();
    }
    Ok(Json(value))
}

/// `DELETE /control/v1/people/{handle}/apps/{app}`: the person wants nothing more to do with it.
pub async fn revoke_all(
    State(site): State<Site>,
    Names((handle, slug)): Names<(String, String)>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let app = directory::app(context, &slug)?.id;
        revoke_app(context, person, app)
    };
    let revoked = site.engine.write(verb).await?;
    Ok(Json(json!({ "revoked": revoked })))
}

fn shown((found, app, person): &(DatedGrant, App, Person)) -> Value {
    let scopes: Vec<_> = found.grant.scopes.iter().map(ToString::to_string).collect();
    let mut value = json!({
        "id": found.grant.id.0,
        "app": app.slug,
        "person": person.handle,
        "scopes": scopes,
        "is_live": found.revoked_at.is_none(),
        "created_at": convert::time(found.created_at),
    });
    if let Some(at) = found.revoked_at {
        value["revoked_at"] = convert::time(at).into();
    }
    value
}
