//! Delivering, one fact at a time.

use std::sync::Arc;
use std::time::Duration;

use peyk_engine::deliver::{Deliverer, cancel, replay};
use peyk_engine::open_conversation::Opening;
use peyk_engine::{Engine, arbitration, webhooks};
use peyk_model::{
    AppId, ConversationId, DeliveryState, OrderId, Party, PersonId, PostToken, Webhook,
    WebhookState,
};
use peyk_store::{Attempt, DeliveryFilter, DeliveryOrder};

use crate::harness::{Market, POST, SHOP, sara_token};
use crate::receivers::{FewWords, Manner, Receivers};

const SHOP_PARTY: Party = Party::Business(SHOP);
const ECHO: Party = Party::App(AppId(1));

fn deliverer(engine: &Engine, receivers: &Arc<Receivers>) -> Deliverer {
    Deliverer::new(engine.clone(), Arc::new(FewWords), receivers.clone())
}

async fn webhook(market: &Market, owner: Party) -> Webhook {
    let found = market.engine.read(move |context| Ok(context.tx.webhook_of(owner, None)?));
    found.await.unwrap().unwrap()
}

async fn states(market: &Market, owner: Party) -> Vec<DeliveryState> {
    let filter =
        DeliveryFilter { webhook: Some(webhook(market, owner).await.id), ..Default::default() };
    let found = market.engine.read(move |context| {
        Ok(context.tx.deliveries(&filter, DeliveryOrder::NewestFirst(None), 1000)?)
    });
    found.await.unwrap().into_iter().rev().map(|(delivery, _)| delivery.state).collect()
}

async fn attempts(market: &Market, owner: Party) -> Vec<Attempt> {
    let webhook = webhook(market, owner).await.id;
    let filter = DeliveryFilter { webhook: Some(webhook), ..Default::default() };
    let found = market.engine.read(move |context| {
        let mut all = Vec::new();
        for (delivery, _) in
            context.tx.deliveries(&filter, DeliveryOrder::NewestFirst(None), 1000)?
        {
            all.extend(context.tx.attempts(webhook, delivery.event, 1000)?);
        }
        Ok(all)
    });
    found.await.unwrap()
}

/// A shop whose receiver was greeted, and a chat about its first order.
async fn open_shop(receivers: &Arc<Receivers>) -> (Market, Deliverer, PersonId, ConversationId) {
    let market = Market::new(1).await;
    let deliverer = deliverer(&market.engine, receivers);
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    (market, deliverer, ivan, chat)
}

#[tokio::test]
async fn a_shop_hears_of_its_chat_and_of_every_message_in_order() {
    let receivers = Receivers::willing();
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    let first = market.says(ivan, chat, "one").await.message.id;
    let second = market.shop_says(chat, "two").await.message.id;
    deliverer.run_once().await.unwrap();
    let bodies = receivers.bodies();
    let shop = webhook(&market, SHOP_PARTY).await;
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[1..], [format!("{} {first}", shop.id), format!("{} {second}", shop.id)]);
    assert_eq!(states(&market, SHOP_PARTY).await, [DeliveryState::Delivered; 3]);
    assert_eq!(deliverer.run_once().await.unwrap(), 0);
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_its_greeting_hears_nothing_until_it_does() {
    let mut greetings = 0;
    let receivers = Receivers::new(move |letter| {
        if letter.body == "hello" {
            greetings += 1;
        }
        Manner::Answers(if greetings < 3 { 500 } else { 200 })
    });
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    market.says(ivan, chat, "one").await;
    deliverer.run_once().await.unwrap();
    assert!(receivers.taken().is_empty());
    let shop = webhook(&market, SHOP_PARTY).await;
    assert_eq!((shop.state, shop.note.as_deref()), (WebhookState::Unproven, Some("answered 500")));
    market.engine.clock().advance(Duration::from_secs(1));
    deliverer.run_once().await.unwrap();
    assert!(receivers.taken().is_empty());
    market.engine.clock().advance(Duration::from_secs(2));
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 2);
    assert_eq!(webhook(&market, SHOP_PARTY).await.state, WebhookState::On);
}

#[tokio::test]
async fn a_failing_head_holds_its_lane_but_no_other() {
    let (market, deliverer, receivers, chats) = {
        let receivers = Receivers::that([Manner::Answers(500)]);
        let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
        deliverer.run_once().await.unwrap();
        market.engine.clock().advance(Duration::from_secs(60));
        deliverer.run_once().await.unwrap();
        let other = market.open(Opening::Order(OrderId(2))).await;
        deliverer.run_once().await.unwrap();
        (market, deliverer, receivers, (ivan, chat, other))
    };
    let (ivan, stuck, other) = chats;
    let so_far = receivers.taken().len();
    let broken = market.says(ivan, stuck, "one").await.message.id.to_string();
    market.says(ivan, stuck, "two").await;
    let fine = market.says(ivan, other, "three").await.message.id.to_string();
    let failing = Receivers::new({
        let broken = broken.clone();
        move |letter| Manner::Answers(if letter.body.ends_with(&broken) { 500 } else { 200 })
    });
    let second = Deliverer::new(market.engine.clone(), Arc::new(FewWords), failing.clone());
    second.run_once().await.unwrap();
    let bodies = failing.bodies();
    assert!(bodies.iter().any(|body| body.ends_with(&fine)), "{bodies:?}");
    assert!(bodies.iter().all(|body| body.ends_with(&fine) || body.ends_with(&broken)));
    market.engine.clock().advance(Duration::from_secs(60));
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), so_far + 2);
}

#[tokio::test]
async fn a_refused_delivery_is_final_and_the_lane_goes_on() {
    let receivers = Receivers::that([Manner::Answers(400)]);
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    market.says(ivan, chat, "one").await;
    deliverer.run_once().await.unwrap();
    let expected = [DeliveryState::Dead, DeliveryState::Delivered];
    assert_eq!(states(&market, SHOP_PARTY).await, expected);
    assert_eq!(attempts(&market, SHOP_PARTY).await.len(), 2);
}

#[tokio::test]
async fn every_attempt_is_kept_with_its_reason_and_without_secrets() {
    let receivers = Receivers::that([Manner::Refuses, Manner::Answers(503)]);
    let market = Market::new(1).await;
    let deliverer = deliverer(&market.engine, &receivers);
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Bot { app: AppId(1), person: ivan }).await;
    market.says(ivan, chat, "/start").await;
    for _ in 0..3 {
        deliverer.run_once().await.unwrap();
        market.engine.clock().advance(Duration::from_secs(60));
    }
    let attempts = attempts(&market, ECHO).await;
    let reasons: Vec<_> = attempts.iter().map(|each| each.reason.as_deref()).collect();
    assert_eq!(reasons, [None, Some("answered 503"), Some("connection refused")]);
    assert!(attempts.iter().all(|each| !each.request_headers.contains("echo-identification")));
    let taken = receivers.taken();
    assert_eq!(taken[0].letter.headers[0].1, "echo-identification");
    let ids: Vec<_> = taken.iter().map(|each| each.letter.headers[1].1.clone()).collect();
    assert_eq!(ids[0], ids[1]);
}

#[tokio::test]
async fn a_bot_hears_people_but_never_itself() {
    let receivers = Receivers::willing();
    let market = Market::new(1).await;
    let deliverer = deliverer(&market.engine, &receivers);
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Bot { app: AppId(1), person: ivan }).await;
    market.says(ivan, chat, "hello").await;
    let key = market.engine.read(move |context| {
        Ok(context.tx.conversation(chat, peyk_store::Lock::None)?.unwrap().key)
    });
    let key = key.await.unwrap();
    let answer = market.write(move |context| {
        let caller = peyk_engine::caller::app_by_key(context, "echo-key")?;
        let draft = crate::harness::draft("echo");
        peyk_engine::send_message::send_as_bot(context, &caller, &key, &draft, None)
    });
    answer.await.unwrap();
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 1);
}

#[tokio::test]
async fn a_subscription_lives_as_long_as_its_token() {
    let receivers = Receivers::willing();
    let market = Market::new(1).await;
    let deliverer = deliverer(&market.engine, &receivers);
    let ivan = market.person("ivan").await;
    let post = PostToken(POST.into());
    let chat = market.open(Opening::Post { post, buyer: ivan }).await;
    market.says(ivan, chat, "before").await;
    subscribe(&market).await;
    market.says(ivan, chat, "during").await;
    let sara = market.person("sara").await;
    market.says(sara, chat, "the seller is heard too").await;
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 2);
    let gone = market.write(move |context| Ok(context.tx.delete_subscriptions(AppId(1), sara)?));
    gone.await.unwrap();
    market.says(ivan, chat, "after").await;
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 2);
}

pub async fn subscribe(market: &Market) {
    let subscribed = market.write(move |context| {
        let caller = peyk_engine::caller::app_by_key(context, "echo-key")?;
        let grant = context.tx.grant_by_access_token(&sara_token(), context.now)?.unwrap().0;
        let asked = peyk_engine::subscribe::Asked {
            topic: peyk_model::Topic::Messages,
            post: None,
            metadata: Some(r#"{"key":"value"}"#.into()),
        };
        let token = crate::harness::SARA_TOKEN;
        peyk_engine::subscribe::subscribe(context, &caller, &grant, token, &asked)
    });
    subscribed.await.unwrap();
}

#[tokio::test]
async fn after_fourteen_days_a_failing_shop_is_off_and_what_waited_is_cancelled() {
    let receivers =
        Receivers::new(|letter| Manner::Answers(if letter.body == "hello" { 200 } else { 500 }));
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    market.says(ivan, chat, "one").await;
    let mut minutes = 0;
    while webhook(&market, SHOP_PARTY).await.state != WebhookState::Off {
        deliverer.run_once().await.unwrap();
        market.engine.clock().advance(Duration::from_secs(60));
        minutes += 1;
        assert!(minutes <= 14 * 24 * 60 + 60, "the shop is still on");
    }
    assert!(minutes >= 14 * 24 * 60);
    assert_eq!(states(&market, SHOP_PARTY).await[1], DeliveryState::Cancelled);
    // 60 in the first hour, 92 in the rest of the day, 312 hourly ones, and the last.
    assert_eq!(attempts(&market, SHOP_PARTY).await.len(), 465);
    market.says(ivan, chat, "nobody listens").await;
    assert_eq!(deliverer.run_once().await.unwrap(), 0);
    let id = webhook(&market, SHOP_PARTY).await.id;
    market.write(move |context| webhooks::switch_on(context, id)).await.unwrap();
    assert_eq!(webhook(&market, SHOP_PARTY).await.state, WebhookState::Unproven);
    assert_eq!(deliverer.run_once().await.unwrap(), 1);
    assert_eq!(webhook(&market, SHOP_PARTY).await.state, WebhookState::On);
}

#[tokio::test]
async fn a_delivered_message_can_be_told_again_and_a_waiting_one_cancelled() {
    let receivers = Receivers::willing();
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    let said = market.says(ivan, chat, "one").await.message.id;
    deliverer.run_once().await.unwrap();
    let shop = webhook(&market, SHOP_PARTY).await.id;
    let event = peyk_model::EventId(said.0);
    let filter = DeliveryFilter { webhook: Some(shop), event: Some(event), ..Default::default() };
    let wanted = filter;
    let again = market.write(move |context| replay(context, &wanted, None)).await.unwrap();
    assert_eq!(again, (1, None));
    deliverer.run_once().await.unwrap();
    let bodies = receivers.bodies();
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[1], bodies[2]);
    let next = market.says(ivan, chat, "two").await.message.id;
    let next = peyk_model::EventId(next.0);
    market.write(move |context| cancel(context, shop, next)).await.unwrap();
    assert_eq!(deliverer.run_once().await.unwrap(), 0);
}

#[tokio::test]
async fn a_dispute_is_told_when_it_starts_and_when_it_is_over() {
    let receivers = Receivers::willing();
    let (market, deliverer, _, chat) = open_shop(&receivers).await;
    market.write(move |context| arbitration::start_arbitration(context, chat)).await.unwrap();
    market.write(move |context| arbitration::finish_arbitration(context, chat)).await.unwrap();
    deliverer.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 3);
}

#[tokio::test]
async fn a_killed_servers_lane_is_taken_over_when_its_lease_is_over() {
    let hanging =
        Receivers::new(
            |letter| {
                if letter.body == "hello" { Manner::Answers(200) } else { Manner::Hangs }
            },
        );
    let (market, killed, ivan, chat) = open_shop(&hanging).await;
    market.says(ivan, chat, "one").await;
    tokio::select! {
        _ = killed.run_once() => panic!("nobody answers"),
        () = async { while hanging.taken().is_empty() { tokio::task::yield_now().await } } => {}
    }
    let receivers = Receivers::willing();
    let other = market.second_engine_or_same().await;
    let survivor = deliverer(&other, &receivers);
    assert_eq!(survivor.run_once().await.unwrap(), 0);
    other.clock().advance(Duration::from_secs(31));
    survivor.run_once().await.unwrap();
    assert_eq!(receivers.taken().len(), 2);
}

#[tokio::test]
async fn a_rotated_secret_signs_beside_the_old_one_for_a_day() {
    let receivers = Receivers::willing();
    let (market, deliverer, ivan, chat) = open_shop(&receivers).await;
    deliverer.run_once().await.unwrap();
    let shop = webhook(&market, SHOP_PARTY).await.id;
    let rotated = market.write(move |context| webhooks::rotate_signing_secret(context, shop));
    assert!(rotated.await.unwrap().starts_with("whsec_"));
    let signatures = async |text: &str| {
        market.says(ivan, chat, text).await;
        deliverer.run_once().await.unwrap();
        receivers.taken().last().unwrap().letter.headers[2].1.split(' ').count()
    };
    assert_eq!(signatures("today").await, 2);
    market.engine.clock().advance(Duration::from_secs(24 * 3600 + 1));
    assert_eq!(signatures("tomorrow").await, 1);
}

#[tokio::test]
async fn two_servers_on_one_database_share_the_deliveries_without_doubling_any() {
    let market = Market::new(1).await;
    if !market.allows_servers() {
        eprintln!("SKIPPED: two servers share a PostgreSQL; set PEYK_TEST_POSTGRES");
        return;
    }
    let other = market.second_engine().await;
    let taken = [Receivers::willing(), Receivers::willing()];
    let servers = [deliverer(&market.engine, &taken[0]), deliverer(&other, &taken[1])];
    let ivan = market.person("ivan").await;
    let mut chats = Vec::new();
    for order in 1..=3 {
        chats.push(market.open(Opening::Order(OrderId(order))).await);
    }
    let shop = webhook(&market, SHOP_PARTY).await.id;
    let mut said = Vec::new();
    for round in 0..20 {
        for chat in &chats {
            let id = market.says(ivan, *chat, "hi").await.message.id;
            said.push(format!("{shop} {id}"));
        }
        // Together, one of them may be quick enough to find all of the work; so each begins alone.
        if let Some(alone) = servers.get(round) {
            alone.run_once().await.unwrap();
            continue;
        }
        let (one, two) = tokio::join!(servers[0].run_once(), servers[1].run_once());
        one.unwrap();
        two.unwrap();
    }
    let [mut here, there] = taken.map(|receivers| receivers.bodies());
    assert!(!here.is_empty() && !there.is_empty(), "both did some of the work");
    here.extend(there);
    let opened = here.len() - said.len();
    assert_eq!(opened, chats.len(), "each opened chat and each message is told once");
    here.retain(|body| said.contains(body));
    here.sort();
    said.sort();
    assert_eq!(here, said);
}
