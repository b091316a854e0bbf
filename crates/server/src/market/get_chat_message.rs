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
    let (business, chat) = (call.caller.business, call.parameters.chat()?);
    let id = MessageId(call.parameters.identifier("messageId")?);
    let engine = &call.site.engine;
    let found = engine
        .look(move |context| message_of_business(context, business, chat, id))
        .await
        .map_err(|error| match error {
            Error::Refused(Refusal::NotFound { noun: Noun::Message, id }) => {
                Rejection::no_message(id, chat)
            }
            other => other.into(),
        })?;
    Ok(convert::ok(convert::message(&call.site, &found)))
}
