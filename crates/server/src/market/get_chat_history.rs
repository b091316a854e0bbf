//! `POST /v2/businesses/{businessId}/chats/history`: what was said, oldest first.

use axum::response::Response;
use peyk_engine::read_conversation::history_of_business;
use peyk_model::MessageId;
use peyk_wire::market::get_chat_history::{GetChatHistoryRequest, GetChatHistoryResult};

use super::call::Call;
use super::convert;
use super::error::Rejection;
use super::parameters::{PageBounds, at_least_one};

const BOUNDS: PageBounds = PageBounds { default: 50, max: 100 };

/// Reads a page of messages, from the beginning or from a known one on.
pub async fn history(mut call: Call) -> Result<Response, Rejection> {
    let chat = call.parameters.chat()?;
    let paging = call.parameters.paging(&call.site, BOUNDS)?;
    let GetChatHistoryRequest { message_id_from } = call.json().await?;
    let from = message_id_from.map(|from| at_least_one("messageIdFrom", from)).transpose()?;
    let from = from.map(MessageId);
    let (business, engine) = (call.caller.business, &call.site.engine);
    let (listed, page) = engine
        .look(move |context| history_of_business(context, business, chat, from, &paging))
        .await?;
    Ok(convert::ok(GetChatHistoryResult {
        order_id: convert::order_id(&listed.conversation),
        context: convert::context(engine.keyring(), business, &listed),
        messages: page.items.iter().map(|each| convert::message(&call.site, each)).collect(),
        paging: convert::paging(page.next),
    }))
}
