//! Starting and stopping a server, for the binary and for tests alike.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use axum::ServiceExt;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use peyk_engine::Objects;
use peyk_engine::claim::claim_database;
use peyk_engine::clock::restore_clock;
use peyk_engine::deliver::Deliverer;
use peyk_engine::scripts::Actor;
use peyk_engine::search::Indexer;
use peyk_engine::world::{World, bring_world};
use peyk_engine::{Clock, Dice, Engine, Keyring, Outside};
use peyk_engine::{Database, Store};
use peyk_model::ClockPosition;

use crate::front::Front;
use crate::outgoing::Outgoing;
use crate::streams::{Lender, Streams};
use crate::{Settings, Site, control, exchanges, flush};

/// How long a client may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long running requests may take once the server was asked to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);
/// Largest head of a request, in bytes.
const HEADER_MAX_BYTES: usize = 64 * 1024;

/// Everything a server is started with.
pub struct Setup {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Certificate and key for HTTPS.
    pub tls: Option<Tls>,
    /// Which database.
    pub database: Database,
    /// Where bytes of media go: a folder or an S3 URL.
    pub objects: String,
    /// The server's secret.
    pub secret: Vec<u8>,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub dice: Dice,
    /// What is to exist.
    pub world: Option<World>,
    /// How the doors behave; without a public URL, the listening address is taken.
    pub settings: Settings,
}

/// Files in PEM form for HTTPS.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// A server that runs until it is stopped.
pub struct Running {
    site: Site,
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    streams: Streams,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
    delivering: tokio::task::JoinHandle<()>,
    acting: tokio::task::JoinHandle<()>,
    flushing: tokio::task::JoinHandle<()>,
    indexing: tokio::task::JoinHandle<()>,
    telling: tokio::task::JoinHandle<()>,
    watching: tokio::task::JoinHandle<()>,
    stop: tokio::sync::watch::Sender<bool>,
}

/// Opens everything, loads the World, and listens.
pub async fn start(mut setup: Setup) -> anyhow::Result<Running> {
    check_access(&setup)?;
    let listener = TcpListener::bind(setup.listen)
        .with_context(|| format!("{} cannot be listened on", setup.listen))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    if setup.settings.public_url.is_empty() {
        let scheme = if setup.tls.is_some() { "https" } else { "http" };
        setup.settings.public_url = format!("{scheme}://{address}");
    }
    let database = setup.database;
    let store = tokio::task::spawn_blocking(move || Store::open(&database)).await??;
    let engine = Engine::new(Outside {
        store,
        objects: Objects::open(&setup.objects)?,
        clock: setup.clock,
        dice: setup.dice,
        keyring: Keyring::new(&setup.secret),
    });
    let world = setup.world.map(Arc::new);
    if let Err(error) = prepare(&engine, &setup.settings, world.clone()).await {
        // Whoever tries again must not meet our lock.
        let store = engine.store().clone();
        tokio::task::spawn_blocking(move || store.close()).await?;
        return Err(error);
    }
    let post = Arc::new(Outgoing::new(setup.settings.reach)?);
    let site = Site::new(engine, setup.settings, post);
    if let Some(world) = world {
        // Nobody else has the site yet.
        let _ = site.world.set(world);
    }
    let (handle, streams) = (Handle::new(), Streams::new());
    let serving = serve(listener, setup.tls, &site, (handle.clone(), streams.clone())).await?;
    let (stop, delivering) = deliver(&site);
    let acting = act(&site, stop.subscribe());
    let flushing = tokio::spawn(flush::run(site.clone(), stop.subscribe()));
    let indexing = index(&site, stop.subscribe());
    let telling = tokio::spawn(control::tell_feeds(site.clone()));
    let watching = tokio::spawn(exchanges::watch(site.clone()));
    site.engine.has_started();
    Ok(Running {
        site,
        address,
        handle,
        streams,
        serving,
        delivering,
        acting,
        flushing,
        indexing,
        telling,
        watching,
        stop,
    })
}

/// Sets the clock, takes up what was counted, and makes the World exist.
async fn prepare(
    engine: &Engine,
    settings: &Settings,
    world: Option<Arc<World>>,
) -> anyhow::Result<()> {
    if !claim_database(engine).await.context("the database cannot be claimed")? {
        anyhow::bail!(
            "the database belongs to servers with another secret: start with theirs, which is in \
             PEYK_SECRET or in the file `secret` of their data folder"
        );
    }
    start_clock(engine, settings).await?;
    if settings.is_production() && world.as_ref().is_some_and(|world| world.magic) {
        anyhow::bail!("the World asks for magic people, and production has none");
    }
    if settings.is_production() && world.as_ref().is_some_and(|world| !world.faults.is_empty()) {
        anyhow::bail!("the World asks for faults, and production has none of that kind");
    }
    engine.resume().await?;
    if let Some(world) = world {
        bring_world(engine, world).await.context("the World cannot be loaded")?;
    }
    if !settings.is_production() {
        engine.follow().await.context("the faults cannot be read")?;
    }
    Ok(())
}

/// Puts the clock where it was. Production has the machine's time or does not start.
async fn start_clock(engine: &Engine, settings: &Settings) -> anyhow::Result<()> {
    let kept = restore_clock(engine).await.context("the clock cannot be set")?;
    let is_moved = kept.is_some_and(|position| position != ClockPosition::MACHINE);
    if is_moved && settings.is_production() {
        anyhow::bail!(
            "the clock of this sandbox was moved, and production needs the machine's time: \
             start it without an admin token and reset the clock, or take another database"
        );
    }
    Ok(())
}

/// Starts to deliver what is recorded, until the sender says stop.
fn deliver(site: &Site) -> (tokio::sync::watch::Sender<bool>, tokio::task::JoinHandle<()>) {
    let dialects = Arc::new(site.clone());
    let deliverer = Arc::new(Deliverer::new(site.engine.clone(), dialects, site.post.clone()));
    let (stop, mut stopped) = tokio::sync::watch::channel(false);
    let task = tokio::spawn(async move {
        // The sender is gone only when the server is.
        deliverer.run(async { drop(stopped.wait_for(|stop| *stop).await) }).await;
    });
    (stop, task)
}

/// Lets the people of a sandbox act on their own; in production people are real.
fn act(
    site: &Site,
    mut stopped: tokio::sync::watch::Receiver<bool>,
) -> tokio::task::JoinHandle<()> {
    let actor = Actor::new(site.engine.clone(), Arc::new(site.clone()));
    let is_production = site.settings.is_production();
    tokio::spawn(async move {
        if !is_production {
            actor.run(async { drop(stopped.wait_for(|stop| *stop).await) }).await;
        }
    })
}

/// Keeps what consoles search up with what happens.
fn index(
    site: &Site,
    mut stopped: tokio::sync::watch::Receiver<bool>,
) -> tokio::task::JoinHandle<()> {
    let indexer = Indexer::new(site.engine.clone(), site.console.found());
    tokio::spawn(async move {
        indexer.run(async { drop(stopped.wait_for(|stop| *stop).await) }).await;
    })
}

/// Whoever reaches the control API can act as anybody, so a server that others reach needs a token.
fn check_access(setup: &Setup) -> anyhow::Result<()> {
    if setup.settings.admin_token.is_some() {
        return Ok(());
    }
    let public_url = &setup.settings.public_url;
    let opening = if !setup.listen.ip().is_loopback() {
        format!("{} is open to other machines", setup.listen)
    } else if !public_url.is_empty() && !control::is_local(public_url) {
        format!("{public_url} leads other machines here")
    } else {
        return Ok(());
    };
    anyhow::bail!(
        "{opening}, and whoever reaches the control API can act as anybody: \
         set an admin token, or stay on 127.0.0.1"
    )
}

async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    site: &Site,
    (handle, streams): (Handle<SocketAddr>, Streams),
) -> anyhow::Result<tokio::task::JoinHandle<std::io::Result<()>>> {
    let app = Front::new(site.clone());
    let app = ServiceExt::<http::Request<axum::body::Body>>::into_make_service_with_connect_info::<
        SocketAddr,
    >(app);
    macro_rules! run {
        ($server:expr) => {{
            let server = $server.handle(handle);
            let mut server = server.map(|inner| Lender { inner, streams });
            server
                .http_builder()
                .http1()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIMEOUT)
                .max_buf_size(HEADER_MAX_BYTES);
            server.http_builder().http2().timer(TokioTimer::new());
            tokio::spawn(server.serve(app))
        }};
    }
    Ok(match tls {
        Some(tls) => {
            let config = RustlsConfig::from_pem_file(&tls.certificate, &tls.key);
            let config = config.await.context("the TLS certificate or key cannot be used")?;
            run!(axum_server::from_tcp_rustls(listener, config)?)
        }
        None => run!(axum_server::from_tcp(listener)?),
    })
}

impl Running {
    /// The address under which others reach this server.
    pub fn url(&self) -> &str {
        &self.site.settings.public_url
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The site behind the doors.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Ends everything at once, without waiting for it: connections are closed, and the store's
    /// threads end with the last who uses it.
    pub fn abort(&self) {
        self.site.hub.stop();
        self.handle.shutdown();
        self.streams.cut();
        self.stop.send_replace(true);
        for task in [&self.delivering, &self.acting, &self.flushing, &self.telling] {
            task.abort();
        }
        self.serving.abort();
    }

    /// Finishes what runs and closes the store.
    pub async fn stop(self) -> anyhow::Result<()> {
        // Streams never end by themselves, and would be waited for.
        self.site.hub.stop();
        self.site.console.stop();
        self.telling.abort();
        self.watching.abort();
        self.handle.graceful_shutdown(Some(STOP_TIMEOUT));
        let end = Instant::now() + STOP_TIMEOUT;
        self.serving.await??;
        if tokio::time::timeout_at(end.into(), self.streams.ended()).await.is_err() {
            self.streams.cut();
        }
        self.stop.send_replace(true);
        self.delivering.await?;
        self.acting.await?;
        self.flushing.await?;
        self.indexing.await?;
        let store = self.site.engine.store().clone();
        tokio::task::spawn_blocking(move || store.close()).await?;
        Ok(())
    }
}
