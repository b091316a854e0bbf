//! The sandbox itself: started, given time, stopped.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use peyk_engine::clock::{Idle, Movement, move_clock, run_until_idle};
use peyk_engine::snapshot;
use peyk_engine::world::World;
use peyk_model::limits::IDLE_LONGEST;
use peyk_model::{BusinessId, MessageId, Timestamp};
use peyk_server::rehearsal::{Rehearsal, Temporary};
use peyk_server::scenario;
use tokio::sync::watch;

use crate::{App, Builder, Business, Chat, Person};

/// What may fail while a sandbox is set up or played in; it tells itself with its causes.
pub type Result<T, E = anyhow::Error> = std::result::Result<T, E>;

/// A marketplace that ends with its test.
///
/// It stops when it is dropped; [`Sandbox::stop`] also waits for it. Its tasks run on the runtime
/// in which it was started.
pub struct Sandbox {
    pub(crate) shared: Arc<Shared>,
    temporary: Option<Temporary>,
    hosting: watch::Sender<bool>,
}

/// What the handles of a sandbox share.
pub(crate) struct Shared {
    pub rehearsal: Rehearsal,
    pub world: World,
    pub url: String,
    began: Moment,
    heard: Mutex<Heard>,
    kept: Mutex<HashMap<String, Heard>>,
}

/// The last message of the bot in each chat that was looked at.
type Heard = HashMap<scenario::Chat, MessageId>;

/// A time, and the last message before it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Moment {
    pub time: Timestamp,
    pub message: MessageId,
}

impl Shared {
    /// When the sandbox began.
    pub fn began(&self) -> Moment {
        self.began
    }

    /// The last message of the bot in a chat that was looked at.
    pub fn heard(&self, chat: &scenario::Chat) -> MessageId {
        self.lock().get(chat).copied().unwrap_or(self.began.message)
    }

    /// The bot was heard up to here.
    pub fn hear(&self, chat: &scenario::Chat, message: MessageId) {
        self.lock().insert(chat.clone(), message);
    }

    /// What was heard until now goes with the snapshot of this name.
    fn keep_heard(&self, name: &str) {
        let heard = self.lock().clone();
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), heard);
    }

    /// Only what goes with the snapshot of this name was heard.
    fn forget_heard(&self, name: &str) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        *self.lock() = kept.get(name).cloned().unwrap_or_default();
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sandbox {
    /// The demo World: Sara, Kian, Ivan and Olga, the app `echo` and a bicycle shop.
    ///
    /// # Errors
    /// If the sandbox cannot be started.
    pub async fn start() -> Result<Self> {
        Self::builder().demo().start().await
    }

    /// A World of one's own.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) async fn begin(
        temporary: Temporary,
        world: World,
        patience: crate::Patience,
    ) -> Result<Self> {
        let site = temporary.running.site().clone();
        let (url, time) = (temporary.running.url().to_owned(), site.engine.clock().now());
        let message = site.engine.write(peyk_engine::rehearsal::mark).await?;
        let rehearsal = Rehearsal::new(site, patience);
        rehearsal.begin().await?;
        let began = Moment { time, message };
        let (heard, kept) = (Mutex::default(), Mutex::default());
        let shared = Arc::new(Shared { rehearsal, world, url, began, heard, kept });
        Ok(Self { shared, temporary: Some(temporary), hosting: watch::Sender::new(false) })
    }

    /// Where it listens, for clients: `http://127.0.0.1:…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// Where its files are, for as long as it lives.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.temporary.as_ref().map_or(Path::new(""), Temporary::folder)
    }

    /// Somebody of the World, by their handle.
    #[must_use]
    pub fn person(&self, handle: &str) -> Person {
        Person::new(self.shared.clone(), handle)
    }

    /// An app of the World, by its slug.
    ///
    /// # Panics
    /// If the World has no such app.
    #[must_use]
    #[track_caller]
    pub fn app(&self, slug: &str) -> App {
        let found = self.shared.world.apps.iter().find(|app| app.slug == slug);
        let app = found.unwrap_or_else(|| panic!("the World has no app `{slug}`"));
        App::new(self.shared.clone(), app.clone())
    }

    /// A shop of the World, by its id.
    ///
    /// # Panics
    /// If the World has no such shop.
    #[must_use]
    #[track_caller]
    pub fn business(&self, id: i64) -> Business {
        let mut shops = self.shared.world.businesses.iter();
        let found = shops.find(|shop| shop.id == BusinessId(id));
        let shop = found.unwrap_or_else(|| panic!("the World has no business {id}"));
        Business::new(self.shared.clone(), shop.clone())
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.rehearsal().site().engine.clock().now()
    }

    /// Lets time pass, and all happen that falls due in it, one thing after the other.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn pass(&self, span: Duration) -> Result<()> {
        Ok(self.rehearsal().pass(span).await?)
    }

    /// Puts the clock forward at once; what falls due then is done as soon as can be.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn advance(&self, span: Duration) -> Result<()> {
        let engine = &self.rehearsal().site().engine;
        move_clock(engine, Movement::Advance(span)).await?;
        Ok(())
    }

    /// Jumps from one due thing to the next until nothing is open, without waiting for bots.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn run_until_idle(&self) -> Result<Idle> {
        Ok(run_until_idle(&self.rehearsal().site().engine, IDLE_LONGEST).await?)
    }

    /// Keeps everything as it is under a name: what was said, the clock, the seeds of chance.
    ///
    /// # Errors
    /// If the name is none.
    pub async fn snapshot(&self, name: &str) -> Result<()> {
        snapshot::make_snapshot(&self.rehearsal().site().engine, name).await?;
        self.shared.keep_heard(name);
        Ok(())
    }

    /// Puts everything back to what was kept under a name. What bots were told then is not told
    /// again, and what they said since was never said.
    ///
    /// # Errors
    /// If nothing was kept under it.
    pub async fn restore(&self, name: &str) -> Result<()> {
        snapshot::restore_snapshot(&self.rehearsal().site().engine, name).await?;
        self.shared.forget_heard(name);
        Ok(())
    }

    /// What plays the people; scenario files are played with it too.
    #[must_use]
    pub fn rehearsal(&self) -> &Rehearsal {
        &self.shared.rehearsal
    }

    /// What was said in these chats since the sandbox began, as a person reads it.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn transcript(&self, chats: &[&Chat]) -> Result<String> {
        let mut text = String::new();
        for chat in chats {
            text += &chat.transcript().await?;
        }
        Ok(text)
    }

    /// What everything that runs beside the sandbox ends with.
    pub(crate) fn ending(&self) -> watch::Receiver<bool> {
        self.hosting.subscribe()
    }

    /// Stops everything and waits for its end.
    ///
    /// # Errors
    /// If the sandbox is broken.
    pub async fn stop(mut self) -> Result<()> {
        self.hosting.send_replace(true);
        match self.temporary.take() {
            Some(temporary) => temporary.stop().await,
            None => Ok(()),
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.hosting.send_replace(true);
        if let Some(temporary) = &self.temporary {
            temporary.running.abort();
        }
    }
}
