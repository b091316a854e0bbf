//! `POST /v2/businesses/{businessId}/chats/message`: a text for the customer.

use axum::response::Response;
use peyk_engine::send_message::send_as_business;
use peyk_model::limits::TEXT_MAX;
use peyk_model::message::Content;
use peyk_model::{ConversationId, Draft, Refusal, Text};
use peyk_wire::market::send_message::SendMessageRequest;

use super::call::Call;
use super::convert;
use super::error::Rejection;
use super::manners::MarketManners;
use super::parameters::{at_least_one, missing};

/// Sends a text.
pub async fn send_message(mut call: Call) -> Result<Response, Rejection> {
    let asked = call.parameters.optional_identifier("chatId")?;
    let SendMessageRequest { message, chat_id } = call.json().await?;
    // Some clients name the chat in the body only.
    let MarketManners { is_strict, finished, .. } = call.site.settings.market;
    let chat_id = chat_id.filter(|_| !is_strict);
    let chat = asked.or(chat_id).ok_or_else(|| missing("chatId"))?;
    let chat = ConversationId(at_least_one("chatId", chat)?);
    let text = text(&message.ok_or_else(|| Rejection::null("message"))?)?;
    let said = [b"text".as_slice(), &chat.0.to_be_bytes(), text.as_str().as_bytes()];
    let only_once = call.only_once(said)?;
    let draft = Draft::from(Content::Text(text));
    let sent = call.write(move |context, caller| {
        let business = caller.business;
        send_as_business(context, business, chat, &draft, finished, only_once.as_ref())
    });
    sent.await?;
    Ok(convert::done())
}

/// The text, counted in the units in which this dialect counts.
fn text(message: &str) -> Result<Text, Rejection> {
    Text::of_utf16(message).map_err(|refusal| match refusal {
        Refusal::TextEmpty | Refusal::TextTooLong { .. } => {
            Rejection::size("message", TEXT_MAX, message)
        }
        other => other.into(),
    })
}
