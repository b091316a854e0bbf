//! Snapshots below the doors: letters that are out, verbs that belong together, other servers.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use peyk_engine::caller::app_by_key;
use peyk_engine::clock::{Movement, move_clock};
use peyk_engine::deliver::{Deliverer, Letter, Post, PostError, Reply};
use peyk_engine::open_conversation::Opening;
use peyk_engine::snapshot::{make_snapshot, reset, restore_snapshot};
use peyk_engine::timeline::{Ended, on_one_timeline};
use peyk_engine::{DeliveryFilter, Engine, Error, Fault};
use peyk_model::{Delivery, DeliveryState, MessageId, OrderId, PersonId, Timestamp};
use peyk_store::{Database, DeliveryOrder};

use crate::database::{rows_and_readings, vacuum};
use crate::harness::{Market, START, draft};
use crate::receivers::{FewWords, Receivers};

/// How many messages are many.
const MESSAGES: i64 = 300;

/// A receiver that puts everything back before it answers its first letter.
struct PutsBack {
    snapshot: Mutex<Option<&'static str>>,
    letters: Mutex<usize>,
    engine: Engine,
}

impl Post for PutsBack {
    fn post(&self, letter: Letter) -> BoxFuture<'_, Result<Reply, PostError>> {
        async move {
            if letter.body != "hello" {
                *self.letters.lock().unwrap() += 1;
                let name = self.snapshot.lock().unwrap().take();
                if let Some(name) = name {
                    restore_snapshot(&self.engine, name).await.unwrap();
                }
            }
            Ok(Reply { status: 200, ..Reply::default() })
        }
        .boxed()
    }
}

async fn deliveries(engine: &Engine) -> Vec<Delivery> {
    let read = engine.read(|context| {
        let order = DeliveryOrder::OldestFirst(None);
        let found = context.tx.deliveries(&DeliveryFilter::default(), order, 100)?;
        Ok(found.into_iter().map(|(delivery, _)| delivery).collect())
    });
    read.await.unwrap()
}

/// A market in whose chat with the shop Ivan has written once, with a snapshot before and after.
async fn market() -> (Market, PersonId, peyk_model::ConversationId) {
    written_in(Market::new(1).await).await
}

async fn written_in(market: Market) -> (Market, PersonId, peyk_model::ConversationId) {
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    make_snapshot(&market.engine, "before").await.unwrap();
    market.says(ivan, chat, "Где заказ?").await;
    make_snapshot(&market.engine, "after").await.unwrap();
    (market, ivan, chat)
}

async fn deliver_and_put_back(market: &Market, snapshot: &'static str) -> usize {
    let engine = market.engine.clone();
    let (snapshot, letters) = (Mutex::new(Some(snapshot)), Mutex::new(0));
    let post = Arc::new(PutsBack { snapshot, letters, engine: engine.clone() });
    let deliverer = Deliverer::new(engine, Arc::new(FewWords), post.clone());
    deliverer.run_once().await.unwrap();
    *post.letters.lock().unwrap()
}

#[tokio::test]
async fn a_letter_that_is_out_settles_nothing_where_its_news_never_happened() {
    let (market, ..) = market().await;
    let before = {
        restore_snapshot(&market.engine, "before").await.unwrap();
        deliveries(&market.engine).await
    };
    restore_snapshot(&market.engine, "after").await.unwrap();
    assert!(deliveries(&market.engine).await.len() > before.len());
    deliver_and_put_back(&market, "before").await;
    let now: Vec<_> = deliveries(&market.engine).await.iter().map(|each| each.event).collect();
    assert_eq!(now, before.iter().map(|each| each.event).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_letter_that_is_out_is_sent_again_where_it_was_not_yet() {
    let (market, ..) = market().await;
    let waiting = deliveries(&market.engine).await.len();
    let letters = deliver_and_put_back(&market, "after").await;
    assert!(letters > waiting, "{letters} letters of {waiting}");
    for delivery in deliveries(&market.engine).await {
        assert_eq!((delivery.state, delivery.attempts), (DeliveryState::Delivered, 1));
    }
}

#[tokio::test]
async fn what_was_in_hand_when_a_snapshot_was_made_falls_due_when_it_is_put_back() {
    let (market, ivan, chat) = market().await;
    let engine = market.engine.clone();
    let greets = Deliverer::new(engine, Arc::new(FewWords), Receivers::willing());
    greets.run_once().await.unwrap();
    market.says(ivan, chat, "Ау!").await;
    let taken = market.write(|context| {
        let due = context.tx.webhooks_with_due_lanes(context.now)?;
        let until = context.now.after(std::time::Duration::from_secs(30));
        for webhook in &due {
            context.tx.lease_lanes(webhook.id, "somebody", context.now, until, 10)?;
        }
        Ok(due.len())
    });
    assert!(taken.await.unwrap() > 0);
    make_snapshot(&market.engine, "in-hand").await.unwrap();
    restore_snapshot(&market.engine, "in-hand").await.unwrap();
    let in_hand = market.engine.read(|context| Ok(context.tx.lanes_in_hand(context.now)?));
    assert!(!in_hand.await.unwrap());
    assert!(deliver_and_put_back(&market, "in-hand").await > 0);
}

#[tokio::test]
async fn verbs_that_belong_together_see_one_timeline() {
    let (market, ivan, chat) = market().await;
    let engine = &market.engine;
    let work = async {
        engine.read(|context| Ok(context.tx.person_by_handle("ivan")?)).await.unwrap();
        restore_snapshot(engine, "before").await.unwrap();
        let text = draft("поздно");
        let sent = engine.write(move |context| {
            peyk_engine::send_message::send_as_person(context, ivan, chat, &text)
        });
        matches!(sent.await, Err(Error::Broken(Fault::AnotherTimeline)))
    };
    assert_eq!(on_one_timeline(work).await, Ended::WithItsTimeline(true));
    let after = on_one_timeline(engine.read(|context| Ok(context.tx.timeline())));
    assert!(matches!(after.await, Ended::Well(Ok(2))));
}

#[tokio::test]
async fn a_clock_goes_back_to_where_it_stood_or_began() {
    let (market, ..) = market().await;
    let engine = &market.engine;
    let later = Timestamp::from_seconds(1_900_000_000);
    move_clock(engine, Movement::Set(later)).await.unwrap();
    make_snapshot(engine, "later").await.unwrap();
    restore_snapshot(engine, "before").await.unwrap();
    assert_eq!(engine.clock().now(), START);
    restore_snapshot(engine, "later").await.unwrap();
    assert_eq!(engine.clock().now(), later);
    reset(engine, None).await.unwrap();
    assert_eq!(engine.clock().now(), START);
    let people = engine.read(|context| Ok(context.tx.people_after(PersonId(0), 10)?));
    assert!(people.await.unwrap().is_empty());
}

#[tokio::test]
async fn a_restart_keeps_snapshots_and_the_timeline() {
    let (mut market, ..) = market().await;
    let timeline = restore_snapshot(&market.engine, "before").await.unwrap();
    market.reopen().await;
    market.engine.resume().await.unwrap();
    assert_eq!(market.engine.timeline(), timeline);
    assert_eq!(restore_snapshot(&market.engine, "after").await.unwrap(), timeline + 1);
    assert!(!deliveries(&market.engine).await.is_empty());
}

#[tokio::test]
async fn another_server_of_the_database_goes_back_too() {
    let (market, ivan, chat) = market().await;
    if !market.allows_servers() {
        eprintln!("SKIPPED: two servers need PostgreSQL, set PEYK_TEST_POSTGRES");
        return;
    }
    let other = market.second_engine().await;
    other.resume().await.unwrap();
    move_clock(&market.engine, Movement::Set(Timestamp::from_seconds(1_900_000_000)))
        .await
        .unwrap();
    let work = async {
        other.read(|context| Ok(context.tx.person_by_handle("ivan")?)).await.unwrap();
        restore_snapshot(&market.engine, "before").await.unwrap();
        let text = draft("поздно");
        let sent = other.write(move |context| {
            peyk_engine::send_message::send_as_person(context, ivan, chat, &text)
        });
        sent.await.is_err()
    };
    assert_eq!(on_one_timeline(work).await, Ended::WithItsTimeline(true));
    other.timeline_ended().await;
    other.catch_up().await.unwrap();
    assert_eq!((other.timeline(), other.clock().now()), (market.engine.timeline(), START));
}

#[tokio::test]
async fn a_receiver_that_drops_what_it_knows_hears_what_is_said_after_a_restore() {
    let (market, ivan, chat) = market().await;
    let receivers = Receivers::willing();
    let deliverer = Deliverer::new(market.engine.clone(), Arc::new(FewWords), receivers.clone());
    deliverer.run_once().await.unwrap();
    deliverer.run_once().await.unwrap();
    let mut known: HashSet<_> = receivers.taken().iter().map(|taken| id(&taken.letter)).collect();
    assert_eq!(known.len(), deliveries(&market.engine).await.len());
    // The clock stands, so that every message is sent at the same microsecond.
    for snapshot in ["before", "after", "before"] {
        restore_snapshot(&market.engine, snapshot).await.unwrap();
        let again = deliveries(&market.engine).await.len();
        market.says(ivan, chat, "Ау!").await;
        while !deliveries(&market.engine).await.iter().all(|each| !each.state.is_open()) {
            deliverer.run_once().await.unwrap();
        }
        let fresh: Vec<_> = receivers.taken().iter().map(|taken| id(&taken.letter)).collect();
        let fresh: Vec<_> = fresh.into_iter().filter(|id| known.insert(id.clone())).collect();
        assert_eq!(fresh.len(), 1, "one is new beside the {again} of before: {fresh:?}");
    }
}

fn id(letter: &Letter) -> String {
    let mut headers = letter.headers.iter();
    headers.find(|(name, _)| *name == "webhook-id").map(|(_, id)| id.clone()).unwrap()
}

#[tokio::test]
async fn ids_go_on_after_a_restore_even_in_another_process_or_on_another_server() {
    let (mut market, ivan, chat) = market().await;
    let other = market.second_engine_or_same().await;
    let mut last = 0;
    for round in 0..3 {
        for _ in 0..3 {
            let said = market.says(ivan, chat, "Ау!").await;
            assert!(said.message.id.0 > last, "{round}: {:?}", said.message);
            last = said.message.id.0;
        }
        restore_snapshot(&market.engine, "before").await.unwrap();
        let text = draft("Ау!");
        let sent = other.write(move |context| {
            peyk_engine::send_message::send_as_person(context, ivan, chat, &text)
        });
        let sent = sent.await.unwrap().message;
        assert!(sent.id.0 > last, "{round}: {sent:?}");
        last = sent.id.0;
        restore_snapshot(&market.engine, "before").await.unwrap();
    }
    drop(other);
    market.reopen().await;
    market.engine.resume().await.unwrap();
    let said = market.says(ivan, chat, "Ау!").await;
    assert!(said.message.id.0 > last, "{:?}", said.message);
}

#[tokio::test]
async fn a_key_that_was_shown_before_everything_was_put_back_was_not_shown_after() {
    let (market, ..) = market().await;
    let engine = &market.engine;
    let last_used = async || {
        let keys = engine.read(|context| Ok(context.tx.all_keys()?));
        keys.await.unwrap().iter().map(|(_, _, key)| key.last_used_at).collect::<Vec<_>>()
    };
    let show = async || {
        let shown = engine.read(|context| app_by_key(context, "echo-key").map(drop));
        shown.await.unwrap();
    };
    for snapshot in [Some("before"), None] {
        show().await;
        match snapshot {
            Some(name) => restore_snapshot(engine, name).await.unwrap(),
            None => reset(engine, Some(Arc::new(crate::harness::world()))).await.unwrap(),
        };
        engine.flush().await.unwrap();
        assert_eq!(last_used().await, [None]);
    }
    show().await;
    engine.flush().await.unwrap();
    assert_eq!(last_used().await, [Some(START)]);
}

#[tokio::test]
async fn whoever_owns_a_schema_and_nothing_else_puts_everything_back_too() {
    let Some(market) = Market::of_a_plain_owner(1).await else {
        eprintln!("SKIPPED: roles need PostgreSQL, set PEYK_TEST_POSTGRES");
        return;
    };
    let (market, ivan, chat) = written_in(market).await;
    let engine = &market.engine;
    let texts = async || {
        let said =
            engine.read(move |context| Ok(context.tx.messages_from(chat, MessageId(0), 10)?));
        said.await.unwrap().into_iter().map(|message| message.number).collect::<Vec<_>>()
    };
    for round in 0..2 {
        market.says(ivan, chat, "Ау!").await;
        assert_eq!(texts().await, [1, 2], "{round}");
        restore_snapshot(engine, "before").await.unwrap();
        assert_eq!((texts().await, deliveries(engine).await.len()), (vec![], 1));
        restore_snapshot(engine, "after").await.unwrap();
        assert_eq!((texts().await, deliveries(engine).await.len()), (vec![1], 2));
    }
    reset(engine, None).await.unwrap();
    assert_eq!((texts().await, deliveries(engine).await.len()), (vec![], 0));
}

#[tokio::test]
async fn a_table_is_not_read_for_each_row_even_where_the_database_knows_that_it_was_empty() {
    let (mut market, ivan, chat) = market().await;
    if !market.allows_servers() {
        eprintln!("SKIPPED: plans are PostgreSQL's, set PEYK_TEST_POSTGRES");
        return;
    }
    let text = draft("Ау!");
    let sent = market.write(move |context| {
        (1..MESSAGES).try_for_each(|_| {
            peyk_engine::send_message::send_as_person(context, ivan, chat, &text).map(drop)
        })
    });
    sent.await.unwrap();
    make_snapshot(&market.engine, "full").await.unwrap();
    restore_snapshot(&market.engine, "before").await.unwrap();
    let database = market.database();
    let beside = |work: fn(&Database)| {
        let database = database.clone();
        std::thread::spawn(move || work(&database)).join().unwrap();
    };
    beside(|database| vacuum(database, "messages"));
    restore_snapshot(&market.engine, "full").await.unwrap();
    market.reopen().await;
    beside(|database| {
        let (rows, readings) = loop {
            let counts = rows_and_readings(database, "messages");
            if counts.0 >= 2 * MESSAGES {
                break counts;
            }
        };
        assert!(readings < MESSAGES / 10, "{readings} times for {rows} rows");
    });
}
