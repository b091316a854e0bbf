//! Shown exchanges: what leaves the record, with every secret masked.

use serde::Serialize;
use serde_json::Value;

use super::compare::Differs;
use super::copy::Copies;
use super::door::Door;
use super::exchange::{self, Ended, Exchange, Head, Outcome, Way, field, fields_of};
use super::facts::Facts;
use super::mask::Masks;
use super::recorder::Exchanges;
use crate::Site;
use crate::control::time;
use crate::request_id::REQUEST_ID;

/// Most characters of a body that stand in a list.
const EXCERPT_CHARS: usize = 160;

/// An exchange in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Brief {
    /// Its number: each is larger than all before it.
    pub id: u64,
    /// The word that stands for the place after it.
    pub cursor: String,
    /// When it began, on the clock of the sandbox.
    pub started_at: String,
    /// When it really began, in microseconds since the server did. The clock of a sandbox may
    /// stand, jump and go back; this does not.
    pub began_us: u64,
    /// How long it really took, in microseconds.
    pub duration_us: u64,
    /// `in` or `out`.
    pub direction: &'static str,
    /// In whose dialect: `kenar`, `market`, `oauth`, `media`, `control` or `other`.
    pub dialect: &'static str,
    /// The vendor's name of the operation, or the kind of letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<&'static str>,
    /// The app, by its slug.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
    /// The business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<i64>,
    /// On whose behalf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The conversation, by the name that was used for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The delivery that was tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delivery: Option<String>,
    /// Which attempt at it this was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i64>,
    /// The type of event that was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The method.
    pub method: String,
    /// The path with its query, or the whole address of a request that went out.
    pub url: String,
    /// The status of the answer, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The word that ties the answer to the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Why it was refused, in short.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// The fault that had a hand in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// How the body of the request begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub excerpt: Option<String>,
    /// Whether the answer is a stream, and whether it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<Stream>,
}

/// How a stream stands.
#[derive(Debug, Clone, Serialize)]
pub struct Stream {
    /// Whether it is over.
    pub is_over: bool,
    /// How long it lasted, in microseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lasted_us: Option<u64>,
    /// How much was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
}

/// An exchange with everything that is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct Full {
    /// What a list says.
    #[serde(flatten)]
    pub brief: Brief,
    /// What was asked.
    pub request: Part,
    /// What was answered, if anything was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Part>,
    /// What is other than the vendor published; nothing if the vendor published nothing about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Vec<Differs>>,
}

/// A request's or an answer's headers and body.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// The headers, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Text>,
}

/// A body.
#[derive(Debug, Clone, Serialize)]
pub struct Text {
    /// As text, if it was kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Its length, as far as it was seen.
    pub size_bytes: u64,
    /// Whether all of it is here.
    pub is_whole: bool,
    /// Why not all of it is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

/// An exchange that is being shown: its head is read, and its masks are known.
pub(super) struct Reading<'e> {
    pub(super) exchange: &'e Exchange,
    pub(super) head: Head,
    pub(super) masks: Masks,
}

impl<'e> Reading<'e> {
    pub(super) fn of(exchange: &'e Exchange) -> Self {
        let head = Head::of(&exchange.head);
        let masks = Masks::of(&head);
        Self { exchange, head, masks }
    }

    fn request(&self) -> Part {
        let kind = self.head.field("content-type").unwrap_or_default();
        Part { headers: self.fields(&self.head.fields), body: self.body(kind, &self.exchange.body) }
    }

    fn answer(&self) -> Option<Part> {
        let answer = self.exchange.answer()?;
        let fields = fields_of(&String::from_utf8_lossy(&answer.fields));
        let kind = field(&fields, "content-type").unwrap_or_default();
        Some(Part { headers: self.fields(&fields), body: self.body(kind, &answer.body) })
    }

    fn fields(&self, fields: &[(String, String)]) -> Vec<(String, String)> {
        let masked =
            |(name, value): &(String, String)| (name.clone(), self.masks.field(name, value));
        fields.iter().map(masked).collect()
    }

    fn body(&self, kind: &str, body: &exchange::Body) -> Option<Text> {
        let text = |bytes: &[u8]| Some(self.masks.body(kind, &String::from_utf8_lossy(bytes)));
        let shown = |text, size_bytes, note| Some(Text { text, size_bytes, is_whole: false, note });
        match body {
            exchange::Body::Nothing => None,
            exchange::Body::Whole(bytes) => {
                let size_bytes = bytes.len() as u64;
                Some(Text { text: text(bytes), size_bytes, is_whole: true, note: None })
            }
            exchange::Body::Cut(bytes, size_bytes) => {
                shown(text(bytes), *size_bytes, Some("only its beginning is kept"))
            }
            exchange::Body::Partial(bytes) => {
                let note = "only its beginning was read";
                shown(text(bytes), bytes.len() as u64, Some(note))
            }
            exchange::Body::Length(size_bytes) => shown(None, *size_bytes, Some("not kept")),
            exchange::Body::Stream => shown(None, 0, Some("a stream")),
        }
    }

    /// The type of event that a letter tells.
    fn event(&self) -> Option<String> {
        let Way::Out(_) = self.exchange.way else { return None };
        let body: Value = serde_json::from_slice(self.exchange.body.bytes()?).ok()?;
        let word = body.get("type").or_else(|| body.get("notificationType"))?;
        Some(word.as_str()?.to_owned())
    }

    fn excerpt(&self) -> Option<String> {
        let kind = self.head.field("content-type").unwrap_or_default();
        let text = self.body(kind, &self.exchange.body)?.text.filter(|text| !text.is_empty())?;
        Some(match text.char_indices().nth(EXCERPT_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        })
    }

    fn request_id(&self) -> Option<String> {
        let answer = self.exchange.answer()?;
        let fields = fields_of(&String::from_utf8_lossy(&answer.fields));
        field(&fields, REQUEST_ID.as_str()).map(str::to_owned)
    }

    /// Everything that can be read of it, for those who search.
    pub(super) fn text(&self) -> String {
        let parts = [Some(self.request()), self.answer()];
        let mut text = format!("{} {}\n", self.head.method, self.masks.target(&self.head.target));
        for part in parts.into_iter().flatten() {
            for (name, value) in part.headers {
                text += &format!("{name}: {value}\n");
            }
            text += &part.body.and_then(|body| body.text).unwrap_or_default();
            text.push('\n');
        }
        text
    }

    fn brief(&self, facts: &Facts, explanation: Option<String>, exchanges: &Exchanges) -> Brief {
        let exchange = self.exchange;
        let failure = match &exchange.outcome {
            Outcome::Nothing(why) => Some(self.masks.text(why)),
            Outcome::Answered(_) => None,
        };
        let is_stream =
            exchange.answer().is_some_and(|answer| matches!(answer.body, exchange::Body::Stream));
        Brief {
            id: exchange.id,
            cursor: exchanges.cursor(exchange.id),
            started_at: time(exchange.started_at),
            began_us: microseconds(exchange.began.saturating_duration_since(exchanges.start)),
            duration_us: microseconds(exchange.took),
            direction: match exchange.way {
                Way::In(_) => "in",
                Way::Out(_) => "out",
            },
            dialect: facts.dialect,
            operation: facts.operation,
            app: facts.app.clone(),
            business: facts.business,
            person: facts.person.clone(),
            conversation: facts.conversation.clone(),
            delivery: facts.delivery.clone(),
            attempt: facts.attempt,
            event: self.event(),
            method: self.head.method.clone(),
            url: self.masks.target(&self.head.target),
            status: exchange.status(),
            failure,
            request_id: self.request_id(),
            reason: exchange.reason.as_ref().map(|reason| self.masks.text(&reason.0.to_string())),
            explanation: explanation.map(|text| self.masks.text(&text)),
            fault: exchange.fault.as_deref().map(str::to_owned),
            excerpt: self.excerpt(),
            stream: is_stream.then(|| stream(exchange.ended.get())),
        }
    }
}

fn stream(ended: Option<&Ended>) -> Stream {
    Stream {
        is_over: ended.is_some(),
        lasted_us: ended.map(|ended| microseconds(ended.after)),
        size_bytes: ended.map(|ended| ended.size_bytes),
    }
}

fn microseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl Exchange {
    /// As it stands in a list.
    pub async fn brief(&self, site: &Site) -> Brief {
        let facts = self.facts(site).await;
        let explanation = self.explanation(site, facts).await;
        Reading::of(self).brief(facts, explanation, &site.exchanges)
    }

    /// With everything that is known of it.
    pub async fn full(&self, site: &Site) -> Full {
        let facts = self.facts(site).await;
        let explanation = self.explanation(site, facts).await;
        let reading = Reading::of(self);
        Full {
            brief: reading.brief(facts, explanation, &site.exchanges),
            request: reading.request(),
            answer: reading.answer(),
            differences: reading.differences(),
        }
    }

    /// The same request in each language, with variables in place of secrets.
    pub fn copies(&self, public_url: &str) -> Copies {
        Copies::of(self, public_url)
    }

    /// Whether a client of the marketplaces or a receiver took part in it.
    pub fn is_of_clients(&self) -> bool {
        match &self.way {
            Way::In(door) => door.is_of_clients(),
            Way::Out(_) => true,
        }
    }

    /// The door it came in by, if it came in.
    pub fn door(&self) -> Option<Door> {
        match self.way {
            Way::In(door) => Some(door),
            Way::Out(_) => None,
        }
    }
}
