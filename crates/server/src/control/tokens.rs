//! `POST /control/v1/tokens/inspect`: who, what, until when.

use axum::Json;
use axum::extract::State;
use peyk_engine::Context;
use peyk_engine::oauth::introspect::inspect_token;
use peyk_wire::Secret;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Answer;
use super::convert;
use super::extract::Body;
use crate::Site;

/// Which token. It comes in a body, because addresses are written into logs.
#[derive(Deserialize)]
pub struct Inspect {
    token: Secret,
}

/// Tells what a token is; of one that does not work, only that.
pub async fn inspect(
    State(site): State<Site>,
    Body(Inspect { token }): Body<Inspect>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| inspect_token(context, token.expose());
    let Some(facts) = site.engine.read(verb).await? else {
        return Ok(Json(json!({ "active": false })));
    };
    let scopes: Vec<_> = facts.grant.scopes.iter().map(ToString::to_string).collect();
    let mut value = json!({
        "active": true,
        "kind": facts.token.kind.word(),
        "app": facts.app.slug,
        "person": facts.person.handle,
        "user_id": site.engine.keyring().user_id(facts.app.id, facts.person.id),
        "grant": facts.grant.id.0,
        "scopes": scopes,
        "issued_at": convert::time(facts.token.issued_at),
    });
    if let Some(end) = facts.token.ends_at() {
        value["ends_at"] = convert::time(end).into();
    }
    Ok(Json(value))
}
