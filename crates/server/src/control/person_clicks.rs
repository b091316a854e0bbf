//! `POST …/messages/{message}/clicks`: the person presses a button below a message.

use axum::Json;
use axum::extract::State;
use peyk_engine::{Context, directory, press};
use peyk_model::MessageId;
use serde::Deserialize;
use serde_json::Value;

use super::answer::Answer;
use super::convert;
use super::extract::{Body, Names};
use crate::Site;
use crate::kenar::callback;

/// Which button, counted from one along the rows.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct NewClick {
    button: usize,
}

/// Presses the button, asks its app where that is needed, and tells what came of it.
pub async fn click(
    State(site): State<Site>,
    Names((handle, name, message)): Names<(String, String, i64)>,
    Body(NewClick { button }): Body<NewClick>,
) -> Answer<Value> {
    let verb = move |context: &mut Context<'_, '_>| {
        let person = directory::person(context, &handle)?.id;
        press::press(context, person, &name, MessageId(message), button)
    };
    let pressed = site.engine.read(verb).await?;
    Ok(Json(convert::clicked(&callback::click(&site, &pressed).await)))
}
