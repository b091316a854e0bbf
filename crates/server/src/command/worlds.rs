//! `peyk export` and `peyk load`: a running sandbox as a World file, and such a file into one.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use super::options::Configuration;
use super::private;
use crate::control::ROOT;

/// How the server calls a World that it was given.
const NAMELESS: &str = "world.toml";

/// `peyk export FILE`.
pub fn export(
    configuration: &Configuration,
    server: &str,
    file: &Path,
    with_secrets: bool,
) -> anyhow::Result<()> {
    let secrets = if with_secrets { "open" } else { "sealed" };
    let text = run(async {
        let url = format!("{}{ROOT}/world?secrets={secrets}", server.trim_end_matches('/'));
        let response = send(configuration, server, client()?.get(url)).await?;
        Ok(response.text().await?)
    })?;
    // Hashes of keys and what people said are nobody else's business.
    let written = private::create(file, true).and_then(|mut out| out.write_all(text.as_bytes()));
    written.with_context(|| format!("{} cannot be written", file.display()))?;
    println!("{}: {} bytes, which only you can read", file.display(), text.len());
    Ok(())
}

/// `peyk load FILE`.
pub fn load(
    configuration: &Configuration,
    server: &str,
    file: &Path,
    replace: bool,
) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file);
    let text = text.with_context(|| format!("{} cannot be read", file.display()))?;
    let loaded: Value = run(async {
        let url = format!("{}{ROOT}/world?replace={replace}", server.trim_end_matches('/'));
        let response = send(configuration, server, client()?.post(url).body(text)).await?;
        Ok(response.json().await?)
    })
    .map_err(|error| placed(&error, file))?;
    println!(
        "{}: {} people, {} conversations",
        file.display(),
        loaded["people"],
        loaded["conversations"]
    );
    Ok(())
}

/// Mistakes, told with the file's own name: the server was given a text without one.
fn placed(error: &anyhow::Error, file: &Path) -> anyhow::Error {
    let text = format!("{error:#}");
    let lines: Vec<_> = text
        .lines()
        .map(|line| match line.strip_prefix(NAMELESS) {
            Some(place) => format!("{}{place}", file.display()),
            None => line.to_owned(),
        })
        .collect();
    match lines.len() {
        0 | 1 if !text.starts_with(NAMELESS) => anyhow!("{}", lines.join("\n")),
        _ => anyhow!("{} cannot be loaded:\n{}", file.display(), lines.join("\n")),
    }
}

fn run<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    // A provider that is there already is as good.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

fn client() -> anyhow::Result<Client> {
    Ok(Client::builder().no_proxy().build()?)
}

async fn send(
    configuration: &Configuration,
    server: &str,
    mut request: RequestBuilder,
) -> anyhow::Result<Response> {
    if let Some(token) = &configuration.admin_token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await;
    let response = response.with_context(|| format!("no server answers at {server}"))?;
    if response.status().is_success() {
        return Ok(response);
    }
    let answer: Value = response.json().await.context("the server does not answer in JSON")?;
    bail!("{}", answer["error"]["message"].as_str().unwrap_or("the server refused"));
}
