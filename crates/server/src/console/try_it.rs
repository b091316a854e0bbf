//! Try it: be a person, see the other side and the wire.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::visit::Visit;
use crate::Site;

#[derive(Template)]
#[template(path = "console/try.html")]
struct Page {
    frame: Frame,
}

/// `GET /`.
pub async fn show(State(_site): State<Site>, visit: Visit) -> Result<Response, Trouble> {
    let title = visit.texts.say("nav-try");
    page(&Page { frame: Frame::new(&visit, Section::Try, title) })
}
