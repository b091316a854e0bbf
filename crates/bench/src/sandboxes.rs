//! Sandboxes inside a test: one after another, and many side by side.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use futures_util::future::try_join_all;
use peyk_sandbox::Sandbox;

use crate::binary::Memory;
use crate::options::Options;
use crate::stats::{Load, millis};
use crate::wire::{Wire, request};

/// How many are started one after another, for each round.
const STARTS: usize = 4;
/// How many there are at once.
const AT_ONCE: usize = 100;

/// Measures the start to the first answer, and a hundred of them in one process.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let mut starts = Vec::new();
    for _ in 0..STARTS * options.rounds {
        let (sandbox, took) = start().await?;
        starts.push(took);
        sandbox.stop().await?;
    }
    let (count, total) = (starts.len(), starts.iter().sum());
    let starts = Load::new(starts, total);
    let [median, longest] = [0.5, 1.0].map(|share| millis(starts.quantile(share)));
    println!(
        "start to first answer, {count} times: median {median:.1} ms, longest {longest:.1} ms"
    );
    side_by_side().await
}

/// Starts a sandbox and waits for its first answer.
async fn start() -> anyhow::Result<(Sandbox, Duration)> {
    let began = Instant::now();
    let sandbox = Sandbox::start().await?;
    let address = sandbox.url().strip_prefix("http://").context("an address")?.parse()?;
    Wire::connect(address).await?.exchange(&request("GET", "/readyz", &[], "")).await?;
    Ok((sandbox, began.elapsed()))
}

async fn side_by_side() -> anyhow::Result<()> {
    let (began, before) = (Instant::now(), Memory::of("self")?);
    let started = try_join_all((0..AT_ONCE).map(|_| start())).await?;
    let started_in = began.elapsed();
    // Each is a marketplace of its own: what is said in one is heard in no other.
    let began = Instant::now();
    let said = started.iter().enumerate().map(|(number, (sandbox, _))| async move {
        let chat = sandbox.person("ivan").bot("echo");
        chat.says(&format!("I am in {number}")).await
    });
    try_join_all(said).await?;
    let said_in = began.elapsed();
    for (number, (sandbox, _)) in started.iter().enumerate() {
        let transcript = sandbox.person("ivan").bot("echo").transcript().await?;
        ensure!(transcript.contains(&format!("I am in {number}")), "{number}: {transcript}");
    }
    let after = Memory::of("self")?;
    println!(
        "{AT_ONCE} side by side: started in {:.0} ms, a message in each in {:.0} ms, {:.1} MiB each",
        millis(started_in),
        millis(said_in),
        (after.own - before.own) / AT_ONCE as f64,
    );
    try_join_all(started.into_iter().map(|(sandbox, _)| sandbox.stop())).await?;
    Ok(())
}
