//! What is logged. A program of its own, since what other tests log at the same time would count.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use peyk_client::market::{ChatId, Credential};
use peyk_client::{Care, ErrorKind, Kenar, Market};
use std::time::Duration;

#[path = "it/proxy.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod proxy;

use proxy::{Fault, Proxy};

const KEY: &str = "ACMA:secretsecretsecretsecretsecretsecretsecr:0123abcd";
const TEXT: &str = "тайный текст";

#[derive(Clone, Default)]
struct Lines(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_name_operations_and_no_secrets() {
    let lines = Lines::default();
    let written = lines.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || written.clone())
        .init();
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    proxy.next([Fault::LoseRequest, Fault::json("200 OK", r#"{"status":"OK"}"#)]);
    let refused = r#"{"code":16,"message":"unauthenticated","details":[]}"#;
    proxy.next([Fault::json("503 Busy", ""), Fault::json("401 Unauthorized", refused)]);
    let care = Care::default().first_pause(Duration::from_millis(1));
    let market = Market::builder(1, Credential::api_key(KEY)).peyk(&*proxy.url).care(care.clone());
    market.build().unwrap().send(ChatId(987_654), TEXT).await.unwrap();
    let kenar = Kenar::builder("key-secret").peyk(&*proxy.url).care(care).build().unwrap();
    let error = kenar.as_user("ory_at_secret").me().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthenticated);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = text.lines().filter(|line| line.contains("peyk_client")).collect();
    assert!(ours.iter().any(|line| line.contains("sendMessageToChat")), "{text}");
    assert!(ours.iter().any(|line| line.contains("status=503")), "{text}");
    let all = ours.join("\n") + &format!("{error} {error:?}");
    for secret in ["secretsecret", "key-secret", "ory_at_secret", "тайный", "987654"] {
        assert!(!all.contains(secret), "{secret} is in {all}");
    }
}
