//! `POST /v2/businesses/{businessId}/chats`: the conversations of a business, page by page.

use axum::response::Response;
use peyk_engine::ListedFilter;
use peyk_engine::read_conversation::conversations_of_business;
use peyk_model::limits::FILTER_VALUES_MAX;
use peyk_model::{Kind, OrderId, Status, Subject};
use peyk_wire::market::chat::{ChatStatus, ChatType};
use peyk_wire::market::context::ContextType;
use peyk_wire::market::get_chats::{GetChatsRequest, GetChatsResult};

use super::call::Call;
use super::convert::{self, About};
use super::error::Rejection;
use super::parameters::{PageBounds, at_least_one};

const BOUNDS: PageBounds = PageBounds { default: 10, max: 20 };

/// Lists conversations, the last changed first.
pub async fn get_chats(mut call: Call) -> Result<Response, Rejection> {
    let paging = call.parameters.paging(&call.site, BOUNDS)?;
    let filter = filter(call.json().await?)?;
    let page = call.read(move |context, caller| {
        conversations_of_business(context, caller.business, &filter, &paging)
    });
    let page = page.await?;
    let keyring = call.site.engine.keyring();
    let chat = |listed| convert::chat(keyring, call.business, listed);
    Ok(convert::ok(GetChatsResult {
        chats: page.items.iter().map(chat).collect(),
        paging: convert::paging(page.next),
    }))
}

fn filter(request: GetChatsRequest) -> Result<ListedFilter, Rejection> {
    Ok(ListedFilter {
        subjects: each("contexts", request.contexts, |path, value| {
            Ok(match convert::about(path, &value)? {
                About::Order(order) => Subject::Order(order),
                // A return is found by its own number, whichever order it belongs to.
                About::Return(goods) => Subject::Return(goods, OrderId(0)),
            })
        })?,
        orders: each("orderIds", request.order_ids, |path, value| {
            at_least_one(path, value).map(OrderId)
        })?,
        subject_words: each("contextTypes", request.context_types, |path, value| match value {
            ContextType::Order => Ok("order"),
            ContextType::Return => Ok("return"),
            ContextType::Direct => Ok("direct"),
            ContextType::Unknown(_) => Err(Rejection::illegal_input(path)),
        })?,
        kinds: each("types", request.types, |path, value| match value {
            ChatType::Chat => Ok(Kind::Chat),
            ChatType::Arbitrage => Ok(Kind::Arbitration),
            ChatType::Unknown(_) => Err(Rejection::illegal_input(path)),
        })?,
        statuses: each("statuses", request.statuses, |path, value| match value {
            ChatStatus::New => Ok(Status::New),
            ChatStatus::WaitingForCustomer => Ok(Status::WaitingForBuyer),
            ChatStatus::WaitingForPartner => Ok(Status::WaitingForSeller),
            ChatStatus::WaitingForArbiter => Ok(Status::WaitingForArbiter),
            ChatStatus::WaitingForMarket => Ok(Status::WaitingForMarket),
            ChatStatus::Finished => Ok(Status::Finished),
            ChatStatus::Unknown(_) => Err(Rejection::illegal_input(path)),
        })?,
    })
}

/// The values of one filter; an absent filter has none, and an empty one is a mistake.
fn each<T, U>(
    name: &str,
    values: Option<Vec<T>>,
    read: impl Fn(&str, T) -> Result<U, Rejection>,
) -> Result<Vec<U>, Rejection> {
    let Some(values) = values else { return Ok(Vec::new()) };
    match values.len() {
        0 => Err(Rejection::empty(name, "[]")),
        count if count > FILTER_VALUES_MAX => {
            Err(Rejection::size(name, FILTER_VALUES_MAX, &count.to_string()))
        }
        _ => {
            let numbered = values.into_iter().enumerate();
            numbered.map(|(index, value)| read(&format!("{name}[{index}]"), value)).collect()
        }
    }
}
