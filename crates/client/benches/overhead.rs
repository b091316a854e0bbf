//! CPU time of one request through this client, and through a bare hyper client, against the same tiny server.
//!
//! `cargo bench -p peyk-client`. Both run on one thread, round after round, and the kernel counts that thread's time alone; the
//! server has threads of its own. Linux only.

#![expect(clippy::unwrap_used, reason = "a benchmark may fail where it stands")]

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use peyk_client::market::{ChatId, Credential};
use peyk_client::{Care, Market};

const ROUNDS: usize = 41;
const REQUESTS: u32 = 500;
const KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";
const BODY: &str = r#"{"status":"OK","result":{"chatId":5001,"orderId":90001,"context":{"type":"ORDER","customer":{"name":"Ivan","publicId":"ivan"},"campaignId":4001,"orderId":90001},"type":"CHAT","status":"WAITING_FOR_PARTNER","createdAt":"2026-11-20T15:00:00+03:00","updatedAt":"2026-11-20T15:00:00+03:00"}}"#;

/// Answers every request with the same bytes.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let length = BODY.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}"
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, answer) = (stream.unwrap(), answer.clone());
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                // These requests are small, and each comes in one piece.
                while stream.read(&mut bytes).is_ok_and(|read| read > 0) {
                    stream.write_all(answer.as_bytes()).unwrap();
                }
            });
        }
    });
    url
}

/// Nanoseconds that this thread has been on a processor.
fn cpu_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let url = server();
    let market = Market::builder(1, Credential::api_key(KEY)).base_url(&*url);
    let market = market.care(Care::default()).build().unwrap();
    let hyper = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let path = format!("{url}/v2/businesses/1/chat?chatId=5001");
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let began = cpu_nanos();
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                market.chat(ChatId(5001)).await.unwrap();
            }
        });
        let between = cpu_nanos();
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                let request = http::Request::get(&path).header("api-key", KEY);
                let response = hyper.request(request.body(Empty::new()).unwrap()).await.unwrap();
                response.into_body().collect().await.unwrap();
            }
        });
        let micros = |nanos: u64| nanos as f64 / f64::from(REQUESTS) / 1000.0;
        ours.push(micros(between - began));
        bare.push(micros(cpu_nanos() - between));
    }
    let (ours, bare) = (median(ours), median(bare));
    println!("bare hyper {bare:.1} µs, client {ours:.1} µs, over it {:.1} µs", ours - bare);
}
