//! The deliverer: the task that takes lanes in hand, posts letters and settles them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use peyk_model::delivery::Outcome;
use peyk_model::{Timestamp, WebhookId, WebhookState};
use tokio::task::JoinSet;

use super::fault::{self, Posted};
use super::greet::{self, Greeting};
use super::lease::{UnderWay, lease, ready};
use super::settle::{Tried, note, settle, settle_held, settle_wordless};
use super::{Dialects, Errand, Judgement, Post};
use crate::error::Result;
use crate::{Context, Engine, webhooks};

/// Longest sleep: other servers on the same database cannot ring our bell.
const POLL: Duration = Duration::from_secs(1);

/// Delivers what was recorded. Several may work on one database.
pub struct Deliverer {
    engine: Engine,
    dialects: Arc<dyn Dialects>,
    post: Arc<dyn Post>,
    /// The word under which this deliverer leases lanes.
    lease: String,
    under_way: Mutex<UnderWay>,
}

impl Deliverer {
    /// A deliverer that speaks these dialects and posts this way.
    pub fn new(engine: Engine, dialects: Arc<dyn Dialects>, post: Arc<dyn Post>) -> Self {
        let lease = engine.dice().word();
        Self { engine, dialects, post, lease, under_way: Mutex::default() }
    }

    /// Delivers until nothing is due any more, and tells how many letters went out.
    pub async fn run_once(&self) -> Result<usize> {
        let mut count = 0;
        loop {
            let greetings = self.take_greetings().await?;
            let errands = self.take().await?;
            if greetings.is_empty() && errands.is_empty() {
                return Ok(count);
            }
            count += greetings.len();
            join_all(greetings.into_iter().map(|greeting| self.greet(greeting))).await;
            let walks = errands.into_iter().map(|errand| self.walk(errand));
            count += join_all(walks).await.into_iter().sum::<usize>();
        }
    }

    /// Delivers until `stop` is done, then lets what is out come back.
    pub async fn run(self: Arc<Self>, stop: impl Future<Output = ()>) {
        let mut bell = self.engine.bell().listen_for_deliveries();
        // Tasks of their own: letters go on while the next lanes are being leased.
        let mut out = JoinSet::new();
        tokio::pin!(stop);
        loop {
            bell.mark_unchanged();
            match self.take_greetings().await {
                Ok(greetings) => {
                    for greeting in greetings {
                        let deliverer = self.clone();
                        out.spawn(async move { deliverer.greet(greeting).await });
                    }
                }
                Err(error) => log(&error),
            }
            match self.take().await {
                Ok(errands) => {
                    for errand in errands {
                        let deliverer = self.clone();
                        out.spawn(async move {
                            deliverer.walk(errand).await;
                        });
                    }
                }
                Err(error) => log(&error),
            }
            let sleep = self.until_next_due().await;
            tokio::select! {
                () = &mut stop => break,
                _ = bell.changed() => {}
                Some(_) = out.join_next(), if !out.is_empty() => {}
                () = tokio::time::sleep(sleep) => {}
            }
            while out.try_join_next().is_some() {}
        }
        while out.join_next().await.is_some() {}
    }

    /// How long nothing can fall due, as far as this server knows.
    async fn until_next_due(&self) -> Duration {
        let next = self.engine.read(|context| {
            let lane = context.tx.next_lane_due()?;
            let greeting = context.tx.next_greeting()?;
            Ok(lane.into_iter().chain(greeting).min())
        });
        match next.await {
            Ok(Some(at)) => {
                at.since(self.engine.clock().now()).clamp(Duration::from_millis(1), POLL)
            }
            Ok(None) => POLL,
            Err(error) => {
                log(&error);
                POLL
            }
        }
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn take(&self) -> Result<Vec<Errand>> {
        let (word, under_way) = (self.lease.clone(), self.under_way().clone());
        let looked = under_way.clone();
        let any = self.engine.read(move |context| Ok(!ready(context, &looked)?.is_empty())).await?;
        if !any {
            return Ok(Vec::new());
        }
        let errands =
            self.engine.write_lightly(move |context| lease(context, &word, &under_way)).await?;
        for errand in &errands {
            self.under_way().took(errand.webhook.id);
        }
        Ok(errands)
    }

    /// Takes a lane as far as it goes, and tells how many letters went out.
    async fn walk(&self, errand: Errand) -> usize {
        let _in_hand = InHand { deliverer: self, webhook: errand.webhook.id };
        let (mut next, mut count) = (Some(errand), 0);
        while let Some(errand) = next {
            count += 1;
            next = self.step(errand).await.unwrap_or_else(|error| {
                log(&error);
                None
            });
        }
        count
    }

    /// One attempt at one delivery; the lane's next delivery if the lane goes on.
    async fn step(&self, errand: Errand) -> Result<Option<Errand>> {
        let started_at = self.engine.clock().now();
        let word = self.lease.clone();
        let Some(letter) = self.dialects.letter(&errand, started_at) else {
            let settled = self.engine.write(move |c| settle_wordless(c, &word, &errand));
            return settled.await;
        };
        let applied = fault::applied(&self.engine, &*self.dialects, &errand).await?;
        if let Some(held) = applied.as_ref().and_then(|rule| fault::held(rule, started_at)) {
            let (kept, why) = (letter.clone(), held.reason.clone());
            let settled = move |context: &mut Context<'_, '_>| {
                settle_held(context, &word, (&errand, &letter), &held)
            };
            let settled = self.engine.write(settled).await;
            fault::kept_back(&*self.post, kept, applied.as_ref(), why);
            return settled;
        }
        let began = Instant::now();
        let ways = (&*self.post, &*self.dialects);
        let posted = fault::post(ways, &errand, letter, applied.as_ref()).await;
        let duration_us = i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
        let Posted { letter, reply, judgement, first } = posted;
        let tried = Tried { errand, letter, started_at, duration_us, reply, judgement };
        if let Some((reply, judgement)) = first {
            let first = Tried { reply, judgement, ..tried.clone() };
            self.engine.write(move |context| note(context, &first)).await?;
        }
        let (webhook, was_covered) = (tried.errand.webhook.id, tried.errand.is_covered);
        let answered = matches!(tried.judgement.outcome, Outcome::Accepted | Outcome::Refused);
        self.under_way().heard(webhook, answered);
        let failed = matches!(tried.judgement.outcome, Outcome::Failed(_));
        let settled = move |context: &mut Context<'_, '_>| settle(context, &word, &tried);
        let next = match failed {
            // After a power cut the letter would be tried once more, as it will be anyway.
            true => self.engine.write_lightly(settled).await?,
            false => self.engine.write(settled).await?,
        };
        if next.is_none() {
            self.see_to_leftovers(webhook, was_covered).await?;
        }
        Ok(next)
    }

    /// Cancels what waits for a webhook that was switched off, and gives up what waited too long
    /// for a receiver that took nothing all the while, from a covered lane neither.
    async fn see_to_leftovers(&self, id: WebhookId, was_covered: bool) -> Result<()> {
        let found = self.engine.look(move |context| Ok(context.tx.webhook(id)?)).await?;
        let Some(webhook) = found else { return Ok(()) };
        if webhook.state == WebhookState::Off {
            while !self.engine.write(move |c| webhooks::cancel_leftovers(c, id)).await? {}
        } else if was_covered && webhook.health.failures > 0 {
            while !self.engine.write(move |c| webhooks::give_up_leftovers(c, id)).await? {}
        }
        Ok(())
    }

    async fn take_greetings(&self) -> Result<Vec<Greeting>> {
        let now = self.engine.clock().now();
        let is_due = |at: Timestamp| at <= now;
        let next = self.engine.look(|context| Ok(context.tx.next_greeting()?)).await?;
        if !next.is_some_and(is_due) {
            return Ok(Vec::new());
        }
        self.engine.write(greet::due).await
    }

    async fn greet(&self, greeting: Greeting) {
        let now = self.engine.clock().now();
        let letter = self.dialects.greeting(&greeting.webhook, &greeting.secrets, now);
        let judgement = match self.post.post(letter).await {
            Ok(reply) => self.dialects.judge_greeting(&greeting.webhook, &reply),
            Err(error) => Judgement::because(Outcome::Failed(None), error.to_string()),
        };
        let settled =
            self.engine.write(move |context| greet::settle(context, &greeting, &judgement));
        if let Err(error) = settled.await {
            log(&error);
        }
    }
}

/// A lane in hand; it counts until this is dropped, however that comes.
struct InHand<'d> {
    deliverer: &'d Deliverer,
    webhook: WebhookId,
}

impl Drop for InHand<'_> {
    fn drop(&mut self) {
        self.deliverer.under_way().let_go(self.webhook);
    }
}

fn log(error: &crate::Error) {
    tracing::error!(error = %peyk_store::chain(error), "a delivery could not be worked on");
}
