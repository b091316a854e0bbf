//! Once a second in the background: writing down what is counted in memory, and taking up what
//! other servers of the database changed or put back.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::Site;

/// How often calls and the use of keys are written down.
const INTERVAL: Duration = Duration::from_secs(1);

/// Writes down again and again until the sender says stop, and then once more. A failure is logged
/// and tried again.
pub async fn run(site: Site, mut stopped: watch::Receiver<bool>) {
    let mut interval = tokio::time::interval(INTERVAL);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let is_last = tokio::select! {
            _ = interval.tick() => false,
            () = site.engine.timeline_ended() => false,
            // The sender is gone only when the server is.
            _ = stopped.wait_for(|stop| *stop) => true,
        };
        if let Err(error) = site.engine.catch_up().await {
            let fault = peyk_engine::chain(&error);
            tracing::error!(fault, "whether another server put everything back is not known");
        }
        if let Err(error) = site.engine.flush().await {
            tracing::error!(fault = %peyk_engine::chain(&error), "counts were not written down");
        }
        if !site.settings.is_production()
            && let Err(error) = site.engine.follow().await
        {
            tracing::error!(fault = %peyk_engine::chain(&error), "the sandbox was not followed");
        }
        if is_last {
            return;
        }
    }
}
