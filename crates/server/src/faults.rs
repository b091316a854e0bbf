//! Faults at the doors: what goes wrong in a sandbox between a client and this server.
//!
//! Which rule has its turn is decided by the engine. Here the operations are named, it is found out
//! whose call it is, and the effects are brought about on the wire.

mod body;
mod cut;
mod drift;
mod effect;
mod known;

use axum::RequestExt;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use peyk_engine::faults::{Shown, decide_on, who};
use peyk_model::fault::{Direction, Occasion, Who};
use peyk_model::{BusinessId, FaultRule};
use peyk_wire::Operation;

pub use cut::{Cut, unless_cut};
pub use drift::drifted;
pub use known::{mistakes, operations};

use crate::{Site, kenar, market, oauth};

/// Tells whoever records an answer which fault had a hand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedFault {
    /// The name of the rule; names of several are joined by commas.
    pub name: String,
}

/// Whose words are spoken at a door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The Kenar dialect.
    Kenar,
    /// The Market dialect.
    Market,
    /// OAuth.
    Oauth,
    /// Bytes of files.
    Media,
}

impl Dialect {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Kenar, Self::Market, Self::Oauth, Self::Media];

    /// The name in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kenar => "kenar",
            Self::Market => "market",
            Self::Oauth => "oauth",
            Self::Media => "media",
        }
    }

    /// The one with this name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.word() == word)
    }
}

/// One operation of one dialect.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// In whose words.
    pub dialect: Dialect,
    /// What is asked for.
    pub operation: Operation,
}

/// Lets a request be answered, unless a rule has its turn.
pub async fn around<F, R>(site: &Site, door: Door, request: Request, next: F) -> Response
where
    F: FnOnce(Request) -> R,
    R: Future<Output = Response>,
{
    if site.engine.faults().is_quiet() {
        return next(request).await;
    }
    let (dialect, operation) = (door.dialect.word(), door.operation.name);
    let candidates = site.engine.faults().candidates(Direction::In, dialect, operation);
    if candidates.is_empty() {
        return next(request).await;
    }
    match meet(site, door, candidates, request, next).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(fault = %peyk_engine::chain(&error), "faults could not be decided");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// [`around`] for routes that are not made of operations.
pub async fn at_door(
    State((site, door)): State<(Site, Door)>,
    request: Request,
    next: Next,
) -> Response {
    around(&site, door, request, |request| next.run(request)).await
}

async fn meet<F, R>(
    site: &Site,
    door: Door,
    candidates: Vec<FaultRule>,
    mut request: Request,
    next: F,
) -> peyk_engine::Result<Response>
where
    F: FnOnce(Request) -> R,
    R: Future<Output = Response>,
{
    let who = door.who(site, &mut request).await?;
    let (dialect, operation) = (door.dialect.word(), door.operation.name);
    let occasion = Occasion { direction: Direction::In, dialect, operation, who: &who };
    let applied = decide_on(&site.engine, candidates, &occasion).await?;
    if applied.is_empty() {
        return Ok(next(request).await);
    }
    let names: Vec<_> = applied.iter().map(|each| each.name.as_str()).collect();
    let name = names.join(", ");
    tracing::info!(fault = name, operation, "fault {name} meets {operation}");
    let mut response = effect::bring_about(site, door, &who, &applied, request, next).await;
    response.extensions_mut().insert(AppliedFault { name });
    Ok(response)
}

impl Door {
    /// Whose call it is, as far as it can be known before it is answered.
    async fn who(self, site: &Site, request: &mut Request) -> peyk_engine::Result<Who> {
        let mut shown = match self.dialect {
            Dialect::Kenar => kenar::shown(site, request.headers()).await?,
            Dialect::Market => market::shown(request.uri(), request.headers()),
            Dialect::Oauth | Dialect::Media => Shown::default(),
        };
        if let Ok(params) = request.extract_parts::<RawPathParams>().await {
            let conversation = params.iter().find(|(name, _)| *name == "conversation_id");
            shown.conversation = shown.conversation.or(conversation.map(|(_, it)| it.to_owned()));
        }
        site.engine.look(move |context| who(context, &shown)).await
    }

    /// The answer with this status in the words of the door.
    fn refusal(self, site: &Site, business: Option<BusinessId>, status: u16) -> Response {
        let refusal = match self.dialect {
            Dialect::Kenar => kenar::fault(site, self.operation, status),
            Dialect::Market => market::fault(site, self.operation, business, status),
            Dialect::Oauth => oauth::fault(status),
            Dialect::Media => None,
        };
        refusal.unwrap_or_else(|| {
            StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE).into_response()
        })
    }

    /// The answer to a token that has expired.
    fn expired(self) -> Response {
        match self.dialect {
            Dialect::Kenar => kenar::expired_token(),
            Dialect::Market => market::expired_token(),
            Dialect::Oauth | Dialect::Media => StatusCode::UNAUTHORIZED.into_response(),
        }
    }
}
