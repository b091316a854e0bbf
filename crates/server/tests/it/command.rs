//! The `peyk` binary, run as people run it.

mod admin;
mod configuration;
mod durability;
mod exchanges;
mod going_back;
mod killed;
mod listen;
mod operations;
mod record;
mod serving;
mod talk;
mod test;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use peyk_store::Database;
use serde_json::Value;

/// A folder with a database of its own.
struct Place {
    folder: tempfile::TempDir,
    database: Database,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = crate::database::database(&folder.path().join("data"));
        Self { folder, database }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `peyk` in this folder, knowing nothing of the environment of the tests.
    fn peyk(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_peyk"));
        command.current_dir(self.path()).args(arguments);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PEYK_") {
                command.env_remove(name);
            }
        }
        if let Database::Postgres(url) = &self.database {
            command.env("PEYK_DATABASE", url);
        }
        command
    }

    /// Runs `peyk` to its end.
    fn run(&self, arguments: &[&str]) -> Ended {
        ended(&mut self.peyk(arguments))
    }

    /// Starts a server on a free port.
    fn serve(&self, arguments: &[&str]) -> Served {
        Served::start(self.peyk(&[&["--listen", "127.0.0.1:0"], arguments].concat()))
    }
}

/// How a program ended.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn ended(command: &mut Command) -> Ended {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    Ended { code: output.status.code(), stdout, stderr }
}

/// A server that is killed with the test.
struct Served {
    child: Child,
    out: BufReader<ChildStdout>,
    first_line: String,
    http: reqwest::Client,
}

impl Served {
    fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut first_line = String::new();
        out.read_line(&mut first_line).unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { child, out, first_line, http }
    }

    fn url(&self) -> &str {
        self.first_line.trim().strip_prefix("listening on ").expect(&self.first_line)
    }

    /// Asks the server to stop, and gives what it had printed and how it ended.
    fn stop(mut self, signal: &str) -> (String, std::process::ExitStatus) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (std::mem::take(&mut self.first_line) + &rest, self.child.wait().unwrap())
    }

    async fn control(&self, path: &str, body: Option<Value>) -> reqwest::Result<Value> {
        let url = format!("{}/control/v1{path}", self.url());
        let request = match &body {
            Some(body) => self.http.post(url).json(body),
            None => self.http.get(url),
        };
        request.send().await?.error_for_status()?.json().await
    }

    /// Every message of one of a person's conversations.
    async fn messages(&self, path: &str) -> Vec<Value> {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.control(&format!("{path}?limit=200{cursor}"), None).await.unwrap();
            found.extend(page["items"].as_array().unwrap().clone());
            let Some(next) = page["next_cursor"].as_str() else { return found };
            cursor = format!("&cursor={next}");
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
