//! `GET /v2/businesses/{businessId}/chat`: one conversation.

use axum::response::Response;
use peyk_engine::read_conversation::conversation_of_business;

use super::call::Call;
use super::convert;
use super::error::Rejection;

/// Reads a conversation.
pub async fn get_chat(call: Call) -> Result<Response, Rejection> {
    let (business, chat) = (call.caller.business, call.parameters.chat()?);
    let engine = &call.site.engine;
    let found = engine.look(move |context| conversation_of_business(context, business, chat));
    Ok(convert::ok(convert::chat(engine.keyring(), business, &found.await?)))
}
