//! `POST /v2/businesses/{businessId}/chats/file/send`: a file for the customer, as a form.

use axum::extract::{DefaultBodyLimit, Request};
use axum::response::Response;
use http::HeaderMap;
use peyk_engine::media::{Accept, receive};
use peyk_engine::read_conversation::conversation_of_business;
use peyk_engine::send_message::send_as_business;
use peyk_model::limits::{FILE_OF_MESSAGE_MAX_BYTES, MULTIPART_OVERHEAD_BYTES};
use peyk_model::media::File;
use peyk_model::message::Content;
use peyk_model::{ConversationId, Draft};
use peyk_wire::market::send_file::FILE_PART;

use super::body::{content_length, content_type};
use super::call::{Call, drain};
use super::convert;
use super::error::Rejection;
use super::parameters::missing;
use crate::multipart::{MultipartMistake, with_file};

/// The largest form: the file and what is around it.
pub const FORM_MAX_BYTES: usize = FILE_OF_MESSAGE_MAX_BYTES + MULTIPART_OVERHEAD_BYTES;

/// Sends a file.
pub async fn send_file(mut call: Call) -> Result<Response, Rejection> {
    let chat = match destination(&mut call).await {
        Ok(chat) => chat,
        Err(rejection) => {
            drain(call.body).await;
            return Err(rejection);
        }
    };
    let file = received(&mut call).await?;
    let said = [file.object.as_bytes(), &chat.0.to_be_bytes(), file.name.as_bytes()];
    let only_once = call.only_once(said)?;
    let draft = Draft::from(Content::File(file));
    let finished = call.site.settings.market.finished;
    let sent = call.write(move |context, caller| {
        let business = caller.business;
        send_as_business(context, business, chat, &draft, finished, only_once.as_ref())
    });
    sent.await?;
    Ok(convert::done())
}

/// Where the file is to go; asked before its bytes are stored, so that no stray file stays behind.
async fn destination(call: &mut Call) -> Result<ConversationId, Rejection> {
    let chat = call.parameters.chat()?;
    check_form(&call.parts.headers)?;
    let found = call.look(move |context, caller| {
        conversation_of_business(context, caller.business, chat).map(drop)
    });
    found.await?;
    Ok(chat)
}

fn check_form(headers: &HeaderMap) -> Result<(), Rejection> {
    let content_type = content_type(headers).ok_or_else(Rejection::missing_content_type)?;
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if !kind.contains('/') {
        return Err(Rejection::unknown_content_type(&content_type));
    }
    if !kind.eq_ignore_ascii_case("multipart/form-data") {
        return Err(Rejection::wrong_content_type(&content_type));
    }
    match content_length(headers) {
        Some(size_bytes) if size_bytes > FORM_MAX_BYTES => {
            Err(Rejection::too_big(FILE_OF_MESSAGE_MAX_BYTES, size_bytes))
        }
        _ => Ok(()),
    }
}

async fn received(call: &mut Call) -> Result<File, Rejection> {
    let body = std::mem::take(&mut call.body);
    let mut request = Request::from_parts(call.parts.clone(), body);
    DefaultBodyLimit::max(FORM_MAX_BYTES).apply(&mut request);
    let rule = Accept::Anything { max_bytes: FILE_OF_MESSAGE_MAX_BYTES };
    let objects = call.site.engine.objects();
    let file = with_file(request, FILE_PART, async |name, bytes| {
        receive(objects, rule, &name, bytes).await
    });
    let file = file.await.map_err(|mistake| match mistake {
        MultipartMistake::NotMultipart => {
            Rejection::wrong_content_type(&content_type(&call.parts.headers).unwrap_or_default())
        }
        MultipartMistake::Malformed => Rejection::bad_request("Unexpected end of content"),
        MultipartMistake::NoFile => missing(FILE_PART),
    })?;
    Ok(file?)
}
