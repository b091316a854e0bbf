//! Moving the clock: where it is now is remembered, so that a restart changes nothing.

use std::time::Duration;

use peyk_model::{ClockPosition, Timestamp};
use peyk_store::Fault;

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
    let clock = engine.clock();
    let moving = clock.moving.lock().await;
    let position = movement.from(clock.position(), machine_time());
    let kept = position.to_string();
    engine.write(move |context| Ok(context.tx.put_setting(SETTING, &kept)?)).await?;
    clock.put(position);
    drop(moving);
    engine.bell().ring();
    Ok(position)
}

/// Puts the clock where it was when the server was last stopped, and tells where that is, if it
/// was ever moved.
pub async fn restore_clock(engine: &Engine) -> Result<Option<ClockPosition>> {
    let kept = engine.read(kept_position).await?;
    if let Some(position) = kept {
        engine.clock().put(position);
    }
    Ok(kept)
}

/// Where the clock was put, if it was ever moved.
pub(crate) fn kept_position(context: &mut Context<'_, '_>) -> Result<Option<ClockPosition>> {
    let Some(kept) = context.tx.setting(SETTING)? else { return Ok(None) };
    let position = ClockPosition::parse(&kept);
    Ok(Some(position.ok_or_else(|| Fault::Corrupt(format!("setting `{SETTING}`")))?))
}
