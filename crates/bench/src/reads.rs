//! Reads over HTTP beside a bare route that answers the same bytes.

use bytes::Bytes;

use crate::bare_route;
use crate::fixture::{BUSINESS, Cast, FIRST_CHAT, MARKET_KEY, market_send};
use crate::load::over_http;
use crate::options::Options;
use crate::stats::{Load, Medians, ratio};
use crate::wire::{Wire, request};

const CLIENTS: [usize; 3] = [1, 8, 32];
const PAGE: usize = 50;

/// Measures a single message and a page of history.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.fresh_folder("reads")?;
    let running = Cast::quiet(8).start(&folder).await?;
    let mut wire = Wire::connect(running.address()).await?;
    for _ in 0..PAGE + 10 {
        wire.exchange(&market_send(FIRST_CHAT)).await?;
    }
    let at = format!("/v2/businesses/{BUSINESS}/chats");
    let path = format!("{at}/history?chatId={FIRST_CHAT}&limit={PAGE}");
    let key = [("api-key", MARKET_KEY)];
    let history = request("POST", &path, &key, "{}");
    let page = wire.exchange(&history).await?;
    let first = first_message(&page)?;
    let path = format!("{at}/message?chatId={FIRST_CHAT}&messageId={first}");
    let single = request("GET", &path, &key, "");
    let message = wire.exchange(&single).await?;
    println!("| clients | what | of the bare route | reads/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|---|");
    for (name, request, body) in
        [("one message", single, message), ("history of 50", history, page)]
    {
        let name = format!("{name} ({} bytes)", body.len());
        let route = bare_route::answering(body).await?;
        for clients in CLIENTS {
            let requests: Vec<Bytes> = vec![request.clone(); clients];
            let mut turns: [Vec<Load>; 2] = Default::default();
            for _ in 0..options.rounds {
                turns[0].push(over_http(route, requests.clone(), options.turn).await?);
                turns[1].push(over_http(running.address(), requests.clone(), options.turn).await?);
            }
            for (who, loads) in ["bare route", "Peyk"].iter().zip(&turns) {
                let (share, Medians { per_second, p50, p99 }) =
                    (ratio(loads, &turns[0]) * 100.0, Medians::of(loads));
                println!(
                    "| {clients} | {name}, {who} | {share:.0} % | {per_second:.0} | {p50:.2} \
                     | {p99:.2} |"
                );
            }
        }
    }
    running.stop().await
}

fn first_message(page: &[u8]) -> anyhow::Result<i64> {
    let text = std::str::from_utf8(page)?;
    let rest = text.split("\"messageId\":").nth(1).unwrap_or_default();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}
