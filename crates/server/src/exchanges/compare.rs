//! Comparison: a request and its answer beside what the vendor published.

use peyk_wire::spec::{Difference, DifferenceKind, Spec};
use serde::Serialize;
use serde_json::Value;

use super::exchange::{self, Way, field, fields_of};
use super::facts::Found;
use super::shown::Reading;

/// What a list of differences holds at most.
const DIFFERENCES_MAX: usize = 50;
/// The header that older Kenar clients send.
const LEGACY_HEADER: &str = peyk_wire::kenar::header::LEGACY_ACCESS_TOKEN;
/// The parameter that older Market clients send.
const OLD_PAGE_TOKEN: &str = "?page_token";
/// How the files call the bodies that go out.
const KENAR_EVENT: &str = "WebhookEvent";
const MARKET_PATH: &str = "/notification";

/// Something that is other than published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    /// In the `request` or in the `answer`.
    pub part: &'static str,
    /// What kind of difference it is.
    pub kind: &'static str,
    /// Where: a place in the body, a parameter of the query, `path` or a header.
    pub at: String,
    /// What was found.
    pub text: String,
    #[serde(skip)]
    pub(super) is: Option<DifferenceKind>,
}

impl Differs {
    fn new(part: &'static str, difference: Difference) -> Self {
        let Difference { kind, at, text } = difference;
        Self { part, kind: kind.word(), at, text, is: Some(kind) }
    }

    fn deprecated(at: &str, text: String) -> Self {
        let kind = DifferenceKind::Deprecated;
        Self::new("request", Difference { kind, at: at.to_owned(), text })
    }
}

impl Reading<'_> {
    /// What is other than published, if anything was published; without secrets.
    pub(super) fn differences(&self) -> Option<Vec<Differs>> {
        let all = match self.exchange.way {
            Way::In(_) => {
                let mut all = self.of_request()?;
                all.extend(self.of_answer());
                all
            }
            Way::Out(_) => self.of_letter()?,
        };
        Some(self.masked(all))
    }

    /// What in a request is other than published, if anything was published; without secrets.
    pub(super) fn differences_of_request(&self) -> Option<Vec<Differs>> {
        Some(self.masked(self.of_request()?))
    }

    fn masked(&self, mut all: Vec<Differs>) -> Vec<Differs> {
        all.truncate(DIFFERENCES_MAX);
        for each in &mut all {
            each.text = self.masks.text(&each.text);
            each.at = self.masks.text(&each.at);
        }
        all
    }

    fn of_request(&self) -> Option<Vec<Differs>> {
        let (method, path) = (self.head.method.as_str(), self.head.path());
        let found = Found::of(method, path)?;
        let Some(spec) = spec_of(&found) else {
            let is_older = found.operation.name.contains("Legacy");
            let text = "an older operation, of which nothing is published any more".to_owned();
            return is_older.then(|| vec![Differs::deprecated("path", text)]);
        };
        let newest = found.operation.canonical_path();
        let mut all = Vec::new();
        if is_older(found.template, newest) {
            let text = format!("an older address: the newest is {newest}");
            all.push(Differs::deprecated("path", text));
        }
        if spec.is_deprecated(found.template, method) {
            let text = format!("{method} is deprecated here");
            all.push(Differs::deprecated("path", text));
        }
        if self.head.field(LEGACY_HEADER).is_some() {
            let text = "an older header: send `Authorization: Bearer …`".to_owned();
            all.push(Differs::deprecated(LEGACY_HEADER, text));
        }
        let query = url::form_urlencoded::parse(self.head.query().as_bytes());
        let query: Vec<_> =
            query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let mut found_here = spec.query_differences(found.template, method, &query);
        if let Some(body) = json(self.head.field("content-type"), &self.exchange.body) {
            found_here.extend(spec.request_differences(found.template, method, &body));
        }
        all.extend(found_here.into_iter().map(|each| match each.at.as_str() {
            OLD_PAGE_TOKEN => {
                Differs::deprecated(&each.at, "an older name: send `pageToken`".to_owned())
            }
            _ => Differs::new("request", each),
        }));
        Some(all)
    }

    fn of_answer(&self) -> Vec<Differs> {
        let (method, path) = (self.head.method.as_str(), self.head.path());
        let Some(found) = Found::of(method, path) else { return Vec::new() };
        let (Some(spec), Some(answer)) = (spec_of(&found), self.exchange.answer()) else {
            return Vec::new();
        };
        let fields = fields_of(&String::from_utf8_lossy(&answer.fields));
        let body = json(field(&fields, "content-type"), &answer.body);
        if body.is_none() && !matches!(answer.body, exchange::Body::Nothing) {
            return Vec::new();
        }
        let body = body.unwrap_or_default();
        let found = spec.response_differences(found.template, method, answer.status, &body);
        // The vendor's own answers have deprecated fields; that is no client's doing.
        let found = found.into_iter().filter(|it| it.kind != DifferenceKind::Deprecated);
        found.map(|each| Differs::new("answer", each)).collect()
    }

    fn of_letter(&self) -> Option<Vec<Differs>> {
        let Way::Out(about) = &self.exchange.way else { return None };
        let request: Value = serde_json::from_slice(self.exchange.body.bytes()?).ok()?;
        let answer = self.exchange.answer();
        let body = answer.and_then(|answer| serde_json::from_slice(answer.body.bytes()?).ok());
        let (request, answer) = match about.name {
            crate::kenar::event::EVENT => {
                (Spec::shared_kenar().schema_differences(KENAR_EVENT, &request), Vec::new())
            }
            crate::market::notification::NOTIFICATION => {
                let spec = Spec::shared_market();
                let differences = answer.map(|answer| {
                    let body: Value = body.unwrap_or_default();
                    spec.response_differences(MARKET_PATH, "POST", answer.status, &body)
                });
                let request = spec.request_differences(MARKET_PATH, "POST", &request);
                (request, differences.unwrap_or_default())
            }
            "open_server_link" => of_question("ServerLink", &request, body.as_ref()),
            "get_dynamic_action" => of_question("DynamicAction", &request, body.as_ref()),
            _ => return None,
        };
        let request = request.into_iter().map(|each| Differs::new("request", each));
        let answer = answer.into_iter().map(|each| Differs::new("answer", each));
        Some(request.chain(answer).collect())
    }
}

fn of_question(
    name: &str,
    request: &Value,
    answer: Option<&Value>,
) -> (Vec<Difference>, Vec<Difference>) {
    let spec = Spec::shared_kenar();
    let request = spec.schema_differences(&format!("{name}Request"), request);
    let answer = answer.map(|it| spec.schema_differences(&format!("{name}Response"), it));
    (request, answer.unwrap_or_default())
}

/// The file that publishes an operation.
fn spec_of(found: &Found) -> Option<&'static Spec> {
    let specs = [Spec::shared_kenar(), Spec::shared_market()];
    let method = found.operation.method.as_str();
    specs.into_iter().find(|spec| spec.has_operation(found.template, method))
}

/// Whether an address was published before the newest one. What only ends in `.json`, or lacks
/// the host's own prefix, is as good.
fn is_older(template: &str, newest: &str) -> bool {
    if template == newest {
        return false;
    }
    let plain = |path: &str| {
        let path = path.strip_suffix(".json").unwrap_or(path);
        path.strip_prefix("/v2").unwrap_or(path).to_owned()
    };
    plain(template) != plain(newest) && !newest.starts_with("/oauth2/")
}

/// A body as JSON, if it is all there and says to be JSON or nothing.
fn json(kind: Option<&str>, body: &exchange::Body) -> Option<Value> {
    let exchange::Body::Whole(bytes) = body else { return None };
    let is_json = kind.is_none_or(|kind| kind.contains("json"));
    is_json.then(|| serde_json::from_slice(bytes).ok()).flatten()
}
