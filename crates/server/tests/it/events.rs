//! Events, heard by receivers that listen on real ports.

mod kenar;
mod market;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, Uri};
use peyk_engine::world::World;
use peyk_model::message::Content;
use peyk_model::{ConversationId, ConversationKey};
use peyk_server::Settings;
use peyk_store::Lock;
use serde_json::Value;
use tokio::sync::mpsc;

use crate::harness::{Peyk, world};

/// How long a test waits for what must come. It never waits for what must not.
const PATIENCE: Duration = Duration::from_secs(20);

/// A request that a receiver heard.
#[derive(Debug, Clone)]
pub struct Heard {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Heard {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

type Answer = dyn Fn(&Heard) -> Response + Send + Sync;

#[derive(Clone)]
struct Ear {
    answer: Arc<Answer>,
    heard: mpsc::UnboundedSender<Heard>,
}

/// A receiver on a port of its own.
pub struct Receiver {
    /// Its base address.
    pub url: String,
    heard: Mutex<mpsc::UnboundedReceiver<Heard>>,
}

impl Receiver {
    /// Starts to listen, and answers each request like this.
    pub async fn start(answer: impl Fn(&Heard) -> Response + Send + Sync + 'static) -> Self {
        let (sender, heard) = mpsc::unbounded_channel();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let ear = Ear { answer: Arc::new(answer), heard: sender };
        let routes = Router::new().fallback(hear).with_state(ear);
        tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { url, heard: Mutex::new(heard) }
    }

    /// The next request; the test fails if none comes.
    #[expect(clippy::await_holding_lock, reason = "each test has one task that listens")]
    pub async fn next(&self) -> Heard {
        let mut heard = self.heard.lock().unwrap();
        tokio::time::timeout(PATIENCE, heard.recv()).await.expect("something is heard").unwrap()
    }
}

async fn hear(State(ear): State<Ear>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let body = String::from_utf8(body.to_vec()).unwrap();
    let heard = Heard { path: uri.path().to_owned(), headers, body };
    let response = (ear.answer)(&heard);
    // Nobody listens any more when the test is over.
    drop(ear.heard.send(heard));
    response
}

/// A server whose app `echo` and whose business hear events at these addresses.
pub async fn start(events_url: Option<String>, notification_url: Option<String>) -> Peyk {
    start_with(events_url, notification_url, Settings::default()).await
}

/// The same with these settings.
async fn start_with(
    events_url: Option<String>,
    notification_url: Option<String>,
    settings: Settings,
) -> Peyk {
    let World { mut apps, mut businesses, .. } = world();
    apps[0].events_url = events_url;
    businesses[0].notification_url = notification_url;
    Peyk::with(World { apps, businesses, ..world() }, settings).await
}

/// The number of a conversation with this key.
pub async fn number(peyk: &Peyk, key: &'static str) -> ConversationId {
    let key = ConversationKey(key.into());
    let found = peyk
        .running()
        .site()
        .engine
        .read(move |context| Ok(context.tx.conversation_by_key(&key, Lock::None)?.unwrap().id));
    found.await.unwrap()
}

/// A person writes.
pub async fn says(peyk: &Peyk, person: &'static str, chat: ConversationId, text: &str) {
    let text = peyk_model::Text::of_chars(text).unwrap();
    sends(peyk, person, chat, Content::Text(text)).await;
}

/// A person sends something.
async fn sends(peyk: &Peyk, person: &'static str, chat: ConversationId, content: Content) {
    let draft = peyk_model::Draft::from(content);
    let sent = peyk.running().site().engine.write(move |context| {
        let person = context.tx.person_by_handle(person)?.unwrap().id;
        peyk_engine::send_message::send_as_person(context, person, chat, &draft)
    });
    sent.await.unwrap();
}
