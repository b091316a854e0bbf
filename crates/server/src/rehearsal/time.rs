//! Time: it moves from one due thing to the next, and only while nothing is under way.

use std::time::{Duration, Instant};

use peyk_engine::clock::{Due, Movement, Next, move_clock, next};
use peyk_engine::feed::{self, Feed};
use peyk_engine::rehearsal::{By, greet_all, happened};
use peyk_engine::{Context, Result};
use peyk_model::{ClockPosition, Timestamp};

use super::Rehearsal;

/// How long what is under way is left alone before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(2);
/// How long a bot that has answered may need for its next message before people act on their own.
const BREATH: Duration = Duration::from_millis(100);
/// Longest time by the machine's clock that anything is waited for.
const LONGEST: Duration = Duration::from_secs(120);

/// What to do while nothing was found.
enum Wait {
    /// Look again after so long, or when something happens.
    For(Duration),
    /// Let it be this time.
    Jump(Timestamp),
    /// There is nothing left to wait for.
    Over,
}

impl Rehearsal {
    /// Looks until there is something to be found, or the time is over: `within` by the sandbox's
    /// clock, and `patience` by the machine's in which nothing happens.
    pub(super) async fn until<T, F>(
        &self,
        within: Duration,
        patience: Duration,
        look: F,
    ) -> Result<Option<T>>
    where
        F: FnMut(&mut Context<'_, '_>) -> Result<Option<T>> + Clone + Send + 'static,
        T: Send + 'static,
    {
        let engine = &self.site.engine;
        let (began, end) = (Instant::now(), engine.clock().now().after(within));
        let mut bell = engine.bell().listen();
        loop {
            bell.mark_unchanged();
            let happened = self.site.activity.happened().notified();
            self.look_around().await?;
            if let Some(found) = engine.read(look.clone()).await? {
                return Ok(Some(found));
            }
            match self.wait(began, end, patience).await? {
                Wait::Over => return engine.read(look).await,
                Wait::Jump(at) => {
                    move_clock(engine, Movement::Set(at)).await?;
                }
                Wait::For(pause) => {
                    tokio::select! {
                        _ = bell.changed() => {}
                        () = happened => {}
                        () = tokio::time::sleep(pause) => {}
                    }
                }
            }
        }
    }

    /// Lets so much time pass, and everything happen that falls due in it.
    pub async fn pass(&self, span: Duration) -> Result<()> {
        let never = |_: &mut Context<'_, '_>| Ok(None::<()>);
        self.until(span, self.patience.silence, never).await.map(drop)
    }

    /// Waits until nothing is under way, with the clock where it is.
    pub async fn settle(&self) -> Result<()> {
        let never = |_: &mut Context<'_, '_>| Ok(None::<()>);
        self.until(Duration::ZERO, Duration::ZERO, never).await.map(drop)
    }

    /// Greets the receivers that have not answered their greeting, and waits for what they say.
    pub async fn greet(&self) -> Result<()> {
        // One that is being greeted would put off the next greeting.
        self.settle().await?;
        self.site.engine.write(greet_all).await?;
        self.settle().await
    }

    /// What is to be done while nothing was found.
    async fn wait(&self, began: Instant, end: Timestamp, patience: Duration) -> Result<Wait> {
        let engine = &self.site.engine;
        if began.elapsed() >= LONGEST {
            return Ok(Wait::Over);
        }
        let due = engine.read(next).await?;
        if due == Next::Now || self.site.activity.is_busy() {
            return Ok(Wait::For(LOOK_AGAIN));
        }
        let now = engine.clock().now();
        let stands = matches!(engine.clock().position(), ClockPosition::Standing(_));
        let jump = match due {
            Next::At(at, due) if at <= end && stands => Some((at, due)),
            Next::At(..) | Next::Now | Next::Never => None,
        };
        let last = *self.site.activity.last();
        let needed = match jump {
            // A letter that is tried again was not heard, so nobody works on an answer to it.
            Some((_, Due::Letter)) if last.told <= last.answered => Duration::ZERO,
            Some((_, Due::Errand)) if last.told.max(last.stirred) <= last.answered => BREATH,
            Some(_) | None => patience,
        };
        let quiet = last.anything().map_or(began, |at| at.max(began)).elapsed();
        // Who has not answered for so long is not going to.
        if let Some(rest) = needed.checked_sub(quiet).filter(|rest| !rest.is_zero()) {
            return Ok(Wait::For(rest));
        }
        self.site.activity.last().answered = last.told.max(last.stirred).max(last.answered);
        Ok(match jump {
            Some((at, _)) => Wait::Jump(at),
            None if stands && now < end => Wait::Jump(end),
            None if now < end => Wait::For(end.since(now)),
            None => Wait::Over,
        })
    }

    /// Notes what people and programs have done since it was looked at last.
    async fn look_around(&self) -> Result<()> {
        let seen = self.site.activity.last().seen;
        let Some(mut place) = seen else { return self.begin().await };
        loop {
            let (end, found) =
                self.site.engine.read(move |context| happened(context, place)).await?;
            let mut last = self.site.activity.last();
            last.seen = Some(end);
            if found.is_empty() {
                return Ok(());
            }
            place = end;
            for by in found {
                match by {
                    By::Program => last.answered = Some(Instant::now()),
                    By::Others => last.stirred = Some(Instant::now()),
                }
            }
        }
    }

    /// Begins to note what happens; what was before is over.
    pub async fn begin(&self) -> Result<()> {
        if self.site.activity.last().seen.is_none() {
            let end = self.site.engine.read(|context| feed::end(context, Feed::Events)).await?;
            self.site.activity.last().seen.get_or_insert(end);
        }
        Ok(())
    }
}
