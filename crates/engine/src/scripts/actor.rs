//! The actor: the task that lets people act when something happened or their time has come.

use std::sync::Arc;
use std::time::Duration;

use peyk_model::Timestamp;
use peyk_model::script::Source;

use super::click::{self, Click, Hands};
use super::matching::Patterns;
use super::props::{self, Props};
use super::{FOLLOWED, News, follow, news, perform, put_followed, read_position};
use crate::error::Result;
use crate::timeline::{Ended, on_one_timeline};
use crate::{Context, Engine};

/// Longest sleep: other servers on the same database cannot ring our bell.
const POLL: Duration = Duration::from_secs(1);
/// Most turns in a row before somebody else may have the threads.
const TURNS_MAX: usize = 10_000;

/// How soon what an open transaction hides is looked for again.
const LOOK_AGAIN: Duration = Duration::from_millis(5);
/// How often in a row that is done.
const HIDDEN_LOOKS_MAX: usize = 200;

/// Lets people act. Several may work on one database.
pub struct Actor {
    engine: Engine,
    hands: Arc<dyn Hands>,
    patterns: Arc<Patterns>,
}

/// What there is to do.
enum Outlook {
    /// Nobody has a script, so nobody looks at the bell.
    Nobody,
    /// Nothing before this time.
    Waiting(Option<Timestamp>),
    /// Something that cannot be followed yet.
    Hidden,
    /// Something, with these files.
    Now(Vec<Source>),
}

impl Actor {
    /// An actor for this marketplace, with hands that press buttons.
    pub fn new(engine: Engine, hands: Arc<dyn Hands>) -> Self {
        Self { engine, hands, patterns: Arc::default() }
    }

    /// Acts until nothing is due any more, and tells how many turns that took.
    pub async fn run_once(&self) -> Result<usize> {
        Ok(self.act().await?.0)
    }

    /// Acts until `stop` is done.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let mut bell = self.engine.bell().listen();
        tokio::pin!(stop);
        loop {
            bell.mark_unchanged();
            let (sleep, listens) = match self.act().await {
                Ok((_, Outlook::Nobody)) => (POLL, false),
                Ok((_, Outlook::Waiting(Some(at)))) => {
                    let wait = at.since(self.engine.clock().now());
                    (wait.clamp(Duration::from_millis(1), POLL), true)
                }
                Ok((_, Outlook::Waiting(None) | Outlook::Hidden | Outlook::Now(_))) => (POLL, true),
                Err(error) => {
                    tracing::error!(error = %peyk_store::chain(&error), "people could not act");
                    (POLL, false)
                }
            };
            tokio::select! {
                () = &mut stop => break,
                _ = bell.changed(), if listens => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    async fn act(&self) -> Result<(usize, Outlook)> {
        let mut looks_left = HIDDEN_LOOKS_MAX;
        for turns in 0..TURNS_MAX {
            let wanted = match self.engine.read(outlook).await? {
                Outlook::Now(wanted) => wanted,
                Outlook::Hidden if looks_left > 0 => {
                    looks_left -= 1;
                    tokio::time::sleep(LOOK_AGAIN).await;
                    continue;
                }
                idle @ (Outlook::Nobody | Outlook::Waiting(_) | Outlook::Hidden) => {
                    return Ok((turns, idle));
                }
            };
            // What is put back meanwhile has nothing to do with this turn.
            match on_one_timeline(self.turn(wanted)).await {
                Ended::Well(done) => done?,
                Ended::WithItsTimeline(_) => {}
            }
        }
        Ok((TURNS_MAX, Outlook::Waiting(None)))
    }

    async fn turn(&self, wanted: Vec<Source>) -> Result<()> {
        let _acting = self.engine.acting().begin();
        let props = Arc::new(props::at_hand(self.engine.objects(), &wanted).await?);
        let patterns = self.patterns.clone();
        let turn = self.engine.write(move |context| turn(context, &patterns, &props));
        match turn.await? {
            Some(click) => click::finish(&self.engine, &*self.hands, click).await,
            None => Ok(()),
        }
    }
}

fn outlook(context: &mut Context<'_, '_>) -> Result<Outlook> {
    let (news, next) = (news(context)?, context.tx.next_errand_due()?);
    let is_due = next.is_some_and(|at| at <= context.now);
    Ok(match news {
        News::Ready => Outlook::Now(perform::wanted(context)?),
        News::Hidden | News::Nothing if is_due => Outlook::Now(perform::wanted(context)?),
        News::Hidden => Outlook::Hidden,
        News::Nothing if next.is_none() && !context.tx.has_scripts()? => Outlook::Nobody,
        News::Nothing => Outlook::Waiting(next),
    })
}

/// Follows some events and does what is due. Whoever comes second waits, and sees what was done.
fn turn(
    context: &mut Context<'_, '_>,
    patterns: &Patterns,
    props: &Props,
) -> Result<Option<Click>> {
    let Some(kept) = context.tx.locked_setting(FOLLOWED)? else { return Ok(None) };
    let position = read_position(&kept)?;
    let now_at = follow::follow(context, patterns, position)?;
    if now_at != position {
        put_followed(context, now_at)?;
    }
    perform::perform_due(context, props)
}
