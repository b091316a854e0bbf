//! `GET /oauth2/auth`: the consent page, and `POST` to the same address: its answer.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use peyk_engine::Error;
use peyk_engine::oauth::Answer;
use peyk_engine::oauth::authorize::{Told, approve, ask, refuse};
use peyk_model::{Locale, OauthRefusal};

use super::consent::{self, answering, browser, csrf, is_ours};
use super::page::{Page, Trouble, trouble};
use super::query::Query;
use super::{error, locale::locale};
use crate::Site;

/// Shows the page, or sends the browser back at once.
pub async fn show(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Response {
    let query = match Query::parse(raw.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(name) => return trouble(locale(None, &headers), &Trouble::Twice(&name)),
    };
    let locale = locale(query.lang.as_deref(), &headers);
    if let Some(handle) = query.auto_approve.clone() {
        if !site.is_sandbox() {
            return trouble(locale, &Trouble::NotSignedIn);
        }
        let asked = query.asked.clone();
        let told = site.engine.write(move |context| approve(context, &asked, &handle)).await;
        return send_back(locale, &query, told, StatusCode::FOUND);
    }
    page(&site, locale, &query, &headers).await
}

async fn page(site: &Site, locale: Locale, query: &Query, headers: &HeaderMap) -> Response {
    let asked = query.asked.clone();
    let asking = match site.engine.read(move |context| ask(context, &asked)).await {
        Ok(Ok(asking)) => asking,
        Ok(Err(refusal)) => return trouble(locale, &Trouble::Refused(&refusal)),
        Err(error) => return broken(locale, &error),
    };
    let wish = match &asking.wish {
        Ok(wish) => wish,
        Err(refusal) => {
            let told =
                Told { redirect_uri: asking.redirect_uri.clone(), code: Err(refusal.clone()) };
            return send_back(locale, query, Ok(Ok(told)), StatusCode::FOUND);
        }
    };
    let answering = match answering(site, query).await {
        Ok(Some(answering)) => answering,
        Ok(None) => return trouble(locale, &Trouble::NotSignedIn),
        Err(error) => return broken(locale, &error),
    };
    let engine = &site.engine;
    let browser = browser(headers).unwrap_or_else(|| engine.dice().word());
    let csrf = csrf(engine.keyring(), &browser, query, engine.clock().now());
    let page = Page { locale, query, asking: &asking, wish, answering, csrf };
    let mut response = page.answer();
    if let Some(cookie) = consent::set_cookie(site, &browser) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// Takes the answer of a person who saw the page.
pub async fn decide(
    State(site): State<Site>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = match Query::parse(raw.as_deref().unwrap_or_default()) {
        Ok(query) => query,
        Err(name) => return trouble(locale(None, &headers), &Trouble::Twice(&name)),
    };
    let locale = locale(query.lang.as_deref(), &headers);
    let form = |name: &str| {
        let mut fields = url::form_urlencoded::parse(&body);
        fields.find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
    };
    let (browser, now) = (browser(&headers), site.engine.clock().now());
    let shown = browser.zip(form("csrf")).is_some_and(|(browser, csrf)| {
        is_ours(site.engine.keyring(), &browser, &query, &csrf, now)
    });
    if !shown {
        return trouble(locale, &Trouble::TooOld);
    }
    let handle = match answering(&site, &query).await {
        Ok(Some(answering)) => consent::handle(answering, form("person")),
        Ok(None) => return trouble(locale, &Trouble::NotSignedIn),
        Err(error) => return broken(locale, &error),
    };
    let asked = query.asked.clone();
    let told = if form("decision").as_deref() == Some("approve") {
        let handle = handle.unwrap_or_default();
        site.engine.write(move |context| approve(context, &asked, &handle)).await
    } else {
        site.engine.read(move |context| refuse(context, &asked)).await
    };
    send_back(locale, &query, told, StatusCode::SEE_OTHER)
}

fn broken(locale: Locale, error: &Error) -> Response {
    tracing::error!(fault = %peyk_engine::chain(error), "a consent page was not shown");
    trouble(locale, &Trouble::Broken)
}

/// Sends the browser back to the app with what it is told.
fn send_back(locale: Locale, query: &Query, told: Answer<Told>, status: StatusCode) -> Response {
    let told = match told {
        Ok(Ok(told)) => told,
        Ok(Err(refusal)) => return trouble(locale, &Trouble::Refused(&refusal)),
        Err(error) => return broken(locale, &error),
    };
    let address = redirect_to(query.state.as_ref(), &told);
    let Ok(address) = HeaderValue::from_bytes(address.as_bytes()) else {
        return trouble(locale, &Trouble::Refused(&OauthRefusal::RedirectNotRegistered));
    };
    let mut response = error::private(status.into_response());
    response.headers_mut().insert(header::LOCATION, address);
    let no_referrer = HeaderValue::from_static("no-referrer");
    response.headers_mut().insert(header::REFERRER_POLICY, no_referrer);
    response
}

/// The app's address with what it is told. `state` is put there as it came.
pub fn redirect_to(state: Option<&String>, told: &Told) -> String {
    let mut address = told.redirect_uri.clone();
    address.push(if address.contains('?') { '&' } else { '?' });
    if let Some(state) = state {
        address += &format!("state={state}&");
    }
    match &told.code {
        Ok(code) => address += &format!("code={code}"),
        Err(refusal) => {
            let mut pairs = url::form_urlencoded::Serializer::new(String::new());
            pairs.append_pair("error", error::code(refusal).as_str());
            pairs.append_pair("error_description", &error::description(refusal));
            address += &pairs.finish();
        }
    }
    address
}
