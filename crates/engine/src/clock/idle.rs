//! Running until idle: time jumps from one due thing to the next until nothing is open.

use std::time::{Duration, Instant};

use peyk_model::Timestamp;

use super::movement::step_clock;
use super::{Movement, move_clock};
use crate::error::Result;
use crate::scripts::News;
use crate::{Context, Engine, scripts};

/// Most jumps of one run.
const STEPS_MAX: usize = 20_000;
/// Longest time of the machine that a run takes.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long what is under way is left alone before it is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(1);

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idle {
    /// How often the clock jumped.
    pub steps: usize,
    /// Whether nothing is open any more; otherwise a bound was met first.
    pub is_idle: bool,
}

/// When the next thing happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It is due, or somebody has it in hand.
    Now,
    /// Nothing happens before this time.
    At(Timestamp, Due),
    /// Nothing is open.
    Never,
}

/// What falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// A letter is tried again.
    Letter,
    /// A person acts on their own.
    Errand,
}

/// Moves the clock from one due thing to the next, by at most `longest` in all.
///
/// Receivers that do not answer their greeting are greeted on and on, so nobody waits for them.
pub async fn run_until_idle(engine: &Engine, longest: Duration) -> Result<Idle> {
    let idle = run(engine, longest).await?;
    // Where the clock is now is remembered for good; the steps on the way were not waited for.
    if idle.steps > 0 {
        move_clock(engine, Movement::Advance(Duration::ZERO)).await?;
    }
    Ok(idle)
}

async fn run(engine: &Engine, longest: Duration) -> Result<Idle> {
    let mut bell = engine.bell().listen();
    let (began, end) = (Instant::now(), engine.clock().now().after(longest));
    let mut steps = 0;
    loop {
        bell.mark_unchanged();
        let before = engine.acting().turns_if_quiet();
        let found = engine.read(next).await?;
        // Who acts has things in hand that no row tells of.
        let is_quiet = before.is_some() && engine.acting().turns_if_quiet() == before;
        match if is_quiet { found } else { Next::Now } {
            Next::Never => return Ok(Idle { steps, is_idle: true }),
            Next::At(at, _) if at > end || steps == STEPS_MAX => break,
            Next::At(at, _) => {
                steps += 1;
                let ahead = at.since(engine.clock().now());
                step_clock(engine, ahead).await?;
            }
            // Not all that ends rings.
            Next::Now => drop(tokio::time::timeout(LOOK_AGAIN, bell.changed()).await),
        }
        if began.elapsed() > PATIENCE {
            break;
        }
    }
    Ok(Idle { steps, is_idle: false })
}

/// When the next thing happens in this marketplace.
pub fn next(context: &mut Context<'_, '_>) -> Result<Next> {
    let now = context.now;
    let is_greeted_now = context.tx.next_greeting()?.is_some_and(|at| at <= now);
    // What somebody has in hand ends by itself; a jump would only take it out of their hand.
    if is_greeted_now || context.tx.lanes_in_hand(now)? {
        return Ok(Next::Now);
    }
    if scripts::news(context)? != News::Nothing {
        return Ok(Next::Now);
    }
    let errand = context.tx.next_errand_due()?.map(|at| (at, Due::Errand));
    let lane = context.tx.next_lane_due()?.map(|at| (at, Due::Letter));
    Ok(match lane.into_iter().chain(errand).min() {
        None => Next::Never,
        Some((at, _)) if at <= now => Next::Now,
        Some((at, due)) => Next::At(at, due),
    })
}
