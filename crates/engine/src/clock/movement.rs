//! Moving the clock: where it is now is remembered, so that a restart changes nothing.

use std::time::Duration;

use peyk_model::{ClockPosition, Timestamp};
use peyk_store::Fault;
use tokio::sync::MutexGuard;

use super::machine_time;
use crate::error::Result;
use crate::{Context, Engine};

/// The setting under which the position is kept.
const SETTING: &str = "clock";

/// What is done to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Movement {
    /// It stands.
    Freeze,
    /// It goes on from where it is.
    Unfreeze,
    /// It shows this time, standing or going as before.
    Set(Timestamp),
    /// It is put forward.
    Advance(Duration),
    /// It goes with the machine's again.
    Reset,
}

impl Movement {
    fn from(self, position: ClockPosition, machine: Timestamp) -> ClockPosition {
        match self {
            Self::Freeze => ClockPosition::Standing(position.time(machine)),
            Self::Unfreeze => ClockPosition::running_at(position.time(machine), machine),
            Self::Set(time) => match position {
                ClockPosition::Standing(_) => ClockPosition::Standing(time),
                ClockPosition::Running { .. } => ClockPosition::running_at(time, machine),
            },
            Self::Advance(by) => {
                position.advanced(i64::try_from(by.as_micros()).unwrap_or(i64::MAX))
            }
            Self::Reset => ClockPosition::MACHINE,
        }
    }
}

/// Moves the clock, remembers where it is, and wakes whoever waits for a time.
pub async fn move_clock(engine: &Engine, movement: Movement) -> Result<ClockPosition> {
    let hand = Hand::on(engine).await;
    let position = engine.write(hand.verb(movement)).await?;
    Ok(hand.put(position))
}

/// Moves the clock as one of many steps: a power cut may undo those that nothing durable followed.
pub(super) async fn step_clock(engine: &Engine, by: Duration) -> Result<ClockPosition> {
    let hand = Hand::on(engine).await;
    let position = engine.write_lightly(hand.verb(Movement::Advance(by))).await?;
    Ok(hand.put(position))
}

/// Whoever moves the clock: nobody else of this server does meanwhile.
struct Hand<'e> {
    engine: &'e Engine,
    known: MutexGuard<'e, Option<String>>,
}

impl<'e> Hand<'e> {
    async fn on(engine: &'e Engine) -> Self {
        Self { engine, known: engine.clock().moving.lock().await }
    }

    /// Moves it in the store.
    fn verb(
        &self,
        movement: Movement,
    ) -> impl FnMut(&mut Context<'_, '_>) -> Result<ClockPosition> + Send + use<> {
        let (position, known) = (self.engine.clock().position(), self.known.clone());
        move |context| {
            // Another server may have moved it a moment ago.
            let kept = context.tx.locked_setting(SETTING)?;
            let position = match kept.as_deref().filter(|_| kept != known) {
                Some(kept) => read(kept)?,
                None => position,
            };
            let position = movement.from(position, machine_time());
            context.tx.put_setting(SETTING, &position.to_string())?;
            Ok(position)
        }
    }

    /// Moves it for those who ask for the time.
    fn put(mut self, position: ClockPosition) -> ClockPosition {
        *self.known = Some(position.to_string());
        self.engine.clock().put(position);
        drop(self.known);
        self.engine.bell().ring();
        position
    }
}

/// Puts the clock where it was when the server was last stopped, and tells where that is, if it
/// was ever moved.
pub async fn restore_clock(engine: &Engine) -> Result<Option<ClockPosition>> {
    let mut known = engine.clock().moving.lock().await;
    take_up(engine, &mut known).await
}

/// Moves the clock to where another server of this database, or a World, put it meanwhile.
pub async fn follow_clock(engine: &Engine) -> Result<()> {
    let mut known = engine.clock().moving.lock().await;
    if take_up(engine, &mut known).await?.is_some() {
        drop(known);
        engine.bell().ring();
    }
    Ok(())
}

/// Puts the clock where the store says, if that is news.
async fn take_up(engine: &Engine, known: &mut Option<String>) -> Result<Option<ClockPosition>> {
    let kept = engine.read(|context| Ok(context.tx.setting(SETTING)?)).await?;
    if kept == *known {
        return Ok(None);
    }
    let clock = engine.clock();
    let position = kept.as_deref().map(read).transpose()?;
    clock.put_back(position);
    *known = kept;
    Ok(position)
}

/// Remembers where the clock is to be put.
pub(crate) fn keep_position(context: &mut Context<'_, '_>, position: ClockPosition) -> Result<()> {
    Ok(context.tx.put_setting(SETTING, &position.to_string())?)
}

/// Where the clock was put, if it was ever moved.
pub(crate) fn kept_position(context: &mut Context<'_, '_>) -> Result<Option<ClockPosition>> {
    context.tx.setting(SETTING)?.as_deref().map(read).transpose()
}

/// What time it is once the clock is put to a position, if to one.
pub(crate) fn now_with(
    context: &mut Context<'_, '_>,
    position: Option<ClockPosition>,
) -> Result<Timestamp> {
    let before = kept_position(context)?.unwrap_or(ClockPosition::MACHINE);
    Ok(match (position, before) {
        (Some(ClockPosition::Standing(at)), _) => at,
        (
            Some(ClockPosition::Running { offset_us }),
            ClockPosition::Running { offset_us: before_us },
        ) => Timestamp(context.now.0.saturating_add(offset_us.saturating_sub(before_us))),
        // How far a clock that stands is from the machine's is not known here.
        (Some(ClockPosition::Running { .. }), ClockPosition::Standing(_)) | (None, _) => {
            context.now
        }
    })
}

/// Notes that the clock is where the store says, because somebody put it there.
pub(crate) async fn note_kept(engine: &Engine, known: &mut Option<String>) -> Result<()> {
    *known = engine.read(|context| Ok(context.tx.setting(SETTING)?)).await?;
    Ok(())
}

fn read(kept: &str) -> Result<ClockPosition> {
    let position = ClockPosition::parse(kept);
    Ok(position.ok_or_else(|| Fault::Corrupt(format!("setting `{SETTING}`")))?)
}
