//! `peyk listen`: what a webhook would get, on one's own machine.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::json;

use super::{Place, Served};
use crate::events::{Heard, Receiver};

const BOT_CHAT: &str = "/people/ivan/conversations/6f1c1b1e-7d55-4c35-9a53-0a5a5f0b7a01/messages";

/// A listener that is killed with the test.
struct Listener {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Listener {
    fn start(place: &Place, server: &str, forward_to: &str) -> Self {
        let arguments = ["listen", "--app", "echo", "--server", server, "--forward-to", forward_to];
        let mut command = place.peyk(&arguments);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut listener = Self { child, out };
        let expected = format!("listening to app=echo, forwarding to {forward_to}");
        assert_eq!(listener.line(), expected);
        listener
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn write(served: &Served, text: &str) {
    served.control(BOT_CHAT, Some(json!({ "text": text }))).await.unwrap();
}

fn text(heard: &Heard) -> String {
    heard.json()["new_chatbot_message"]["text"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_forwards_in_order_and_catches_up_after_a_pause_and_a_restart() {
    let place = Place::new();
    let receiver = Receiver::start(|heard| match text(heard).as_str() {
        "bad" => StatusCode::BAD_REQUEST.into_response(),
        _ => StatusCode::OK.into_response(),
    })
    .await;
    let served = place.serve(&[]);
    // The demo World has an address of its own, where nobody listens in a test.
    let webhooks = served.control("/webhooks?app=echo", None).await.unwrap();
    let off = format!("/webhooks/{}/off", webhooks["items"][0]["id"]);
    served.control(&off, Some(json!({}))).await.unwrap();
    let forward_to = format!("{}/hook", receiver.url);
    let server = served.url().to_owned();
    let mut listener = Listener::start(&place, &server, &forward_to);
    write(&served, "one").await;
    write(&served, "bad").await;
    let heard = receiver.next().await;
    assert_eq!((text(&heard).as_str(), heard.path.as_str()), ("one", "/hook"));
    assert_eq!(heard.headers["authorization"], "echo-identification");
    assert_eq!(text(&receiver.next().await), "bad");
    let id = heard.headers["webhook-id"].to_str().unwrap();
    let line = listener.line();
    assert!(line.starts_with(&format!("{id}  message_sent  200  ")), "{line}");
    // A line is printed when the place is remembered.
    assert!(listener.line().contains("  message_sent  400  "));
    drop(listener);

    write(&served, "two").await;
    write(&served, "three").await;
    let mut listener = Listener::start(&place, &server, &forward_to);
    for text_of_next in ["two", "three"] {
        assert_eq!(text(&receiver.next().await), text_of_next);
        assert!(listener.line().contains("  200  "));
    }

    let address = server.trim_start_matches("http://").to_owned();
    served.stop("-TERM");
    let served = Served::start(place.peyk(&["--listen", &address]));
    write(&served, "four").await;
    assert_eq!(text(&receiver.next().await), "four");
}

#[test]
fn a_listener_says_what_is_wrong() {
    let place = Place::new();
    let served = place.serve(&[]);
    let forward = ["--forward-to", "http://127.0.0.1:9/"];
    let found = place
        .run(&[&["listen", "--app", "nobody", "--server", served.url()], &forward[..]].concat());
    assert_eq!(found.code, Some(1));
    assert_eq!(found.stderr, "peyk: the server says no: app not found\n");
    let file = place.path().join("peyk-listen-app-echo.cursor");
    std::fs::write(&file, "of-another-server").unwrap();
    let found =
        place.run(&[&["listen", "--app", "echo", "--server", served.url()], &forward[..]].concat());
    let expected = "peyk: the server says no: page token is invalid; \
                    peyk-listen-app-echo.cursor may belong to another server\n";
    assert_eq!((found.code, found.stderr.as_str()), (Some(1), expected));
    let found = place.run(&[&["listen"], &forward[..]].concat());
    assert_eq!(found.code, Some(2));
    assert!(found.stderr.contains("--app <SLUG>|--business <ID>"), "{found:?}");
}
