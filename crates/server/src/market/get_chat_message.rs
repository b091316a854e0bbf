//! `GET /v2/businesses/{businessId}/chats/message`: one message.

use axum::response::Response;
use peyk_engine::Error;
use peyk_engine::read_conversation::message_of_business;
use peyk_model::{MessageId, Noun, Refusal};

use super::call::Call;
use super::convert;
use super::error::Rejection;

/// Reads a message.
pub async fn message(call: Call) -> Result<Response, Rejection> {
    let chat = call.parameters.chat()?;
    let id = MessageId(call.parameters.identifier("messageId")?);
    let found = call.look(move |context, caller| {
        match message_of_business(context, caller.business, chat, id) {
            Ok(found) => Ok(Some(found)),
            Err(Error::Refused(Refusal::NotFound { noun: Noun::Message, .. })) => Ok(None),
            Err(other) => Err(other),
        }
    });
    let found = found.await?.ok_or_else(|| Rejection::no_message(id, chat))?;
    Ok(convert::ok(convert::message(&call.site, &found)))
}
