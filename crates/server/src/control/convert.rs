//! Conversions: how the model's nouns look in answers.

mod click;
mod delivery;
mod event;

pub use click::clicked;
pub use delivery::{
    delivery, delivery_id, delivery_place, lane, letter_id, pinged, record, standing, told_letter,
};
pub use event::told_event;

use peyk_engine::read_conversation;
use peyk_model::{
    Action, App, Author, Body, Business, Button, ButtonGrid, Conversation, Hand, Message, Party,
    Person, PersonId, Post, Side, Subject, Timestamp,
};
use serde::Serialize;
use serde_json::{Value, json};

use crate::Site;

/// A page of things.
#[derive(Serialize)]
pub struct PageBody {
    items: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A page, each thing on it converted.
pub fn page<T>(page: read_conversation::Page<T>, convert: impl Fn(&T) -> Value) -> PageBody {
    PageBody { items: page.items.iter().map(convert).collect(), next_cursor: page.next }
}

/// The RFC 3339 form of a time.
pub fn time(time: Timestamp) -> String {
    let time = jiff::Timestamp::from_microsecond(time.0).unwrap_or(jiff::Timestamp::MAX);
    format!("{time:.6}")
}

/// A person.
pub fn person(person: &Person) -> Value {
    let Person { handle, name, phone, .. } = person;
    json!({ "handle": handle, "name": name, "phone": phone, "locale": person.locale.code() })
}

/// An app, without its secrets.
pub fn app(app: &App) -> Value {
    json!({ "slug": app.slug, "title": app.title, "stage": app.stage.word() })
}

/// A post with its seller.
pub fn post((post, seller): &(Post, Person)) -> Value {
    let (token, stage) = (&post.token.0, post.stage.word());
    json!({ "token": token, "title": post.title, "stage": stage, "seller": seller.handle })
}

/// A business, without its secrets.
pub fn business(business: &Business) -> Value {
    json!({ "id": business.id.0, "name": business.name })
}

fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buyer => "buyer",
        Side::Seller => "seller",
    }
}

/// A conversation by the eye of a person who takes part.
pub fn conversation(conversation: &Conversation, person: PersonId) -> Value {
    let side = conversation.side_of(Party::Person(person)).unwrap_or(Side::Buyer);
    let mut shown = plain_conversation(conversation);
    shown["side"] = side_word(side).into();
    shown
}

/// A conversation by nobody's eye.
pub fn plain_conversation(conversation: &Conversation) -> Value {
    json!({
        "id": conversation.id.0,
        "key": conversation.key.0,
        "subject": subject(&conversation.subject),
        "kind": conversation.kind.word(),
        "status": conversation.status.word(),
        "created_at": time(conversation.created_at),
        "updated_at": time(conversation.updated_at),
        "message_count": conversation.last_number,
    })
}

fn subject(subject: &Subject) -> Value {
    match subject {
        Subject::Post(token) => json!({ "type": "post", "post": token.0 }),
        Subject::Bot(_) => json!({ "type": "bot" }),
        Subject::Order(order) => json!({ "type": "order", "order": order.0 }),
        Subject::Return(goods, order) => {
            json!({ "type": "return", "return": goods.0, "order": order.0 })
        }
        Subject::Direct => json!({ "type": "direct" }),
    }
}

/// A message by the eye of one side.
pub fn message(site: &Site, side: Side, message: &Message) -> Value {
    let mut shown = plain_message(site, message);
    shown["is_mine"] = (message.author.side() == Some(side)).into();
    let buttons = message.buttons.seen_by(side);
    if !buttons.is_empty() {
        shown["buttons"] = grid(buttons);
    }
    shown
}

/// A message by nobody's eye: what anybody can read.
pub fn plain_message(site: &Site, message: &Message) -> Value {
    let (author, hand) = author(message.author);
    let mut shown = json!({
        "id": message.id.0,
        "number": message.number,
        "author": author,
        "sent_at": time(message.sent_at),
    });
    if let Some(hand) = hand {
        shown["hand"] = hand.into();
    }
    let (kind, body) = body(site, &message.body);
    shown["type"] = kind.into();
    shown[kind] = body;
    shown
}

fn author(author: Author) -> (&'static str, Option<&'static str>) {
    let hand = |hand| match hand {
        Hand::Human => "human",
        Hand::Bot => "bot",
    };
    match author {
        Author::Buyer(by) => (side_word(Side::Buyer), Some(hand(by))),
        Author::Seller(by) => (side_word(Side::Seller), Some(hand(by))),
        Author::Market => ("market", None),
        Author::Support => ("support", None),
    }
}

fn body(site: &Site, body: &Body) -> (&'static str, Value) {
    match body {
        Body::Text(text) => ("text", text.as_str().into()),
        Body::Media(media) => {
            let file = &media.file;
            let mut shown = json!({
                "kind": file.kind.word(),
                "name": file.name,
                "mime": file.mime,
                "size_bytes": file.size_bytes,
                "url": site.media_url(media),
            });
            if let Some((width, height)) = file.dimensions {
                shown["width"] = width.into();
                shown["height"] = height.into();
            }
            ("media", shown)
        }
        Body::Location(place) => {
            let (latitude, longitude) = (place.latitude(), place.longitude());
            ("location", json!({ "latitude": latitude, "longitude": longitude }))
        }
        Body::Contact(contact) => {
            let mut shown = json!({ "phone": contact.phone });
            if let Some(name) = &contact.name {
                shown["name"] = name.as_str().into();
            }
            ("contact", shown)
        }
    }
}

fn grid(grid: &ButtonGrid) -> Value {
    let rows = grid.rows().iter();
    rows.map(|row| row.iter().map(button).collect::<Vec<_>>()).collect::<Vec<_>>().into()
}

fn button(button: &Button) -> Value {
    let mut shown = json!({ "caption": button.caption, "action": action(&button.action) });
    for (name, picture) in [("icon", &button.icon), ("icon_name", &button.icon_name)] {
        if let Some(picture) = picture {
            shown[name] = picture.as_str().into();
        }
    }
    shown
}

fn action(action: &Action) -> Value {
    match action {
        Action::OpenDirectLink(url) => json!({ "type": "open_direct_link", "url": url }),
        Action::OpenServerLink(data) => json!({ "type": "open_server_link", "data": data }),
        Action::OpenLegacyServerLink(data) => {
            json!({ "type": "open_legacy_server_link", "data": data })
        }
        Action::GetDynamicAction(data) => json!({ "type": "get_dynamic_action", "data": data }),
        Action::OpenPostPage(token) => json!({ "type": "open_post_page", "post": token.0 }),
        Action::OpenPostManagePage(token) => {
            json!({ "type": "open_post_manage_page", "post": token.0 })
        }
    }
}
