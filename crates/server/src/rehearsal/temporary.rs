//! Temporary sandboxes: a server of one's own, in this process and on a free port, that leaves
//! nothing behind.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context as _;
use peyk_engine::clock::machine_time;
use peyk_engine::world::World;
use peyk_engine::{Clock, Database, Dice};
use peyk_model::Timestamp;
use tempfile::TempDir;

use crate::{Running, Settings, Setup, start};

/// A folder in memory, where the machine has one: nothing of it has to outlive the machine.
const MEMORY: &str = "/dev/shm";
/// The secret of sandboxes that end with their test.
const SECRET: &[u8] = b"a sandbox keeps no secrets";

/// What a temporary sandbox begins with.
pub struct Beginning {
    /// What exists.
    pub world: World,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What time it is; the machine's if none. The clock stands.
    pub starts_at: Option<Timestamp>,
    /// What chance is made of.
    pub seed: u64,
    /// How the doors behave.
    pub settings: Settings,
}

impl Beginning {
    /// A World on a free port.
    pub fn of(world: World) -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self { world, listen, starts_at: None, seed: 0, settings: Settings::default() }
    }
}

/// A sandbox that leaves nothing behind.
pub struct Temporary {
    /// The server.
    pub running: Running,
    folder: TempDir,
}

impl Temporary {
    /// Starts it.
    pub async fn start(beginning: Beginning) -> anyhow::Result<Self> {
        let Beginning { world, listen, starts_at, seed, settings } = beginning;
        let folder = folder().context("there is no place for a temporary folder")?;
        let running = start(Setup {
            listen,
            tls: None,
            database: Database::Sqlite(folder.path().join("peyk.db")),
            objects: folder.path().join("media").to_string_lossy().into_owned(),
            secret: SECRET.to_vec(),
            clock: Clock::standing_at(starts_at.unwrap_or_else(machine_time)),
            dice: Dice::seeded(seed),
            world: Some(world),
            settings,
        })
        .await?;
        Ok(Self { running, folder })
    }

    /// Where its files are.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Stops the server and removes its files.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.running.stop().await?;
        Ok(self.folder.close()?)
    }
}

fn folder() -> std::io::Result<TempDir> {
    let memory = Path::new(MEMORY);
    match tempfile::Builder::new().prefix("peyk-").tempdir_in(memory) {
        Ok(folder) => Ok(folder),
        Err(_) => tempfile::Builder::new().prefix("peyk-").tempdir(),
    }
}
