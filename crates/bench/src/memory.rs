//! Memory: of an idle server, while very many deliveries wait, and of one with very many idle streams.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use peyk_engine::send_message::send_as_person;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::binary::{Memory, Process, build};
use crate::fixture::{Cast, bot_chats, draft};
use crate::options::Options;
use crate::wire::request;

/// Messages that are sent in one transaction, to be done sooner.
const BATCH: usize = 1000;
const APPS: usize = 20;
const PEOPLE: usize = 50;

/// Streams of events that are open at once. Both processes need that many open files.
const STREAMS: usize = 10_000;

/// How long a server is left alone before it is looked at.
const REST: Duration = Duration::from_secs(3);
/// How long it takes until the allocator gives back what nobody uses, if it does.
const LONG_REST: Duration = Duration::from_secs(15);

/// Measures the idle server and the one with deliveries.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    idle(options).await?;
    waiting(options).await
}

async fn idle(options: &Options) -> anyhow::Result<()> {
    let binary = build()?;
    let folder = options.fresh_folder("memory")?;
    let process = Process::start(&binary, &folder).await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let Memory { resident, own } = process.memory()?;
    println!("idle: {resident:.0} MiB resident, {own:.0} MiB of it its own");
    Ok(())
}

/// Streams on which nothing comes, each on a connection of its own; they go, and come once more.
pub async fn streams(options: &Options) -> anyhow::Result<()> {
    let binary = build()?;
    let folder = options.fresh_folder("streams")?;
    let process = Process::start(&binary, &folder).await?;
    println!("| | resident MiB | its own MiB |");
    println!("|---|---|---|");
    let tell = async |what: &str, rest: Duration| -> anyhow::Result<()> {
        tokio::time::sleep(rest).await;
        let Memory { resident, own } = process.memory()?;
        println!("| {what} | {resident:.0} | {own:.0} |");
        Ok(())
    };
    tell("none yet", REST).await?;
    let open = open_streams(&process).await?;
    tell(&format!("{} idle streams", open.len()), REST).await?;
    drop(open);
    tell("all are gone", LONG_REST).await?;
    let open = open_streams(&process).await?;
    tell(&format!("{} idle streams again", open.len()), REST).await
}

async fn open_streams(process: &Process) -> anyhow::Result<Vec<TcpStream>> {
    let ask = request("GET", "/control/v1/events", &[("accept", "text/event-stream")], "");
    let mut open = Vec::with_capacity(STREAMS);
    for _ in 0..STREAMS {
        let stream = TcpStream::connect(process.address).await;
        let mut stream = stream.context("a stream cannot be opened: see `ulimit -n`")?;
        stream.write_all(&ask).await?;
        let mut head = [0; 512];
        let read = stream.read(&mut head).await?;
        ensure!(head[..read].starts_with(b"HTTP/1.1 200"), "no stream");
        open.push(stream);
    }
    Ok(open)
}

/// Deliveries pile up behind receivers that are not there, while the deliverer does what it can.
async fn waiting(options: &Options) -> anyhow::Result<()> {
    let folder = options.fresh_folder("memory")?;
    // Port 1 refuses at once.
    let apps = (0..APPS).map(|app| Some(format!("http://127.0.0.1:1/{app}"))).collect();
    let running = Cast { people: PEOPLE, apps, shop_url: None }.start(&folder).await?;
    let engine = running.site().engine.clone();
    let chats = bot_chats(&engine).await?;
    println!("| deliveries waiting | resident MiB | its own MiB | database MiB | messages/s |");
    println!("|---|---|---|---|---|");
    let step = (options.waiting / 4).max(BATCH);
    let (mut done, mut since) = (0, Instant::now());
    tell(0, 0.0, &folder)?;
    while done < options.waiting {
        let (chats, text) = (chats.clone(), draft("a message that waits for its receiver")?);
        let sent = engine.write(move |context| {
            for (chat, person) in chats.iter().cycle().take(BATCH) {
                send_as_person(context, *person, *chat, &text)?;
            }
            Ok(())
        });
        sent.await?;
        done += BATCH;
        if done % step == 0 {
            tell(done, step as f64 / since.elapsed().as_secs_f64(), &folder)?;
            since = Instant::now();
        }
    }
    running.stop().await
}

fn tell(done: usize, rate: f64, folder: &std::path::Path) -> anyhow::Result<()> {
    let Memory { resident, own } = Memory::of("self")?;
    let database = std::fs::metadata(folder.join("peyk.db"))?.len() / (1024 * 1024);
    println!("| {done} | {resident:.0} | {own:.0} | {database} | {rate:.0} |");
    Ok(())
}
