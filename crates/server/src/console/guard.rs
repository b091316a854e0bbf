//! The guard: who is let in, what every answer carries, and what is said where a page cannot be.

use std::net::SocketAddr;

use askama::Template;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use peyk_engine::Error;
use peyk_model::Refusal;

use super::frame::{Frame, Section};
use super::refusal;
use super::visit::Visit;
use crate::{Site, control};

/// Nothing runs, loads or is sent but what this server itself offers, and nobody can frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    media-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// Why there is no page.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// Nobody has this address.
    NoPage,
    /// The server works and says no.
    Refused(Refusal),
    /// A form that did not come from one of our pages in this browser.
    Stale,
    /// A form that no page of ours sends.
    Malformed,
    /// A request that another web site made, or one under a name that is not ours.
    Foreign,
    /// Only this machine may look.
    NotFromHere,
    /// Something that would be a lie in production.
    SandboxOnly,
    /// Nobody may look yet.
    Closed,
    /// The server is broken.
    Broken,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoPage => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::NotFound { .. }) => StatusCode::NOT_FOUND,
            Self::Refused(_) | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Stale | Self::Foreign | Self::NotFromHere | Self::SandboxOnly | Self::Closed => {
                StatusCode::FORBIDDEN
            }
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn words(&self, visit: &Visit) -> (String, String) {
        let words = |key: &str| {
            let (title, text) = (format!("trouble-{key}"), format!("trouble-{key}-text"));
            (visit.texts.say(&title).into_owned(), visit.texts.say(&text).into_owned())
        };
        match self {
            Self::NoPage => words("no-page"),
            Self::Refused(refused) => {
                let (title, _) = words("refused");
                (title, refusal::words(visit.texts, refused))
            }
            Self::Stale => words("stale"),
            Self::Malformed => words("malformed"),
            Self::Foreign => words("foreign"),
            Self::NotFromHere => words("not-from-here"),
            Self::SandboxOnly => words("sandbox-only"),
            Self::Closed => words("closed"),
            Self::Broken => words("broken"),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Broken(fault) => {
                tracing::error!(fault = %peyk_engine::chain(&fault), "a page of the console failed");
                Self::Broken
            }
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for Trouble {
    /// Only the guard knows the reader's language, so it makes the page.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct Page {
    frame: Frame,
    text: String,
}

fn page(trouble: &Trouble, visit: &Visit) -> Response {
    let (title, text) = trouble.words(visit);
    let page = Page { frame: Frame::new(visit, Section::None, title), text };
    match page.render() {
        Ok(html) => (trouble.status(), Html(html)).into_response(),
        Err(_) => plain_broken(),
    }
}

/// The answer of a server that is broken, where nothing is known of the reader.
pub fn plain_broken() -> Response {
    let mut response = (StatusCode::INTERNAL_SERVER_ERROR, "internal error").into_response();
    protect(response.headers_mut());
    response
}

/// Lets a request through or says why not, and protects what comes back.
pub async fn enter(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let visit = Visit::of(&site, &request);
    let mut response = match admit(&site, peer, &request) {
        Ok(()) => {
            request.extensions_mut().insert(visit.clone());
            next.run(request).await
        }
        Err(trouble) => trouble.into_response(),
    };
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        response = page(&trouble, &visit);
    }
    let headers = response.headers_mut();
    protect(headers);
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for cookie in visit.cookies() {
        if let Ok(cookie) = HeaderValue::from_str(cookie) {
            headers.append(header::SET_COOKIE, cookie);
        }
    }
    response
}

/// Protects what needs no visit: the assets.
pub async fn protected(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    protect(response.headers_mut());
    response
}

fn admit(site: &Site, peer: SocketAddr, request: &Request) -> Result<(), Trouble> {
    if !control::is_own_host(request, &site.settings.public_url)
        || !control::is_own_origin(request, &site.settings.public_url)
        || (request.method() != Method::GET && comes_from_elsewhere(request.headers()))
    {
        return Err(Trouble::Foreign);
    }
    if !site.is_sandbox() {
        return Err(Trouble::Closed);
    }
    if peer.ip().to_canonical().is_loopback() { Ok(()) } else { Err(Trouble::NotFromHere) }
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

fn protect(headers: &mut HeaderMap) {
    const FIXED: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
