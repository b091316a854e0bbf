//! CPU time of one request through the Rust client, and through a bare hyper client, against the same tiny server.
//!
//! Both run on one thread, round after round, and the kernel counts that thread's time alone; the server has threads of its own.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use peyk_client::Market;
use peyk_client::market::{ChatId, Credential};

use crate::options::Options;

/// Pairs of turns in each round that was asked for.
const ROUNDS: usize = 8;
const REQUESTS: u32 = 500;
const KEY: &str = "ACMA:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:0123abcd";
const BODY: &str = r#"{"status":"OK","result":{"chatId":5001,"orderId":90001,"context":{"type":"ORDER","customer":{"name":"Ivan","publicId":"ivan"},"campaignId":4001,"orderId":90001},"type":"CHAT","status":"WAITING_FOR_PARTNER","createdAt":"2026-11-20T15:00:00+03:00","updatedAt":"2026-11-20T15:00:00+03:00"}}"#;

/// Answers every request with the same bytes.
fn server() -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let url = format!("http://{}", listener.local_addr()?);
    let length = BODY.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}"
    );
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                // These requests are small, and each comes in one piece.
                while stream.read(&mut bytes).is_ok_and(|read| read > 0)
                    && stream.write_all(answer.as_bytes()).is_ok()
                {}
            });
        }
    });
    Ok(url)
}

/// Nanoseconds that this thread has been on a processor.
fn cpu_nanos() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanos = text.split_whitespace().next().context("the kernel does not count time")?;
    Ok(nanos.parse()?)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// Prints what a request costs with either client.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let rounds = options.rounds * ROUNDS;
    // A thread of its own, because that is what the kernel counts.
    let measured = tokio::task::spawn_blocking(move || {
        std::thread::spawn(move || rounds_of(rounds)).join().expect("measuring does not panic")
    });
    let (ours, bare) = measured.await??;
    println!("bare hyper {bare:.1} us, client {ours:.1} us, over it {:.1} us", ours - bare);
    Ok(())
}

fn rounds_of(rounds: usize) -> anyhow::Result<(f64, f64)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let url = server()?;
    let market = Market::builder(1, Credential::api_key(KEY)).base_url(&*url).build()?;
    let hyper = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let path = format!("{url}/v2/businesses/1/chat?chatId=5001");
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let began = cpu_nanos()?;
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                market.chat(ChatId(5001)).await?;
            }
            anyhow::Ok(())
        })?;
        let between = cpu_nanos()?;
        runtime.block_on(async {
            for _ in 0..REQUESTS {
                let request = http::Request::get(&path).header("api-key", KEY);
                let response = hyper.request(request.body(Empty::new())?).await?;
                response.into_body().collect().await?;
            }
            anyhow::Ok(())
        })?;
        let micros = |nanos: u64| nanos as f64 / f64::from(REQUESTS) / 1000.0;
        ours.push(micros(between - began));
        bare.push(micros(cpu_nanos()? - between));
    }
    Ok((median(ours), median(bare)))
}
