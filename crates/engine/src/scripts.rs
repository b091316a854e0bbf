//! Scripts: people of a sandbox who act on their own.
//!
//! The actor follows the events of the marketplace, as any other reader would, and notes what the
//! people are going to do as errands with a time. It does them through the same verbs as
//! everything else. Following, noting and doing are one transaction, so a killed server does
//! nothing twice, and servers that share a database take turns.

mod acting;
mod actor;
mod click;
mod follow;
mod matching;
mod perform;
mod props;
mod start;

use peyk_model::Timestamp;
use peyk_model::script::{Errand, Script};
use peyk_store::{Fault, FeedPosition};

pub(crate) use acting::Acting;
pub use actor::Actor;
pub use click::Hands;
pub use matching::{VARIABLES, fits, folded, groups};
pub use props::prop;
pub(crate) use props::{bytes_of, own};

use crate::Context;
use crate::error::Result;

/// The setting that says how far the events were followed. Whoever acts holds it.
const FOLLOWED: &str = "scripts";

/// Most errands that are listed.
const ERRANDS_LISTED_MAX: i64 = 500;

/// Where a script stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The handle of who does it.
    pub person: String,
    /// The script.
    pub script: Script,
    /// Whether it is done at all.
    pub is_on: bool,
    /// How often it was done.
    pub firings: i64,
    /// How many of its steps wait for their time.
    pub waiting: i64,
    /// Why its last step could not be done, if it could not.
    pub refusal: Option<String>,
}

/// The scripts of a person, in their order.
pub fn scripts_of(context: &mut Context<'_, '_>, handle: &str) -> Result<Vec<Standing>> {
    let person = crate::directory::person(context, handle)?;
    let mut standing = Vec::new();
    for casting in context.tx.scripts_of(person.id)? {
        let name = &casting.script.name;
        standing.push(Standing {
            person: person.handle.clone(),
            firings: context.tx.firings_in_all(person.id, name)?,
            waiting: context.tx.errands_waiting(person.id, name)?,
            is_on: casting.is_on,
            refusal: casting.refusal,
            script: casting.script,
        });
    }
    Ok(standing)
}

/// What people are going to do, the next first.
pub fn errands(context: &mut Context<'_, '_>) -> Result<Vec<Errand>> {
    Ok(context.tx.due_errands(Timestamp(i64::MAX), ERRANDS_LISTED_MAX)?)
}

/// Switches a script on, from when it begins anew, or off.
pub fn switch_script(
    context: &mut Context<'_, '_>,
    handle: &str,
    name: &str,
    is_on: bool,
) -> Result<()> {
    let person = crate::directory::person(context, handle)?.id;
    if !context.tx.switch_script(person, name, is_on)? {
        return Err(peyk_model::Refusal::not_found(peyk_model::Noun::Script, name).into());
    }
    if is_on {
        context.tx.forget_firings(person, name)?;
    }
    Ok(())
}

/// Begins to follow the events from now on, unless that was begun already.
pub(crate) fn begin(context: &mut Context<'_, '_>) -> Result<()> {
    if context.tx.has_scripts()? && followed(context)?.is_some() {
        return Ok(());
    }
    let end = context.tx.feed_end()?;
    put_followed(context, end)
}

/// What there is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Something that can be followed.
    Ready,
    /// Something that cannot yet be followed, since an older transaction is still open.
    Hidden,
    /// Nothing, or nobody who would listen.
    Nothing,
}

/// What there is to be heard.
pub(crate) fn news(context: &mut Context<'_, '_>) -> Result<News> {
    if !context.tx.has_scripts()? {
        return Ok(News::Nothing);
    }
    let Some(position) = followed(context)? else { return Ok(News::Nothing) };
    Ok(if !context.tx.events_after(position, 1)?.is_empty() {
        News::Ready
    } else if context.tx.has_events_beyond(position)? {
        News::Hidden
    } else {
        News::Nothing
    })
}

fn followed(context: &mut Context<'_, '_>) -> Result<Option<FeedPosition>> {
    let kept = context.tx.setting(FOLLOWED)?;
    kept.as_deref().map(read_position).transpose()
}

fn read_position(kept: &str) -> Result<FeedPosition> {
    let read = || {
        let (epoch, id) = kept.split_once(' ')?;
        Some(FeedPosition { epoch: epoch.parse().ok()?, id: id.parse().ok()? })
    };
    Ok(read().ok_or_else(|| Fault::Corrupt(format!("setting `{FOLLOWED}`")))?)
}

fn put_followed(context: &mut Context<'_, '_>, position: FeedPosition) -> Result<()> {
    let FeedPosition { epoch, id } = position;
    Ok(context.tx.put_setting(FOLLOWED, &format!("{epoch} {id}"))?)
}
