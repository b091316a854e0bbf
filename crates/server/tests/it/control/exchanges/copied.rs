//! Requests, copied and sent again: each copy is run, and what it is answered is compared.

use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{bot_writes, get, items};
use crate::events::Receiver;
use crate::harness::{self, APP_KEY, BOT_CHAT, BUSINESS, MARKET_KEY, ORDER_CHAT, Peyk};
use axum::response::IntoResponse;
use http::StatusCode;
use peyk_server::Settings;

/// What has broken every quoting that was ever written.
const NASTY: &str =
    "it's \"quoted\" $HOME `id` \\ \\n %s !! {a,b} [1-3]\n\ttab\r سلام‌ها 🚲 <&>;'\\'' \u{7f}";

/// Runs a program with the secrets in its environment.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .env("PEYK_API_KEY", APP_KEY)
        .env("no_proxy", "*")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// The copy of this exchange arrived as another with the same request, and was answered this; the
/// same as the first but for what has to differ.
async fn arrived_again(peyk: &Peyk, first: &Value, said: &str) {
    let (second, status, text) = newest(peyk).await;
    assert_ne!(*first, second);
    assert_eq!((status, text), (json!(200), json!(NASTY)));
    let mut answers = Vec::new();
    for id in [first, &second] {
        let shown = get(peyk, &format!("/exchanges/{id}")).await;
        let headers = shown["request"]["headers"].as_array().unwrap().clone();
        let is_ours =
            |header: &&Value| ["x-api-key", "content-type"].contains(&header[0].as_str().unwrap());
        let headers: Vec<_> = headers.iter().filter(is_ours).cloned().collect();
        answers.push((headers, shown["answer"]["body"]["text"].clone()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[1].1, said.trim_end());
}

async fn copies(peyk: &Peyk, id: &Value) -> Value {
    get(peyk, &format!("/exchanges/{id}/copy")).await
}

/// The text of the newest message that the bot sent, as the record has it.
async fn newest(peyk: &Peyk) -> (Value, Value, Value) {
    let id = items(peyk, "?limit=1&dialect=kenar").await[0]["id"].clone();
    let shown = get(peyk, &format!("/exchanges/{id}")).await;
    let body = serde_json::from_str::<Value>(shown["request"]["body"]["text"].as_str().unwrap());
    (id, shown["status"].clone(), body.unwrap()["text_message"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_for_a_shell_sends_the_very_same_request() {
    let peyk = Peyk::start().await;
    bot_writes(&peyk, APP_KEY, NASTY).await;
    let (first, _, _) = newest(&peyk).await;
    let curl = copies(&peyk, &first).await["curl"].as_str().unwrap().to_owned();
    assert!(
        !curl.contains(APP_KEY) && curl.contains("-H 'x-api-key: '\"$PEYK_API_KEY\""),
        "{curl}"
    );
    let said = tokio::task::spawn_blocking(move || run("bash", &["-c", &curl])).await.unwrap();
    arrived_again(&peyk, &first, &said).await;
    peyk.stop().await;
}

/// A stand-in for the library, so that the program runs without it.
const REQUESTS: &str = "\
import urllib.request, urllib.error
class Answer: pass
def request(method, url, headers={}, data=None, files=None):
    headers = {k: v.decode('latin-1') for k, v in headers.items()}
    asked = urllib.request.Request(url, data=data, headers=headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(asked) as response:
        answer = Answer()
        answer.status_code, answer.text = response.status, response.read().decode()
        return answer
";

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_for_python_sends_the_very_same_request() {
    let peyk = Peyk::start().await;
    bot_writes(&peyk, APP_KEY, NASTY).await;
    let (first, _, _) = newest(&peyk).await;
    let python = copies(&peyk, &first).await["python"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("requests.py"), REQUESTS).unwrap();
    let program = folder.path().join("again.py");
    std::fs::write(&program, python).unwrap();
    let path = program.to_str().unwrap().to_owned();
    let said = tokio::task::spawn_blocking(move || run("python3", &[&path])).await.unwrap();
    let said = said.strip_prefix("200\n").unwrap();
    arrived_again(&peyk, &first, said).await;
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_for_node_sends_the_very_same_request() {
    if Command::new("node").arg("--version").stdout(Stdio::null()).status().is_err() {
        eprintln!("SKIPPED: node is not installed");
        return;
    }
    let peyk = Peyk::start().await;
    bot_writes(&peyk, APP_KEY, NASTY).await;
    let (first, _, _) = newest(&peyk).await;
    let javascript = copies(&peyk, &first).await["javascript"].as_str().unwrap().to_owned();
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("again.mjs");
    std::fs::write(&program, javascript).unwrap();
    let path = program.to_str().unwrap().to_owned();
    let said = tokio::task::spawn_blocking(move || run("node", &[&path])).await.unwrap();
    let said = said.strip_prefix("200\n").unwrap();
    arrived_again(&peyk, &first, said).await;
    peyk.stop().await;
}

/// What the copy for Rust has to be, as a part of this program so that it is compiled.
const AGAIN: &str = include_str!("copied/again.rs");

mod again {
    include!("copied/again.rs");

    pub fn run() {
        main().unwrap();
    }
}

#[test]
#[ignore = "the test below starts it as a process of its own"]
fn the_copy_for_rust() {
    again::run();
}

/// The copy is compiled with the port of nobody, so it goes there by way of the server.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_for_rust_sends_the_very_same_request() {
    let settings = Settings { public_url: "http://127.0.0.1:9".into(), ..Settings::default() };
    let mut peyk = Peyk::with(harness::world(), settings).await;
    peyk.url = format!("http://{}", peyk.running().address());
    bot_writes(&peyk, APP_KEY, NASTY).await;
    let (first, _, _) = newest(&peyk).await;
    assert_eq!(copies(&peyk, &first).await["rust"], AGAIN);
    let this = std::env::current_exe().unwrap();
    let url = peyk.url.clone();
    let run = move || {
        let name = "control::exchanges::copied::the_copy_for_rust";
        let output = Command::new(this)
            .args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"])
            .env("PEYK_API_KEY", APP_KEY)
            .env("http_proxy", url)
            .env_remove("no_proxy")
            .env_remove("NO_PROXY")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{said} {}", String::from_utf8_lossy(&output.stderr));
        said
    };
    let said = tokio::task::spawn_blocking(run).await.unwrap();
    let (_, said) = said.split_once("200 OK\n").unwrap();
    arrived_again(&peyk, &first, said.lines().next().unwrap()).await;
    peyk.stop().await;
}

#[tokio::test]
async fn copies_are_programs_with_variables_in_place_of_secrets() {
    let peyk = Peyk::start().await;
    let path = format!("/v2/businesses/{BUSINESS}/chat?chatId={ORDER_CHAT}&note=it%27s");
    let request = peyk.request("GET", &path).header("api-key", MARKET_KEY);
    harness::send(request.header("authorization", "Bearer y0_demo")).await;
    let copies = copies(&peyk, &json!(1)).await;
    let url = format!("{}{path}", peyk.url);
    assert_eq!(
        copies["curl"],
        format!(
            "curl -g -X 'GET' '{url}' \\\n  -H 'api-key: '\"$PEYK_API_KEY\" \\\n  \
             -H 'authorization: Bearer '\"$PEYK_TOKEN\"\n"
        )
    );
    assert_eq!(
        copies["python"],
        format!(
            "import os\n\nimport requests\n\nresponse = requests.request(\n    \"GET\",\n    \
             \"{url}\",\n    headers={{\n        \
             \"api-key\": (os.environ[\"PEYK_API_KEY\"]).encode(),\n        \
             \"authorization\": (\"Bearer \" + os.environ[\"PEYK_TOKEN\"]).encode(),\n    }},\n)\n\
             print(response.status_code)\nprint(response.text)\n"
        )
    );
    assert_eq!(
        copies["javascript"],
        format!(
            "const response = await fetch(\"{url}\", {{\n  method: \"GET\",\n  headers: {{\n    \
             \"api-key\": process.env.PEYK_API_KEY,\n    \
             \"authorization\": \"Bearer \" + process.env.PEYK_TOKEN,\n  }},\n}});\n\
             console.log(response.status);\nconsole.log(await response.text());\n"
        )
    );
    assert_eq!(
        copies["rust"],
        format!(
            "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {{\n    \
             let variable = |name: &str| std::env::var(name).expect(name);\n    \
             let response = reqwest::Client::new()\n        \
             .request(reqwest::Method::from_bytes(b\"GET\")?, \"{url}\")\n        \
             .header(\"api-key\", [variable(\"PEYK_API_KEY\")].concat())\n        \
             .header(\"authorization\", [\"Bearer \".to_owned(), variable(\"PEYK_TOKEN\")].concat())\n        \
             .send()\n        .await?;\n    println!(\"{{}}\", response.status());\n    \
             println!(\"{{}}\", response.text().await?);\n    Ok(())\n}}\n",
        )
    );
    peyk.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_can_be_sent_to_its_receiver_again() {
    let receiver = Receiver::start(|_| StatusCode::OK.into_response()).await;
    let peyk = crate::events::start(Some(format!("{}/hook", receiver.url)), None).await;
    let chat = crate::events::number(&peyk, BOT_CHAT).await;
    crate::events::says(&peyk, "ivan", chat, NASTY).await;
    let heard = receiver.next().await;
    let out = super::until(&peyk, "/exchanges?direction=out", |page| page["items"][0].is_object());
    let curl = copies(&peyk, &out.await["items"][0]["id"]).await["curl"].clone();
    let curl = curl.as_str().unwrap().to_owned();
    tokio::task::spawn_blocking(move || run("bash", &["-c", &curl])).await.unwrap();
    let again = receiver.next().await;
    assert_eq!((again.body, again.path), (heard.body, heard.path));
    assert_eq!(again.headers["webhook-id"], heard.headers["webhook-id"]);
    peyk.stop().await;
}
