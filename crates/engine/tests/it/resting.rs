//! Receivers that fail for long: one attempt goes for all that wait, and nothing is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use peyk_engine::deliver::operate::{self, Record};
use peyk_engine::deliver::{Deliverer, cancel, replay};
use peyk_engine::open_conversation::Opening;
use peyk_engine::read_conversation::Paging;
use peyk_engine::webhooks;
use peyk_engine::world::{World, WorldOrder, WorldPerson, load_world};
use peyk_model::webhook::Wait;
use peyk_model::{
    AppId, CampaignId, ConversationId, Delivery, DeliveryState, EventId, Locale, OrderId, Party,
    PersonId, Timestamp, WebhookId, WebhookState,
};
use peyk_store::{DeliveryFilter, DeliveryOrder, DeliveryPlace};

use crate::harness::{Market, SHOP, START};
use crate::receivers::{FewWords, Manner, Receivers};

const SHOP_PARTY: Party = Party::Business(SHOP);
const ECHO: Party = Party::App(AppId(1));
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Many chats with one receiver, which takes what does not end with one of these words.
struct Crowd {
    market: Market,
    receivers: Arc<Receivers>,
    deliverer: Deliverer,
    refused: Arc<Mutex<Vec<String>>>,
    webhook: WebhookId,
    people: Vec<PersonId>,
    chats: Vec<ConversationId>,
}

impl Crowd {
    /// So many chats with the shop, each of which it has yet to hear of, while it is down.
    async fn of_a_shop(chats: i64) -> Self {
        let mut crowd = Self::new(SHOP_PARTY, chats).await;
        crowd.deliverer.run_once().await.unwrap();
        let ivan = crowd.people[0];
        crowd.people = vec![ivan; usize::try_from(chats).unwrap()];
        for order in 1..=chats {
            let chat = crowd.market.open(Opening::Order(OrderId(order))).await;
            crowd.chats.push(chat);
        }
        crowd
    }

    /// So many chats with a bot, with a message each, while the bot is down.
    async fn of_a_bot(chats: i64) -> Self {
        let mut crowd = Self::new(ECHO, chats).await;
        for person in crowd.people.clone() {
            let chat = crowd.market.open(Opening::Bot { app: AppId(1), person }).await;
            crowd.market.says(person, chat, "/start").await;
            crowd.chats.push(chat);
        }
        crowd
    }

    async fn new(owner: Party, size: i64) -> Self {
        let market = Market::new(1).await;
        let person = |number: i64| WorldPerson {
            handle: format!("p{number}"),
            name: "P".into(),
            phone: format!("+7916{number:07}"),
            locale: Locale::Russian,
        };
        let order = |id| WorldOrder {
            id: OrderId(id),
            business: SHOP,
            campaign: CampaignId(1),
            customer: "p1".into(),
        };
        let people: Vec<_> = (1..=size).map(person).collect();
        let orders = (1..=size).map(order).collect();
        let world = World { people, orders, ..World::default() };
        let loaded = world.clone();
        market.write(move |context| load_world(context, &loaded)).await.unwrap();
        let found = market.engine.read(move |context| {
            let mut people = Vec::new();
            for person in &world.people {
                people.push(context.tx.person_by_handle(&person.handle)?.unwrap().id);
            }
            Ok((context.tx.webhook_of(owner, None)?.unwrap().id, people))
        });
        let (webhook, people) = found.await.unwrap();
        let refused = Arc::new(Mutex::new(vec![String::new()]));
        let words = refused.clone();
        let receivers = Receivers::new(move |letter| {
            let is_refused = |word: &String| letter.body.ends_with(word.as_str());
            let is_down = letter.body != "hello" && words.lock().unwrap().iter().any(is_refused);
            Manner::Answers(if is_down { 500 } else { 200 })
        });
        let deliverer =
            Deliverer::new(market.engine.clone(), Arc::new(FewWords), receivers.clone());
        Self { market, receivers, deliverer, refused, webhook, people, chats: Vec::new() }
    }

    /// From now on the receiver takes everything but letters that end with one of these words.
    fn takes_all_but(&self, words: &[String]) {
        *self.refused.lock().unwrap() = words.to_vec();
    }

    fn now(&self) -> Timestamp {
        self.market.engine.clock().now()
    }

    fn age(&self) -> Duration {
        self.now().since(START)
    }

    async fn next_due(&self) -> Option<Timestamp> {
        self.market.engine.read(|context| Ok(context.tx.next_lane_due()?)).await.unwrap()
    }

    /// Goes to the next time at which something is due; false if nothing will be.
    async fn step(&self) -> bool {
        self.deliverer.run_once().await.unwrap();
        let Some(next) = self.next_due().await else { return false };
        assert!(next > self.now(), "whoever waits for it to be done would wait for ever");
        self.market.engine.clock().advance(next.since(self.now()));
        self.deliverer.run_once().await.unwrap();
        true
    }

    /// Goes from one due thing to the next while the market is younger than this.
    async fn until(&self, age: Duration) {
        while self.age() < age && self.step().await {}
    }

    async fn deliveries(&self) -> Vec<Delivery> {
        let filter = DeliveryFilter { webhook: Some(self.webhook), ..Default::default() };
        let found = self.market.engine.read(move |context| {
            let order = DeliveryOrder::OldestFirst(None);
            Ok(context.tx.deliveries(&filter, order, 10_000)?)
        });
        found.await.unwrap().into_iter().map(|(delivery, _)| delivery).collect()
    }

    async fn in_state(&self, state: DeliveryState) -> usize {
        self.deliveries().await.iter().filter(|each| each.state == state).count()
    }

    async fn open(&self) -> usize {
        self.deliveries().await.iter().filter(|each| each.state.is_open()).count()
    }

    async fn record(&self, event: EventId) -> Record {
        let place = DeliveryPlace { event, webhook: self.webhook };
        let found = self.market.engine.read(move |context| operate::record(context, place));
        found.await.unwrap()
    }

    /// When each attempt at a delivery began, in seconds since the first.
    async fn tried_at(&self, event: EventId) -> Vec<u64> {
        let attempts = self.record(event).await.attempts;
        let first = attempts.last().unwrap().started_at;
        attempts.iter().rev().map(|each| each.started_at.since(first).as_secs()).collect()
    }

    /// The delivery that was tried most.
    async fn most_tried(&self) -> EventId {
        let all = self.deliveries().await;
        all.iter().max_by_key(|each| each.attempts).unwrap().event
    }

    fn letters(&self) -> usize {
        self.receivers.taken().len()
    }

    fn last_letter(&self) -> String {
        self.receivers.bodies().pop().unwrap()
    }
}

#[tokio::test]
async fn one_letter_keeps_its_plan_and_goes_for_all_that_wait() {
    let crowd = Crowd::of_a_shop(40).await;
    crowd.until(HOUR).await;
    let leader = crowd.most_tried().await;
    let tried = crowd.tried_at(leader).await;
    assert_eq!(tried, (0..=60).map(|minute| minute * 60).collect::<Vec<_>>());
    let letters = crowd.letters();
    assert!(letters < 110, "{letters} letters in an hour to a receiver that takes none");
    crowd.until(2 * DAY).await;
    assert_eq!(crowd.record(leader).await.delivery.attempts, 60 + 92 + 24 + 1);
    assert!(crowd.letters() < 400, "{} letters in two days", crowd.letters());
    assert_eq!(crowd.open().await, 40);
}

#[tokio::test]
async fn all_arrive_once_and_in_order_when_one_did() {
    let crowd = Crowd::of_a_shop(40).await;
    for chat in &crowd.chats {
        crowd.market.says(crowd.people[0], *chat, "are you there?").await;
    }
    crowd.until(5 * HOUR).await;
    crowd.takes_all_but(&[]);
    let failed = crowd.letters();
    assert!(crowd.step().await);
    assert_eq!(crowd.in_state(DeliveryState::Delivered).await, 80);
    let arrived = crowd.receivers.bodies().split_off(failed);
    assert_eq!(arrived.len(), 80, "each arrives once");
    let lanes: BTreeMap<String, i64> = crowd
        .deliveries()
        .await
        .into_iter()
        .map(|each| (format!("{} {}", each.webhook, each.event), each.lane))
        .collect();
    let mut last: BTreeMap<i64, String> = BTreeMap::new();
    for body in arrived {
        let before = last.insert(lanes[&body], body.clone());
        assert!(before.is_none_or(|before| before < body));
    }
    assert_eq!(crowd.next_due().await, None);
}

#[tokio::test]
async fn a_new_message_is_itself_tried_after_the_rest_and_then_by_its_own_plan() {
    let crowd = Crowd::of_a_shop(40).await;
    crowd.until(2 * DAY).await;
    let before = crowd.now();
    let customer = crowd.people[0];
    let chat = crowd.market.open(Opening::Direct { business: SHOP, customer }).await;
    crowd.market.says(customer, chat, "hello").await;
    let all = crowd.deliveries().await;
    let new = all.iter().find(|each| each.lane == chat.0).unwrap().event;
    crowd.until(2 * DAY + 2 * MINUTE).await;
    let attempts = crowd.record(new).await.attempts;
    assert!(attempts.last().unwrap().started_at.since(before) <= Duration::from_secs(30));
    crowd.until(2 * DAY + HOUR).await;
    let tried = crowd.tried_at(new).await;
    assert_eq!(tried[..5], [0, 60, 120, 180, 240]);
}

#[tokio::test]
async fn a_letter_that_nobody_can_take_does_not_speak_for_the_others_for_ever() {
    let crowd = Crowd::of_a_shop(40).await;
    crowd.until(3 * HOUR).await;
    let stuck = crowd.most_tried().await;
    crowd.takes_all_but(&[format!(" {stuck}")]);
    let well_since = crowd.now();
    while crowd.in_state(DeliveryState::Delivered).await == 0 {
        assert!(crowd.step().await);
    }
    let waited = crowd.now().since(well_since);
    assert!(waited <= 3 * 15 * MINUTE, "the others waited for {waited:?}");
    assert_eq!(crowd.in_state(DeliveryState::Delivered).await, 39);
    // A good chat is not disturbed by it.
    let good = crowd.chats[20];
    crowd.until(6 * HOUR).await;
    crowd.market.says(crowd.people[0], good, "and now?").await;
    crowd.until(crowd.age() + MINUTE).await;
    assert_eq!(crowd.in_state(DeliveryState::Delivered).await, 40);
}

#[tokio::test]
async fn when_a_bot_took_nothing_for_a_day_what_waited_for_a_day_is_given_up() {
    let crowd = Crowd::of_a_bot(40).await;
    crowd.until(20 * HOUR).await;
    assert_eq!(crowd.open().await, 40);
    let young = crowd.market.says(crowd.people[7], crowd.chats[7], "still there?").await;
    let young = EventId(young.message.id.0);
    while crowd.open().await == 41 {
        assert!(crowd.step().await);
    }
    while crowd.open().await > 1 {
        assert!(crowd.step().await);
        assert!(crowd.age() < 34 * HOUR, "{} are open", crowd.open().await);
    }
    assert!(crowd.age() >= DAY);
    assert!(crowd.letters() < 60, "{} letters", crowd.letters());
    // Nobody pretends that all of them were tried.
    let untried: Vec<_> =
        crowd.deliveries().await.into_iter().filter(|each| each.attempts == 0).collect();
    assert!(untried.len() > 20);
    let record = crowd.record(untried[0].event).await;
    assert_eq!((record.delivery.state, record.attempts.len()), (DeliveryState::Dead, 0));
    // The one that is younger goes on, and so do lanes in which nothing was left.
    assert!(crowd.record(young).await.delivery.state.is_open());
    crowd.until(40 * HOUR).await;
    assert!(crowd.record(young).await.delivery.attempts > 0);
    crowd.takes_all_but(&[]);
    crowd.market.says(crowd.people[3], crowd.chats[3], "hello again").await;
    while crowd.step().await {}
    assert_eq!(crowd.in_state(DeliveryState::Delivered).await, 2);
}

#[tokio::test]
async fn after_one_jump_over_the_whole_plan_nothing_is_open_soon() {
    for (bot, state) in [(true, DeliveryState::Dead), (false, DeliveryState::Cancelled)] {
        let crowd = if bot { Crowd::of_a_bot(40).await } else { Crowd::of_a_shop(40).await };
        crowd.deliverer.run_once().await.unwrap();
        crowd.market.engine.clock().advance(14 * DAY);
        while crowd.step().await {}
        assert!(crowd.age() <= 14 * DAY + 2 * MINUTE);
        assert_eq!(crowd.open().await, 0);
        assert!(crowd.in_state(state).await >= 39);
    }
}

#[tokio::test]
async fn a_replayed_letter_waits_from_anew() {
    let crowd = Crowd::of_a_bot(20).await;
    while crowd.step().await {}
    let count = crowd.deliveries().await.len();
    assert_eq!(crowd.in_state(DeliveryState::Dead).await, count);
    let filter = DeliveryFilter { webhook: Some(crowd.webhook), ..Default::default() };
    let replayed = crowd.market.write(move |context| replay(context, &filter, None)).await;
    assert_eq!(replayed.unwrap(), (count, None));
    let since = crowd.now();
    crowd.until(crowd.age() + 20 * HOUR).await;
    assert_eq!(crowd.open().await, count, "it was not put into its lane a day ago");
    while crowd.step().await {}
    assert_eq!(crowd.open().await, 0);
    assert!(crowd.now().since(since) < 2 * DAY);
}

#[tokio::test]
async fn whoever_leads_can_be_cancelled_and_another_takes_its_place() {
    let crowd = Crowd::of_a_shop(20).await;
    crowd.until(3 * HOUR).await;
    let webhook = crowd.webhook;
    let mut seen = BTreeSet::new();
    for _ in 0..15 {
        let tried = crowd.deliveries().await.into_iter().filter(|each| each.state.is_open());
        let leader = tried.max_by_key(|each| each.attempts).unwrap().event;
        crowd.market.write(move |context| cancel(context, webhook, leader)).await.unwrap();
        let letters = crowd.letters();
        while crowd.letters() < letters + 4 {
            assert!(crowd.step().await, "{} are open and nobody tries them", crowd.open().await);
        }
        seen.insert(crowd.last_letter());
    }
    assert!(seen.len() > 5);
    assert_eq!(crowd.open().await, 5);
}

#[tokio::test]
async fn a_receiver_that_was_paused_starts_anew() {
    for bot in [true, false] {
        let crowd = if bot { Crowd::of_a_bot(20).await } else { Crowd::of_a_shop(20).await };
        crowd.until(10 * HOUR).await;
        let webhook = crowd.webhook;
        crowd.market.write(move |c| webhooks::pause(c, webhook, true)).await.unwrap();
        crowd.market.engine.clock().advance(15 * DAY);
        assert_eq!(crowd.deliverer.run_once().await.unwrap(), 0);
        crowd.market.write(move |c| webhooks::pause(c, webhook, false)).await.unwrap();
        let begins = crowd.age();
        crowd.until(begins + 3 * MINUTE).await;
        let lost = crowd.deliveries().await.len() - crowd.open().await;
        // A bot's letters that were tried before had their day.
        assert!(lost <= 12, "{lost} letters were given up");
        crowd.takes_all_but(&[]);
        while crowd.step().await {}
        assert!(crowd.in_state(DeliveryState::Delivered).await >= 8);
    }
}

#[tokio::test]
async fn every_lane_says_when_its_receiver_is_tried_next() {
    let crowd = Crowd::of_a_shop(40).await;
    crowd.until(3 * HOUR).await;
    let webhook = crowd.webhook;
    let look = || {
        crowd.market.engine.read(move |context| {
            let paging = Paging { cursor: None, limit: 100 };
            let lanes = operate::waiting_lanes(context, webhook, &paging)?;
            Ok((lanes.items, operate::webhook(context, webhook)?.next_try))
        })
    };
    for _ in 0..6 {
        let (lanes, next) = look().await.unwrap();
        let next = next.unwrap();
        assert_eq!(Some(next), crowd.next_due().await);
        assert_eq!(lanes.len(), 40);
        let resting = lanes.iter().filter(|each| each.wait == Wait::Rest(next)).count();
        assert!(resting >= 35, "{resting} lanes tell the next time");
        assert!(lanes.iter().all(|each| each.wait.until().is_some_and(|until| until >= next)));
        crowd.step().await;
        assert!(crowd.now() >= next);
    }
}

#[tokio::test]
async fn a_failing_shop_is_switched_off_after_fourteen_days_with_all_that_waits() {
    let crowd = Crowd::of_a_shop(40).await;
    while crowd.step().await {}
    assert!(crowd.age() >= 14 * DAY && crowd.age() < 14 * DAY + HOUR);
    let webhook = crowd.webhook;
    let found = crowd.market.engine.read(move |c| Ok(c.tx.webhook(webhook)?.unwrap()));
    assert_eq!(found.await.unwrap().state, WebhookState::Off);
    assert_eq!(crowd.open().await, 0);
    assert!(crowd.in_state(DeliveryState::Cancelled).await >= 39);
    assert!(crowd.letters() < 800, "{} letters", crowd.letters());
}
