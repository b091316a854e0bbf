//! `GET /control/v1/conversations/{conversation}/scenario`: what was just done in a conversation, as
//! a scenario that a bot can be tested with.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header;
use peyk_engine::{Context, FeedPosition, directory};
use peyk_model::script::{BodyKind, Pattern, Prop};
use peyk_model::{
    Author, Body, Conversation, Event, Fact, GrantId, Hand, MediaKind, Message, MessageId, Noun,
    Party, PersonId, Press, PressAnswer, Refusal, Side, Subject, Timestamp,
};
use serde::Deserialize;

use super::answer::{ControlError, sandbox_only};
use super::extract::Names;
use crate::Site;
use crate::scenario::write::{quoted, write};
use crate::scenario::{
    Act, Attachment, Chat, Click, Deed, Expected, NewConversation, PersonAct, Scenario, Step,
    WITHIN,
};

/// Most events of a sandbox that are looked through.
const EVENTS_MAX: i64 = 1_000_000;
/// How many are read together.
const EVENTS_AT_ONCE: i64 = 1000;
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
        let mut scribe = Scribe::new(chat(context, &found)?);
        let (mut place, mut left) = (FeedPosition::default(), EVENTS_MAX);
        while left > 0 {
            let events = context.tx.events_after(place, EVENTS_AT_ONCE.min(left))?;
            let Some((last, _)) = events.last() else { break };
            (place, left) = (*last, left - EVENTS_AT_ONCE);
            for (_, event) in events {
                scribe.heed(context, &found, &event)?;
            }
        }
        scribe.end(context.now);
        Ok(scribe.steps)
    });
    let steps = read.await?;
    let world = quoted(wanted.world.as_deref().unwrap_or("demo"));
    let text = write(&[Scenario { name, line: 0, steps }]);
    let headers = [(header::CONTENT_TYPE, "application/toml")];
    Ok((headers, format!("world = {world}\n\n{text}")).into_response())
}

fn chat(context: &mut Context<'_, '_>, conversation: &Conversation) -> peyk_engine::Result<Chat> {
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
    /// Presses whose answers are still to come: their messages and steps.
    pressed: Vec<(MessageId, usize)>,
}

impl Scribe {
    fn new(chat: Chat) -> Self {
        Self { chat, last_at: None, last_act_at: None, steps: Vec::new(), pressed: Vec::new() }
    }

    fn heed(
        &mut self,
        context: &mut Context<'_, '_>,
        conversation: &Conversation,
        event: &Event,
    ) -> peyk_engine::Result<()> {
        let is_here = event.fact.conversation() == Some(conversation.id);
        let at = event.at;
        match &event.fact {
            Fact::AccessRevoked(grant) => self.revoked(context, conversation, *grant, at)?,
            Fact::PostChanged(..) | Fact::QuotaNearlyUsed(_) => {}
            Fact::MessageSent(id, message) if is_here => {
                if let Some(message) = context.tx.message(*id, *message)? {
                    self.said(context, conversation, at, &message)?;
                }
            }
            Fact::ConversationOpened(_) if is_here => self.buyer_acts(at, PersonAct::Open),
            Fact::ArbitrationStarted(_) if is_here => self.buyer_acts(at, PersonAct::Dispute),
            Fact::ArbitrationFinished(_) if is_here => self.act(at, Act::Decide),
            Fact::ConversationFinished(_) if is_here => self.act(at, Act::Close),
            Fact::ButtonPressed(id, message, press) if is_here => {
                let found = context.tx.message(*id, *message)?;
                self.presses(context, conversation, at, found, *press)?;
            }
            Fact::ButtonAnswered(_, message, answer) if is_here => self.answered(*message, answer),
            Fact::Blocked(_, person) if is_here => {
                self.person_acts(context, at, *person, PersonAct::Block)?;
            }
            Fact::Unblocked(_, person) if is_here => {
                self.person_acts(context, at, *person, PersonAct::Unblock)?;
            }
            Fact::MessageSent(..)
            | Fact::ConversationOpened(_)
            | Fact::ArbitrationStarted(_)
            | Fact::ArbitrationFinished(_)
            | Fact::ConversationFinished(_)
            | Fact::ButtonPressed(..)
            | Fact::ButtonAnswered(..)
            | Fact::Blocked(..)
            | Fact::Unblocked(..) => {}
        }
        Ok(())
    }

    fn said(
        &mut self,
        context: &mut Context<'_, '_>,
        conversation: &Conversation,
        at: Timestamp,
        message: &Message,
    ) -> peyk_engine::Result<()> {
        match (message.author, conversation.seller) {
            (Author::Buyer(Hand::Human), _) => self.buyer_acts(at, person_act(&message.body)),
            (Author::Seller(Hand::Human), Party::Person(seller)) => {
                self.person_acts(context, at, seller, person_act(&message.body))?;
            }
            (Author::Market, _) => {
                let act = of_marketplace(&message.body, Act::MarketSays, Act::MarketSends);
                if let Some(act) = act {
                    self.act(at, act);
                }
            }
            (Author::Support, _) => {
                let act = of_marketplace(&message.body, Act::SupportSays, Act::SupportSends);
                if let Some(act) = act {
                    self.act(at, act);
                }
            }
            (Author::Buyer(Hand::Bot) | Author::Seller(_), _) => self.bot_says(at, message),
        }
        Ok(())
    }

    /// Whoever takes part in the conversation took back what they had allowed its app.
    fn revoked(
        &mut self,
        context: &mut Context<'_, '_>,
        conversation: &Conversation,
        grant: GrantId,
        at: Timestamp,
    ) -> peyk_engine::Result<()> {
        let Some(grant) = context.tx.grant(grant)? else { return Ok(()) };
        let is_of_app = match conversation.subject {
            Subject::Bot(app) => app == grant.app,
            Subject::Post(_) => true,
            Subject::Order(_) | Subject::Return(..) | Subject::Direct => false,
        };
        let takes_part = conversation.side_of(Party::Person(grant.person)).is_some();
        // Before the first act there is nothing that this belongs to.
        if !is_of_app || !takes_part || self.steps.is_empty() {
            return Ok(());
        }
        let Some(app) = context.tx.app(grant.app)? else { return Ok(()) };
        self.person_acts(context, at, grant.person, PersonAct::Revoke(app.slug))
    }

    fn presses(
        &mut self,
        context: &mut Context<'_, '_>,
        conversation: &Conversation,
        at: Timestamp,
        message: Option<Message>,
        press: Press,
    ) -> peyk_engine::Result<()> {
        let side = conversation.side_of(Party::Person(press.person)).unwrap_or(Side::Buyer);
        let number = usize::try_from(press.number).unwrap_or(usize::MAX);
        let Some(message) = message else { return Ok(()) };
        let Some(button) = message.buttons.seen_by(side).nth(number) else { return Ok(()) };
        let click = Click { caption: button.caption.clone(), ..Click::default() };
        self.person_acts(context, at, press.person, PersonAct::Click(click))?;
        self.pressed.push((message.id, self.steps.len().saturating_sub(1)));
        Ok(())
    }

    /// What came of a press is expected of it.
    fn answered(&mut self, message: MessageId, answer: &PressAnswer) {
        let Some(place) = self.pressed.iter().position(|(pressed, _)| *pressed == message) else {
            return;
        };
        let (_, step) = self.pressed.remove(place);
        if let Some(Step { deed: Deed::Act(_, Act::Person { act, .. }), .. }) =
            self.steps.get_mut(step)
            && let PersonAct::Click(click) = act
        {
            click.shows.clone_from(&answer.shows);
            click.opens = answer.opens.as_deref().map(lasting_part);
        }
    }

    fn buyer_acts(&mut self, at: Timestamp, act: PersonAct) {
        self.act(at, Act::Person { who: self.chat.person.clone(), act });
    }

    fn person_acts(
        &mut self,
        context: &mut Context<'_, '_>,
        at: Timestamp,
        person: PersonId,
        act: PersonAct,
    ) -> peyk_engine::Result<()> {
        let who = context.tx.person(person)?.map(|person| person.handle).unwrap_or_default();
        self.act(at, Act::Person { who, act });
        Ok(())
    }

    /// What was quiet until now stays quiet.
    fn end(&mut self, now: Timestamp) {
        let is_quiet = self.last_at.is_some_and(|last| now.since(last) >= WITHIN);
        if is_quiet {
            self.push(Deed::Silence(self.chat.clone(), WITHIN));
        }
    }

    fn act(&mut self, at: Timestamp, act: Act) {
        let pause = self.last_at.map_or(Duration::ZERO, |last| at.since(last));
        if pause >= PAUSE {
            self.push(Deed::Pass(Duration::from_secs(pause.as_secs())));
        }
        (self.last_at, self.last_act_at) = (Some(at), Some(at));
        self.push(Deed::Act(self.chat.clone(), act));
    }

    fn bot_says(&mut self, at: Timestamp, message: &Message) {
        let side = message.author.side().map_or(Side::Buyer, Side::other);
        let grid = message.buttons.seen_by(side).rows().iter().flatten();
        let mut buttons: Vec<_> = grid.map(|button| button.caption.clone()).collect();
        // One alone reads better as `button`.
        let button = if buttons.len() == 1 { buttons.pop() } else { None };
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
        let expected = Expected { exact, pattern, buttons, within, skips: false };
        self.push(Deed::Expect(self.chat.clone(), expected));
    }

    fn push(&mut self, deed: Deed) {
        if self.steps.len() < Scenario::STEPS_MAX {
            self.steps.push(Step { line: 0, deed });
        }
    }
}

/// What stays the same of an address, wherever the server and the bot are: its path.
fn lasting_part(opened: &str) -> String {
    match url::Url::parse(opened) {
        Ok(url) if url.path() != "/" => url.path().to_owned(),
        Ok(url) => url.host_str().unwrap_or(opened).to_owned(),
        // The token of a post.
        Err(_) => opened.to_owned(),
    }
}

fn person_act(body: &Body) -> PersonAct {
    match body {
        Body::Text(text) => PersonAct::Say(text.as_str().to_owned()),
        Body::Location(place) => PersonAct::Locate(*place),
        Body::Contact(contact) => PersonAct::Share(contact.clone()),
        Body::Media(media) => PersonAct::Send(prop(media.file.kind)),
    }
}

/// The marketplace sends files and words, and nothing else.
fn of_marketplace(
    body: &Body,
    says: fn(String) -> Act,
    sends: fn(Attachment) -> Act,
) -> Option<Act> {
    match body {
        Body::Text(text) => Some(says(text.as_str().to_owned())),
        Body::Media(media) => Some(sends(Attachment::Prop(prop(media.file.kind)))),
        Body::Location(_) | Body::Contact(_) => None,
    }
}

/// What everybody has at hand of this kind.
fn prop(kind: MediaKind) -> Prop {
    match kind {
        MediaKind::Image => Prop::Photo,
        MediaKind::Voice => Prop::Voice,
        MediaKind::Video => Prop::Video,
        MediaKind::File => Prop::File,
    }
}
