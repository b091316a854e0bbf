//! Durable sends over HTTP beside the bare grouped writer.

use bytes::Bytes;

use crate::bare_route;
use crate::bare_writer::BareWriter;
use crate::fixture::{Cast, FIRST_CHAT, TEXT, bot_send, market_send};
use crate::load::over_http;
use crate::options::Options;
use crate::stats::{Load, Medians, ratio};
use crate::wire::request;

const CLIENTS: [i64; 4] = [1, 8, 32, 128];

/// Measures sends of both dialects, the bare writer, and the bare writer behind a bare route.
///
/// The server runs during its own turns only: what it does in the background is its own cost, and
/// must not be taken from those it is compared with.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let clients = options.clients.map_or(CLIENTS.to_vec(), |clients| vec![clients]);
    let most = clients.iter().copied().max().unwrap_or_default();
    let writer = BareWriter::start(&options.fresh_folder("bare")?, most)?;
    let route = bare_route::writing(writer.clone()).await?;
    println!("| clients | what | of the bare writer | messages/s | p50 ms | p99 ms |");
    println!("|---|---|---|---|---|---|");
    for clients in clients {
        let market: Vec<Bytes> = (0..clients).map(|each| market_send(FIRST_CHAT + each)).collect();
        let bot: Vec<Bytes> = (0..clients as usize).map(bot_send).collect();
        let plain = (1..=clients).map(|each| request("POST", &format!("/{each}"), &[], TEXT));
        let plain: Vec<Bytes> = plain.collect();
        let mut turns: [Vec<Load>; 4] = Default::default();
        for _ in 0..options.rounds {
            turns[0].push(writer.load(clients, TEXT, options.turn).await?);
            turns[1].push(sent(options, clients, market.clone()).await?);
            turns[2].push(sent(options, clients, bot.clone()).await?);
            turns[3].push(over_http(route, plain.clone(), options.turn).await?);
        }
        let names = ["bare writer, no HTTP", "Market", "Kenar bot", "bare writer, bare route"];
        for (name, loads) in names.iter().zip(&turns) {
            let (share, Medians { per_second, p50, p99 }) =
                (ratio(loads, &turns[0]) * 100.0, Medians::of(loads));
            println!(
                "| {clients} | {name} | {share:.0} % | {per_second:.0} | {p50:.2} | {p99:.2} |"
            );
        }
    }
    Ok(())
}

/// One turn of a server of its own.
async fn sent(options: &Options, clients: i64, requests: Vec<Bytes>) -> anyhow::Result<Load> {
    let folder = options.fresh_folder("sends")?;
    let running = Cast::quiet(usize::try_from(clients)?).start(&folder).await?;
    let load = over_http(running.address(), requests, options.turn).await?;
    running.stop().await?;
    Ok(load)
}
