//! Conversions between what the marketplace knows and the words of this dialect.

use axum::Json;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;
use jiff::tz::{Offset, TimeZone};
use peyk_engine::Keyring;
use peyk_engine::Listed;
use peyk_model::{
    Author, Body, BusinessId, Contact, Conversation, KeyScope, Kind, Location, Media, Message,
    OrderId, ReturnId, Status, Subject, Timestamp,
};
use peyk_wire::market::chat::{Chat, ChatStatus, ChatType};
use peyk_wire::market::context::{Context, ContextRef, ContextType, Customer};
use peyk_wire::market::envelope::{Empty, Envelope};
use peyk_wire::market::message::{self as wire, MessageSender, Payload};
use peyk_wire::market::paging::Paging;
use peyk_wire::market::scope::{AuthScope, Scope};
use serde::Serialize;

use super::error::Rejection;
use super::parameters::at_least_one;
use crate::Site;

/// A successful answer.
pub fn ok<T: Serialize>(result: T) -> Response {
    Json(Envelope::ok(result)).into_response()
}

/// A successful answer as it goes over the wire.
pub fn written<T: Serialize>(result: T) -> Result<Bytes, Rejection> {
    let bytes = serde_json::to_vec(&Envelope::ok(result));
    bytes.map(Bytes::from).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Rejection::broken()
    })
}

/// An answer that is JSON already.
pub fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}

/// A successful answer that says nothing else.
pub fn done() -> Response {
    Json(Empty::ok()).into_response()
}

/// A conversation as lists show it.
pub fn chat(keyring: &Keyring, business: BusinessId, listed: &Listed) -> Chat {
    let conversation = &listed.conversation;
    Chat {
        chat_id: conversation.id.0,
        order_id: order_id(conversation),
        context: context(keyring, business, listed),
        kind: match conversation.kind {
            Kind::Chat => ChatType::Chat,
            Kind::Arbitration => ChatType::Arbitrage,
        },
        status: status(conversation.status),
        created_at: date(conversation.created_at),
        updated_at: date(conversation.updated_at),
    }
}

/// The purchase a conversation is about, also where it is about goods coming back.
pub fn order_id(conversation: &Conversation) -> Option<i64> {
    match &conversation.subject {
        Subject::Order(order) | Subject::Return(_, order) => Some(order.0),
        Subject::Direct | Subject::Post(_) | Subject::Bot(_) => None,
    }
}

/// What a conversation is about, and with whom.
pub fn context(keyring: &Keyring, business: BusinessId, listed: &Listed) -> Context {
    let (kind, return_id) = match &listed.conversation.subject {
        Subject::Order(_) => (ContextType::Order, None),
        Subject::Return(goods, _) => (ContextType::Return, Some(goods.0)),
        // Shops do not talk about posts or as bots, and nothing was bought there either.
        Subject::Direct | Subject::Post(_) | Subject::Bot(_) => (ContextType::Direct, None),
    };
    let name = listed.buyer.name.trim();
    Context {
        kind,
        customer: Some(Customer {
            name: Some(name.to_owned()).filter(|name| !name.is_empty()),
            public_id: Some(keyring.customer_id(business, listed.buyer.id)),
        }),
        campaign_id: listed.campaign.map(|campaign| campaign.0),
        order_id: order_id(&listed.conversation),
        return_id,
    }
}

/// A thing that a request names and a conversation can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A purchase.
    Order(OrderId),
    /// Goods coming back.
    Return(ReturnId),
}

/// What a request names at `path`.
pub fn about(path: &str, named: &ContextRef) -> Result<About, Rejection> {
    let (kind_path, id_path) = (format!("{path}.type"), format!("{path}.id"));
    let kind = named.kind.as_ref().ok_or_else(|| Rejection::null(&kind_path))?;
    let id = at_least_one(&id_path, named.id.ok_or_else(|| Rejection::null(&id_path))?);
    match kind {
        ContextType::Order => id.map(OrderId).map(About::Order),
        ContextType::Return => id.map(ReturnId).map(About::Return),
        ContextType::Direct | ContextType::Unknown(_) => Err(Rejection::illegal_input(&kind_path)),
    }
}

fn status(status: Status) -> ChatStatus {
    match status {
        Status::New => ChatStatus::New,
        Status::WaitingForBuyer => ChatStatus::WaitingForCustomer,
        Status::WaitingForSeller => ChatStatus::WaitingForPartner,
        Status::WaitingForArbiter => ChatStatus::WaitingForArbiter,
        Status::WaitingForMarket => ChatStatus::WaitingForMarket,
        Status::Finished => ChatStatus::Finished,
    }
}

/// A message as a shop sees it.
pub fn message(site: &Site, message: &Message) -> wire::Message {
    let (text, payload) = match &message.body {
        Body::Text(text) => (Some(text.as_str().to_owned()), Vec::new()),
        // A file is the whole message, so there is no text beside it.
        Body::Media(media) => (None, vec![payload(site, media)]),
        Body::Location(place) => (Some(place_in_words(*place)), Vec::new()),
        Body::Contact(contact) => (Some(contact_in_words(contact)), Vec::new()),
    };
    wire::Message {
        message_id: message.id.0,
        created_at: date(message.sent_at),
        sender: match message.author {
            Author::Buyer(_) => MessageSender::Customer,
            Author::Seller(_) => MessageSender::Partner,
            Author::Market => MessageSender::Market,
            Author::Support => MessageSender::Support,
        },
        message: text,
        payload,
    }
}

fn payload(site: &Site, media: &Media) -> Payload {
    Payload {
        name: media.file.name.clone(),
        url: site.media_url(media),
        size: i32::try_from(media.file.size_bytes).unwrap_or(i32::MAX),
    }
}

fn place_in_words(place: Location) -> String {
    format!("{}, {}", place.latitude(), place.longitude())
}

fn contact_in_words(contact: &Contact) -> String {
    match &contact.name {
        Some(name) => format!("{name}, {}", contact.phone),
        None => contact.phone.clone(),
    }
}

/// Where the next page is.
pub fn paging(next: Option<String>) -> Paging {
    Paging { next_page_token: next }
}

/// What a key may do, in the words of its description.
pub fn auth_scope(scope: KeyScope) -> AuthScope {
    AuthScope::from(&Scope::from(scope.word()))
}

/// A date at Moscow's offset without a fraction, as the whole dialect writes it: there are clients
/// that sort dates as texts.
pub fn date(time: Timestamp) -> String {
    let moscow = TimeZone::fixed(Offset::constant(3));
    let time = jiff::Timestamp::from_second(time.seconds()).unwrap_or(jiff::Timestamp::MAX);
    time.to_zoned(moscow).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_have_moscow_offset_and_no_fraction() {
        assert_eq!(date(Timestamp(1_511_211_600_999_999)), "2017-11-21T00:00:00+03:00");
        assert_eq!(date(Timestamp(-1)), "1970-01-01T02:59:59+03:00");
    }

    #[test]
    fn what_is_no_text_can_be_read_all_the_same() {
        let place = Location::new(55.751_244, 37.618_423).unwrap();
        assert_eq!(place_in_words(place), "55.751244, 37.618423");
        let contact = |name: Option<&str>| {
            contact_in_words(&Contact::new(name.map(Into::into), "+79160000001".into()).unwrap())
        };
        assert_eq!(contact(Some("Иван")), "Иван, +79160000001");
        assert_eq!(contact(None), "+79160000001");
    }
}
