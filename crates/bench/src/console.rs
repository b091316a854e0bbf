//! The console with very many chats: how soon pages answer, how soon a message is seen elsewhere, and
//! what open consoles cost.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use peyk_engine::Engine;
use peyk_engine::send_message::send_as_person;
use peyk_model::{ConversationId, PersonId};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::binary::{Process, build};
use crate::fixture::{BUSINESS, Cast, bot_chats, draft};
use crate::options::Options;
use crate::stats::{Load, millis};
use crate::wire::{Wire, request};

const PEOPLE: usize = 2000;
const APPS: usize = 50;
/// Messages that are sent in one transaction, to be done sooner.
const BATCH: usize = 1000;
/// How often each page is asked for.
const LOOKS: usize = 100;
/// How many messages are watched on their way to another browser.
const MESSAGES: usize = 50;
/// How many consoles are open.
const CONSOLES: usize = 1000;
/// How long the search may take to know everything.
const PATIENCE: Duration = Duration::from_secs(600);
/// A word that one message of many has.
const RARE: &str = "велосипед";
/// How many messages share the rare word.
const RARE_EVERY: usize = 5000;

/// Measures pages, news and memory.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.fresh_folder("console")?;
    let cast = Cast { people: PEOPLE, apps: vec![None; APPS], shop_url: None };
    let running = cast.start(&folder).await?;
    let engine = running.site().engine.clone();
    let chats = bot_chats(&engine).await?;
    println!("{} chats with a message each", chats.len());
    fill(&engine, &chats).await?;
    let mut wire = Wire::connect(running.address()).await?;
    found(&mut wire, chats.len() / RARE_EVERY).await?;
    pages(&mut wire, chats[chats.len() / 2]).await?;
    news(running.address(), &engine, chats[7]).await?;
    running.stop().await?;
    consoles(options).await
}

async fn fill(engine: &Engine, chats: &[(ConversationId, PersonId)]) -> anyhow::Result<()> {
    for (index, batch) in chats.chunks(BATCH).enumerate() {
        let batch = batch.to_vec();
        let mut drafts = Vec::new();
        for number in 0..batch.len() {
            let all = index * BATCH + number;
            let word = if all.is_multiple_of(RARE_EVERY) { RARE } else { "заказ" };
            drafts.push(draft(&format!("Здравствуйте! Где мой {word} номер {all}?"))?);
        }
        let sent = engine.write(move |context| {
            for ((chat, person), draft) in batch.iter().zip(&drafts) {
                send_as_person(context, *person, *chat, draft)?;
            }
            Ok(())
        });
        sent.await?;
    }
    Ok(())
}

fn get(path: &str) -> Bytes {
    request("GET", path, &[], "")
}

fn search(words: &str) -> String {
    let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/console/chats?q={encoded}")
}

/// Waits until the search knows every message.
async fn found(wire: &mut Wire, wanted: usize) -> anyhow::Result<()> {
    let began = Instant::now();
    loop {
        let page = wire.exchange(&get(&search(RARE))).await?;
        let rows = String::from_utf8_lossy(&page).matches("<li id=\"chat-").count();
        // One page does not show more than so many.
        if rows >= wanted.min(20) {
            println!("everything can be found after {:.0} s", began.elapsed().as_secs_f64());
            return Ok(());
        }
        ensure!(began.elapsed() < PATIENCE, "the search does not come to an end: {rows} rows");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Where the list goes on.
fn next(page: &[u8]) -> anyhow::Result<String> {
    let text = String::from_utf8_lossy(page);
    let end = text.find("\" rel=\"next\"").context("no second page")?;
    let start = text[..end].rfind('"').context("no second page")?;
    Ok(text[start + 1..end].replace("&#38;", "&").replace("&amp;", "&"))
}

async fn pages(wire: &mut Wire, chat: (ConversationId, PersonId)) -> anyhow::Result<()> {
    let second = next(&wire.exchange(&get("/console/chats")).await?)?;
    let person = format!("p{}", chat.1.0 - 1);
    let rows = [
        ("Chats", "/console/chats".to_owned()),
        ("Chats, second page", second),
        ("Chats, waiting for the seller", "/console/chats?status=waiting_for_seller".to_owned()),
        ("Chats, nobody has written", "/console/chats?status=new".to_owned()),
        ("Chats, of one app", "/console/chats?seller=app:app3".to_owned()),
        ("Chats, of one shop", format!("/console/chats?seller=business:{BUSINESS}")),
        ("Chats, of one person", format!("/console/chats?person={person}")),
        ("Chats, about a question", "/console/chats?subject=direct".to_owned()),
        ("Chats, Market", "/console/chats?dialect=market".to_owned()),
        ("Chats, with files", "/console/chats?media=1".to_owned()),
        (
            "Chats, three filters",
            "/console/chats?dialect=kenar&seller=app:app3&status=waiting_for_seller".to_owned(),
        ),
        ("Chats, a word of few", search(RARE)),
        ("Chats, a word of all", search("Здравствуйте")),
        ("Chats, a phone", search("+79160000007")),
        ("Chats, nothing found", search("этогонетнигде")),
        ("A chat", format!("/console/chats/{}", chat.0)),
        ("Try it, the first visit", "/".to_owned()),
        ("Try it, a person's chats", format!("/?as={person}")),
        ("Try it, a chat", format!("/?as={person}&with={}", chat.0)),
        ("Deliveries", "/console/deliveries".to_owned()),
        ("A receiver", "/console/webhooks/1".to_owned()),
        ("Apps", "/console/apps".to_owned()),
        ("An app", "/console/apps/app3".to_owned()),
        ("A business", format!("/console/businesses/{BUSINESS}")),
        ("Sandbox", "/console/sandbox".to_owned()),
        ("Access", "/console/access".to_owned()),
    ];
    println!("| page | KiB | p50 ms | p99 ms |");
    println!("|---|---|---|---|");
    for (name, path) in rows {
        let asked = get(&path);
        let (mut took, mut size) = (Vec::new(), 0);
        for _ in 0..LOOKS {
            let began = Instant::now();
            size = wire.exchange(&asked).await.with_context(|| path.clone())?.len();
            took.push(began.elapsed());
        }
        let total = took.iter().sum();
        let load = Load::new(took, total);
        let [p50, p99] = [0.5, 0.99].map(|share| millis(load.quantile(share)));
        println!("| {name} | {} | {p50:.1} | {p99:.1} |", size / 1024);
    }
    Ok(())
}

/// A browser's stream of hints.
struct Hints(TcpStream);

impl Hints {
    async fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(&get("/console/live")).await?;
        let mut hints = Self(stream);
        hints.wait(b"retry:").await?;
        Ok(hints)
    }

    /// Waits until these bytes have come.
    async fn wait(&mut self, wanted: &[u8]) -> anyhow::Result<()> {
        let mut heard = Vec::new();
        let mut piece = [0; 512];
        while !heard.windows(wanted.len()).any(|window| window == wanted) {
            let length = self.0.read(&mut piece).await?;
            ensure!(length > 0, "the stream ended");
            heard.extend_from_slice(&piece[..length]);
        }
        Ok(())
    }
}

/// From the commit of a message until another browser has a page that shows it.
async fn news(
    address: SocketAddr,
    engine: &Engine,
    (chat, person): (ConversationId, PersonId),
) -> anyhow::Result<()> {
    let mut hints = Hints::open(address).await?;
    let mut wire = Wire::connect(address).await?;
    let page = get(&format!("/?as=p{}&with={chat}", person.0 - 1));
    let (mut hinted, mut shown) = (Vec::new(), Vec::new());
    for number in 0..MESSAGES {
        let words = format!("сообщение {number} для другого браузера");
        let text = draft(&words)?;
        engine.write(move |context| send_as_person(context, person, chat, &text)).await?;
        let began = Instant::now();
        loop {
            hints.wait(b"data: news").await?;
            let at = began.elapsed();
            let html = wire.exchange(&page).await?;
            if String::from_utf8_lossy(&html).contains(&words) {
                hinted.push(at);
                shown.push(began.elapsed());
                break;
            }
        }
    }
    for (name, took) in [("the hint", hinted), ("the page with it", shown)] {
        let total = took.iter().sum();
        let load = Load::new(took, total);
        let [p50, p99] = [0.5, 0.99].map(|share| millis(load.quantile(share)));
        println!("from the commit to {name} in another browser: p50 {p50:.1} ms, p99 {p99:.1} ms");
    }
    Ok(())
}

/// What open consoles cost a server in memory.
async fn consoles(options: &Options) -> anyhow::Result<()> {
    let binary = build()?;
    let folder = options.fresh_folder("console")?;
    let process = Process::start(&binary, &folder).await?;
    let mut wire = Wire::connect(process.address).await?;
    wire.exchange(&get("/")).await?;
    let before = process.memory()?;
    let mut open = Vec::new();
    for _ in 0..CONSOLES {
        open.push(Hints::open(process.address).await?);
    }
    let after = process.memory()?;
    println!(
        "{CONSOLES} open consoles: {:.1} MiB more resident, {:.1} MiB more of its own",
        after.resident - before.resident,
        after.own - before.own
    );
    drop(open);
    Ok(())
}
