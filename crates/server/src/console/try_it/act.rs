//! What is done in an open chat: writing, sending, pressing, blocking, and mending the receiver.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request, State};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use peyk_engine::deliver::operate;
use peyk_engine::media::{Accept, receive};
use peyk_engine::send_message::{send_as_person, send_as_seller};
use peyk_engine::{Context, DeliveryFilter, Fault, Result as Answer, directory, person_view};
use peyk_engine::{block as blocking, press as pressing, webhooks};
use peyk_model::message::Content;
use peyk_model::{
    Contact, Conversation, Draft, EventId, Location, MediaKind, MessageId, Noun, Party, Refusal,
    Side, Text, WebhookId,
};
use serde::Deserialize;

use super::address;
use super::buttons::grid;
use crate::Site;
use crate::console::form::{CSRF, Filled};
use crate::console::guard::Trouble;
use crate::console::notice::{Notice, Tone};
use crate::console::visit::Visit;
use crate::kenar::callback::{self, Clicked, Opens};

/// The largest file a person sends, in bytes: the largest of any kind.
const ACCEPTED: Accept = Accept::Anything { max_bytes: MediaKind::Video.max_bytes() };
/// Most fields before the file in a form with one.
const FIELDS_MAX: usize = 8;
/// Longest field of a form with a file, in bytes.
const FIELD_MAX_BYTES: usize = 1024;

/// Who one is, in which chat, and for which of its sides one acts.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Where {
    #[serde(rename = "as")]
    person: String,
    with: String,
    #[serde(default)]
    by: By,
}

/// For whom one acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    /// For the person who one is.
    #[default]
    Me,
    /// For the other side, by hand.
    Other,
}

impl Where {
    fn address(&self) -> String {
        address(&self.person, Some(&self.with))
    }

    /// The chat, and the side for which one acts.
    fn side(&self, context: &mut Context<'_, '_>) -> Answer<(Conversation, Side)> {
        let me = directory::person(context, &self.person)?.id;
        let conversation = person_view::conversation(context, me, &self.with)?;
        let mine = conversation.side_of(Party::Person(me)).unwrap_or(Side::Buyer);
        Ok((conversation, if self.by == By::Me { mine } else { mine.other() }))
    }
}

async fn send(
    site: &Site,
    visit: &Visit,
    place: Where,
    content: Result<Content, Refusal>,
) -> Result<Response, Trouble> {
    let draft = content.map(Draft::from);
    send_draft(site, visit, place, draft).await
}

async fn send_draft(
    site: &Site,
    visit: &Visit,
    place: Where,
    draft: Result<Draft, Refusal>,
) -> Result<Response, Trouble> {
    let address = place.address();
    let verb = move |context: &mut Context<'_, '_>| {
        let draft = draft.clone()?;
        let (conversation, side) = place.side(context)?;
        let is_bot = side == Side::Seller && matches!(conversation.seller, Party::App(_));
        if !draft.receiver_buttons.is_empty() && !is_bot {
            return Err(Refusal::not_found(Noun::App, &place.with).into());
        }
        match side {
            Side::Buyer => send_as_person(context, conversation.buyer, conversation.id, &draft),
            Side::Seller => send_as_seller(context, conversation.id, &draft),
        }
    };
    match site.engine.write(verb).await {
        Ok(_) => Ok(visit.go(&address)),
        Err(error) => visit.refused(site, &address, error),
    }
}

/// Words.
#[derive(Debug, Deserialize)]
pub struct WordsForm {
    #[serde(flatten)]
    place: Where,
    text: String,
    /// Rows of buttons below it, which only bots have.
    #[serde(default)]
    buttons: String,
}

/// `POST /console/try/say`.
pub async fn say(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<WordsForm>,
) -> Result<Response, Trouble> {
    // Browsers send two characters for the end of a line.
    let text = Text::of_chars(&form.text.replace("\r\n", "\n"));
    let draft = text.and_then(|text| {
        let receiver_buttons = grid(&form.buttons)?;
        Ok(Draft { receiver_buttons, ..Content::Text(text).into() })
    });
    send_draft(&site, &visit, form.place, draft).await
}

/// A place on earth.
#[derive(Debug, Deserialize)]
pub struct PlaceForm {
    #[serde(flatten)]
    place: Where,
    latitude: String,
    longitude: String,
}

/// `POST /console/try/location`.
pub async fn send_location(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<PlaceForm>,
) -> Result<Response, Trouble> {
    let degrees = |written: &str| written.trim().parse().unwrap_or(f64::NAN);
    let place = Location::new(degrees(&form.latitude), degrees(&form.longitude));
    send(&site, &visit, form.place, place.map(Content::Location)).await
}

/// Somebody's number.
#[derive(Debug, Deserialize)]
pub struct ContactForm {
    #[serde(flatten)]
    place: Where,
    name: String,
    phone: String,
}

/// `POST /console/try/contact`.
pub async fn send_contact(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<ContactForm>,
) -> Result<Response, Trouble> {
    let name = Some(form.name).filter(|name| !name.trim().is_empty());
    let contact = Contact::new(name, form.phone);
    send(&site, &visit, form.place, contact.map(Content::Contact)).await
}

/// `POST /console/try/file`: fields first, the file last, so that nothing is stored for strangers.
pub async fn send_file(
    State(site): State<Site>,
    visit: Visit,
    request: Request,
) -> Result<Response, Trouble> {
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| Trouble::Malformed)?;
    let (mut place, mut word) = (Where::default(), String::new());
    for _ in 0..FIELDS_MAX {
        let part = parts.next_field().await.map_err(|_| Trouble::Malformed)?;
        let mut part = part.ok_or(Trouble::Malformed)?;
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            if !visit.knows_form(&site, &word) {
                return Err(Trouble::Stale);
            }
            return file_of(&site, &visit, place, part).await;
        }
        let mut value = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(|_| Trouble::Malformed)? {
            value.extend_from_slice(&chunk);
            if value.len() > FIELD_MAX_BYTES {
                return Err(Trouble::Malformed);
            }
        }
        let value = String::from_utf8(value).map_err(|_| Trouble::Malformed)?;
        match name.as_str() {
            CSRF => word = value,
            "as" => place.person = value,
            "with" => place.with = value,
            "by" if value == "other" => place.by = By::Other,
            _ => {}
        }
    }
    Err(Trouble::Malformed)
}

async fn file_of(
    site: &Site,
    visit: &Visit,
    place: Where,
    part: Field<'_>,
) -> Result<Response, Trouble> {
    let name = part.file_name().unwrap_or_default().to_owned();
    let is_cut = AtomicBool::new(false);
    let bytes = stream::unfold(part, |mut part| async {
        let chunk = match part.chunk().await {
            Ok(chunk) => Ok(chunk?),
            Err(_) => {
                is_cut.store(true, Ordering::Relaxed);
                let cut = std::io::ErrorKind::UnexpectedEof.into();
                Err(Fault::Io("the upload was cut".into(), cut))
            }
        };
        Some((chunk, part))
    });
    // Whoever receives may look once more after the end.
    let file = receive(site.engine.objects(), ACCEPTED, &name, bytes.fuse()).await;
    match file {
        Ok(file) => send(site, visit, place, Ok(Content::File(file))).await,
        Err(_) if is_cut.load(Ordering::Relaxed) => Err(Trouble::Malformed),
        Err(error) => visit.refused(site, &place.address(), error),
    }
}

/// A button: the message and the button's number.
#[derive(Debug, Deserialize)]
pub struct PressForm {
    #[serde(flatten)]
    place: Where,
    press: String,
}

/// `POST /console/try/press`.
pub async fn press(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<PressForm>,
) -> Result<Response, Trouble> {
    let PressForm { place, press } = form;
    let address = place.address();
    let numbers = press.split_once(':');
    let numbers = numbers.and_then(|(message, number)| {
        Some((message.parse::<i64>().ok()?, number.parse::<usize>().ok()?))
    });
    let (message, number) = numbers.ok_or(Trouble::Malformed)?;
    let verb = move |context: &mut Context<'_, '_>| {
        let (conversation, side) = place.side(context)?;
        let Party::Person(person) = conversation.party(side) else {
            return Err(Refusal::not_found(Noun::Button, number).into());
        };
        pressing::press(context, person, &conversation.id.to_string(), MessageId(message), number)
    };
    let pressed = match site.engine.read(verb).await {
        Ok(pressed) => pressed,
        Err(error) => return visit.refused(&site, &address, error),
    };
    let clicked = callback::click(&site, &pressed).await;
    Ok(visit.go_with(&site, &address, told(&visit, &clicked)))
}

/// What came of a press, as whoever pressed sees it.
fn told(visit: &Visit, clicked: &Clicked) -> Notice {
    let t = visit.texts;
    if let Some(mistake) = &clicked.mistake {
        let mut notice = Notice::new(Tone::Refused, t.say("pressed-failed"));
        notice.quote = Some(mistake.clone());
        return notice;
    }
    let words = match &clicked.opens {
        Some(Opens::Url(_)) => t.say("pressed-opens-link"),
        Some(Opens::Post(token)) => t.with("pressed-opens-post", "post", token.0.as_str()),
        Some(Opens::PostManagement(token)) => {
            t.with("pressed-opens-management", "post", token.0.as_str())
        }
        None => t.say("pressed-says"),
    };
    let mut notice = Notice::new(Tone::Told, words);
    notice.quote = clicked.text.clone();
    notice.link = clicked.opens.as_ref().and_then(|opens| match opens {
        Opens::Url(url) => Some(url.clone()),
        Opens::Post(_) | Opens::PostManagement(_) => None,
    });
    notice
}

/// Whether the other side is to be heard.
#[derive(Debug, Deserialize)]
pub struct BlockForm {
    #[serde(flatten)]
    place: Where,
    to: BlockTo,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BlockTo {
    Blocked,
    Heard,
}

/// `POST /console/try/block`.
pub async fn block(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<BlockForm>,
) -> Result<Response, Trouble> {
    let BlockForm { place, to } = form;
    let address = place.address();
    let verb = move |context: &mut Context<'_, '_>| {
        let me = directory::person(context, &place.person)?.id;
        let id = person_view::conversation(context, me, &place.with)?.id;
        match to {
            BlockTo::Blocked => blocking::block(context, me, id),
            BlockTo::Heard => blocking::unblock(context, me, id),
        }
    };
    match site.engine.write(verb).await {
        Ok(()) if to == BlockTo::Blocked => Ok(visit.done(&site, &address, "blocked-done")),
        Ok(()) => Ok(visit.done(&site, &address, "unblocked-done")),
        Err(error) => visit.refused(&site, &address, error),
    }
}

/// A new address for a receiver.
#[derive(Debug, Deserialize)]
pub struct WebhookForm {
    #[serde(flatten)]
    place: Where,
    url: String,
}

/// `POST /console/try/webhook`: where the other side hears of events from now on.
pub async fn set_webhook(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<WebhookForm>,
) -> Result<Response, Trouble> {
    let WebhookForm { place, url } = form;
    let (address, url) = (place.address(), url.trim().to_owned());
    let is_web = url::Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    if !is_web && !url.is_empty() {
        let words = visit.texts.say("webhook-not-web");
        return Ok(visit.go_with(&site, &address, Notice::new(Tone::Refused, words)));
    }
    let verb = move |context: &mut Context<'_, '_>| {
        let (conversation, _) = place.side(context)?;
        let url = Some(url.as_str()).filter(|url| !url.is_empty());
        webhooks::set_webhook(context, conversation.seller, None, url)
    };
    visit.told(&site, &address, site.engine.write(verb).await, "webhook-set")
}

/// A delivery.
#[derive(Debug, Deserialize)]
pub struct DeliveryForm {
    #[serde(flatten)]
    place: Where,
    delivery: String,
    act: DeliveryAct,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DeliveryAct {
    Replay,
    Hurry,
    Cancel,
}

/// `POST /console/try/delivery`: tells a receiver once more, or no more.
pub async fn operate_delivery(
    State(site): State<Site>,
    visit: Visit,
    Filled(form): Filled<DeliveryForm>,
) -> Result<Response, Trouble> {
    let DeliveryForm { place, delivery, act } = form;
    let numbers = delivery.split_once(':');
    let numbers = numbers.and_then(|(webhook, event)| {
        Some((WebhookId(webhook.parse().ok()?), EventId(event.parse().ok()?)))
    });
    let (webhook, event) = numbers.ok_or(Trouble::Malformed)?;
    let verb = move |context: &mut Context<'_, '_>| match act {
        DeliveryAct::Cancel => operate::cancel(context, webhook, event),
        DeliveryAct::Hurry => webhooks::switch_on(context, webhook).map(|_| ()),
        DeliveryAct::Replay => {
            let filter = DeliveryFilter {
                webhook: Some(webhook),
                event: Some(event),
                ..DeliveryFilter::default()
            };
            operate::replay(context, &filter, None).map(|_| ())
        }
    };
    let (address, key) = match act {
        DeliveryAct::Replay => (place.address(), "delivery-replayed"),
        DeliveryAct::Hurry => (place.address(), "delivery-hurried"),
        DeliveryAct::Cancel => (place.address(), "delivery-was-cancelled"),
    };
    visit.told(&site, &address, site.engine.write(verb).await, key)
}
