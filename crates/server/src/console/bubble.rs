//! Bubbles: messages as a page shows them.

use peyk_engine::overview::{Chat, Seller};
use peyk_model::{Author, Body, Button, Hand, MediaKind, Message, Side, Subject};

use super::moment::{Form, Moment};
use super::visit::Visit;
use crate::media::path_segment;

/// A piece of a text.
pub enum Piece {
    /// Words.
    Words(String),
    /// An address.
    Link(String),
}

/// What a message says.
pub enum Said {
    /// Words, in pieces.
    Text(Vec<Piece>),
    /// A picture.
    Picture {
        /// Where it is.
        url: String,
        /// What it is called.
        name: String,
        /// Width and height, if they are known.
        dimensions: Option<(u32, u32)>,
    },
    /// A film.
    Film(String),
    /// Something said aloud.
    Sound(String),
    /// A document: where it is, what it is called, and how large.
    Document(String, String, String),
    /// A place, in degrees.
    Place(f64, f64),
    /// Somebody's name and number.
    Contact(Option<String>, String),
}

/// A message as one side sees it.
pub struct Bubble {
    /// The message's id.
    pub id: i64,
    /// Whether the side that looks wrote it.
    pub is_mine: bool,
    /// How it is drawn: `mine`, `theirs` or `market`.
    pub tone: &'static str,
    /// Who wrote it.
    pub who: String,
    /// Whether a program did.
    pub is_bot: bool,
    /// The day, where a new one begins.
    pub day: Option<Moment>,
    /// When it was said.
    pub at: Moment,
    /// What it says.
    pub said: Said,
    /// What can be pressed, each with its number.
    pub buttons: Vec<Vec<(usize, Button)>>,
}

/// Messages as a side sees them, oldest first.
pub fn bubbles(visit: &Visit, chat: &Chat, side: Side, messages: &[Message]) -> Vec<Bubble> {
    let mut last_day = String::new();
    let bubble = |message: &Message| {
        let day = visit.moment(message.sent_at, Form::Day);
        let text = day.text();
        let day = (text != last_day).then_some(day);
        last_day = text;
        bubble(visit, chat, side, message, day)
    };
    messages.iter().map(bubble).collect()
}

fn bubble(
    visit: &Visit,
    chat: &Chat,
    side: Side,
    message: &Message,
    day: Option<Moment>,
) -> Bubble {
    let is_mine = message.author.side() == Some(side);
    let (who, is_bot) = author(visit, chat, message.author);
    let mut number = 0;
    let buttons = message.buttons.seen_by(side).rows().iter().map(|row| {
        let counted = |button: &Button| {
            number += 1;
            (number, button.clone())
        };
        row.iter().map(counted).collect()
    });
    Bubble {
        id: message.id.0,
        is_mine,
        tone: match (message.author.side(), is_mine) {
            (Some(_), true) => "mine",
            (Some(_), false) => "theirs",
            (None, _) => "market",
        },
        who,
        is_bot,
        day,
        at: visit.moment(message.sent_at, Form::Clock),
        said: said(visit, &message.body),
        buttons: buttons.collect(),
    }
}

/// Who wrote, by name, and whether a program did.
pub fn author(visit: &Visit, chat: &Chat, author: Author) -> (String, bool) {
    match author {
        Author::Buyer(hand) => (chat.buyer.name.clone(), hand == Hand::Bot),
        Author::Seller(hand) => (chat.seller.name().to_owned(), hand == Hand::Bot),
        Author::Market => (visit.texts.say("author-market").into_owned(), false),
        Author::Support => (visit.texts.say("author-support").into_owned(), false),
    }
}

fn said(visit: &Visit, body: &Body) -> Said {
    match body {
        Body::Text(text) => Said::Text(pieces(text.as_str())),
        Body::Location(place) => Said::Place(place.latitude(), place.longitude()),
        Body::Contact(contact) => Said::Contact(contact.name.clone(), contact.phone.clone()),
        Body::Media(media) => {
            let file = &media.file;
            // Without a host, so that it is the same one by which the page was opened.
            let url = format!("/media/{}/{}", media.link, path_segment(&file.name));
            match file.kind {
                MediaKind::Image => {
                    let dimensions = file.dimensions;
                    Said::Picture { url, name: file.name.clone(), dimensions }
                }
                MediaKind::Video => Said::Film(url),
                MediaKind::Voice => Said::Sound(url),
                MediaKind::File => {
                    Said::Document(url, file.name.clone(), size(visit, file.size_bytes))
                }
            }
        }
    }
}

fn size(visit: &Visit, bytes: i64) -> String {
    let kilobytes = bytes.div_euclid(1024).max(1);
    visit.texts.count("size-kilobytes", kilobytes).into_owned()
}

/// A text with its addresses found.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut words = String::new();
    for part in text.split_inclusive(char::is_whitespace) {
        let address = part.trim_end();
        let is_web = url::Url::parse(address)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        if is_web && address.contains("://") {
            if !words.is_empty() {
                pieces.push(Piece::Words(std::mem::take(&mut words)));
            }
            pieces.push(Piece::Link(address.to_owned()));
            words.push_str(&part[address.len()..]);
        } else {
            words.push_str(part);
        }
    }
    if !words.is_empty() {
        pieces.push(Piece::Words(words));
    }
    pieces
}

/// What was said last, in a few words for a list.
pub fn summary(visit: &Visit, message: &Message) -> String {
    const CHARS_MAX: usize = 120;
    let word = match &message.body {
        Body::Text(text) => return text.as_str().chars().take(CHARS_MAX).collect(),
        Body::Media(media) => media.file.kind.word(),
        Body::Location(_) => "location",
        Body::Contact(_) => "contact",
    };
    visit.texts.of("said", word).into_owned()
}

/// What a conversation is about, in words.
pub fn subject(visit: &Visit, chat: &Chat) -> String {
    let t = visit.texts;
    let number = |key: &str, id: i64| t.with(key, "id", id.to_string()).into_owned();
    match &chat.conversation.subject {
        Subject::Post(token) => {
            let title = chat.title.clone().unwrap_or_else(|| token.0.clone());
            t.with("subject-post", "title", title).into_owned()
        }
        Subject::Bot(_) => t.say("subject-bot").into_owned(),
        Subject::Order(order) => number("subject-order", order.0),
        Subject::Return(goods, _) => number("subject-return", goods.0),
        Subject::Direct => t.say("subject-direct").into_owned(),
    }
}

/// The picture of whoever is on a side.
pub fn side_icon(chat: &Chat, side: Side) -> &'static str {
    match (side, &chat.seller) {
        (Side::Buyer, _) | (Side::Seller, Seller::Person(_)) => "person",
        (Side::Seller, Seller::App(_)) => "bot",
        (Side::Seller, Seller::Business(_)) => "shop",
    }
}

/// The name of whoever is on a side.
pub fn side_name(chat: &Chat, side: Side) -> &str {
    match side {
        Side::Buyer => &chat.buyer.name,
        Side::Seller => chat.seller.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let shown = pieces(text).into_iter().map(|piece| match piece {
            Piece::Words(words) => words,
            Piece::Link(address) => format!("[{address}]"),
        });
        shown.collect()
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        assert_eq!(shown("see https://a.example/b?c=1 now"), "see [https://a.example/b?c=1] now");
        for plain in ["javascript:alert(1)", "data:text/html,x", "file:///etc", "a:b", "https:x"] {
            assert_eq!(shown(plain), plain);
        }
        assert_eq!(shown("سلام\nhttp://x.example"), "سلام\n[http://x.example]");
    }
}
