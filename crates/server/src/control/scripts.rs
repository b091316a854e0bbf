//! `/control/v1/people/{handle}/scripts`: what a person does on their own.

use axum::Json;
use axum::extract::State;
use peyk_engine::scripts::{self, Standing};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, sandbox_only};
use super::extract::{Body, Names};
use crate::Site;

/// Whether a script is done.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct Switch {
    is_on: bool,
}

/// `GET`: the scripts in the order in which they are tried.
pub async fn list(State(site): State<Site>, Names(handle): Names<String>) -> Answer<Value> {
    let verb =
        move |context: &mut peyk_engine::Context<'_, '_>| scripts::scripts_of(context, &handle);
    let found = site.engine.read(verb).await?;
    Ok(Json(json!({ "items": found.iter().map(shown).collect::<Vec<_>>() })))
}

/// `PUT /{name}`: switches a script off, or on and lets it begin anew.
pub async fn switch(
    State(site): State<Site>,
    Names((handle, name)): Names<(String, String)>,
    Body(Switch { is_on }): Body<Switch>,
) -> Answer<Value> {
    sandbox_only(&site)?;
    let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
        scripts::switch_script(context, &handle, &name, is_on)
    };
    site.engine.write(verb).await?;
    Ok(Json(json!({ "is_on": is_on })))
}

fn shown(standing: &Standing) -> Value {
    let Standing { script, is_on, firings, waiting, .. } = standing;
    let mut shown = json!({
        "name": script.name, "limit": script.limit, "chance_percent": script.chance_percent,
        "is_on": is_on, "firings": firings, "waiting_steps": waiting,
    });
    if let Some(refusal) = &standing.refusal {
        shown["last_refusal"] = refusal.as_str().into();
    }
    shown
}
