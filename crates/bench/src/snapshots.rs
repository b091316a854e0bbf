//! Keeping and putting back a state of ten thousand messages.

use std::time::Instant;

use peyk_engine::send_message::send_as_person;
use peyk_engine::snapshot::{make_snapshot, reset, restore_snapshot};
use peyk_engine::{Clock, Database, Engine};
use peyk_model::{ConversationId, PersonId};

use crate::fixture::{Cast, FIRST_CHAT, TEXT, draft};
use crate::options::Options;
use crate::stats::median;

const PEOPLE: usize = 100;
const MESSAGES_EACH: usize = 100;
/// Messages of one transaction while the state is made.
const AT_ONCE: usize = 100;

/// Measures a snapshot, putting back when little and when everything has changed, and a reset.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.fresh_folder("snapshots")?;
    let database = match &options.postgres {
        Some(url) => Database::Postgres(url.clone()),
        None => Database::Sqlite(folder.join("peyk.db")),
    };
    let engine = Cast::quiet(PEOPLE).engine_on(&database, &folder, Clock::system()).await?;
    reset(&engine, Some(Cast::quiet(PEOPLE).read()?.into())).await?;
    make_snapshot(&engine, "empty").await?;
    for person in 0..PEOPLE {
        write(&engine, person, MESSAGES_EACH).await?;
    }
    let (mut made, mut little, mut emptied, mut filled) = (vec![], vec![], vec![], vec![]);
    for _ in 0..options.rounds {
        let began = Instant::now();
        make_snapshot(&engine, "full").await?;
        made.push(milliseconds(began));
        write(&engine, 0, 10).await?;
        for (name, took) in [("full", &mut little), ("empty", &mut emptied), ("full", &mut filled)]
        {
            let began = Instant::now();
            restore_snapshot(&engine, name).await?;
            took.push(milliseconds(began));
        }
    }
    let messages = PEOPLE * MESSAGES_EACH;
    println!("{messages} messages in {PEOPLE} conversations, medians of {}:", options.rounds);
    for (what, took) in [
        ("keep everything", made),
        ("put back ten messages", little),
        ("put back to no messages", emptied),
        ("put back all messages", filled),
    ] {
        let longest = took.iter().copied().fold(0.0, f64::max);
        println!("{what}: {:.1} ms, longest {longest:.1} ms", median(took));
    }
    let store = engine.store().clone();
    tokio::task::spawn_blocking(move || store.close()).await?;
    Ok(())
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

async fn write(engine: &Engine, person: usize, count: usize) -> anyhow::Result<()> {
    let number = i64::try_from(person)?;
    let (chat, person) = (ConversationId(FIRST_CHAT + number), PersonId(number + 1));
    let text = draft(TEXT)?;
    for _ in 0..count.div_ceil(AT_ONCE) {
        let (text, at_once) = (text.clone(), count.min(AT_ONCE));
        let sent = engine.write(move |context| {
            (0..at_once).try_for_each(|_| send_as_person(context, person, chat, &text).map(drop))
        });
        sent.await?;
    }
    Ok(())
}
