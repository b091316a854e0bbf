//! `peyk export` and `peyk load`: a running sandbox as a World file, and such a file into one.

use std::path::Path;

use anyhow::{Context as _, bail};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;

use super::options::Configuration;
use crate::control::ROOT;

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
    std::fs::write(file, &text).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("{}: {} bytes", file.display(), text.len());
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
    })?;
    println!(
        "{}: {} people, {} conversations",
        file.display(),
        loaded["people"],
        loaded["conversations"]
    );
    Ok(())
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
