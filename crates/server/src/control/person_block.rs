//! `/control/v1/people/{handle}/conversations/{conversation}/block`: hearing nothing any more.

use axum::Json;
use axum::extract::State;
use peyk_engine::{block, directory, person_view};
use serde_json::{Value, json};

use super::answer::Answer;
use super::extract::Names;
use crate::Site;

/// `PUT`: the person blocks the other side.
pub async fn block(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
) -> Answer<Value> {
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let id = person_view::conversation(context, person, &name)?.id;
        block::block(context, person, id)
    };
    site.engine.write(verb).await?;
    Ok(Json(json!({ "is_blocked": true })))
}

/// `DELETE`: the person no longer blocks the other side.
pub async fn unblock(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
) -> Answer<Value> {
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        let id = person_view::conversation(context, person, &name)?.id;
        block::unblock(context, person, id)
    };
    site.engine.write(verb).await?;
    Ok(Json(json!({ "is_blocked": false })))
}
