//! Events: what an app's address is told, and what its answer means.

use std::time::Duration;

use peyk_engine::deliver::{About, Errand, Judgement, Letter, News, Reply};
use peyk_engine::webhooks::{OpenSecrets, signatures};
use peyk_model::delivery::Outcome;
use peyk_model::{Conversation, Message, Post, PostChange, Subject, Timestamp, Webhook};
use peyk_wire::kenar::event::{
    Event, EventMessage, EventTime, PostUpdate, PostUpdateType, UpdatedPost,
};
use peyk_wire::kenar::message as wire;
use peyk_wire::{Uint64Form, Uint64Text};
use serde_json::{Map, Value};

use super::{convert, legacy_event};
use crate::{Site, dialects};

/// How long a bot may take: many send several messages before they answer.
pub const TIMEOUT: Duration = Duration::from_secs(10);

/// What records call a letter that tells an event.
pub const EVENT: &str = "event";
/// What records call a letter that tells a message in the oldest form.
const LEGACY_EVENT: &str = "legacy_event";
/// What records call a letter that tests an address.
pub const PING: &str = "ping";

/// The letter that tells an app the news.
pub fn letter(site: &Site, errand: &Errand, at: Timestamp) -> Option<Letter> {
    if errand.is_own_echo() && !site.settings.kenar.own_echo {
        return None;
    }
    let (name, body) = match errand.webhook.post {
        Some(_) => (LEGACY_EVENT, serde_json::to_string(&legacy_event::event(site, errand, at)?)),
        None => (EVENT, serde_json::to_string(&event(site, errand)?)),
    };
    let body = body.expect("an event is always JSON");
    let url = errand.webhook.url.clone()?;
    let letter = sealed(url, body, errand.letter_id(), &errand.secrets, at);
    Some(Letter { about: About::errand(name, errand), ..letter })
}

/// The letter by which an operator tests an address. The vendor has no such event: a receiver that
/// passes over types it does not know takes it.
pub fn greeting(webhook: &Webhook, secrets: &OpenSecrets, at: Timestamp) -> Letter {
    let id = format!("ping_{}_{}", webhook.id, at.0);
    let url = webhook.url.clone().unwrap_or_default();
    let letter = sealed(url, r#"{"type":"PING"}"#.to_owned(), id, secrets, at);
    Letter { about: About::greeting(PING, webhook), ..letter }
}

fn sealed(url: String, body: String, id: String, secrets: &OpenSecrets, at: Timestamp) -> Letter {
    let signed = signatures(secrets, &id, at, &body);
    let mut headers = vec![("content-type", "application/json".to_owned())];
    // The raw word: receivers compare the whole header with it.
    headers.extend(secrets.identification_key.clone().map(|key| ("authorization", key)));
    headers.extend(dialects::standard_headers(id, at, signed));
    Letter { url, headers, body, timeout: TIMEOUT, about: About::default() }
}

fn event(site: &Site, errand: &Errand) -> Option<Event> {
    let metadata = || -> Option<Map<String, Value>> {
        serde_json::from_str(errand.delivery.metadata.as_deref()?).ok()
    };
    match &errand.news {
        News::Message(conversation, message) => {
            let shown = event_message(site, conversation, message)?;
            Some(match &conversation.subject {
                Subject::Bot(_) => Event::new_chatbot_message(shown),
                Subject::Post(_) | Subject::Order(_) | Subject::Return(..) | Subject::Direct => {
                    Event::new_message(shown, metadata())
                }
            })
        }
        News::AccessRevoked { user_id } => Some(Event::user_access_revocation(user_id.clone())),
        News::PostChanged(post, change) => {
            Some(Event::post_update(post_update(post, *change), metadata()))
        }
        News::Opened(_)
        | News::ArbitrationStarted(_)
        | News::ArbitrationFinished(_)
        | News::ByHand(_)
        | News::Finished(_)
        | News::Internal => None,
    }
}

fn event_message(
    site: &Site,
    conversation: &Conversation,
    message: &Message,
) -> Option<EventMessage> {
    let conversation = convert::conversation(conversation)?;
    let shown = convert::message(site, &conversation, message.clone());
    let is_numeric = site.settings.kenar.numeric_events;
    let form = if is_numeric { Uint64Form::Number } else { Uint64Form::Text };
    let size = |size: Option<Uint64Text>| size.map(|size| form(size.0));
    let sent_at = match is_numeric {
        true => EventTime::Micros(message.sent_at.0),
        false => EventTime::Text(shown.sent_at),
    };
    Some(wire::Message {
        id: shown.id,
        conversation: shown.conversation,
        sender: shown.sender,
        kind: shown.kind,
        sent_at,
        text: shown.text,
        image_data: shown.image_data.map(|data| wire::ImageData {
            link: data.link,
            size_bytes: size(data.size_bytes),
            height_px: data.height_px,
            width_px: data.width_px,
        }),
        file_data: shown.file_data.map(|data| wire::FileData {
            link: data.link,
            name: data.name,
            size_bytes: size(data.size_bytes),
        }),
        voice_data: shown
            .voice_data
            .map(|data| wire::VoiceData { link: data.link, size_bytes: size(data.size_bytes) }),
        video_data: shown.video_data.map(|data| wire::VideoData {
            link: data.link,
            thumbnail_link: data.thumbnail_link,
            size_bytes: size(data.size_bytes),
        }),
        location_data: shown.location_data,
        contact_data: shown.contact_data,
    })
}

fn post_update(post: &Post, change: PostChange) -> PostUpdate {
    let kind = match change {
        PostChange::Publish => PostUpdateType::Publish,
        PostChange::Retire => PostUpdateType::Retire,
        PostChange::Ongoing => PostUpdateType::Ongoing,
        PostChange::Archive => PostUpdateType::Archive,
    };
    let post = UpdatedPost { token: post.token.0.clone(), ..UpdatedPost::default() };
    PostUpdate { kind: Some(kind), post: Some(post) }
}

/// What an app's answer means: any 2xx is a yes, and most of 4xx a final no.
pub fn judge(reply: &Reply) -> Judgement {
    let because = |outcome| Judgement::because(outcome, format!("answered {}", reply.status));
    match reply.status {
        200..=299 => Judgement::accepted(),
        410 => because(Outcome::Gone),
        408 | 429 => because(Outcome::Failed(dialects::retry_after(reply))),
        400..=499 => because(Outcome::Refused),
        _ => because(Outcome::Failed(dialects::retry_after(reply))),
    }
}
