//! Upkeep in the background: what nobody can ask for any more is forgotten now and then.

use std::time::Duration;

use peyk_engine::access::forget_access;
use peyk_engine::snapshot::snapshots;
use peyk_engine::upkeep::{
    MEDIA_AT_ONCE, forget_authorisations, forget_delivered, forget_sends, forget_unused_media,
};

use crate::Site;

/// How often upkeep runs.
const INTERVAL: Duration = Duration::from_secs(10 * 60);
/// How long a staged file may be on its way before it counts as left behind.
const STAGED_KEPT: Duration = Duration::from_secs(24 * 3600);

/// Runs upkeep again and again; a failure is logged and tried again.
pub(crate) async fn run(site: Site) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        if let Err(error) = run_once(&site).await {
            tracing::error!(fault = %peyk_engine::chain(&error), "upkeep failed");
        }
    }
}

/// Forgets what has had its time: idempotency keys, codes and tokens, uploads nobody sent, staged
/// files, what was delivered, sessions that ended, and acts of long ago.
pub async fn run_once(site: &Site) -> Result<(), peyk_engine::Error> {
    let engine = &site.engine;
    let sends = engine.write(forget_sends).await?;
    let authorisations = engine.write(forget_authorisations).await?;
    let files = forget_files(site).await?;
    if let Some(retention) = site.settings.retention {
        let before = engine.clock().now().before(retention);
        while !engine.write(move |context| forget_delivered(context, before)).await? {}
    }
    while !engine.write(forget_access).await? {}
    let staged = engine.objects().sweep_staging(STAGED_KEPT).await?;
    tracing::debug!(sends, authorisations, files, staged, "upkeep is done");
    Ok(())
}

/// Forgets uploads that nobody sent, with their bytes; tells how many.
async fn forget_files(site: &Site) -> Result<i64, peyk_engine::Error> {
    let engine = &site.engine;
    // A snapshot may have files that nobody has any more: as long as there are snapshots, all stay.
    if !snapshots(engine).await?.is_empty() {
        return Ok(0);
    }
    let mut files = 0;
    loop {
        let forgotten = engine.write(forget_unused_media).await?;
        files += forgotten.count;
        for object in &forgotten.objects {
            // A crash before this leaves an object without an owner, which costs only its space.
            engine.objects().delete(object).await?;
        }
        if forgotten.count < MEDIA_AT_ONCE {
            return Ok(files);
        }
    }
}
