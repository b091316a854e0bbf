//! The audit log as a page: who did what to what, and how it ended.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use peyk_engine::read_conversation::Paging;
use peyk_engine::{ActFilter, access};
use peyk_model::access::{ActOutcome, ActRecord};
use peyk_model::{Act, Doer};
use serde::Deserialize;

use crate::Site;
use crate::console::frame::{Frame, Section, show as page};
use crate::console::guard::Trouble;
use crate::console::moment::{Form, Moment};
use crate::console::visit::Visit;

/// Acts on one page.
const PAGE: i64 = 50;

#[derive(Template)]
#[template(path = "console/access_log.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    /// The name that is looked for.
    name: String,
    acts: Vec<Choice>,
    outcomes: Vec<Choice>,
    is_filtered: bool,
    /// Where the next page is.
    next: Option<String>,
}

struct Row {
    at: Moment,
    who: String,
    /// Whether `who` is a name, and not a text of ours.
    is_name: bool,
    address: String,
    act: String,
    target: String,
    outcome: &'static str,
    outcome_name: String,
}

/// A choice in a filter.
struct Choice {
    word: &'static str,
    name: String,
    is_chosen: bool,
}

/// What is looked for.
#[derive(Debug, Default, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    name: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    outcome: String,
    cursor: Option<String>,
}

/// `GET /console/access/log`.
pub async fn show(
    State(site): State<Site>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let t = visit.texts;
    let name = wanted.name.trim().to_owned();
    let filter = ActFilter {
        name: Some(name.clone()).filter(|name| !name.is_empty()),
        act: Act::parse(&wanted.act),
        outcome: ActOutcome::parse(&wanted.outcome),
    };
    let is_filtered = filter != ActFilter::default();
    let paging = Paging { cursor: wanted.cursor, limit: PAGE };
    let found = {
        let filter = filter.clone();
        site.engine.read(move |context| access::acts(context, &filter, &paging)).await?
    };
    let rows = found.items.iter().map(|record| row(&visit, record)).collect();
    let next = found.next.map(|cursor| visit.address_with("cursor", &cursor));
    let acts = Act::ALL.iter().map(|act| Choice {
        word: act.word(),
        name: t.of("act", act.word()).into_owned(),
        is_chosen: filter.act == Some(*act),
    });
    let outcomes = ActOutcome::ALL.iter().map(|outcome| Choice {
        word: outcome.word(),
        name: t.of("outcome", outcome.word()).into_owned(),
        is_chosen: filter.outcome == Some(*outcome),
    });
    let (acts, outcomes) = (acts.collect(), outcomes.collect());
    let frame = Frame::new(&visit, Section::Access, t.say("audit-log"));
    page(&Page { frame, rows, name, acts, outcomes, is_filtered, next })
}

fn row(visit: &Visit, record: &ActRecord) -> Row {
    let t = visit.texts;
    let (who, is_name) = match &record.doer {
        Doer::Account(_, name) => (name.clone(), true),
        Doer::AdminToken => (t.say("doer-admin-token").into_owned(), false),
        Doer::Sandbox => (t.say("doer-sandbox").into_owned(), false),
        Doer::Command => (t.say("doer-command").into_owned(), false),
        Doer::Stranger(name) => (t.with("doer-stranger", "name", name.clone()).into_owned(), false),
    };
    Row {
        at: visit.moment(record.at, Form::Exact),
        who,
        is_name,
        address: record.address.clone().unwrap_or_default(),
        act: t.of("act", record.act.word()).into_owned(),
        target: record.target.clone(),
        outcome: record.outcome.word(),
        outcome_name: t.of("outcome", record.outcome.word()).into_owned(),
    }
}
