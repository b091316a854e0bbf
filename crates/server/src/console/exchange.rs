//! One exchange: what was asked and answered, what it means, and how it can be sent again.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use peyk_model::{Noun, Refusal};

use super::frame::{Frame, Section, show as page};
use super::guard::Trouble;
use super::moment::{Form, Moment};
use super::visit::Visit;
use crate::Site;
use crate::exchanges::{Brief, Copies, Differs, Exchange, Full, Part};

/// One request that went over the wire, and what was answered.
pub struct Exchanged {
    /// Its number.
    pub id: u64,
    /// Whether somebody asked this server, or it asked somebody.
    pub is_in: bool,
    /// The vendor's name of the operation, the event that was told, or the path.
    pub name: String,
    /// What it was, in the reader's words.
    pub meaning: String,
    /// The method and the address.
    pub line: String,
    /// The status, if anything was answered.
    pub status: Option<u16>,
    /// Whether all was well.
    pub is_good: bool,
    /// What was wrong and what to do, if anything was.
    pub explanation: Option<String>,
    /// The fault that had a hand in it.
    pub fault: Option<String>,
    /// What is other than the vendor published; nothing where the vendor published nothing.
    pub differs: Option<Vec<Differs>>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// When it began.
    pub at: Moment,
    /// The chat it was about, by the name that was used for it.
    pub chat: Option<String>,
    /// What was sent: headers and body.
    pub sent: (String, String),
    /// What came back: headers and body.
    pub back: Option<(String, String)>,
}

impl Exchanged {
    /// An exchange of the record as a reader sees it.
    pub async fn of(site: &Site, visit: &Visit, exchange: &Exchange) -> Self {
        let Full { brief, request, answer, differences } = exchange.full(site).await;
        let meaning = meaning(visit, &brief);
        let name = brief.operation.map(str::to_owned).or(brief.event);
        Self {
            id: brief.id,
            is_in: brief.direction == "in",
            name: name.unwrap_or_else(|| brief.dialect.to_owned()),
            meaning,
            line: format!("{} {}", brief.method, brief.url),
            status: brief.status,
            is_good: brief.status.is_some_and(|status| status < 400)
                && (brief.direction == "in" || brief.explanation.is_none()),
            explanation: brief.explanation.or(brief.reason).or(brief.failure),
            fault: brief.fault,
            differs: differences,
            chat: brief.conversation,
            took_ms: i64::try_from(brief.duration_us / 1000).unwrap_or(i64::MAX),
            at: visit.moment(exchange.started_at(), Form::Seconds),
            sent: part(request),
            back: answer.map(part),
        }
    }

    /// The picture of its way.
    pub fn way_icon(&self) -> &'static str {
        if self.is_in { "in" } else { "out" }
    }
}

/// Who asked whom for what.
fn meaning(visit: &Visit, brief: &Brief) -> String {
    let t = visit.texts;
    let who = match (&brief.app, brief.business) {
        (Some(slug), _) => t.with("wire-app", "app", slug.as_str()),
        (None, Some(id)) => t.with("wire-business", "business", id.to_string()),
        (None, None) => t.say("wire-somebody"),
    };
    let what = brief.operation.unwrap_or(brief.dialect);
    let gaps =
        |what: &str| [("who", who.clone().into_owned().into()), ("what", what.to_owned().into())];
    let words = match (brief.direction, &brief.event, &brief.person) {
        ("in", _, Some(person)) => {
            let [who, what] = gaps(what);
            t.fill("wire-meaning-in-for", &[who, what, ("person", person.as_str().into())])
        }
        ("in", _, None) => t.fill("wire-meaning-in", &gaps(what)),
        (_, Some(event), _) => {
            let [who, what] = gaps(event);
            let number = brief.attempt.unwrap_or(1);
            t.fill("wire-meaning-told", &[who, what, ("count", number.into())])
        }
        (_, None, _) => t.fill("wire-meaning-out", &gaps(what)),
    };
    words.into_owned()
}

fn part(part: Part) -> (String, String) {
    let line = |(name, value): &(String, String)| format!("{name}: {value}");
    let headers = part.headers.iter().map(line).collect::<Vec<_>>().join("\n");
    let body = part.body.and_then(|body| body.text);
    (headers, body.as_deref().map(pretty).unwrap_or_default())
}

/// JSON as people read it; anything else as it is.
pub fn pretty(body: &str) -> String {
    let parsed = serde_json::from_str::<serde_json::Value>(body);
    let indented = parsed.ok().and_then(|value| serde_json::to_string_pretty(&value).ok());
    indented.unwrap_or_else(|| body.to_owned())
}

/// The same request in four languages, each with its id on the page and its name.
pub fn programs(copies: Copies) -> [(&'static str, &'static str, String); 4] {
    let Copies { curl, python, javascript, rust } = copies;
    [
        ("curl", "curl", curl),
        ("python", "Python", python),
        ("javascript", "JavaScript", javascript),
        ("rust", "Rust", rust),
    ]
}

#[derive(Template)]
#[template(path = "console/exchange.html")]
struct Page {
    frame: Frame,
    each: Exchanged,
    programs: [(&'static str, &'static str, String); 4],
}

/// `GET /console/exchanges/{exchange}`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Path(id): Path<u64>,
) -> Result<Response, Trouble> {
    let found = site.exchanges.one(id).ok_or_else(|| Refusal::not_found(Noun::Exchange, id))?;
    let each = Exchanged::of(&site, &visit, &found).await;
    let programs = programs(found.copies(&site.settings.public_url));
    let frame = Frame::new(&visit, Section::None, each.name.clone());
    page(&Page { frame, each, programs })
}
