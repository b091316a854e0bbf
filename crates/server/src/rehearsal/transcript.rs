//! Transcripts: what was said, as a person reads it.

use std::fmt::Write as _;

use peyk_engine::rehearsal::{all_said, is_programs};
use peyk_engine::{Context, Result};
use peyk_model::{Author, Conversation, Message, MessageId, Timestamp};

use super::{Rehearsal, seen};
use crate::scenario::{Chat, NewConversation, span};

/// Most messages that a transcript shows: the newest ones.
const SHOWN_MAX: usize = 30;
/// Most characters that it shows of one message.
const TEXT_MAX_CHARS: usize = 300;

/// From where a transcript counts.
#[derive(Debug, Clone, Copy)]
pub struct Since {
    /// The time from which the others are counted.
    pub time: Timestamp,
    /// The last message that was there before.
    pub message: MessageId,
}

impl Rehearsal {
    /// What was said in a chat, one line for each message.
    pub async fn transcript(&self, chat: &Chat, since: Since) -> Result<String> {
        let chat = chat.clone();
        self.site.engine.read(move |context| transcript(context, &chat, since)).await
    }
}

fn transcript(context: &mut Context<'_, '_>, chat: &Chat, since: Since) -> Result<String> {
    let mut text = format!("{}\n", words::chat(chat));
    let Some(seen) = seen(context, chat, &chat.person)? else {
        text += "  (not opened)\n";
        return Ok(text);
    };
    let messages = all_said(context, seen.conversation.id)?;
    let hidden = messages.len().saturating_sub(SHOWN_MAX);
    if hidden > 0 {
        let _ = writeln!(text, "  ({hidden} messages before)");
    }
    for message in &messages[hidden..] {
        let when = match message.id <= since.message {
            true => "before".to_owned(),
            false => format!("+{}", span::show(message.sent_at.since(since.time))),
        };
        let who = author(chat, &seen.conversation, message);
        let said = words::message(message, seen.side);
        let said = match said.char_indices().nth(TEXT_MAX_CHARS) {
            Some((end, _)) => format!("{}…", &said[..end]),
            None => said,
        };
        let _ = writeln!(text, "  {when:<8} {who}: {said}");
    }
    Ok(text)
}

fn author(chat: &Chat, conversation: &Conversation, message: &Message) -> &'static str {
    let is_program = is_programs(conversation, message.author);
    match (message.author, &chat.about) {
        (_, NewConversation::Bot(_)) if is_program => "bot",
        (Author::Seller(_), NewConversation::Post(_)) if is_program => "app for the seller",
        (Author::Buyer(_), NewConversation::Post(_)) if is_program => "app for the buyer",
        (Author::Seller(_), NewConversation::Post(_)) => "seller",
        (Author::Buyer(_), NewConversation::Post(_)) => "buyer",
        (Author::Buyer(_), NewConversation::Bot(_)) => "person",
        (Author::Buyer(_), _) => "customer",
        (Author::Seller(_), _) => "shop",
        (Author::Market, _) => "market",
        (Author::Support, _) => "support",
    }
}

/// How things are told to people.
pub mod words {
    use peyk_model::message::Message;
    use peyk_model::script::Pattern;
    use peyk_model::{Body, ButtonGrid, Side};

    use crate::kenar::callback::{Clicked, Opens};
    use crate::scenario::{Chat, Expected, NewConversation};

    /// The text of a message, if it is one.
    pub fn text(message: &Message) -> Option<&str> {
        match &message.body {
            Body::Text(text) => Some(text.as_str()),
            Body::Media(_) | Body::Location(_) | Body::Contact(_) => None,
        }
    }

    /// A message with the buttons that one side sees.
    pub fn message(message: &Message, side: Side) -> String {
        let mut shown = match &message.body {
            Body::Text(text) => format!("`{}`", text.as_str()),
            Body::Media(media) => {
                let file = &media.file;
                format!("({} {}, {} bytes)", file.kind.word(), file.name, file.size_bytes)
            }
            Body::Location(place) => format!("(place {}, {})", place.latitude(), place.longitude()),
            Body::Contact(contact) => format!("(contact {})", contact.phone),
        };
        let buttons = grid(message.buttons.seen_by(side));
        if !buttons.is_empty() {
            shown = format!("{shown} {buttons}");
        }
        shown
    }

    /// Buttons, row by row.
    pub fn grid(grid: &ButtonGrid) -> String {
        let row = |row: &Vec<peyk_model::Button>| {
            let captions: Vec<_> = row.iter().map(|button| button.caption.as_str()).collect();
            format!("[{}]", captions.join(" | "))
        };
        grid.rows().iter().map(row).collect::<Vec<_>>().join(" ")
    }

    /// A chat.
    pub fn chat(chat: &Chat) -> String {
        let about = match &chat.about {
            NewConversation::Bot(slug) => format!("the bot of {slug}"),
            NewConversation::Post(token) => format!("post {token}"),
            NewConversation::Order(id) => format!("order {id}"),
            NewConversation::Return(id) => format!("return {id}"),
            NewConversation::Business(id) => format!("business {id}"),
        };
        format!("{}, {about}", chat.person)
    }

    /// What a message has to be like.
    pub fn expected(expected: &Expected) -> String {
        let Expected { exact, pattern, buttons, .. } = expected;
        let Pattern { text, regex, kind, button } = pattern;
        let parts = [
            exact.as_ref().map(|text| format!("the text `{text}`")),
            text.as_ref().map(|words| format!("a message with `{words}`")),
            regex.as_ref().map(|regex| format!("a message like `{regex}`")),
            kind.map(|kind| format!("a message of kind {}", kind.word())),
            button.as_ref().map(|button| format!("a button `{button}`")),
            (!buttons.is_empty()).then(|| format!("the buttons `{}`", buttons.join("`, `"))),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() { "a message that fits".to_owned() } else { parts.join(" and ") }
    }

    /// What a press came to.
    pub fn clicked(clicked: &Clicked) -> String {
        let shows = clicked.text.as_ref().map(|text| format!("it showed `{text}`"));
        let opens = clicked.opens.as_ref().map(|opens| match opens {
            Opens::Url(url) => format!("it opened {url}"),
            Opens::Post(token) => format!("it opened the post {token}"),
            Opens::PostManagement(token) => format!("it opened the management of the post {token}"),
        });
        let mistake = clicked.mistake.as_ref().map(|mistake| format!("the app failed: {mistake}"));
        let parts: Vec<_> = [shows, opens, mistake].into_iter().flatten().collect();
        if parts.is_empty() { "nothing happened".to_owned() } else { parts.join(", ") }
    }
}
