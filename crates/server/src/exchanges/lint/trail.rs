//! Trails: the little that is remembered of what one client did.

use std::collections::VecDeque;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::time::{Duration, Instant};

use peyk_model::{LimitReached, Timestamp};
use peyk_wire::spec::DifferenceKind;
use serde_json::Value;

use super::rules::Rule;
use crate::control::time;
use crate::exchanges::exchange::{Exchange, Outcome, Way};
use crate::exchanges::facts::Facts;
use crate::exchanges::reason::Why;
use crate::exchanges::shown::Reading;

/// How late an answer to a push is punished soon.
const SLOW: Duration = Duration::from_secs(8);
/// How long one may leave a list before its next page counts as ignored.
const FOLLOWING: Duration = Duration::from_secs(60);
/// How often the same answer to the same question is asked for before it is called polling.
const POLLS: u32 = 10;
/// How long after a lost answer the same message counts as the same.
const RETRYING: Duration = Duration::from_secs(600);
/// Most things of a kind that are remembered of a client.
const REMEMBERED: usize = 64;
/// Lists that are read page by page.
const PAGED: [&str; 2] = ["getChats", "getChatHistory"];
/// What is read to see whether something happened.
const POLLED: [&str; 4] = ["getChats", "getChatHistory", "getChat", "ChatAPI_GetConversation"];
/// What must not be done twice.
const SENDS: [&str; 6] = [
    "sendMessageToChat",
    "sendFileToChat",
    "ChatAPI_ChatBotSendMessage",
    "ChatAPI_ChatBotSendMessage2",
    "ChatAPI_ConversationSendMessage",
    "ChatAPI_LegacySendMessage",
];

/// What one exchange shows of its client.
#[derive(Debug)]
pub struct Seen {
    id: u64,
    is_push: bool,
    is_market: bool,
    operation: &'static str,
    started_at: Timestamp,
    began: Instant,
    took: Duration,
    is_lost: bool,
    has_idempotency_key: bool,
    /// What was asked, but for the place in a list.
    question: u64,
    page_token: Option<String>,
    next_page_token: Option<String>,
    answer: u64,
    limited_until: Option<Timestamp>,
    deprecated: Option<String>,
    unknown: Option<String>,
}

/// What is remembered of one client.
#[derive(Debug, Default)]
pub struct Trail {
    pages: VecDeque<Page>,
    spans: VecDeque<Span>,
    polls: VecDeque<Poll>,
    lost: VecDeque<(u64, Timestamp)>,
    limited: VecDeque<(&'static str, Timestamp)>,
}

#[derive(Debug)]
struct Page {
    question: u64,
    token: String,
    operation: &'static str,
    id: u64,
    at: Timestamp,
}

#[derive(Debug)]
struct Span {
    began: Instant,
    ended: Instant,
    beside: u32,
}

#[derive(Debug)]
struct Poll {
    question: u64,
    answer: u64,
    times: u32,
}

type Found = (Rule, u64, String);

impl Seen {
    pub fn of(exchange: &Exchange, facts: &Facts) -> Self {
        let reading = Reading::of(exchange);
        let hash = |parts: &[&[u8]]| BuildHasherDefault::<DefaultHasher>::default().hash_one(parts);
        let page_token = ["pageToken", "page_token"]
            .iter()
            .find_map(|name| reading.head.parameter(name).filter(|token| !token.is_empty()));
        let query = url::form_urlencoded::parse(reading.head.query().as_bytes());
        let rest: String = query
            .filter(|(name, _)| name != "pageToken" && name != "page_token")
            .map(|(name, value)| format!("{name}={value}&"))
            .collect();
        let body = exchange.body.bytes().unwrap_or_default();
        let answer = exchange.answer().and_then(|answer| answer.body.bytes()).unwrap_or_default();
        let operation = facts.operation.unwrap_or_default();
        let next_page_token = PAGED.contains(&operation).then(|| next_page_token(answer));
        let limited_until = match exchange.reason.as_ref().map(|reason| &*reason.0) {
            Some(Why::Limited(LimitReached::Window { until, .. })) => Some(*until),
            Some(_) | None => None,
        };
        let is_push = matches!(&exchange.way, Way::Out(about) if about.webhook.is_some());
        let differences = match exchange.way {
            Way::In(_) => reading.differences_of_request().unwrap_or_default(),
            Way::Out(_) => Vec::new(),
        };
        let differs = |kind: DifferenceKind| {
            let found = differences.iter().find(|each| each.is == Some(kind))?;
            Some(format!("{}: {}", found.at, found.text))
        };
        Self {
            id: exchange.id(),
            is_push,
            is_market: facts.dialect == "market",
            operation,
            started_at: exchange.started_at(),
            began: exchange.began,
            took: exchange.took(),
            is_lost: match &exchange.outcome {
                Outcome::Nothing(_) => true,
                Outcome::Answered(answer) => answer.status >= 500,
            },
            has_idempotency_key: reading.head.field("idempotency-key").is_some(),
            question: hash(&[
                operation.as_bytes(),
                reading.head.path().as_bytes(),
                rest.as_bytes(),
                body,
            ]),
            page_token,
            next_page_token: next_page_token.flatten(),
            answer: hash(&[answer]),
            limited_until,
            deprecated: differs(DifferenceKind::Deprecated),
            unknown: differs(DifferenceKind::UnknownField),
        }
    }

    fn find(&self, rule: Rule, sentence: impl Into<String>) -> Found {
        (rule, self.id, sentence.into())
    }
}

fn next_page_token(answer: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(answer).ok()?;
    let token = body.pointer("/result/paging/nextPageToken")?.as_str()?;
    (!token.is_empty()).then(|| token.to_owned())
}

/// Adds to what is remembered, and forgets the oldest.
fn remember<T>(all: &mut VecDeque<T>, one: T) {
    if all.len() >= REMEMBERED {
        all.pop_front();
    }
    all.push_back(one);
}

impl Trail {
    /// Takes an exchange in, and tells what it shows.
    pub fn note(&mut self, seen: &Seen, parallel: Option<u32>) -> Vec<Found> {
        if seen.is_push {
            return slow_push(seen).into_iter().collect();
        }
        let deprecated = seen
            .deprecated
            .as_ref()
            .map(|what| seen.find(Rule::UsesDeprecated, format!("{} used {what}", seen.operation)));
        let unknown = seen.unknown.as_ref().map(|what| {
            seen.find(Rule::SendsUnknownFields, format!("{} came with {what}", seen.operation))
        });
        let found = [
            deprecated,
            unknown,
            self.paging(seen),
            self.polling(seen),
            self.retrying(seen),
            self.limits(seen),
            parallel.filter(|_| seen.is_market).and_then(|most| self.beside(seen, most)),
        ];
        found.into_iter().flatten().collect()
    }

    /// First pages that are so old that nobody will ask for the rest.
    pub fn unfollowed(&mut self, now: Timestamp) -> Vec<(u64, String)> {
        let is_old = |page: &Page| now.since(page.at) >= FOLLOWING;
        let old = self.pages.iter().filter(|page| is_old(page));
        let old = old.map(|page| (page.id, unfollowed(page.operation))).collect();
        self.pages.retain(|page| !is_old(page));
        old
    }

    fn paging(&mut self, seen: &Seen) -> Option<Found> {
        if let Some(token) = &seen.page_token {
            self.pages.retain(|page| page.token != *token);
        }
        let is_again = |page: &Page| seen.page_token.is_none() && page.question == seen.question;
        let before = self.pages.len();
        self.pages.retain(|page| !is_again(page));
        let found = (self.pages.len() < before)
            .then(|| seen.find(Rule::IgnoresNextPage, unfollowed(seen.operation)));
        if let Some(token) = &seen.next_page_token {
            let (question, operation) = (seen.question, seen.operation);
            let (token, id, at) = (token.clone(), seen.id, seen.started_at);
            remember(&mut self.pages, Page { question, token, operation, id, at });
        }
        found
    }

    fn polling(&mut self, seen: &Seen) -> Option<Found> {
        if !POLLED.contains(&seen.operation) || seen.page_token.is_some() {
            return None;
        }
        let times = match self.polls.iter_mut().find(|poll| poll.question == seen.question) {
            Some(poll) if poll.answer == seen.answer => {
                poll.times += 1;
                poll.times
            }
            Some(poll) => {
                (poll.answer, poll.times) = (seen.answer, 1);
                1
            }
            None => {
                let (question, answer) = (seen.question, seen.answer);
                remember(&mut self.polls, Poll { question, answer, times: 1 });
                1
            }
        };
        (times >= POLLS).then(|| {
            let sentence =
                format!("{} gave the same answer {times} times in a row", seen.operation);
            seen.find(Rule::PollsInsteadOfPush, sentence)
        })
    }

    fn retrying(&mut self, seen: &Seen) -> Option<Found> {
        if !SENDS.contains(&seen.operation) || seen.has_idempotency_key {
            return None;
        }
        let is_same = |(question, at): &(u64, Timestamp)| {
            *question == seen.question && seen.started_at.since(*at) <= RETRYING
        };
        let is_retry = self.lost.iter().any(is_same);
        if seen.is_lost {
            remember(&mut self.lost, (seen.question, seen.started_at));
        }
        is_retry.then(|| {
            let sentence = format!(
                "{} came again after its answer was lost, without an Idempotency-Key",
                seen.operation
            );
            seen.find(Rule::RetriesWithoutKey, sentence)
        })
    }

    fn limits(&mut self, seen: &Seen) -> Option<Found> {
        self.limited.retain(|(_, until)| *until > seen.started_at);
        let known = self.limited.iter().find(|(operation, _)| *operation == seen.operation);
        let found = known.map(|(_, until)| {
            let sentence = format!("{} was called on before {}", seen.operation, time(*until));
            seen.find(Rule::IgnoresLimits, sentence)
        });
        if let (Some(until), None) = (seen.limited_until, &found) {
            remember(&mut self.limited, (seen.operation, until));
        }
        found
    }

    /// How many requests ran at the moment when one began.
    fn beside(&mut self, seen: &Seen, most: u32) -> Option<Found> {
        let (began, ended) = (seen.began, seen.began + seen.took);
        let mut beside = 1;
        let mut highest = 1;
        for span in &mut self.spans {
            if span.began <= began && began < span.ended {
                beside += 1;
            }
            if began <= span.began && span.began < ended {
                span.beside += 1;
                highest = highest.max(span.beside);
            }
        }
        highest = highest.max(beside);
        remember(&mut self.spans, Span { began, ended, beside });
        (most > 1 && highest * 4 >= most * 3).then(|| {
            let sentence = format!("{highest} requests ran at once, and {most} may");
            seen.find(Rule::NearParallelLimit, sentence)
        })
    }
}

fn unfollowed(operation: &str) -> String {
    format!("{operation} answered a nextPageToken, and nobody asked for the next page")
}

fn slow_push(seen: &Seen) -> Option<Found> {
    let seconds = seen.took.as_secs_f64();
    (seen.took >= SLOW).then(|| {
        seen.find(Rule::SlowPush, format!("a push was answered after {seconds:.1} s of its 10"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARALLEL: Option<u32> = Some(4);

    /// A push or a request that began so long after `zero` and took so long.
    fn seen(is_push: bool, zero: Instant, after_ms: u64, took_ms: u64) -> Seen {
        Seen {
            id: after_ms + 1,
            is_push,
            is_market: true,
            operation: "getChat",
            started_at: Timestamp(0),
            began: zero + Duration::from_millis(after_ms),
            took: Duration::from_millis(took_ms),
            is_lost: false,
            has_idempotency_key: false,
            question: after_ms,
            page_token: None,
            next_page_token: None,
            answer: 0,
            limited_until: None,
            deprecated: None,
            unknown: None,
        }
    }

    #[test]
    fn a_push_that_is_answered_after_eight_seconds_is_slow() {
        let mut trail = Trail::default();
        let push = |took_ms| seen(true, Instant::now(), 0, took_ms);
        assert_eq!(trail.note(&push(7_999), PARALLEL), []);
        let sentence = "a push was answered after 8.5 s of its 10".to_owned();
        assert_eq!(trail.note(&push(8_500), PARALLEL), [(Rule::SlowPush, 1, sentence)]);
        // A request of the client may take as long as it likes.
        assert_eq!(trail.note(&seen(false, Instant::now(), 0, 8_500), PARALLEL), []);
    }

    #[test]
    fn three_quarters_of_what_may_run_at_once_is_near_the_limit() {
        let zero = Instant::now();
        let call = |after_ms| seen(false, zero, after_ms, 10);
        let mut trail = Trail::default();
        // One after another, and two side by side.
        for after_ms in [0, 10, 15, 25] {
            assert_eq!(trail.note(&call(after_ms), PARALLEL), [], "{after_ms}");
        }
        let sentence = "3 requests ran at once, and 4 may".to_owned();
        let found = trail.note(&call(27), PARALLEL);
        assert_eq!(found, []);
        assert_eq!(trail.note(&call(29), PARALLEL), [(Rule::NearParallelLimit, 30, sentence)]);
    }

    #[test]
    fn nothing_is_near_where_nothing_is_limited() {
        let zero = Instant::now();
        let mut trail = Trail::default();
        for after_ms in 0..8 {
            assert_eq!(trail.note(&seen(false, zero, after_ms, 100), None), []);
            assert_eq!(trail.note(&seen(false, zero, after_ms, 100), Some(1)), []);
        }
        let elsewhere = Seen { is_market: false, ..seen(false, zero, 9, 100) };
        assert_eq!(trail.note(&elsewhere, PARALLEL), []);
    }
}
