//! The guard: who is let in, what every answer carries, and what is said where a page cannot be.

use std::net::SocketAddr;

use askama::Template;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use peyk_engine::Error;
use peyk_model::Refusal;

use super::frame::{Frame, Section};
use super::refusal;
use super::visit::Visit;
use super::who::Who;
use super::{acts, sign_in, try_it};
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
    /// One has to sign in first.
    SignIn,
    /// The reader's role does not go so far.
    NotAllowed,
    /// The server is broken.
    Broken,
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoPage => StatusCode::NOT_FOUND,
            Self::Refused(Refusal::NotFound { .. }) => StatusCode::NOT_FOUND,
            Self::Refused(_) | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Stale | Self::Foreign | Self::NotFromHere | Self::SandboxOnly => {
                StatusCode::FORBIDDEN
            }
            Self::NotAllowed => StatusCode::FORBIDDEN,
            Self::SignIn => StatusCode::UNAUTHORIZED,
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
            Self::SignIn => words("sign-in"),
            Self::NotAllowed => words("not-allowed"),
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
    let who = match Who::of(&site, request.headers()).await {
        Ok(who) => who,
        Err(error) => {
            tracing::error!(fault = %peyk_engine::chain(&error), "nobody can be recognised");
            return plain_broken();
        }
    };
    let visit = Visit::of(&site, &request, who);
    let is_get = request.method() == Method::GET;
    let mut response = match admit(&site, peer, &request, &visit.who) {
        Ok(()) => {
            request.extensions_mut().insert(visit.clone());
            acts::perform(&site, peer, &visit, request, next).await
        }
        Err(trouble) => trouble.into_response(),
    };
    if let Some(trouble) = response.extensions_mut().remove::<Trouble>() {
        let must_sign_in = matches!(trouble, Trouble::SignIn);
        response = if must_sign_in { to_sign_in(&visit, is_get) } else { page(&trouble, &visit) };
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

/// Leads to where one signs in, and from there back to a page.
fn to_sign_in(visit: &Visit, is_page: bool) -> Response {
    let to = if is_page { visit.address.as_str() } else { "/" };
    let to: String = url::form_urlencoded::byte_serialize(to.as_bytes()).collect();
    Redirect::to(&format!("{}?to={to}", sign_in::PATH)).into_response()
}

fn admit(site: &Site, peer: SocketAddr, request: &Request, who: &Who) -> Result<(), Trouble> {
    if !control::is_own_host(request, &site.settings.public_url)
        || !control::is_own_origin(request, &site.settings.public_url)
        || (request.method() != Method::GET && comes_from_elsewhere(request.headers()))
    {
        return Err(Trouble::Foreign);
    }
    match who {
        Who::Sandbox if peer.ip().to_canonical().is_loopback() => Ok(()),
        Who::Sandbox => Err(Trouble::NotFromHere),
        Who::Account(..) if request.uri().path().starts_with(try_it::ROOT) => {
            Err(Trouble::SandboxOnly)
        }
        Who::Account(..) => Ok(()),
        Who::Nobody if request.uri().path() == sign_in::PATH => Ok(()),
        Who::Nobody => Err(Trouble::SignIn),
    }
}

fn comes_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

fn protect(headers: &mut HeaderMap) {
    const FIXED: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        // Nothing is told to others. With `no-referrer` forms would come from the origin `null`.
        (header::REFERRER_POLICY, "same-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
