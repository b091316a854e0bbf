//! Forms: what a page sends, and where it leads.

use axum::RequestExt;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Form, FromRequest, Path, Request};
use axum::response::{IntoResponse, Redirect, Response};
use http::Method;
use peyk_engine::Error;
use peyk_model::access::ActOutcome;
use serde::de::DeserializeOwned;

use super::guard::Trouble;
use super::notice::{Notice, Tone};
use super::refusal;
use super::visit::Visit;
use crate::Site;
use crate::audit::Ended;

/// The field with the word that shows where a form came from.
pub const CSRF: &str = "csrf";
/// Largest form without files, in bytes.
const FORM_MAX_BYTES: usize = 256 * 1024;

/// A form that says all by being sent.
#[derive(serde::Deserialize)]
pub struct Nothing {}

/// A form that one of our pages sent.
pub struct Filled<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Site> for Filled<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Trouble> {
        let visit = request.extensions().get::<Visit>().cloned().ok_or(Trouble::Broken)?;
        let (parts, body) = request.into_parts();
        debug_assert_eq!(parts.method, Method::POST, "only a form that is posted is one");
        let bytes = axum::body::to_bytes(body, FORM_MAX_BYTES).await;
        let bytes = bytes.map_err(|_| Trouble::Malformed)?;
        let mut pairs = url::form_urlencoded::parse(&bytes);
        let word = pairs.find(|(name, _)| name == CSRF).map(|(_, word)| word.into_owned());
        if !word.is_some_and(|word| visit.knows_form(site, &word)) {
            return Err(Trouble::Stale);
        }
        let request = Request::from_parts(parts, Body::from(bytes));
        let form = Form::<T>::from_request(request, &()).await;
        form.map(|Form(form)| Self(form)).map_err(|_| Trouble::Malformed)
    }
}

/// A button of our pages: its form says nothing but what it is about, which is in the path.
pub struct Pressed<I> {
    /// The server.
    pub site: Site,
    /// Who pressed it.
    pub visit: Visit,
    /// What it is about.
    pub id: I,
}

impl<I: DeserializeOwned + Send + 'static> FromRequest<Site> for Pressed<I> {
    type Rejection = Trouble;

    async fn from_request(mut request: Request, site: &Site) -> Result<Self, Trouble> {
        let Path(id) =
            request.extract_parts().await.map_err(|_: PathRejection| Trouble::Malformed)?;
        let visit = request.extract_parts_with_state(site).await?;
        let Filled(Nothing {}) = Filled::from_request(request, site).await?;
        Ok(Self { site: site.clone(), visit, id })
    }
}

impl Visit {
    /// Leads on to a page.
    pub fn go(&self, address: &str) -> Response {
        Redirect::to(address).into_response()
    }

    /// Leads on to a page that shows a notice.
    pub fn go_with(&self, site: &Site, address: &str, notice: Notice) -> Response {
        let is_refused = notice.tone == Tone::Refused;
        site.console.notices.put(self.session(), notice);
        let mut response = self.go(address);
        if is_refused {
            // The browser is led on as ever; the audit log knows better.
            response.extensions_mut().insert(Ended(ActOutcome::Refused));
        }
        response
    }

    /// Leads on to a page that says that it was done.
    pub fn done(&self, site: &Site, address: &str, key: &str) -> Response {
        self.go_with(site, address, Notice::new(Tone::Done, self.texts.say(key)))
    }

    /// Leads on to a page that says why it was not done; where we are broken there is no page.
    pub fn refused(&self, site: &Site, address: &str, error: Error) -> Result<Response, Trouble> {
        match error {
            Error::Refused(refused) => {
                let words = refusal::words(self.texts, &refused);
                Ok(self.go_with(site, address, Notice::new(Tone::Refused, words)))
            }
            broken @ Error::Broken(_) => Err(broken.into()),
        }
    }

    /// Leads on to a page that says what became of a verb: that it was done, or why it was not.
    pub fn told<T>(
        &self,
        site: &Site,
        address: &str,
        done: Result<T, Error>,
        key: &str,
    ) -> Result<Response, Trouble> {
        match done {
            Ok(_) => Ok(self.done(site, address, key)),
            Err(error) => self.refused(site, address, error),
        }
    }
}

/// Only paths of ours: an address elsewhere would let others lead people away from here.
pub fn own_path(to: Option<&str>) -> String {
    let is_ours = |to: &&str| {
        let second = to.as_bytes().get(1);
        to.starts_with('/') && second != Some(&b'/') && !to.contains(['\\', '\n', '\r'])
    };
    to.filter(is_ours).unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn nobody_is_led_elsewhere_after_signing_in() {
        assert_eq!(own_path(Some("/console/chats?q=1")), "/console/chats?q=1");
        for to in [None, Some(""), Some("//evil"), Some("/\\evil"), Some("https://evil"), Some("x")]
        {
            assert_eq!(own_path(to), "/", "{to:?}");
        }
    }
}
