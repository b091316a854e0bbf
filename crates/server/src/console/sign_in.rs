//! Signing in and out.

use std::net::SocketAddr;

use askama::Template;
use axum::extract::{ConnectInfo, Query, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};
use peyk_engine::access::{self, Attempt, SignedIn};
use peyk_model::AccessRefusal;
use peyk_model::access::AGENT_MAX_CHARS;
use serde::Deserialize;

use super::form::{Filled, Nothing, own_path};
use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::refusal;
use super::visit::Visit;
use super::who::{Who, session_cookie};
use crate::Site;

/// Where one signs in.
pub const PATH: &str = "/console/sign-in";

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct Page {
    frame: Frame,
    /// Where to go afterwards.
    to: String,
    /// The name that was given before.
    name: String,
    /// Why it did not work.
    trouble: Option<String>,
    /// Whether anybody can sign in at all.
    has_accounts: bool,
}

/// Where somebody wanted to go.
#[derive(Debug, Deserialize)]
pub struct Wanted {
    to: Option<String>,
}

/// `GET /console/sign-in`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Query(Wanted { to }): Query<Wanted>,
) -> Result<Response, Trouble> {
    let to = own_path(to.as_deref());
    match visit.who {
        Who::Sandbox | Who::Account(..) => Ok(visit.go(&to)),
        Who::Nobody => form(&site, &visit, to, String::new(), None).await,
    }
}

async fn form(
    site: &Site,
    visit: &Visit,
    to: String,
    name: String,
    trouble: Option<String>,
) -> Result<Response, Trouble> {
    let has_accounts = site.engine.read(access::has_accounts).await?;
    let frame = Frame::new(visit, Section::None, visit.texts.say("sign-in"));
    page(&Page { frame, to, name, trouble, has_accounts })
}

/// Name and password.
#[derive(Deserialize)]
pub struct Credentials {
    name: String,
    password: String,
    to: Option<String>,
}

/// `POST /console/sign-in`.
pub async fn sign_in(
    State(site): State<Site>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    visit: Visit,
    headers: HeaderMap,
    Filled(Credentials { name, password, to }): Filled<Credentials>,
) -> Result<Response, Trouble> {
    let to = own_path(to.as_deref());
    if site.is_sandbox() {
        return Ok(visit.go(&to));
    }
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default().chars().take(AGENT_MAX_CHARS).collect();
    let attempt = Attempt { name: name.clone(), password, address: peer.ip(), agent };
    match site.gate.sign_in(&site.engine, attempt).await? {
        Ok(SignedIn { word, .. }) => {
            let mut response = visit.go(&to);
            if let Some(cookie) = session_cookie(&site, Some(&word)) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(refused) => {
            let has_to_wait = matches!(refused, AccessRefusal::TooManyTries { .. });
            let status =
                if has_to_wait { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::UNAUTHORIZED };
            let words = refusal::access_words(visit.texts, &refused);
            let page = form(&site, &visit, to, name, Some(words)).await?;
            Ok((status, page).into_response())
        }
    }
}

/// `POST /console/sign-out`.
pub async fn sign_out(
    State(site): State<Site>,
    visit: Visit,
    Filled(Nothing {}): Filled<Nothing>,
) -> Result<Response, Trouble> {
    if let Some(id) = visit.who.session() {
        let by = visit.who.account().cloned();
        let verb = move |context: &mut peyk_engine::Context<'_, '_>| {
            access::end_session(context, by.as_ref(), id)
        };
        // A session that is over already is what was wanted.
        let _ = site.engine.write(verb).await?;
    }
    let mut response = visit.go(PATH);
    if let Some(cookie) = session_cookie(&site, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
