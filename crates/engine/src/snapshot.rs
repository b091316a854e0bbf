//! Snapshots: keeping everything under a name, putting it back, and beginning anew.
//!
//! Everything goes back together: the rows, the clock, the dice if they have a seed and the counts of
//! calls. What somebody had in hand falls due again. Only ids never come again: whoever follows what
//! happens, or looks for what comes twice, may know the old ones.

use std::sync::Arc;

use peyk_model::limits::SNAPSHOTS_MAX;
use peyk_model::{Noun, Refusal};
use peyk_store::{Fault, Snapshot, Tx};

use crate::engine::{COUNTS_MAX, Inner, Outside};
use crate::error::{Error, Result};
use crate::faults::follow_faults;
use crate::timeline::apart;
use crate::world::{World, load_world};
use crate::{Context, Engine, clock};

/// The setting under which the position of seeded dice is kept in a snapshot.
const DICE: &str = "dice";

/// All snapshots, by name.
pub async fn snapshots(engine: &Engine) -> Result<Vec<Snapshot>> {
    Ok(engine.store().snapshots().await?)
}

/// Keeps everything under a name, in the place of what had the name before.
pub async fn make_snapshot(engine: &Engine, name: &str) -> Result<Snapshot> {
    let _moving = engine.clock().moving.lock().await;
    engine.flush().await?;
    if let Some(position) = engine.dice().position() {
        let position = position.to_string();
        engine.write(move |context| Ok(context.tx.put_setting(DICE, &position)?)).await?;
    }
    let made = engine.store().make_snapshot(name, SNAPSHOTS_MAX).await?;
    Ok(made.ok_or(Refusal::TooManySnapshots)?)
}

/// Forgets a snapshot.
pub async fn delete_snapshot(engine: &Engine, name: &str) -> Result<()> {
    if engine.store().delete_snapshot(name).await? {
        return Ok(());
    }
    Err(Refusal::not_found(Noun::Snapshot, name).into())
}

/// Puts everything back to a snapshot, and tells which timeline that began.
pub async fn restore_snapshot(engine: &Engine, name: &str) -> Result<i64> {
    let mut moving = engine.clock().moving.lock().await;
    let inner = engine.inner.clone();
    let restored = engine.store().restore(name, move |tx| take_up(&inner, &mut inner.context(tx)));
    let timeline = match restored.await {
        Err(Error::Broken(Fault::NoSnapshot)) => {
            return Err(Refusal::not_found(Noun::Snapshot, name).into());
        }
        other => other?,
    };
    take_up_settings(engine, &mut moving).await?;
    Ok(timeline)
}

/// Forgets everything and loads a World in its place, or none; tells which timeline that began.
pub async fn reset(engine: &Engine, world: Option<Arc<World>>) -> Result<i64> {
    let mut moving = engine.clock().moving.lock().await;
    let inner = engine.inner.clone();
    let write = engine.store().write_alone(move |tx| {
        let Outside { clock, dice, .. } = &inner.outside;
        let (last, position, thrown) = (tx.mint().restart(), clock.position(), dice.position());
        let begun = begin_again(&inner, tx, world.as_deref());
        tx.mint().skip(last);
        if begun.is_err() {
            clock.put_back(Some(position));
            dice.put_back(thrown.unwrap_or_default());
        }
        begun
    });
    let timeline = write.await?;
    take_up_settings(engine, &mut moving).await?;
    Ok(timeline)
}

/// Takes up the clock's place and the faults as they are now. Whoever put everything back may do
/// so from within a request, which ended with its timeline.
async fn take_up_settings(engine: &Engine, moving: &mut Option<String>) -> Result<()> {
    apart(async {
        clock::note_kept(engine, moving).await?;
        follow_faults(engine).await
    })
    .await
}

fn begin_again(inner: &Inner, tx: &mut Tx<'_>, world: Option<&World>) -> Result<i64> {
    let (last, given) = (tx.last_given_id()?, tx.counters()?);
    tx.delete_everything()?;
    let timeline = tx.begin_timeline()?;
    inner.outside.clock.put_back(None);
    inner.outside.dice.put_back(0);
    if let Some(world) = world {
        let mut context = inner.context(tx);
        load_world(&mut context, world)?;
        inner.outside.clock.put_back(clock::kept_position(&mut context)?);
    }
    // What is in the World is what it was at first, down to its ids; what comes after it is not.
    tx.skip_ids(last)?;
    tx.skip_numbers(&given)?;
    inner.begin_anew(timeline, Vec::new());
    inner.outside.dice.put_back(inner.dice_at_start());
    tx.ring();
    Ok(timeline)
}

/// Makes this server go on from what was put back.
fn take_up(inner: &Inner, context: &mut Context<'_, '_>) -> Result<i64> {
    inner.outside.clock.put_back(clock::kept_position(context)?);
    context.now = inner.outside.clock.now();
    context.tx.release_all_lanes(context.now)?;
    context.tx.bring_greetings_forward(context.now)?;
    if let Some(position) = context.tx.setting(DICE)? {
        let position = position.parse();
        inner.outside.dice.put_back(position.map_err(|_| Fault::Corrupt("dice".into()))?);
    }
    let counts = context.tx.rate_counts(context.now, COUNTS_MAX)?;
    let timeline = context.tx.timeline();
    inner.begin_anew(timeline, counts);
    context.tx.ring();
    Ok(timeline)
}

impl Inner {
    fn begin_anew(&self, timeline: i64, counts: Vec<peyk_store::RateCount>) {
        self.limiter.restart(timeline, counts);
        self.usage.restart(timeline);
        self.seen.is_at(timeline);
    }
}
