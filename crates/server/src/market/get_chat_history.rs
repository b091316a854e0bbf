//! `POST /v2/businesses/{businessId}/chats/history`: what was said, oldest first.

use axum::response::Response;
use bytes::Bytes;
use peyk_engine::Listed;
use peyk_engine::read_conversation::{History, Page, Paging, Read, history_of_business};
use peyk_model::{BusinessId, ConversationId, Message, MessageId};
use peyk_wire::market::get_chat_history::{GetChatHistoryRequest, GetChatHistoryResult, OPERATION};

use super::call::Call;
use super::convert;
use super::error::Rejection;
use super::parameters::{PageBounds, at_least_one};
use crate::Site;
use crate::echoes::Asked;
use crate::pages::{Kept, Question};

const BOUNDS: PageBounds = PageBounds { default: 50, max: 100 };

/// Reads a page of messages, from the beginning or from a known one on.
pub async fn history(mut call: Call) -> Result<Response, Rejection> {
    let chat = call.parameters.chat()?;
    let paging = call.parameters.paging(&call.site, BOUNDS)?;
    let GetChatHistoryRequest { message_id_from } = call.json().await?;
    let from = message_id_from.map(|from| at_least_one("messageIdFrom", from)).transpose()?;
    let from = from.map(MessageId);
    let asked = asked(&call, chat, from, &paging);
    if let Some(body) = call.echo(&asked) {
        return Ok(convert::json(body));
    }
    let Call { site, business, .. } = &call;
    let question = Question { business: *business, chat, from, paging };
    let kept = site.pages.kept(&question);
    let (wanted, shown) = (question.clone(), kept.clone());
    let read = call.look(move |context, caller| {
        let mark = shown.as_ref().map(|kept| &kept.mark);
        let paging = &wanted.paging;
        let read = history_of_business(context, caller.business, chat, from, paging, mark)?;
        Ok((read, context.proof()))
    });
    let (read, proof) = read.await?;
    let body = match (read, kept) {
        (History::Same, Some(kept)) => kept.body.clone(),
        // Nothing is the same as what was not shown.
        (History::Same, None) => return Err(Rejection::broken()),
        (History::Read(read), _) => {
            let Read { listed, page, mark } = *read;
            let body = written(site, *business, &listed, page)?;
            site.pages.keep(question, Kept { mark, body: body.clone() });
            body
        }
    };
    site.echoes.keep(asked, proof, &body);
    Ok(convert::json(body))
}

fn asked(call: &Call, chat: ConversationId, from: Option<MessageId>, paging: &Paging) -> Asked {
    let numbers = [chat.0, from.map_or(0, |from| from.0), paging.limit].map(i64::to_be_bytes);
    let cursor = paging.cursor.as_deref().unwrap_or_default().as_bytes();
    call.asked(&OPERATION, &[numbers.as_flattened(), cursor])
}

fn written(
    site: &Site,
    business: BusinessId,
    listed: &Listed,
    page: Page<Message>,
) -> Result<Bytes, Rejection> {
    convert::written(GetChatHistoryResult {
        order_id: convert::order_id(&listed.conversation),
        context: convert::context(site.engine.keyring(), business, listed),
        messages: page.items.iter().map(|each| convert::message(site, each)).collect(),
        paging: convert::paging(page.next),
    })
}
