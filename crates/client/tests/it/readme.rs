//! The bot of the README, letter by letter.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use futures_util::TryStreamExt as _;
use peyk_client::market::ChatId;
use serde_json::{Value, json};

use crate::harness::{self, BOT_CHAT, ORDER_CHAT, Peyk};
use crate::market;

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// An example without the words at its head.
fn example(name: &str) -> String {
    let text = file(&format!("examples/{name}.rs"));
    let lines = text.lines().skip_while(|line| line.starts_with("//!") || line.is_empty());
    lines.map(|line| format!("{line}\n")).collect()
}

/// The blocks of Rust in a page.
fn blocks(page: &str) -> Vec<String> {
    let text = file(page);
    let parts = text.split("```rust\n").skip(1);
    parts.map(|part| part.split("```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_bot_of_both_readmes_is_the_example_and_two_lines_make_it_live() {
    let (sandbox, live) = (example("echo"), example("echo_live"));
    for page in ["README.md", "../../README.md"] {
        let blocks = blocks(page);
        assert_eq!(blocks[0], sandbox, "{page}");
        let changed: Vec<&str> = live
            .lines()
            .zip(sandbox.lines())
            .filter_map(|(live, sandbox)| (live != sandbox).then_some(live))
            .collect();
        assert_eq!(blocks[1].lines().collect::<Vec<_>>(), changed, "{page}");
        assert_eq!(changed.len(), 2);
    }
    assert_eq!(live.lines().count(), sandbox.lines().count());
    assert!(sandbox.lines().count() <= 20, "an echo bot in twenty lines");
}

/// Where cargo puts an example beside this test.
fn binary(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.parent().unwrap().parent().unwrap().join("examples").join(name)
}

/// Starts an example as it is: its requests to `http://127.0.0.1:8080` go to this server as to a proxy.
fn start(name: &str, peyk: &Peyk) -> tokio::process::Child {
    let mut command = tokio::process::Command::from(Command::new(binary(name)));
    for name in ["http_proxy", "HTTP_PROXY"] {
        command.env(name, &peyk.url);
    }
    for name in ["no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    let started = command.stdin(Stdio::null()).kill_on_drop(true).spawn();
    started.expect(
        "`cargo test` builds examples; with `--test it` run `cargo build --examples` before",
    )
}

async fn control(peyk: &Peyk, path: &str, body: Option<Value>) -> Value {
    let request = match body {
        Some(body) => peyk
            .request("POST", &format!("/control/v1{path}"))
            .header("content-type", "application/json")
            .body(body.to_string()),
        None => peyk.request("GET", &format!("/control/v1{path}")),
    };
    harness::send(request).await.json()
}

/// Says something as Ivan until the bot is there and answers it.
async fn answered(peyk: &Peyk, chat: &str, text: &str, wanted: &str) {
    let path = format!("/people/ivan/conversations/{chat}/messages");
    for turn in 0..400 {
        if turn % 40 == 0 {
            control(peyk, &path, Some(json!({ "text": text }))).await;
        }
        let page = control(peyk, &path, None).await;
        let said = page["items"].as_array().unwrap();
        if said.iter().any(|message| message["text"] == wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody said {wanted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_echo_bot_echoes_and_ends_at_sigterm() {
    let peyk = Peyk::start().await;
    let mut bot = start("echo", &peyk);
    answered(&peyk, BOT_CHAT, "/start", "سلام! هر چه بگویید تکرار می‌کنم.").await;
    control(
        &peyk,
        &format!("/people/ivan/conversations/{BOT_CHAT}/messages"),
        Some(json!({ "text": "а?" })),
    )
    .await;
    let path = format!("/people/ivan/conversations/{BOT_CHAT}/messages");
    let echoes = async || {
        let page = control(&peyk, &path, None).await;
        let said = page["items"].as_array().unwrap().clone();
        said.iter().filter(|message| message["text"] == "а?").count()
    };
    for _ in 0..200 {
        if echoes().await == 2 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(echoes().await, 2);
    #[cfg(unix)]
    {
        let id = bot.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = tokio::time::timeout(Duration::from_secs(15), bot.wait()).await;
        assert!(ended.unwrap().unwrap().success());
    }
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_bot_answers_at_both_marketplaces() {
    let peyk = Peyk::start().await;
    let bot = start("both", &peyk);
    answered(&peyk, BOT_CHAT, "سلام", "1: سلام").await;
    answered(&peyk, &ORDER_CHAT.to_string(), "привет", "1: привет").await;
    let said: Vec<_> = market(&peyk.url).history(ChatId(ORDER_CHAT)).try_collect().await.unwrap();
    assert!(said.iter().any(|message| message.text.as_deref() == Some("1: привет")));
    drop(bot);
    peyk.stop().await;
}
