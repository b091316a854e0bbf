//! Receivers without a network: they take letters, answer as they are told, and remember.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::deliver::{
    About, Dialects, Errand, Judgement, Letter, News, Post, PostError, Reply,
};
use peyk_engine::webhooks::{OpenSecrets, signatures};
use peyk_model::delivery::Outcome;
use peyk_model::fault::Drift;
use peyk_model::{Timestamp, Webhook};

/// A dialect of few words.
pub struct FewWords;

impl Dialects for FewWords {
    fn dialect(&self, _: &Webhook) -> &'static str {
        "few"
    }

    fn drifted(&self, body: &str, _: &Drift, _: u64) -> String {
        body.to_owned()
    }

    fn letter(&self, errand: &Errand, at: Timestamp) -> Option<Letter> {
        if errand.news == News::Internal {
            return None;
        }
        let body = format!("{} {}", errand.webhook.id, errand.event.id);
        let id = errand.letter_id();
        let signed = signatures(&errand.secrets, &id, at, &body);
        let identification = errand.secrets.identification_key.clone().unwrap_or_default();
        Some(Letter {
            url: errand.webhook.url.clone().unwrap(),
            headers: vec![
                ("authorization", identification),
                ("webhook-id", id),
                ("webhook-signature", signed),
            ],
            body,
            timeout: Duration::from_secs(10),
            about: About::errand("event", errand),
        })
    }

    fn judge(&self, _: &Errand, reply: &Reply) -> Judgement {
        match reply.status {
            200..=299 => Judgement::accepted(),
            400 => Judgement::because(Outcome::Refused, "answered 400"),
            410 => Judgement::because(Outcome::Gone, "answered 410"),
            status => Judgement::because(Outcome::Failed(None), format!("answered {status}")),
        }
    }

    fn greeting(&self, webhook: &Webhook, _: &OpenSecrets, _: Timestamp) -> Letter {
        Letter {
            url: webhook.url.clone().unwrap(),
            headers: Vec::new(),
            body: "hello".into(),
            timeout: Duration::from_secs(1),
            about: About::greeting("ping", webhook),
        }
    }

    fn judge_greeting(&self, _: &Webhook, reply: &Reply) -> Judgement {
        match reply.status {
            200 => Judgement::accepted(),
            status => Judgement::because(Outcome::Failed(None), format!("answered {status}")),
        }
    }
}

/// What a receiver does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Takes it and answers with this status.
    Answers(u16),
    /// Takes it, but the answer is lost.
    LosesAnswer,
    /// Cannot be reached.
    Refuses,
    /// Takes it and never answers, so that the server can be killed meanwhile.
    Hangs,
}

/// A letter that a receiver took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub letter: Letter,
    /// Whether the sender got the answer.
    pub answered: Option<u16>,
}

type Plan = dyn FnMut(&Letter) -> Manner + Send;

/// All receivers of a marketplace.
pub struct Receivers {
    plan: Mutex<Box<Plan>>,
    taken: Mutex<Vec<Taken>>,
}

impl Receivers {
    /// Receivers that do what `plan` says of each letter.
    pub fn new(plan: impl FnMut(&Letter) -> Manner + Send + 'static) -> Arc<Self> {
        let plan: Box<Plan> = Box::new(plan);
        Arc::new(Self { plan: Mutex::new(plan), taken: Mutex::new(Vec::new()) })
    }

    /// Receivers that answer 200 to everything.
    pub fn willing() -> Arc<Self> {
        Self::new(|_| Manner::Answers(200))
    }

    /// Receivers that do these things one after another, and then answer 200.
    pub fn that(manners: impl IntoIterator<Item = Manner>) -> Arc<Self> {
        let mut manners: VecDeque<_> = manners.into_iter().collect();
        Self::new(move |letter| match letter.body.as_str() {
            "hello" => Manner::Answers(200),
            _ => manners.pop_front().unwrap_or(Manner::Answers(200)),
        })
    }

    /// Takes over what others took.
    pub fn remember(&self, taken: Vec<Taken>) {
        self.taken.lock().unwrap().extend(taken);
    }

    /// What was taken so far, greetings left out.
    pub fn taken(&self) -> Vec<Taken> {
        let taken = self.taken.lock().unwrap().clone();
        taken.into_iter().filter(|each| each.letter.body != "hello").collect()
    }

    /// The bodies of what was taken so far.
    pub fn bodies(&self) -> Vec<String> {
        self.taken().into_iter().map(|each| each.letter.body).collect()
    }
}

impl Post for Receivers {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        async move {
            let manner = (self.plan.lock().unwrap())(&letter);
            let answered = match manner {
                Manner::Answers(status) => Some(status),
                Manner::LosesAnswer | Manner::Hangs => None,
                Manner::Refuses => return Err(PostError("connection refused".into())),
            };
            self.taken.lock().unwrap().push(Taken { letter, answered });
            match manner {
                Manner::Answers(status) => Ok(Reply { status, ..Reply::default() }),
                Manner::LosesAnswer | Manner::Refuses => {
                    Err(PostError("timed out after 10 s".into()))
                }
                Manner::Hangs => std::future::pending().await,
            }
        }
        .boxed()
    }
}
