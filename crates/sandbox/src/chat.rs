//! People and their chats: what they do, and what the bot has to do then.

use std::panic::Location;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use peyk_model::message::Message;
use peyk_model::script::Prop;
use peyk_model::{Contact, Location as Place};
use peyk_server::rehearsal::{Done, Since};
use peyk_server::scenario::{self, Act, Attachment, Click, NewConversation, PersonAct};

use crate::expect::Expect;
use crate::sandbox::Shared;
use crate::{Failure, Result};

/// Somebody of the World.
#[derive(Clone)]
pub struct Person {
    shared: Arc<Shared>,
    handle: String,
}

/// A person and what they talk about. It is opened by the first thing that is done in it.
#[derive(Clone)]
pub struct Chat {
    pub(crate) shared: Arc<Shared>,
    pub(crate) chat: scenario::Chat,
    /// Who acts.
    who: String,
}

impl Person {
    pub(crate) fn new(shared: Arc<Shared>, handle: &str) -> Self {
        Self { shared, handle: handle.to_owned() }
    }

    /// The handle.
    #[must_use]
    pub fn handle(&self) -> &str {
        &self.handle
    }

    /// Their chat with an app's bot.
    #[must_use]
    pub fn bot(&self, slug: &str) -> Chat {
        self.about(NewConversation::Bot(slug.to_owned()))
    }

    /// Their chat about a post of somebody else.
    #[must_use]
    pub fn post(&self, token: &str) -> Chat {
        self.about(NewConversation::Post(token.to_owned()))
    }

    /// Their chat about an order of theirs.
    #[must_use]
    pub fn order(&self, id: i64) -> Chat {
        self.about(NewConversation::Order(id))
    }

    /// Their chat about goods that they give back.
    #[must_use]
    pub fn goods(&self, id: i64) -> Chat {
        self.about(NewConversation::Return(id))
    }

    /// Their chat with a shop.
    #[must_use]
    pub fn business(&self, id: i64) -> Chat {
        self.about(NewConversation::Business(id))
    }

    fn about(&self, about: NewConversation) -> Chat {
        let chat = scenario::Chat { person: self.handle.clone(), about };
        Chat { shared: self.shared.clone(), chat, who: self.handle.clone() }
    }

    /// The only chat that they can have: with the bot of the World's only app, or about their only
    /// order.
    ///
    /// # Errors
    /// If there are several, or none.
    pub fn only_chat(&self) -> Result<Chat> {
        let world = &self.shared.world;
        let bots = world.apps.iter().map(|app| self.bot(&app.slug));
        let orders = world.orders.iter().filter(|order| order.customer == self.handle);
        let mut all: Vec<_> = bots.chain(orders.map(|order| self.order(order.id.0))).collect();
        match (all.pop(), all.is_empty()) {
            (Some(chat), true) => Ok(chat),
            (_, false) => bail!("{} can talk about several things: say about what", self.handle),
            (None, true) => bail!("{} has nobody to talk with", self.handle),
        }
    }

    /// Writes in [their only chat](Self::only_chat), and gives it back.
    ///
    /// # Errors
    /// If the marketplace refuses it, or there is not exactly one chat.
    pub async fn says(&self, text: &str) -> Result<Chat> {
        let chat = self.only_chat()?;
        chat.says(text).await?;
        Ok(chat)
    }

    /// Takes back all that an app was allowed.
    ///
    /// # Errors
    /// If there is no such app.
    pub async fn revokes(&self, slug: &str) -> Result<()> {
        self.bot(slug).does(PersonAct::Revoke(slug.to_owned())).await.map(drop)
    }
}

impl Chat {
    /// The same chat, with somebody else acting in it: the seller of a post.
    #[must_use]
    pub fn by(&self, person: &Person) -> Self {
        Self { who: person.handle.clone(), ..self.clone() }
    }

    /// Writes.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn says(&self, text: &str) -> Result<Message> {
        self.sent(PersonAct::Say(text.to_owned())).await
    }

    /// Sends a file that everybody has at hand: a photo, a recording, a document.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn sends(&self, prop: Prop) -> Result<Message> {
        self.sent(PersonAct::Send(prop)).await
    }

    /// Sends a file of this machine.
    ///
    /// # Errors
    /// If it cannot be read, or the marketplace refuses it.
    pub async fn sends_file(&self, path: impl AsRef<Path>) -> Result<Message> {
        self.sent(PersonAct::SendFile(path.as_ref().to_string_lossy().into_owned())).await
    }

    /// Sends a place, in degrees north and east.
    ///
    /// # Errors
    /// If there is no such place, or the marketplace refuses it.
    pub async fn sends_place(&self, latitude: f64, longitude: f64) -> Result<Message> {
        self.sent(PersonAct::Locate(Place::new(latitude, longitude)?)).await
    }

    /// Sends somebody's number.
    ///
    /// # Errors
    /// If it is none, or the marketplace refuses it.
    pub async fn sends_contact(&self, name: &str, phone: &str) -> Result<Message> {
        let contact = Contact::new(Some(name.to_owned()), phone.to_owned())?;
        self.sent(PersonAct::Share(contact)).await
    }

    /// Presses the button with these words below the newest message that has it.
    ///
    /// # Errors
    /// If there is none, or its app does not say what it does.
    pub async fn clicks(&self, caption: &str) -> Result<Done> {
        let click = Click { caption: caption.to_owned(), ..Click::default() };
        self.does(PersonAct::Click(click)).await
    }

    /// Opens the chat, or finds it.
    ///
    /// # Errors
    /// If there is nothing to talk about.
    pub async fn opens(&self) -> Result<()> {
        self.does(PersonAct::Open).await.map(drop)
    }

    /// Blocks the other side.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn blocks(&self) -> Result<()> {
        self.does(PersonAct::Block).await.map(drop)
    }

    /// No longer blocks the other side.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn unblocks(&self) -> Result<()> {
        self.does(PersonAct::Unblock).await.map(drop)
    }

    /// Calls the marketplace to decide.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn disputes(&self) -> Result<()> {
        self.does(PersonAct::Dispute).await.map(drop)
    }

    /// The marketplace decides the dispute.
    ///
    /// # Errors
    /// If there is none.
    pub async fn is_decided(&self) -> Result<()> {
        self.act(&Act::Decide).await.map(drop)
    }

    /// The marketplace closes the chat, until somebody writes again.
    ///
    /// # Errors
    /// If a dispute is under way in it.
    pub async fn is_closed(&self) -> Result<()> {
        self.act(&Act::Close).await.map(drop)
    }

    /// The marketplace writes.
    ///
    /// # Errors
    /// If it refuses itself.
    pub async fn market_says(&self, text: &str) -> Result<Done> {
        self.act(&Act::MarketSays(text.to_owned())).await
    }

    /// The marketplace's support writes.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn support_says(&self, text: &str) -> Result<Done> {
        self.act(&Act::SupportSays(text.to_owned())).await
    }

    /// The marketplace sends a file that everybody has at hand.
    ///
    /// # Errors
    /// If it refuses itself.
    pub async fn market_sends(&self, prop: Prop) -> Result<Done> {
        self.act(&Act::MarketSends(Attachment::Prop(prop))).await
    }

    /// The marketplace's support sends a file that everybody has at hand.
    ///
    /// # Errors
    /// If the marketplace refuses it.
    pub async fn support_sends(&self, prop: Prop) -> Result<Done> {
        self.act(&Act::SupportSends(Attachment::Prop(prop))).await
    }

    async fn sent(&self, act: PersonAct) -> Result<Message> {
        self.does(act).await?.message.context("nothing was sent")
    }

    async fn does(&self, act: PersonAct) -> Result<Done> {
        self.act(&Act::Person { who: self.who.clone(), act }).await
    }

    async fn act(&self, act: &Act) -> Result<Done> {
        Ok(self.shared.rehearsal.act(&self.chat, act, Path::new("")).await?)
    }

    /// The bot's next message has to be like what is said of it now; it is waited for with `.await`.
    #[track_caller]
    pub fn expects(&self) -> Expect {
        Expect::new(self.clone(), Location::caller())
    }

    /// The bot must not write in this chat for so long, by the sandbox's clock.
    ///
    /// # Panics
    /// If it does, with the whole conversation.
    pub async fn expects_silence(&self, span: Duration) {
        if let Err(failure) = self.check_silence(span).await {
            panic!("{failure}");
        }
    }

    /// The same for tests that do not panic.
    ///
    /// # Errors
    /// If the bot wrote, or the sandbox is broken.
    pub async fn check_silence(&self, span: Duration) -> Result<(), Failure> {
        let after = self.shared.heard(&self.chat);
        let waited = self.shared.rehearsal.silence(&self.chat, after, span).await;
        match waited {
            Ok(Ok(())) => Ok(()),
            Ok(Err(unmet)) => Err(Failure::of(self, unmet.to_string(), None).await),
            Err(error) => Err(Failure::of(self, error.to_string(), None).await),
        }
    }

    /// The id by which apps know the chat. It is opened for it.
    ///
    /// # Errors
    /// If there is nothing to talk about.
    pub async fn key(&self) -> Result<String> {
        Ok(self.shared.rehearsal.conversation(&self.chat).await?.key.0)
    }

    /// The number by which shops know the chat. It is opened for it.
    ///
    /// # Errors
    /// If there is nothing to talk about.
    pub async fn number(&self) -> Result<i64> {
        Ok(self.shared.rehearsal.conversation(&self.chat).await?.id.0)
    }

    /// What was said here, as a person reads it.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn transcript(&self) -> Result<String> {
        let began = self.shared.began();
        let since = Since { time: began.time, message: began.message };
        Ok(self.shared.rehearsal.transcript(&self.chat, since).await?)
    }
}
