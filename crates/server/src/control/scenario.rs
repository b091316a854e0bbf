//! `GET /control/v1/conversations/{conversation}/scenario`: what was just said in a conversation,
//! as a scenario that a bot can be tested with.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use peyk_engine::{FeedPosition, directory};
use peyk_model::script::{BodyKind, Pattern, Prop};
use peyk_model::{
    Author, Body, Conversation, Event, Fact, Hand, Message, Noun, Party, Refusal, Side, Subject,
    Timestamp,
};
use serde::Deserialize;

use super::answer::{ControlError, sandbox_only};
use super::extract::Names;
use crate::Site;
use crate::scenario::write::{quoted, write};
use crate::scenario::{
    Act, Chat, Deed, Expected, NewConversation, PersonAct, Scenario, Step, WITHIN,
};

/// Most events of a sandbox that are looked through.
const EVENTS_MAX: i64 = 100_000;
/// Shortest pause between two acts that is worth a step.
const PAUSE: Duration = Duration::from_secs(60);

/// `?name=…&world=…`.
#[derive(Deserialize)]
pub struct Wanted {
    name: Option<String>,
    world: Option<String>,
}

/// The scenario, in TOML.
pub async fn show(
    State(site): State<Site>,
    Names(conversation): Names<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ControlError> {
    sandbox_only(&site)?;
    let name = wanted.name.unwrap_or_else(|| format!("conversation {conversation}"));
    let read = site.engine.read(move |context| {
        let found = directory::conversation(context, &conversation)?;
        let chat = chat(context, &found)?;
        let mut scribe = Scribe { chat, last_at: None, last_act_at: None, steps: Vec::new() };
        for (_, event) in context.tx.events_after(FeedPosition::default(), EVENTS_MAX)? {
            if event.fact.conversation() == Some(found.id) {
                scribe.heed(context, &found, &event)?;
            }
        }
        Ok(scribe.steps)
    });
    let steps = read.await?;
    let world = quoted(wanted.world.as_deref().unwrap_or("demo"));
    let text = write(&[Scenario { name, line: 0, steps }]);
    let headers = [(header::CONTENT_TYPE, "application/toml")];
    Ok((headers, format!("world = {world}\n\n{text}")).into_response())
}

fn chat(
    context: &mut peyk_engine::Context<'_, '_>,
    conversation: &Conversation,
) -> peyk_engine::Result<Chat> {
    let missing = || Refusal::not_found(Noun::Conversation, conversation.id);
    let person = context.tx.person(conversation.buyer)?.ok_or_else(missing)?.handle;
    let about = match (&conversation.subject, conversation.seller) {
        (Subject::Post(token), _) => NewConversation::Post(token.0.clone()),
        (Subject::Bot(app), _) => {
            NewConversation::Bot(context.tx.app(*app)?.ok_or_else(missing)?.slug)
        }
        (Subject::Order(id), _) => NewConversation::Order(id.0),
        (Subject::Return(id, _), _) => NewConversation::Return(id.0),
        (Subject::Direct, Party::Business(id)) => NewConversation::Business(id.0),
        (Subject::Direct, Party::Person(_) | Party::App(_)) => return Err(missing().into()),
    };
    Ok(Chat { person, about })
}

/// Writes down what happened, step by step.
struct Scribe {
    chat: Chat,
    last_at: Option<Timestamp>,
    last_act_at: Option<Timestamp>,
    steps: Vec<Step>,
}

impl Scribe {
    fn heed(
        &mut self,
        context: &mut peyk_engine::Context<'_, '_>,
        conversation: &Conversation,
        event: &Event,
    ) -> peyk_engine::Result<()> {
        let buyer = self.chat.person.clone();
        match &event.fact {
            Fact::MessageSent(id, message) => {
                let Some(message) = context.tx.message(*id, *message)? else { return Ok(()) };
                let who = match (message.author, conversation.seller) {
                    (Author::Buyer(Hand::Human), _) => buyer,
                    (Author::Seller(Hand::Human), Party::Person(seller)) => {
                        context.tx.person(seller)?.map(|seller| seller.handle).unwrap_or_default()
                    }
                    (Author::Market, _) => {
                        self.market_says(event.at, &message, Act::MarketSays);
                        return Ok(());
                    }
                    (Author::Support, _) => {
                        self.market_says(event.at, &message, Act::SupportSays);
                        return Ok(());
                    }
                    (Author::Buyer(Hand::Bot) | Author::Seller(_), _) => {
                        self.bot_says(event.at, &message);
                        return Ok(());
                    }
                };
                self.act(event.at, Act::Person { who, act: person_act(&message.body) });
            }
            Fact::ArbitrationStarted(_) => {
                self.act(event.at, Act::Person { who: buyer, act: PersonAct::Dispute });
            }
            Fact::ArbitrationFinished(_) => self.act(event.at, Act::Decide),
            // The first thing that is done in a chat opens it.
            Fact::ConversationOpened(_)
            | Fact::AccessRevoked(_)
            | Fact::PostChanged(..)
            | Fact::QuotaNearlyUsed(_) => {}
        }
        Ok(())
    }

    fn act(&mut self, at: Timestamp, act: Act) {
        let pause = self.last_at.map_or(Duration::ZERO, |last| at.since(last));
        if pause >= PAUSE {
            self.push(Deed::Pass(Duration::from_secs(pause.as_secs())));
        }
        (self.last_at, self.last_act_at) = (Some(at), Some(at));
        self.push(Deed::Act(self.chat.clone(), act));
    }

    fn market_says(&mut self, at: Timestamp, message: &Message, act: fn(String) -> Act) {
        if let Body::Text(text) = &message.body {
            self.act(at, act(text.as_str().to_owned()));
        }
    }

    fn bot_says(&mut self, at: Timestamp, message: &Message) {
        let side = message.author.side().map_or(Side::Buyer, Side::other);
        let button = message.buttons.seen_by(side).nth(1).map(|button| button.caption.clone());
        let (exact, kind) = match &message.body {
            Body::Text(text) => (Some(text.as_str().to_owned()), None),
            body @ (Body::Media(_) | Body::Location(_) | Body::Contact(_)) => {
                (None, Some(BodyKind::of(body)))
            }
        };
        // Twice the time that it took, so that a slower machine is not a failure.
        let took = self.last_act_at.map_or(Duration::ZERO, |last| at.since(last));
        let within = WITHIN.max(Duration::from_secs(took.as_secs() * 2));
        let pattern = Pattern { kind, button, ..Pattern::default() };
        self.last_at = Some(at);
        let expected = Expected { exact, pattern, within, skips: false };
        self.push(Deed::Expect(self.chat.clone(), expected));
    }

    fn push(&mut self, deed: Deed) {
        if self.steps.len() < Scenario::STEPS_MAX {
            self.steps.push(Step { line: 0, deed });
        }
    }
}

fn person_act(body: &Body) -> PersonAct {
    match body {
        Body::Text(text) => PersonAct::Say(text.as_str().to_owned()),
        Body::Location(place) => PersonAct::Locate(*place),
        Body::Contact(contact) => PersonAct::Share(contact.clone()),
        Body::Media(_) => PersonAct::Send(match BodyKind::of(body) {
            BodyKind::Image => Prop::Photo,
            BodyKind::Voice => Prop::Voice,
            BodyKind::File
            | BodyKind::Video
            | BodyKind::Text
            | BodyKind::Location
            | BodyKind::Contact => Prop::File,
        }),
    }
}
