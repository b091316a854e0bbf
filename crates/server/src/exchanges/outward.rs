//! The way out: every letter and question that leaves, and what came back.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::deliver::{Letter, Post, PostError, Reply};
use peyk_model::Timestamp;

use super::exchange::{self, Answer, Body, Exchange, Outcome, Way};
use super::recorder::{BODY_MAX_BYTES, Exchanges};

/// A way out that takes down what goes through it.
pub struct RecordedPost {
    post: Arc<dyn Post>,
    exchanges: Arc<Exchanges>,
}

impl RecordedPost {
    /// This way out, recorded here; the way itself if nothing is recorded.
    pub fn around(post: Arc<dyn Post>, exchanges: Arc<Exchanges>) -> Arc<dyn Post> {
        if exchanges.is_on() { Arc::new(Self { post, exchanges }) } else { post }
    }
}

impl Post for RecordedPost {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        let sent = Sent::now(&letter, &self.exchanges);
        async move {
            let reply = self.post.post(letter).await;
            sent.came_back(&self.exchanges, &reply);
            reply
        }
        .boxed()
    }

    fn kept_back(&self, letter: &Letter, counts_as: &Result<Reply, PostError>) {
        Sent::now(letter, &self.exchanges).came_back(&self.exchanges, counts_as);
        self.post.kept_back(letter, counts_as);
    }
}

struct Sent {
    started_at: Timestamp,
    began: Instant,
    fault: Option<Box<str>>,
    way: Way,
    head: Box<[u8]>,
    body: Body,
}

impl Sent {
    fn now(letter: &Letter, exchanges: &Exchanges) -> Self {
        Self {
            started_at: exchanges.now(),
            began: Instant::now(),
            fault: letter.about.fault.clone().map(Into::into),
            way: Way::Out(Box::new(letter.about.clone())),
            head: exchange::letter_head(&letter.url, &letter.headers),
            body: kept(letter.body.as_bytes()),
        }
    }

    fn came_back(self, exchanges: &Exchanges, reply: &Result<Reply, PostError>) {
        let outcome = match reply {
            Ok(Reply { status, headers, body }) => {
                let fields = exchange::reply_fields(headers);
                Outcome::Answered(Answer { status: *status, fields, body: reply_body(body) })
            }
            Err(error) => Outcome::Nothing(error.0.as_str().into()),
        };
        exchanges.keep(Exchange {
            id: 0,
            way: self.way,
            started_at: self.started_at,
            began: self.began,
            took: self.began.elapsed(),
            head: self.head,
            body: self.body,
            outcome,
            reason: None,
            fault: self.fault,
            ended: Default::default(),
            facts: Default::default(),
        });
    }
}

fn kept(body: &[u8]) -> Body {
    match body.get(..BODY_MAX_BYTES) {
        Some(start) if start.len() < body.len() => {
            Body::Cut(Bytes::copy_from_slice(start), body.len() as u64)
        }
        _ if body.is_empty() => Body::Nothing,
        _ => Body::Whole(Bytes::copy_from_slice(body)),
    }
}

/// Of a longer answer nothing more was read.
fn reply_body(body: &[u8]) -> Body {
    match kept(body) {
        Body::Whole(bytes) if bytes.len() >= Letter::REPLY_MAX_BYTES => Body::Partial(bytes),
        body => body,
    }
}
