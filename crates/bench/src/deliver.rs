//! From the commit of a message to the first byte at its receiver.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use peyk_engine::Engine;
use peyk_engine::send_message::send_as_person;
use peyk_model::{ConversationId, PersonId};

use crate::fixture::{Cast, bot_chats, draft};
use crate::options::Options;
use crate::receiver::{HANGING, MARK, listen};
use crate::stats::{Load, millis};

/// Messages in each second, sent when their time has come whether or not others are done.
const RATES: [usize; 3] = [20, 200, 500];
const RECEIVERS: usize = 1000;
/// Messages in each second to many receivers.
const RATE: usize = 200;
/// How long after the last message arrivals still count.
const GRACE: Duration = Duration::from_secs(15);

/// Measures one receiver, and many of which half never answer.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    println!("| what | letters | lost | from commit p50 ms | p99 ms | from call p50 ms | p99 ms |");
    println!("|---|---|---|---|---|---|---|");
    for rate in RATES {
        let scene = Scene { apps: 1, people: 50, hanging: 0, rate, length: options.turn * 3 };
        scene.play(&options.fresh_folder("deliver")?, &format!("1 receiver, {rate}/s")).await?;
    }
    for (hanging, name) in [(0, "all living"), (RECEIVERS / 2, "half hang, the living")] {
        let length = Duration::from_secs(25);
        let scene = Scene { apps: RECEIVERS, people: 1, hanging, rate: RATE, length };
        let name = format!("{RECEIVERS} receivers, {RATE}/s, {name}");
        scene.play(&options.fresh_folder("deliver")?, &name).await?;
    }
    Ok(())
}

struct Scene {
    apps: usize,
    people: usize,
    /// How many apps never answer: every second one, until there are so many.
    hanging: usize,
    rate: usize,
    length: Duration,
}

/// A message on its way: when the verb was called, and when it was durable.
struct Sent {
    number: usize,
    living: bool,
    called: Instant,
    committed: Instant,
}

impl Scene {
    fn hangs(&self, app: usize) -> bool {
        app % 2 == 1 && app / 2 < self.hanging
    }

    async fn play(&self, folder: &Path, name: &str) -> anyhow::Result<()> {
        let (address, arrivals) = listen()?;
        let url = |app| {
            let path = if self.hangs(app) { HANGING } else { "/live" };
            Some(format!("http://{address}{path}/{app}"))
        };
        let apps = (0..self.apps).map(url).collect();
        let running = Cast { people: self.people, apps, shop_url: None }.start(folder).await?;
        let engine = running.site().engine.clone();
        let sent = self.send(&engine).await?;
        let mut arrived = Vec::new();
        let living = sent.iter().filter(|each| each.living).count();
        let patience = Instant::now() + GRACE;
        while arrived.len() < living && Instant::now() < patience {
            tokio::time::sleep(Duration::from_millis(50)).await;
            arrived.extend(arrivals.take());
        }
        report(name, &sent, &arrived);
        // What hangs is not waited for.
        drop(tokio::time::timeout(Duration::from_secs(15), running.stop()).await);
        Ok(())
    }

    async fn send(&self, engine: &Engine) -> anyhow::Result<Vec<Sent>> {
        let chats = bot_chats(engine).await?;
        let start = tokio::time::Instant::now();
        let count = (self.length.as_secs_f64() * self.rate as f64) as usize;
        let mut sending = Vec::with_capacity(count);
        for number in 0..count {
            let due = start + Duration::from_secs_f64(number as f64 / self.rate as f64);
            tokio::time::sleep_until(due).await;
            let (chat, person) = chats[number % chats.len()];
            let living = !self.hangs((number % chats.len()) / self.people);
            let engine = engine.clone();
            sending.push(tokio::spawn(say(engine, number, living, chat, person)));
        }
        join_all(sending).await.into_iter().map(|task| task?).collect()
    }
}

async fn say(
    engine: Engine,
    number: usize,
    living: bool,
    chat: ConversationId,
    person: PersonId,
) -> anyhow::Result<Sent> {
    let draft = draft(&format!("{MARK}{number} "))?;
    let called = Instant::now();
    engine.write(move |context| send_as_person(context, person, chat, &draft)).await?;
    Ok(Sent { number, living, called, committed: Instant::now() })
}

fn report(name: &str, sent: &[Sent], arrived: &[(usize, Instant)]) {
    let mut first = vec![None; sent.len()];
    for (number, at) in arrived {
        first[*number].get_or_insert(*at);
    }
    let since = |from: fn(&Sent) -> Instant| {
        let living = sent.iter().filter(|each| each.living);
        let latency = |each: &Sent| {
            // A letter may arrive before whoever sent the message is told that it is durable.
            first[each.number].map(|at: Instant| at.saturating_duration_since(from(each)))
        };
        Load::new(living.filter_map(latency).collect(), Duration::from_secs(1))
    };
    let (committed, called) = (since(|each| each.committed), since(|each| each.called));
    let living = sent.iter().filter(|each| each.living).count();
    let [a, b] = [0.5, 0.99].map(|share| millis(committed.quantile(share)));
    let [c, d] = [0.5, 0.99].map(|share| millis(called.quantile(share)));
    let (count, lost) = (committed.count(), living - committed.count());
    println!("| {name} | {count} | {lost} | {a:.1} | {b:.1} | {c:.1} | {d:.1} |");
}
