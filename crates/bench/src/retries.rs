//! Fourteen days of retries while the clock stands still between them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use peyk_engine::deliver::{Deliverer, Letter, Post, PostError, Reply, operate};
use peyk_engine::read_conversation::Paging;
use peyk_engine::send_message::send_as_person;
use peyk_engine::{Clock, DeliveryFilter, Engine};
use peyk_model::{ConversationId, DeliveryState, PersonId, Timestamp};
use peyk_server::{Settings, Site};

use crate::fixture::{Cast, FIRST_CHAT, draft};
use crate::options::Options;
use crate::stats::median;

const DAYS: u64 = 14;
/// How many letters wait where many do.
const MANY: usize = 1000;

/// A shop's receiver that answers its greeting and then nothing but failures.
#[derive(Default)]
struct Failing {
    letters: AtomicUsize,
}

impl Post for Failing {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        let greets = letter.body.contains("PING");
        self.letters.fetch_add(1, Ordering::Relaxed);
        let (status, body) = match greets {
            true => (200, r#"{"version":"1","name":"bench","time":"2026-11-20T12:00:00Z"}"#),
            false => (500, ""),
        };
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let reply = Reply { status, headers, body: body.into() };
        async move { Ok(reply) }.boxed()
    }
}

/// How time passes.
#[derive(Clone, Copy)]
enum Way {
    /// It stands at each time at which something falls due.
    EachInItsTime,
    /// It jumps over all fourteen days, and then goes on until nothing is open.
    OneJump,
}

/// Measures both retry plans: a shop's calendar and an app's back-off.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    for (open, way) in [(1, Way::EachInItsTime), (MANY, Way::EachInItsTime), (MANY, Way::OneJump)] {
        for (name, shop) in [("shop", true), ("app", false)] {
            let how = match way {
                Way::EachInItsTime => "each in its time",
                Way::OneJump => "in one jump",
            };
            let (mut took, mut letters) = (Vec::new(), 0);
            for _ in 0..options.rounds {
                let (seconds, count) = fourteen_days(options, shop, open, way).await?;
                took.push(seconds);
                letters = count;
            }
            let longest = took.iter().copied().fold(0.0, f64::max);
            println!(
                "{DAYS} days of one {name}'s retries with {open} open, {how}, {letters} letters: \
                 median {:.2} s, longest {longest:.2} s",
                median(took)
            );
        }
    }
    Ok(())
}

async fn fourteen_days(
    options: &Options,
    shop: bool,
    open: usize,
    way: Way,
) -> anyhow::Result<(f64, usize)> {
    let folder = options.fresh_folder("retries")?;
    let url = Some("http://127.0.0.1:1/webhook".to_owned());
    let (apps, shop_url) = if shop { (vec![None], url) } else { (vec![url], None) };
    let start = Timestamp::from_seconds(1_795_176_000);
    let cast = Cast { people: open, apps, shop_url };
    let engine = cast.engine(&folder, Clock::standing_at(start)).await?;
    let post = Arc::new(Failing::default());
    let site = Site::new(engine.clone(), Settings::default(), post.clone());
    let deliverer = Deliverer::new(engine.clone(), Arc::new(site), post.clone());
    deliverer.run_once().await?;
    let chats = match shop {
        true => (0..i64::try_from(open)?)
            .map(|person| (ConversationId(FIRST_CHAT + person), PersonId(person + 1)))
            .collect(),
        false => crate::fixture::bot_chats(&engine).await?,
    };
    let text = draft("once")?;
    let sent = engine.write(move |context| {
        let mut chats = chats.iter();
        chats.try_for_each(|(chat, who)| send_as_person(context, *who, *chat, &text).map(drop))
    });
    sent.await?;
    let end = start.after(Duration::from_secs(DAYS * 24 * 3600));
    let began = Instant::now();
    loop {
        deliverer.run_once().await?;
        let Some(next) = next_due(&engine).await? else { break };
        let next = match way {
            Way::EachInItsTime => next,
            Way::OneJump => next.max(end),
        };
        engine.clock().advance(next.since(engine.clock().now()).max(Duration::from_micros(1)));
    }
    let took = began.elapsed().as_secs_f64();
    let states = vec![DeliveryState::Pending, DeliveryState::Retrying];
    let filter = DeliveryFilter { states, ..DeliveryFilter::default() };
    let paging = Paging { cursor: None, limit: 1 };
    let open = engine.read(move |context| operate::deliveries(context, &filter, &paging)).await?;
    anyhow::ensure!(open.items.is_empty(), "some letters are still open");
    let store = engine.store().clone();
    tokio::task::spawn_blocking(move || store.close()).await?;
    Ok((took, post.letters.load(Ordering::Relaxed)))
}

async fn next_due(engine: &Engine) -> anyhow::Result<Option<Timestamp>> {
    Ok(engine.read(|context| Ok(context.tx.next_lane_due()?)).await?)
}
