//! `peyk serve`: answers requests until it is told to stop.

use std::io::Write;
use std::sync::Arc;

use anyhow::Context as _;
use peyk_engine::access::has_accounts;
use peyk_engine::world::{World, has_people, load_world};
use peyk_engine::{Clock, Dice, caller};

use super::banner::{self, DEMO_APP_KEY};
use super::check_world::read_world;
use super::options::Configuration;
use super::secret::secret;
use crate::{Reach, Running, Settings, Setup, Site, demo_bot, start, upkeep};

/// Starts a server, tells where it is, and runs it until SIGTERM or Ctrl-C.
pub fn serve(configuration: Configuration) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(configuration))
}

async fn run(configuration: Configuration) -> anyhow::Result<()> {
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let stop = stop_signal()?;
    let scheme = if configuration.tls.is_some() { "https" } else { "http" };
    let is_sandbox = configuration.admin_token.is_none();
    let world = configuration.world.as_deref().map(read_world).transpose()?;
    let has_own_world = world.is_some();
    let running = start(setup(configuration, world)?).await?;
    let is_demo = is_sandbox && !has_own_world && demo_is_there(running.site()).await?;
    let needs_account = !is_sandbox && !running.site().engine.read(has_accounts).await?;
    tell(&running, scheme, is_demo, needs_account)?;
    let upkeep = tokio::spawn(upkeep::run(running.site().clone()));
    stop.await;
    tracing::info!("stopping: what runs is finished first");
    upkeep.abort();
    running.stop().await
}

fn setup(configuration: Configuration, world: Option<World>) -> anyhow::Result<Setup> {
    let data = &configuration.data;
    std::fs::create_dir_all(data).with_context(|| format!("{} cannot be made", data.display()))?;
    // A sandbox's receivers run beside it; a server for others must not be led into its network.
    let is_sandbox = configuration.admin_token.is_none();
    let reach = if is_sandbox { Reach::Anywhere } else { Reach::PublicOnly };
    let settings = Settings {
        reach,
        public_url: configuration.public_url,
        admin_token: configuration.admin_token,
        market: configuration.market,
        kenar: configuration.kenar,
        limits: configuration.limits,
        exchanges: configuration.exchanges,
        retention: Some(configuration.retention),
        pages: configuration.pages,
    };
    Ok(Setup {
        listen: configuration.listen,
        tls: configuration.tls,
        database: configuration.database,
        objects: configuration.media,
        secret: secret(data)?,
        clock: Clock::system(),
        dice: Dice::unpredictable(),
        world,
        settings,
    })
}

/// Loads the demo World if there is nothing, and tells whether it is what there is.
async fn demo_is_there(site: &Site) -> anyhow::Result<bool> {
    let demo = demo_bot::demo_world(&site.settings.public_url);
    let demo = Arc::new(demo.expect("a test reads the demo World"));
    // A server without a World of its own goes back to this one.
    let _ = site.world.set(demo.clone());
    if !site.engine.read(has_people).await? {
        site.engine.write(move |context| load_world(context, &demo)).await?;
        return Ok(true);
    }
    let url = site.settings.public_url.clone();
    site.engine.write(move |context| demo_bot::move_in(context, &url)).await?;
    let known = site.engine.read(|context| caller::app_by_key(context, DEMO_APP_KEY)).await;
    Ok(known.is_ok())
}

/// Standard output may be closed by a reader who has seen enough; that stops no server.
fn tell(running: &Running, scheme: &str, is_demo: bool, needs_account: bool) -> anyhow::Result<()> {
    let site = running.site();
    let listening = format!("listening on {scheme}://{}\n", running.address());
    let mut text = listening + &banner::banner(&site.settings, is_demo);
    if needs_account {
        text += banner::NO_ACCOUNT;
    }
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Waits for SIGTERM or Ctrl-C, which are heard from now on.
pub fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
