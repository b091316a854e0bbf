//! What makes sure that an answer came from a page we showed to this browser, and who answers.

use http::{HeaderMap, HeaderValue, header};
use peyk_engine::{Keyring, sign_in};
use peyk_model::limits::CONSENT_LIFE;
use peyk_model::{Person, Timestamp};

use super::page::Answering;
use super::query::Query;
use crate::Site;

/// The cookie that knows a browser again. It says nothing by itself.
const COOKIE: &str = "peyk_consent";
const PURPOSE: &str = "consent page";

/// The browser's word in the cookie, if it has one of ours.
pub fn browser(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).map(str::trim);
    let word = pairs.find_map(|pair| pair.strip_prefix(COOKIE)?.strip_prefix('='))?;
    let fits =
        word.len() == 43 && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    fits.then(|| word.to_owned())
}

/// The header that gives a browser its word. Another site cannot make the browser send it with a
/// form of its own.
pub fn set_cookie(site: &Site, browser: &str) -> Option<HeaderValue> {
    let secure = if site.settings.public_url.starts_with("https:") { "; Secure" } else { "" };
    let seconds = CONSENT_LIFE.as_secs();
    let cookie =
        format!("{COOKIE}={browser}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&cookie).ok()
}

/// What the page says of itself: to which browser it was shown, with which request, until when.
fn mark(browser: &str, query: &Query) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    hash.update(browser.as_bytes());
    hash.update(query.raw.as_bytes());
    *hash.finalize().as_bytes()
}

/// The word in the form of a page.
pub fn csrf(keyring: &Keyring, browser: &str, query: &Query, now: Timestamp) -> String {
    let mut payload = now.after(CONSENT_LIFE).0.to_be_bytes().to_vec();
    payload.extend(mark(browser, query));
    keyring.sign(PURPOSE, &payload)
}

/// Whether an answer came from a page that was shown to this browser with this very request.
pub fn is_ours(
    keyring: &Keyring,
    browser: &str,
    query: &Query,
    csrf: &str,
    now: Timestamp,
) -> bool {
    let Some(payload) = keyring.verify(PURPOSE, csrf) else { return false };
    let Some((end, shown)) = payload.split_first_chunk::<8>() else { return false };
    i64::from_be_bytes(*end) > now.0 && shown == mark(browser, query)
}

/// Who answers: in a sandbox whoever they say they are, otherwise who the marketplace says.
pub async fn answering(
    site: &Site,
    query: &Query,
) -> Result<Option<Answering>, peyk_engine::Error> {
    if site.is_sandbox() && query.sign_in.is_none() {
        return Ok(Some(Answering::Anyone));
    }
    let Some(word) = query.sign_in.clone() else { return Ok(None) };
    let person = site.engine.read(move |context| sign_in::signed_in(context, &word)).await?;
    Ok(person.map(Answering::SignedIn))
}

/// The handle of who answers a page.
pub fn handle(answering: Answering, chosen: Option<String>) -> Option<String> {
    match answering {
        Answering::Anyone => chosen,
        Answering::SignedIn(Person { handle, .. }) => Some(handle),
    }
}
