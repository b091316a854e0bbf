//! The bot: a program that is started for a scenario and ends with it.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::TcpStream;

use super::cast::Ports;
use crate::Site;

/// How long a bot may take until it listens or asks.
const READY: Duration = Duration::from_secs(30);
/// How long the other receivers of a World are waited for once one listens.
const OTHERS: Duration = Duration::from_millis(300);
/// How long a bot may take to end once it was asked to.
const STOP: Duration = Duration::from_secs(5);
/// How soon a program is looked at again.
const LOOK_AGAIN: Duration = Duration::from_millis(10);
/// How much of what a bot printed is shown: the end of it.
const OUTPUT_MAX_BYTES: u64 = 4 * 1024;

/// A bot that runs.
pub struct Bot {
    command: String,
    child: Child,
    output: File,
}

impl Bot {
    /// Starts it by the shell, in a process group of its own.
    pub fn start(
        command: &str,
        folder: &Path,
        environment: Vec<(String, String)>,
    ) -> anyhow::Result<Self> {
        let output = tempfile::tempfile().context("there is no place for the bot's output")?;
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let mut program = Command::new("/bin/sh");
        program.arg("-c").arg(command).current_dir(folder).process_group(0);
        program.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(output.try_clone()?);
        for (name, _) in std::env::vars_os() {
            // A proxy of the machine's must not come between a bot and this server.
            if name.to_string_lossy().to_lowercase().ends_with("_proxy") {
                program.env_remove(name);
            }
        }
        program.env("PYTHONUNBUFFERED", "1").envs(environment);
        let child = program.spawn().with_context(|| format!("`{command}` cannot be started"))?;
        Ok(Self { command: command.to_owned(), child, output })
    }

    /// Waits until the bot listens where the World says, or asks the server for something.
    pub async fn ready(&mut self, site: &Site, ports: &Ports) -> anyhow::Result<()> {
        let (began, mut first) = (Instant::now(), None);
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("`{}` ended before it was ready ({status})", self.command);
            }
            let mut listening = 0;
            for port in ports.values() {
                listening += usize::from(TcpStream::connect(("127.0.0.1", *port)).await.is_ok());
            }
            if listening > 0 {
                first.get_or_insert_with(Instant::now);
            }
            let is_enough = first.is_some_and(|at| at.elapsed() >= OTHERS);
            let is_all = listening > 0 && listening == ports.len();
            if is_all || is_enough || site.activity.was_asked() {
                return Ok(());
            }
            if began.elapsed() >= READY {
                let ports: Vec<_> = ports.values().map(ToString::to_string).collect();
                let seconds = READY.as_secs();
                let places = match &ports[..] {
                    [] => "asked the server for nothing".to_owned(),
                    ports => format!("neither listened on {} nor asked", ports.join(", ")),
                };
                bail!("`{}` {places} within {seconds} s", self.command);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// How it ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// What it printed last.
    pub fn output(&mut self) -> String {
        String::from_utf8_lossy(&self.end_of_output().unwrap_or_default()).into_owned()
    }

    fn end_of_output(&mut self) -> std::io::Result<Vec<u8>> {
        let length = self.output.metadata()?.len();
        self.output.seek(SeekFrom::Start(length.saturating_sub(OUTPUT_MAX_BYTES)))?;
        let mut bytes = Vec::new();
        (&self.output).take(OUTPUT_MAX_BYTES).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Asks it to end, and ends it with all that it started.
    pub async fn stop(mut self) {
        self.signal(Signal::TERM);
        let began = Instant::now();
        while self.ended().is_none() && began.elapsed() < STOP {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    fn signal(&self, signal: Signal) {
        let group = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(group) = group {
            // A group that is gone already has done what it was asked.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        // It was killed, so this does not wait.
        let _ = self.child.wait();
    }
}
