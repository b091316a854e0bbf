//! Words to nouns and back.

use peyk_model::message::Content;
use peyk_model::{
    Action, AppId, Author, Body, Button, ButtonGrid, Conversation, ConversationKey, Draft, Hand,
    Media, MediaKind, Message, Noun, Party, PostToken, Refusal, Side, Subject, Text, Timestamp,
    uuid,
};
use peyk_wire::kenar::conversation::ConversationType;
use peyk_wire::kenar::message::{
    ContactData, FileData, ImageData, LocationData, MessageType, Sender, SenderSide, SenderType,
    VideoData, VoiceData,
};
use peyk_wire::kenar::{button as wire, conversation, message};
use peyk_wire::{JsonObject, Uint64Text};

use super::error::Failure;
use crate::Site;

/// The conversation a path names; a name that none can have is not found like any other.
pub fn conversation_key(target: &str) -> Result<ConversationKey, Failure> {
    let key = ConversationKey::parse(target);
    Ok(key.ok_or_else(|| Refusal::not_found(Noun::Conversation, target))?)
}

/// What a message says: a text or an uploaded file. Empty means absent.
///
/// Bots show buttons alone by sending them with one space, so text may be blank beside buttons.
pub fn content(
    (text_name, text): (&str, Option<String>),
    media_token: Option<String>,
    has_buttons: bool,
) -> Result<Content, Failure> {
    let text = text.filter(|text| !text.is_empty());
    let media_token = media_token.filter(|token| !token.is_empty());
    match (text, media_token) {
        (Some(text), None) if has_buttons => Ok(Content::Text(Text::of_any_chars(&text)?)),
        (Some(text), None) => Ok(Content::Text(Text::of_chars(&text)?)),
        (None, Some(token)) => Ok(Content::Uploaded(token)),
        (Some(_), Some(_)) => {
            Err(Failure::argument(format!("{text_name} and media_token exclude each other")))
        }
        (None, None) => Err(Failure::argument(format!("{text_name} or media_token is required"))),
    }
}

/// A draft of the app's bot: its buttons are for the person it writes to.
pub fn bot_draft(
    request: peyk_wire::kenar::bot_send_message::BotSendMessageRequest,
) -> Result<Draft, Failure> {
    let receiver_buttons = button_grid(request.buttons)?;
    let text = ("text_message", request.text_message);
    let content = content(text, request.media_token, !receiver_buttons.is_empty())?;
    Ok(Draft { receiver_buttons, ..Draft::from(content) })
}

/// A grid of buttons; none is an empty one.
pub fn button_grid(grid: Option<wire::ButtonGrid>) -> Result<ButtonGrid, Failure> {
    let rows = grid.unwrap_or_default().rows.into_iter();
    let rows = rows.map(|row| row.buttons.into_iter().map(button).collect());
    Ok(ButtonGrid::new(rows.collect::<Result<_, _>>()?)?)
}

fn button(button: wire::Button) -> Result<Button, Failure> {
    let wire::Button { action: does, caption, icon, icon_name } = button;
    let action = action(does.unwrap_or_default())?;
    Ok(Button { caption: caption.unwrap_or_default(), icon, icon_name, action })
}

/// What pressing a button does: exactly one thing.
pub fn action(action: wire::Action) -> Result<Action, Failure> {
    let given = [
        action.open_direct_link.map(|link| Ok(Action::OpenDirectLink(link))),
        action.open_server_link.map(|load| Ok(Action::OpenServerLink(json(load.data.as_ref())))),
        action
            .get_dynamic_action
            .map(|load| Ok(Action::GetDynamicAction(json(load.data.as_ref())))),
        action.open_post_page.map(|post| post_token(post).map(Action::OpenPostPage)),
        action.open_post_manage_page.map(|post| post_token(post).map(Action::OpenPostManagePage)),
    ];
    let mut given: Vec<_> = given.into_iter().flatten().collect();
    match given.pop() {
        Some(action) if given.is_empty() => action,
        one => {
            let actions = given.len() + usize::from(one.is_some());
            Err(Refusal::NotOneAction { actions }.into())
        }
    }
}

/// The JSON that a button carries, as it came.
pub fn json(data: Option<&JsonObject>) -> String {
    data.map_or("{}", JsonObject::text).to_owned()
}

fn post_token(post: wire::PostReference) -> Result<PostToken, Failure> {
    let token = post.post_token.filter(|token| !token.is_empty());
    let token =
        token.ok_or_else(|| Failure::argument("a button that opens a post needs a post_token"))?;
    Ok(PostToken(token))
}

/// A conversation, if it is of a sort this dialect has.
pub fn conversation(conversation: &Conversation) -> Option<conversation::Conversation> {
    let (kind, post_token) = match &conversation.subject {
        Subject::Post(token) => (ConversationType::Post, Some(token.0.clone())),
        Subject::Bot(_) => (ConversationType::Bot, None),
        Subject::Order(_) | Subject::Return(..) | Subject::Direct => return None,
    };
    Some(conversation::Conversation { id: conversation.key.0.clone(), kind, post_token })
}

/// The id under which an app knows the person on a side, if a person is there.
pub fn user_id(site: &Site, app: AppId, conversation: &Conversation, side: Side) -> Option<String> {
    match conversation.party(side) {
        Party::Person(person) => Some(site.engine.keyring().user_id(app, person)),
        Party::App(_) | Party::Business(_) => None,
    }
}

/// A message as this dialect shows it.
pub fn message(
    site: &Site,
    conversation: &conversation::Conversation,
    message: Message,
) -> message::Message {
    let mut shown = message::Message {
        id: uuid::of_message(message.id),
        conversation: conversation.clone(),
        sender: sender(conversation, message.author),
        kind: MessageType::Text,
        sent_at: time(message.sent_at),
        text: None,
        image_data: None,
        file_data: None,
        voice_data: None,
        video_data: None,
        location_data: None,
        contact_data: None,
    };
    match message.body {
        Body::Text(text) => shown.text = Some(text.as_str().to_owned()),
        Body::Media(media) => show_media(site, &mut shown, media),
        Body::Location(place) => {
            shown.kind = MessageType::Location;
            let (latitude, longitude) = (place.latitude(), place.longitude());
            shown.location_data = Some(LocationData { latitude, longitude });
        }
        Body::Contact(contact) => {
            shown.kind = MessageType::Contact;
            shown.contact_data = Some(ContactData { name: contact.name, phone: contact.phone });
        }
    }
    shown
}

fn show_media(site: &Site, shown: &mut message::Message, media: Media) {
    let link = Some(site.media_url(&media));
    let size_bytes = Some(Uint64Text(media.file.size_bytes.unsigned_abs()));
    match media.file.kind {
        MediaKind::Image => {
            shown.kind = MessageType::Image;
            let (width_px, height_px) = media.file.dimensions.unzip();
            shown.image_data = Some(ImageData { link, size_bytes, height_px, width_px });
        }
        MediaKind::File => {
            shown.kind = MessageType::File;
            shown.file_data = Some(FileData { link, name: Some(media.file.name), size_bytes });
        }
        MediaKind::Voice => {
            shown.kind = MessageType::Voice;
            shown.voice_data = Some(VoiceData { link, size_bytes });
        }
        MediaKind::Video => {
            shown.kind = MessageType::Video;
            shown.video_data = Some(VideoData { link, thumbnail_link: None, size_bytes });
        }
    }
}

/// Who wrote it. In a bot's conversation nobody has a side.
fn sender(conversation: &conversation::Conversation, author: Author) -> Sender {
    let (side, kind) = match author {
        Author::Buyer(hand) => (Some(SenderSide::Buyer), sender_type(hand)),
        Author::Seller(hand) => (Some(SenderSide::Seller), sender_type(hand)),
        // The marketplace is nobody's side; what it writes is written by a program.
        Author::Market | Author::Support => (None, SenderType::Bot),
    };
    Sender { side: side.filter(|_| conversation.kind == ConversationType::Post), kind }
}

fn sender_type(hand: Hand) -> SenderType {
    match hand {
        Hand::Human => SenderType::Human,
        Hand::Bot => SenderType::Bot,
    }
}

/// RFC 3339 in UTC, always with six digits, so that times sort as texts.
pub fn time(at: Timestamp) -> String {
    let at = jiff::Timestamp::from_microsecond(at.0).unwrap_or(jiff::Timestamp::MAX);
    format!("{at:.6}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_six_digits_whatever_they_are() {
        assert_eq!(time(Timestamp(1_752_662_502_648_410)), "2025-07-16T10:41:42.648410Z");
        assert_eq!(time(Timestamp::from_seconds(0)), "1970-01-01T00:00:00.000000Z");
        assert_eq!(time(Timestamp(i64::MAX)), "9999-12-30T22:00:00.999999Z");
    }
}
