//! A marketplace made of a recording: it answers calls as they were answered then.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use peyk_model::MediaKind;
use peyk_model::limits::MULTIPART_OVERHEAD_BYTES;

use super::{ReplayArguments, lock};
use crate::exchanges::{Found, MASK};
use crate::recording::{Called, Exchange, Fresh, Recording, Way, is_alike};

/// What stands in an answer where a secret was; whoever shows it is believed.
const SECRET: &str = "of-a-recording";
/// Headers of an answer that belong to the connection it came by.
const OWN_HEADERS: [&str; 6] =
    ["content-length", "transfer-encoding", "connection", "keep-alive", "date", "set-cookie"];

/// A marketplace at an address of its own, until it is dropped.
pub struct Marketplace {
    inner: Arc<Inner>,
    serving: tokio::task::JoinHandle<()>,
}

struct Inner {
    recorded: Vec<(Called, Exchange)>,
    fresh: Arc<Mutex<Fresh>>,
    /// The recorded server's address, and this one's.
    addresses: (String, String),
    state: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// Which answers were given.
    given: Vec<bool>,
    heard: Vec<Called>,
}

impl Marketplace {
    /// Listens at an address, and answers for whom the arguments name.
    pub async fn open(
        address: SocketAddr,
        recording: &Recording,
        arguments: &ReplayArguments,
        fresh: Arc<Mutex<Fresh>>,
    ) -> anyhow::Result<Self> {
        let listener = tokio::net::TcpListener::bind(address).await;
        let listener = listener.with_context(|| format!("nobody can listen at {address}"))?;
        let own = format!("http://{}", listener.local_addr()?);
        eprintln!("peyk: answering at {own} as was recorded");
        let is_wanted = |exchange: &&Exchange| {
            exchange.way == Way::Call
                && exchange.is_of(arguments.app.as_deref(), arguments.business)
        };
        let calls = recording.exchanges.iter().filter(is_wanted);
        let recorded: Vec<_> = calls.map(|each| (Called::of(each), each.clone())).collect();
        let state = Memory { given: vec![false; recorded.len()], heard: Vec::new() };
        let addresses = (recording.head.server.clone(), own);
        let inner = Arc::new(Inner { recorded, fresh, addresses, state: Mutex::new(state) });
        let limit = MediaKind::Video.max_bytes() + MULTIPART_OVERHEAD_BYTES;
        let router = Router::new()
            .fallback(answer)
            .layer(DefaultBodyLimit::max(limit))
            .with_state(inner.clone());
        let serving = tokio::spawn(async move {
            if let Err(error) = axum::serve(listener, router).await {
                eprintln!("peyk: nobody answers the bot any more: {error}");
            }
        });
        Ok(Self { inner, serving })
    }

    /// Everything that was called so far.
    pub fn heard(&self) -> Vec<Called> {
        self.inner.memory().heard.clone()
    }
}

impl Drop for Marketplace {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(inner): State<Arc<Inner>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let call = inner.call(&method, &uri, &headers, &body);
    let place = inner.place(&call);
    let recorded = place.map(|place| &inner.recorded[place].1);
    let status = recorded.and_then(|recorded| recorded.status);
    let response = match recorded {
        Some(recorded) => inner.response(recorded),
        None => nothing_like(&call),
    };
    inner.memory().heard.push(Called { status, ..call });
    response
}

fn nothing_like(call: &Called) -> Response {
    let words = format!("nothing like {} {} was recorded\n", call.method, call.target);
    (StatusCode::NOT_FOUND, words).into_response()
}

impl Inner {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The call with ids and addresses as they were recorded.
    fn call(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Called {
        let fresh = lock(&self.fresh);
        let (theirs, own) = &self.addresses;
        let text = |text: &str| fresh.recorded(text).replace(own, theirs);
        let target = text(uri.path_and_query().map_or("/", |target| target.as_str()));
        let found = Found::of(method.as_str(), target.split('?').next().unwrap_or_default());
        let parameter = |name: &str| {
            let query = target.split_once('?').map_or("", |(_, query)| query);
            let mut pairs = url::form_urlencoded::parse(query.as_bytes());
            pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
        };
        let named = found.as_ref().and_then(|found| found.parameter("conversation_id"));
        let conversation = named.map(str::to_owned).or_else(|| parameter("chatId"));
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let is_form = kind.is_some_and(|kind| kind.starts_with("multipart/"));
        let body = (!is_form && !body.is_empty()).then(|| text(&String::from_utf8_lossy(body)));
        Called {
            operation: found.map(|found| found.operation.name.to_owned()),
            conversation,
            method: method.to_string(),
            target,
            body,
            status: None,
        }
    }

    /// Takes the answer that fits best: to the same call, to one like it, or one that was given already.
    fn place(&self, call: &Called) -> Option<usize> {
        let mut memory = self.memory();
        let calls = || self.recorded.iter().map(|(recorded, _)| recorded).enumerate();
        let open = || calls().filter(|(place, _)| !memory.given[*place]);
        let same = open().find(|(_, recorded)| is_alike(recorded, call));
        let like = same.or_else(|| open().find(|(_, recorded)| recorded.is_like(call)));
        let again = || calls().rfind(|(_, recorded)| is_alike(recorded, call));
        let place = like.or_else(again).map(|(place, _)| place)?;
        memory.given[place] = true;
        Some(place)
    }

    fn response(&self, recorded: &Exchange) -> Response {
        let (Some(status), Some(answer)) = (recorded.status, &recorded.answer) else {
            let words = "there was no answer when this was recorded\n";
            return (StatusCode::GATEWAY_TIMEOUT, words).into_response();
        };
        let (theirs, own) = &self.addresses;
        let text = |text: &str| {
            lock(&self.fresh).refreshed(text).replace(theirs, own).replace(MASK, SECRET)
        };
        let body = answer.body.as_deref().map(text).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
        for (name, value) in &answer.headers {
            let header = (HeaderName::try_from(name), HeaderValue::try_from(text(value)));
            if let (Ok(name), Ok(value)) = header
                && !OWN_HEADERS.contains(&name.as_str())
            {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
