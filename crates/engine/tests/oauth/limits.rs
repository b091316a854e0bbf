//! Limits: counted in memory, shared through the store.

use std::time::Duration;

use peyk_engine::Engine;
use peyk_engine::limiter::Spent;
use peyk_engine::upkeep::forget_authorisations;
use peyk_model::{AppId, Event, Fact, Limit, LimitReached, Period, Spender};
use peyk_store::{Database, FeedPosition};

use crate::harness::{Peyk, START, engine_on};

fn limit(amount: u32, period: Period) -> Limit {
    Limit { spender: Spender::App(AppId(1)), resource: "Send", period, amount }
}

fn spend(engine: &Engine, limits: &[Limit]) -> Result<Spent, LimitReached> {
    engine.limiter().spend(limits, engine.clock().now())
}

fn remaining(engine: &Engine, limit: Limit) -> u32 {
    engine.limiter().standing(limit, engine.clock().now()).remaining
}

#[tokio::test]
async fn a_window_is_full_at_its_limit_and_empty_when_the_next_begins() {
    let peyk = Peyk::start().await;
    let hourly = limit(3, Period::Hour);
    for left in [2, 1, 0] {
        assert_eq!(spend(&peyk.engine, &[hourly]).unwrap().standings[0].remaining, left);
    }
    let until = START.after(Duration::from_secs(3600));
    let reached = LimitReached::Window { limit: hourly, until };
    assert_eq!(spend(&peyk.engine, &[hourly]), Err(reached));
    peyk.pass(3599);
    assert!(spend(&peyk.engine, &[hourly]).is_err());
    peyk.pass(1);
    assert_eq!(remaining(&peyk.engine, hourly), 3);
}

#[tokio::test]
async fn a_call_counts_against_all_its_limits_or_none() {
    let peyk = Peyk::start().await;
    let (wide, narrow) = (limit(10, Period::Day), limit(1, Period::Minute));
    spend(&peyk.engine, &[wide, narrow]).unwrap();
    assert!(spend(&peyk.engine, &[wide, narrow]).is_err());
    assert_eq!(remaining(&peyk.engine, wide), 9);
    let spent = {
        peyk.pass(60);
        spend(&peyk.engine, &[wide, narrow]).unwrap()
    };
    peyk.engine.limiter().refund(&spent);
    assert_eq!((remaining(&peyk.engine, wide), remaining(&peyk.engine, narrow)), (9, 1));
}

#[tokio::test]
async fn counts_are_by_spender_resource_and_period() {
    let peyk = Peyk::start().await;
    let one = limit(1, Period::Hour);
    spend(&peyk.engine, &[one]).unwrap();
    for other in [
        Limit { spender: Spender::App(AppId(2)), ..one },
        Limit { spender: Spender::AllApps, ..one },
        Limit { resource: "Read", ..one },
        Limit { period: Period::Day, ..one },
    ] {
        assert!(spend(&peyk.engine, &[other]).is_ok());
    }
}

#[tokio::test]
async fn counts_survive_a_restart() {
    let peyk = Peyk::start().await;
    let hourly = limit(5, Period::Hour);
    for _ in 0..3 {
        spend(&peyk.engine, &[hourly]).unwrap();
    }
    peyk.engine.flush().await.unwrap();
    let spent = spend(&peyk.engine, &[hourly]).unwrap();
    peyk.engine.limiter().refund(&spent);
    peyk.engine.flush().await.unwrap();
    let peyk = peyk.restart(START).await;
    assert_eq!(remaining(&peyk.engine, hourly), 2);
    spend(&peyk.engine, &[hourly]).unwrap();
    peyk.engine.flush().await.unwrap();
    let peyk = peyk.restart(START.after(Duration::from_secs(3600))).await;
    assert_eq!(remaining(&peyk.engine, hourly), 5, "an old window is no new one");
}

#[tokio::test]
async fn a_flush_writes_nothing_when_nothing_was_called() {
    let peyk = Peyk::start().await;
    let rows = || {
        let now = peyk.engine.clock().now();
        peyk.run(move |context| Ok(context.tx.rate_counts(now, 10)?.len()))
    };
    peyk.engine.flush().await.unwrap();
    assert_eq!(rows().await, 0);
    spend(&peyk.engine, &[limit(5, Period::Hour)]).unwrap();
    assert_eq!(rows().await, 0, "a call writes nothing");
    peyk.engine.flush().await.unwrap();
    assert_eq!(rows().await, 1);
    peyk.pass(3600 + 24 * 3600);
    peyk.run(forget_authorisations).await;
    peyk.engine.flush().await.unwrap();
    assert_eq!(rows().await, 0);
}

/// The warnings there are, once the one about `Marker` can be seen: the feed of PostgreSQL waits
/// for every transaction that is older, also those of other tests.
async fn warnings(peyk: &Peyk) -> Vec<String> {
    let marker = Limit { resource: "Marker", ..limit(1, Period::Day) };
    spend(&peyk.engine, &[marker]).unwrap();
    peyk.engine.flush().await.unwrap();
    loop {
        let events = peyk
            .engine
            .read(|context| Ok(context.tx.events_after(FeedPosition::default(), 100)?));
        let quota = |(_, event): (FeedPosition, Event)| match event.fact {
            Fact::QuotaNearlyUsed(text) => Some(text),
            _ => None,
        };
        let found: Vec<_> = events.await.unwrap().into_iter().filter_map(quota).collect();
        if found.iter().any(|text| text.starts_with("Marker")) {
            return found;
        }
    }
}

#[tokio::test]
async fn eighty_percent_of_a_daily_quota_is_an_event_once_a_day() {
    let peyk = Peyk::start().await;
    let daily = limit(10, Period::Day);
    for _ in 0..9 {
        spend(&peyk.engine, &[daily]).unwrap();
        peyk.engine.flush().await.unwrap();
    }
    let peyk = peyk.restart(START).await;
    spend(&peyk.engine, &[daily]).unwrap();
    let told = warnings(&peyk).await;
    assert_eq!(
        told,
        ["Send of app echo: 8 of 10 calls today", "Marker of app echo: 1 of 1 calls today"]
    );
}

#[tokio::test]
async fn as_many_calls_run_at_once_as_allowed() {
    let peyk = Peyk::start().await;
    let limiter = peyk.engine.limiter();
    let (one, other) = (Spender::App(AppId(1)), Spender::App(AppId(2)));
    let (first, _second) = (limiter.enter(one, 2).unwrap(), limiter.enter(one, 2).unwrap());
    let reached = LimitReached::Parallel { spender: one, amount: 2 };
    assert_eq!(limiter.enter(one, 2).err(), Some(reached));
    assert!(limiter.enter(other, 2).is_ok());
    drop(first);
    assert!(limiter.enter(one, 2).is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_that_come_at_once_are_all_counted_and_never_too_many_pass() {
    let peyk = std::sync::Arc::new(Peyk::start().await);
    let hourly = limit(1000, Period::Hour);
    let callers: Vec<_> = (0..8)
        .map(|_| {
            let peyk = peyk.clone();
            tokio::spawn(async move {
                let mut passed = 0;
                for call in 0..250 {
                    passed += i32::from(spend(&peyk.engine, &[hourly]).is_ok());
                    if call % 50 == 0 {
                        peyk.engine.flush().await.unwrap();
                    }
                }
                passed
            })
        })
        .collect();
    let mut passed = 0;
    for caller in callers {
        passed += caller.await.unwrap();
    }
    assert_eq!(passed, 1000);
    peyk.engine.flush().await.unwrap();
    let counts = peyk.run(|context| Ok(context.tx.rate_counts(context.now, 10)?)).await;
    assert_eq!(counts[0].calls, 1000);
}

#[tokio::test]
async fn two_servers_on_one_database_share_their_counts() {
    let peyk = Peyk::start().await;
    let Database::Postgres(_) = &peyk.database else { return };
    let other = engine_on(&peyk.folder, &peyk.database, START, 2).await;
    let hourly = limit(10, Period::Hour);
    for _ in 0..4 {
        spend(&peyk.engine, &[hourly]).unwrap();
        spend(&other, &[hourly]).unwrap();
    }
    assert_eq!((remaining(&peyk.engine, hourly), remaining(&other, hourly)), (6, 6));
    peyk.engine.flush().await.unwrap();
    other.flush().await.unwrap();
    assert_eq!(remaining(&other, hourly), 2);
    spend(&peyk.engine, &[hourly]).unwrap();
    peyk.engine.flush().await.unwrap();
    assert_eq!(remaining(&peyk.engine, hourly), 1);
    let (left, right) = tokio::join!(
        async {
            for _ in 0..50 {
                spend(&peyk.engine, &[limit(1000, Period::Day)]).unwrap();
                peyk.engine.flush().await.unwrap();
            }
        },
        async {
            for _ in 0..50 {
                spend(&other, &[limit(1000, Period::Day)]).unwrap();
                other.flush().await.unwrap();
            }
        }
    );
    let ((), ()) = (left, right);
    let counts = peyk.run(|context| Ok(context.tx.rate_counts(context.now, 10)?)).await;
    assert!(counts.iter().any(|count| count.period == Period::Day && count.calls == 100));
    other.store().close();
}
