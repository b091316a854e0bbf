//! `GET /v2/businesses/{businessId}/chat`: one conversation.

use axum::response::Response;
use peyk_engine::read_conversation::conversation_of_business;

use super::call::Call;
use super::convert;
use super::error::Rejection;

/// Reads a conversation.
pub async fn get_chat(call: Call) -> Result<Response, Rejection> {
    let chat = call.parameters.chat()?;
    let found =
        call.look(move |context, caller| conversation_of_business(context, caller.business, chat));
    let found = found.await?;
    Ok(convert::ok(convert::chat(call.site.engine.keyring(), call.business, &found)))
}
