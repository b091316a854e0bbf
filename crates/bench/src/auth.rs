//! What it adds to a request to find out who asks, when everything is warm.
//!
//! Inside the store's reading thread the same read is done with and without the credentials, in
//! turns. The same is done from outside, one job for each request as the doors do it, where the
//! way to the thread and back is part of both.

use std::time::{Duration, Instant};

use anyhow::ensure;
use peyk_engine::caller::{app_by_key, business_by_secret, grant_by_token};
use peyk_engine::read_conversation::{conversation_of_business, transcript};
use peyk_engine::send_message::send_as_person;
use peyk_engine::{Clock, Context, Credential, Engine};
use peyk_model::{BusinessId, ConversationId, ConversationKey, Permission};

use crate::fixture::{
    APP_KEY, BUSINESS, Cast, FIRST_CHAT, MARKET_KEY, TEXT, TOKEN, bot_chat, bot_chats, draft,
};
use crate::options::Options;
use crate::stats::median;

/// What a request may cost more for it, in microseconds.
const MOST: f64 = 20.0;
/// Messages in the conversation that is read.
const MESSAGES: usize = 10;
/// Reads before anything is measured.
const WARM_UP: usize = 1000;

/// Measures a read of each dialect.
pub async fn measure(options: &Options) -> anyhow::Result<()> {
    let folder = options.fresh_folder("auth")?;
    let engine = Cast::quiet(8).engine(&folder, Clock::system()).await?;
    let (chat, person) = bot_chats(&engine).await?[0];
    for _ in 0..MESSAGES {
        let text = draft(TEXT)?;
        engine.write(move |context| send_as_person(context, person, chat, &text)).await?;
    }
    println!("| request | where | bare µs | with credentials µs | ratio | added µs |");
    println!("|---|---|---|---|---|---|");
    let market = market();
    let kenar = kenar(&engine).await?;
    let added = [
        in_the_thread(&engine, options, "Api-Key, a chat", market).await?,
        in_the_thread(&engine, options, "X-API-Key and token, 10 messages", kenar.clone()).await?,
    ];
    from_outside(&engine, options, "Api-Key, a chat, a job of its own", market, true).await?;
    from_outside(&engine, options, "X-API-Key and token, 10 messages", kenar, false).await?;
    let is_cheap = added.iter().all(|added| *added <= MOST);
    ensure!(is_cheap || cfg!(debug_assertions), "credentials add more than {MOST} µs");
    Ok(())
}

/// A read, and the look at the credentials that comes before it.
trait Request: Clone + Send + 'static {
    fn check(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<()>;
    fn read(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<()>;
}

impl<C, R> Request for (C, R)
where
    C: Fn(&mut Context<'_, '_>) -> peyk_engine::Result<()> + Clone + Send + 'static,
    R: Fn(&mut Context<'_, '_>) -> peyk_engine::Result<()> + Clone + Send + 'static,
{
    fn check(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<()> {
        self.0(context)
    }

    fn read(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<()> {
        self.1(context)
    }
}

fn market() -> impl Request + Copy {
    let check = |context: &mut Context<'_, '_>| {
        let caller = business_by_secret(context, MARKET_KEY, Credential::Key)?;
        caller.require_business(BusinessId(BUSINESS))
    };
    let read = |context: &mut Context<'_, '_>| {
        let chat = ConversationId(FIRST_CHAT);
        conversation_of_business(context, BusinessId(BUSINESS), chat).map(drop)
    };
    (check, read)
}

async fn kenar(engine: &Engine) -> anyhow::Result<impl Request> {
    let key = format!("{APP_KEY}-0");
    let shown = key.clone();
    let known = engine.read(move |context| {
        let app = app_by_key(context, &shown)?;
        let grant = grant_by_token(context, &app, TOKEN)?;
        Ok((app, grant))
    });
    let (app, grant) = known.await?;
    let check = move |context: &mut Context<'_, '_>| {
        let app = app_by_key(context, &key)?;
        app.require(Permission::ReadConversation)?;
        grant_by_token(context, &app, TOKEN).map(drop)
    };
    let chat = ConversationKey(bot_chat(0, 0));
    let read =
        move |context: &mut Context<'_, '_>| transcript(context, &app, &grant, &chat).map(drop);
    Ok((check, read))
}

/// How long the bare read took, and how long the one with credentials did.
type Pair = (Duration, Duration);

async fn in_the_thread(
    engine: &Engine,
    options: &Options,
    name: &str,
    request: impl Request,
) -> anyhow::Result<f64> {
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let (request, turn) = (request.clone(), options.turn);
        let pairs = engine.read(move |context| {
            for _ in 0..WARM_UP {
                request.check(context)?;
                request.read(context)?;
            }
            let end = Instant::now() + turn;
            let mut pairs = Vec::new();
            while Instant::now() < end {
                let began = Instant::now();
                request.read(context)?;
                let bare = began.elapsed();
                let began = Instant::now();
                request.check(context)?;
                request.read(context)?;
                pairs.push((bare, began.elapsed()));
            }
            Ok(pairs)
        });
        rounds.push(pairs.await?);
    }
    Ok(report(name, "in the thread", &rounds))
}

/// `apart` if the credentials are looked at in a job of their own, as the Market dialect does to
/// count the call before it is answered.
async fn from_outside(
    engine: &Engine,
    options: &Options,
    name: &str,
    request: impl Request,
    apart: bool,
) -> anyhow::Result<()> {
    let mut rounds = Vec::new();
    for _ in 0..options.rounds {
        let end = Instant::now() + options.turn;
        let mut pairs = Vec::new();
        while Instant::now() < end {
            let (one, two, three) = (request.clone(), request.clone(), request.clone());
            let began = Instant::now();
            engine.read(move |context| one.read(context)).await?;
            let bare = began.elapsed();
            let began = Instant::now();
            if apart {
                engine.read(move |context| two.check(context)).await?;
                engine.read(move |context| three.read(context)).await?;
            } else {
                let both = move |context: &mut Context<'_, '_>| {
                    two.check(context)?;
                    two.read(context)
                };
                engine.read(both).await?;
            }
            pairs.push((bare, began.elapsed()));
        }
        rounds.push(pairs);
    }
    report(name, "from outside", &rounds);
    Ok(())
}

/// Prints the medians over all rounds, and gives what was added.
fn report(name: &str, place: &str, rounds: &[Vec<Pair>]) -> f64 {
    let each = |number: &dyn Fn(&Pair) -> f64| {
        let rounds = rounds.iter().map(|pairs| median(pairs.iter().map(number).collect()));
        median(rounds.collect())
    };
    let micros = |duration: Duration| duration.as_secs_f64() * 1e6;
    let bare = each(&|(bare, _)| micros(*bare));
    let with = each(&|(_, with)| micros(*with));
    let ratio = each(&|(bare, with)| with.as_secs_f64() / bare.as_secs_f64());
    let added = each(&|(bare, with)| micros(*with) - micros(*bare));
    println!("| {name} | {place} | {bare:.1} | {with:.1} | {ratio:.2} | {added:.1} |");
    added
}
