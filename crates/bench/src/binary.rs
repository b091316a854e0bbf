//! The `peyk` binary as a process of its own.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};

use crate::wire::{Wire, request};

/// How long a server may take to start at all.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server that ends with this value.
pub struct Process {
    child: Child,
    /// Where it answers.
    pub address: SocketAddr,
    /// How long it took from being started to its first answer.
    pub started_in: Duration,
}

/// Builds the binary beside this one, so that both are of the same code.
pub fn build() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let binary = own.with_file_name("peyk");
    if let Some(cargo) = std::env::var_os("CARGO") {
        let mut build = Command::new(cargo);
        build.args(["build", "--quiet", "--package", "peyk-server", "--bin", "peyk"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        ensure!(build.status()?.success(), "the peyk binary does not build");
    }
    ensure!(binary.exists(), "{} is missing: build it first", binary.display());
    Ok(binary)
}

impl Process {
    /// Starts the binary in this folder and waits for its first answer.
    pub async fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let began = Instant::now();
        let child = Command::new(binary)
            .args(["serve", "--listen", &address.to_string(), "--data", "data"])
            // A load generator would be refused within the first second.
            .args(["--limits", "off"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Self { child, address, started_in: Duration::ZERO };
        let ready = request("GET", "/readyz", &[], "");
        loop {
            if let Ok(mut wire) = Wire::connect(address).await {
                wire.exchange(&ready).await?;
                process.started_in = began.elapsed();
                return Ok(process);
            }
            if began.elapsed() > PATIENCE || process.child.try_wait()?.is_some() {
                bail!("the server does not start");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
    }

    /// How much memory it has.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        Memory::of(&self.child.id().to_string())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing is lost that anybody wants.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory of a process, in MiB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// All that is in memory now, mapped files included.
    pub resident: f64,
    /// The part that is no file's.
    pub own: f64,
}

impl Memory {
    /// The memory of a process: a number, or `self`.
    pub fn of(process: &str) -> anyhow::Result<Self> {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
        let line = |name: &str| -> anyhow::Result<f64> {
            let value = status.lines().find_map(|line| line.strip_prefix(name));
            let value = value.with_context(|| format!("no {name} in /proc"))?;
            let kib: f64 = value.trim().trim_end_matches(" kB").parse()?;
            Ok(kib / 1024.0)
        };
        Ok(Self { resident: line("VmRSS:")?, own: line("RssAnon:")? })
    }
}
