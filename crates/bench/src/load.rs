//! Load: clients that each ask again as soon as they were answered, on a thread of their own.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures_util::future::try_join_all;

use crate::stats::Load;
use crate::wire::Wire;

/// How long a turn runs before it is measured.
const WARM_UP: Duration = Duration::from_millis(300);

/// One client for each of these requests, for so long.
pub async fn over_http(
    address: SocketAddr,
    requests: Vec<Bytes>,
    turn: Duration,
) -> anyhow::Result<Load> {
    apart(move || async move {
        let clients = requests.into_iter().map(|request| async move {
            let mut wire = Wire::connect(address).await?;
            timed(turn, async || wire.exchange(&request).await.map(drop)).await
        });
        Ok(Load::new(try_join_all(clients).await?.concat(), turn))
    })
    .await
}

/// Does one thing again and again, and tells how long each took after the warm-up.
pub async fn timed(
    turn: Duration,
    mut once: impl AsyncFnMut() -> anyhow::Result<()>,
) -> anyhow::Result<Vec<Duration>> {
    let start = Instant::now() + WARM_UP;
    let end = start + turn;
    let mut latencies = Vec::with_capacity(64 * 1024);
    loop {
        let began = Instant::now();
        if began >= end {
            return Ok(latencies);
        }
        once().await?;
        let ended = Instant::now();
        if began >= start && ended <= end {
            latencies.push(ended - began);
        }
    }
}

/// Runs clients on a thread of their own, so that they do not wait in the server's queues.
pub async fn apart<T, F>(clients: impl FnOnce() -> F + Send + 'static) -> anyhow::Result<T>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>>,
{
    let thread = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(clients())
    };
    let (done, answer) = tokio::sync::oneshot::channel();
    // The name tells a profiler who is the load and who bears it.
    let named = std::thread::Builder::new().name("load".to_owned());
    named.spawn(move || drop(done.send(thread())))?;
    answer.await?
}
