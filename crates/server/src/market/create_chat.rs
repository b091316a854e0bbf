//! `POST /v2/businesses/{businessId}/chats/new`: opens a conversation, or finds the open one.

use axum::response::Response;
use peyk_engine::open_conversation::{open_about_order, open_about_return};
use peyk_model::OrderId;
use peyk_wire::market::create_chat::{CreateChatRequest, CreateChatResult};

use super::call::Call;
use super::convert::{self, About};
use super::error::Rejection;
use super::parameters::at_least_one;

/// Opens a conversation about an order or a return.
pub async fn create_chat(mut call: Call) -> Result<Response, Rejection> {
    let about = about(call.json().await?)?;
    let opened = call.write(move |context, caller| match about {
        About::Order(order) => open_about_order(context, caller.business, order),
        About::Return(goods) => open_about_return(context, caller.business, goods),
    });
    let chat_id = opened.await?.conversation.id.0;
    Ok(convert::ok(CreateChatResult { chat_id }))
}

/// What the conversation is to be about; the context wins over the older plain order.
fn about(request: CreateChatRequest) -> Result<About, Rejection> {
    match (request.context, request.order_id) {
        (Some(context), _) => convert::about("context", &context),
        (None, Some(order)) => at_least_one("orderId", order).map(OrderId).map(About::Order),
        (None, None) => Err(Rejection::null("context")),
    }
}
