//! Many seeded lives of a marketplace, each driven through the real engine and store.
//!
//! People write, receivers fail, hang, lose answers, answer late or are down for days, servers are
//! killed and their stores opened again, operators replay and cancel, and time moves. After each
//! step every open delivery is going to be tried, and nothing was given up that did not wait for its
//! time. In the end everybody is well again and the promises are checked: each committed message has
//! exactly its deliveries, each lane arrived in order, nothing arrived twice whose answer was heard,
//! and everything came to an end.
//!
//! `PEYK_SIMULATION_SEEDS=5000` lives more lives, `PEYK_SIMULATION_SEED=42` that one again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use peyk_engine::deliver::{Deliverer, cancel, replay};
use peyk_engine::open_conversation::Opening;
use peyk_engine::webhooks;
use peyk_model::{
    AppId, ClockPosition, ConversationId, DeliveryState, EventId, OrderId, Party, PersonId,
    PostToken, Timestamp, WebhookId, WebhookState,
};
use peyk_store::{DeliveryFilter, DeliveryOrder};

use crate::deliver::subscribe;
use crate::harness::{Market, POST, SHOP};
use crate::receivers::{FewWords, Manner, Receivers};

/// Lives that `./check` lives on SQLite; PostgreSQL takes longer to set up, and gets a twentieth.
const SEEDS: u64 = 1000;
/// Things that happen in one life.
const STEPS: u64 = 40;

/// A small generator of our own, so that a seed means the same life for ever.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What the life itself knows to be true, told by nobody else.
#[derive(Default)]
struct Truth {
    /// Deliveries that must exist.
    expected: BTreeSet<(WebhookId, EventId)>,
    /// Deliveries that may arrive again, or out of order, because somebody asked for it.
    touched: BTreeSet<(WebhookId, EventId)>,
    /// Whether a subscription to Sara's posts lives.
    subscribed: bool,
    /// When open deliveries were put into their lanes, as far as that was seen.
    put_at: BTreeMap<(WebhookId, EventId), Timestamp>,
}

struct Life {
    market: Market,
    chance: Chance,
    receivers: Arc<Receivers>,
    /// How bad receivers are, out of a hundred; shared with their plan.
    badness: Arc<Mutex<u64>>,
    deliverer: Deliverer,
    people: [PersonId; 2],
    chats: Vec<(ConversationId, Party)>,
    shop: WebhookId,
    echo: WebhookId,
    truth: Truth,
}

impl Life {
    async fn begin(seed: u64) -> Self {
        let market = Market::new(seed).await;
        let (ivan, olga) = (market.person("ivan").await, market.person("olga").await);
        let badness = Arc::new(Mutex::new(0));
        let receivers = receivers(seed, badness.clone());
        let deliverer = deliverer(&market, &receivers);
        let ids = market.engine.read(|context| {
            let shop = context.tx.webhook_of(Party::Business(SHOP), None)?.unwrap();
            let echo = context.tx.webhook_of(Party::App(AppId(1)), None)?.unwrap();
            Ok((shop.id, echo.id))
        });
        let (shop, echo) = ids.await.unwrap();
        let people = [ivan, olga];
        let chance = Chance(seed);
        let chats = Vec::new();
        let truth = Truth::default();
        let mut life = Self {
            market,
            chance,
            receivers,
            badness,
            deliverer,
            people,
            chats,
            shop,
            echo,
            truth,
        };
        life.open_chats().await;
        life
    }

    async fn open_chats(&mut self) {
        let [ivan, olga] = self.people;
        for order in 1..=6 {
            let chat = self.market.open(Opening::Order(OrderId(order))).await;
            self.chats.push((chat, Party::Business(SHOP)));
            let last = self.last_event_of(chat).await;
            self.truth.expected.insert((self.shop, last));
        }
        for person in [ivan, olga] {
            let chat = self.market.open(Opening::Bot { app: AppId(1), person }).await;
            self.chats.push((chat, Party::App(AppId(1))));
            let post = PostToken(POST.into());
            let chat = self.market.open(Opening::Post { post, buyer: person }).await;
            self.chats.push((chat, Party::Person(PersonId(0))));
        }
    }

    async fn last_event_of(&self, chat: ConversationId) -> EventId {
        let found = self.market.engine.read(move |context| {
            Ok(context.tx.conversation(chat, peyk_store::Lock::None)?.unwrap().last_id)
        });
        EventId(found.await.unwrap())
    }

    async fn step(&mut self) {
        match self.chance.below(100) {
            0..39 => self.somebody_writes().await,
            39 => self.receivers_are_down_for_long().await,
            40..60 => {
                self.deliverer.run_once().await.unwrap();
            }
            60..70 => self.time_passes().await,
            70..78 => *self.badness.lock().unwrap() = self.chance.below(101),
            78..84 => self.the_server_is_killed().await,
            84..88 => self.the_server_starts_again().await,
            88..92 => self.somebody_subscribes_or_revokes().await,
            92..95 => self.somebody_replays().await,
            95..98 => self.somebody_cancels().await,
            _ => self.somebody_pauses().await,
        }
    }

    async fn somebody_writes(&mut self) {
        let (chat, seller) = self.chats[self.chance.below(self.chats.len() as u64) as usize];
        let conversation = self.market.engine.read(move |context| {
            Ok(context.tx.conversation(chat, peyk_store::Lock::None)?.unwrap())
        });
        let buyer = conversation.await.unwrap().buyer;
        let is_on = self.is_on(self.shop).await;
        let sent = self.market.says(buyer, chat, "hello").await;
        let event = EventId(sent.message.id.0);
        match seller {
            Party::Business(_) if !is_on => {}
            Party::Business(_) => drop(self.truth.expected.insert((self.shop, event))),
            Party::App(_) => drop(self.truth.expected.insert((self.echo, event))),
            Party::Person(_) if self.truth.subscribed => {
                self.truth.expected.insert((self.echo, event));
            }
            Party::Person(_) => {}
        }
    }

    async fn time_passes(&mut self) {
        let seconds = [1, 10, 31, 61, 600, 3600][self.chance.below(6) as usize];
        self.market.engine.clock().advance(Duration::from_secs(seconds));
    }

    async fn is_on(&self, webhook: WebhookId) -> bool {
        let found = self.market.engine.read(move |context| Ok(context.tx.webhook(webhook)?));
        found.await.unwrap().unwrap().state != WebhookState::Off
    }

    /// Nobody takes anything while time goes from one due thing to the next, as it does where a
    /// clock runs until idle, or jumps; now and then somebody writes, or the server starts again.
    async fn receivers_are_down_for_long(&mut self) {
        let badness = std::mem::replace(&mut *self.badness.lock().unwrap(), 101);
        let hours = [2, 12, 30, 60][self.chance.below(4) as usize];
        let end = self.now().after(Duration::from_secs(hours * 3600));
        while self.now() < end {
            self.deliverer.run_once().await.unwrap();
            self.check_what_is_open().await;
            let next = self.market.engine.read(|context| Ok(context.tx.next_lane_due()?));
            let next = next.await.unwrap().unwrap_or(end).min(end);
            assert!(next > self.now(), "whoever waits for it to be done would wait for ever");
            let jump = Duration::from_secs([0, 0, 900, 3 * 3600][self.chance.below(4) as usize]);
            self.market.engine.clock().advance(next.since(self.now()).max(jump));
            match self.chance.below(20) {
                0..2 => self.somebody_writes().await,
                2 => self.somebody_replays().await,
                3 => self.the_server_starts_again().await,
                _ => {}
            }
        }
        *self.badness.lock().unwrap() = badness;
    }

    async fn the_server_starts_again(&mut self) {
        self.market.reopen().await;
        self.deliverer = deliverer(&self.market, &self.receivers);
    }

    fn now(&self) -> Timestamp {
        self.market.engine.clock().now()
    }

    /// Whatever is open is in a lane that will be looked at, and what died by itself waited for long.
    async fn check_what_is_open(&mut self) {
        let (now, webhooks) = (self.now(), [self.shop, self.echo]);
        let found = self.market.engine.read(move |context| {
            let (mut lanes, mut next) = (BTreeSet::new(), BTreeMap::new());
            for id in webhooks {
                let webhook = context.tx.webhook(id)?.unwrap();
                next.insert(id, context.tx.next_due_of(&webhook)?);
                let found = context.tx.lanes_after(id, i64::MIN, 1000)?;
                lanes.extend(found.into_iter().map(|each| (id, each.lane)));
            }
            Ok((lanes, next))
        });
        let (lanes, next) = found.await.unwrap();
        for (key, (lane, state)) in all_deliveries(&self.market).await {
            if state.is_open() {
                self.truth.put_at.entry(key).or_insert(now);
                assert!(lanes.contains(&(key.0, lane)), "{key:?} is in no lane");
                let longest = now.after(Duration::from_secs(24 * 3600));
                assert!(next[&key.0].is_some_and(|at| at <= longest), "nobody will try {key:?}");
            } else if let Some(put_at) = self.truth.put_at.remove(&key) {
                let waited = now.since(put_at);
                let had_its_time = waited >= Duration::from_secs(24 * 3600);
                assert!(
                    state != DeliveryState::Dead || had_its_time,
                    "{key:?} died after {waited:?}"
                );
            }
        }
    }

    /// The server dies while letters are out: nobody settles them.
    async fn the_server_is_killed(&mut self) {
        let hang_after = self.chance.below(3);
        let mut posted = 0;
        let hanging = Receivers::new(move |letter| {
            posted += 1;
            match posted > hang_after && letter.body != "hello" {
                true => Manner::Hangs,
                false => Manner::Answers(200),
            }
        });
        let doomed = deliverer(&self.market, &hanging);
        let mut run = Box::pin(doomed.run_once());
        for _ in 0..200 {
            tokio::select! {
                biased;
                ended = &mut run => { ended.unwrap(); break }
                () = tokio::time::sleep(Duration::from_micros(100)) => {}
            }
            if hanging.taken().iter().any(|taken| taken.answered.is_none()) {
                break;
            }
        }
        drop(run);
        self.receivers.remember(hanging.taken());
        self.market.reopen().await;
        self.deliverer = deliverer(&self.market, &self.receivers);
    }

    async fn somebody_subscribes_or_revokes(&mut self) {
        if self.truth.subscribed {
            let sara = self.market.person("sara").await;
            let gone = self
                .market
                .write(move |context| Ok(context.tx.delete_subscriptions(AppId(1), sara)?));
            gone.await.unwrap();
        } else {
            subscribe(&self.market).await;
        }
        self.truth.subscribed = !self.truth.subscribed;
    }

    /// A delivery by chance, with its state.
    async fn any_delivery(&mut self) -> Option<(WebhookId, EventId, DeliveryState)> {
        let all = all_deliveries(&self.market).await;
        let index = self.chance.below(all.len().max(1) as u64) as usize;
        all.into_iter().nth(index).map(|((webhook, event), (_, state))| (webhook, event, state))
    }

    async fn somebody_replays(&mut self) {
        let Some((webhook, event, _)) = self.any_delivery().await else { return };
        let filter =
            DeliveryFilter { webhook: Some(webhook), event: Some(event), ..Default::default() };
        let wanted = filter;
        self.market.write(move |context| replay(context, &wanted, None)).await.unwrap();
        self.truth.touched.insert((webhook, event));
    }

    async fn somebody_cancels(&mut self) {
        let Some((webhook, event, state)) = self.any_delivery().await else { return };
        if state.is_open() {
            self.market.write(move |context| cancel(context, webhook, event)).await.unwrap();
            self.truth.touched.insert((webhook, event));
        }
    }

    async fn somebody_pauses(&mut self) {
        let webhook = [self.shop, self.echo][self.chance.below(2) as usize];
        let paused = self.chance.below(2) == 0;
        self.market.write(move |c| webhooks::pause(c, webhook, paused)).await.unwrap();
    }

    /// Everybody is well again, for as long as it takes.
    async fn end(&mut self) {
        *self.badness.lock().unwrap() = 0;
        for webhook in [self.shop, self.echo] {
            self.market.write(move |c| webhooks::pause(c, webhook, false)).await.unwrap();
        }
        for _ in 0..100 {
            self.deliverer.run_once().await.unwrap();
            let all = all_deliveries(&self.market).await;
            if all.values().all(|(_, state)| !state.is_open()) {
                return;
            }
            self.market.engine.clock().advance(Duration::from_secs(3600));
        }
        panic!("some deliveries never end");
    }

    async fn check(&self) {
        let all = all_deliveries(&self.market).await;
        let found: BTreeSet<_> = all.keys().copied().collect();
        assert_eq!(found, self.truth.expected, "each message has exactly its deliveries");
        let mut last_in_lane: BTreeMap<(WebhookId, i64), EventId> = BTreeMap::new();
        let mut heard = BTreeSet::new();
        for taken in self.receivers.taken() {
            let key = key_of(&taken.letter.body);
            let (lane, _) = all[&key];
            if self.truth.touched.contains(&key) {
                continue;
            }
            assert!(!heard.contains(&key), "{key:?} arrived again after its answer was heard");
            let last = last_in_lane.entry((key.0, lane)).or_insert(EventId(0));
            assert!(key.1 >= *last, "{key:?} arrived after {last:?}");
            *last = key.1;
            if taken.answered == Some(200) {
                heard.insert(key);
            }
        }
        for (key, (_, state)) in &all {
            let settled = match state {
                DeliveryState::Delivered => heard.contains(key),
                // Refused with 400, given up after a day, or cancelled: all of them by choice.
                DeliveryState::Dead | DeliveryState::Cancelled => true,
                DeliveryState::Kept | DeliveryState::Pending | DeliveryState::Retrying => false,
            };
            assert!(settled || self.truth.touched.contains(key), "{key:?} is {state:?}");
        }
    }
}

fn key_of(body: &str) -> (WebhookId, EventId) {
    let (webhook, event) = body.split_once(' ').unwrap();
    (WebhookId(webhook.parse().unwrap()), EventId(event.parse().unwrap()))
}

fn deliverer(market: &Market, receivers: &Arc<Receivers>) -> Deliverer {
    Deliverer::new(market.engine.clone(), Arc::new(FewWords), receivers.clone())
}

fn receivers(seed: u64, badness: Arc<Mutex<u64>>) -> Arc<Receivers> {
    let mut chance = Chance(seed ^ 0xabcd);
    Receivers::new(move |_| {
        if chance.below(100) >= *badness.lock().unwrap() {
            return Manner::Answers(200);
        }
        let down = *badness.lock().unwrap() > 100;
        match if down { 0 } else { chance.below(5) } {
            0 => Manner::Answers(500),
            1 => Manner::Answers(429),
            2 => Manner::LosesAnswer,
            3 => Manner::Refuses,
            _ => Manner::Answers(503),
        }
    })
}

type Deliveries = BTreeMap<(WebhookId, EventId), (i64, DeliveryState)>;

async fn all_deliveries(market: &Market) -> Deliveries {
    let found = market.engine.read(|context| {
        Ok(context.tx.deliveries(
            &DeliveryFilter::default(),
            DeliveryOrder::NewestFirst(None),
            10_000,
        )?)
    });
    let key = |(delivery, _): (peyk_model::Delivery, peyk_model::Event)| {
        ((delivery.webhook, delivery.event), (delivery.lane, delivery.state))
    };
    found.await.unwrap().into_iter().map(key).collect()
}

async fn live(seed: u64) {
    let mut life = Life::begin(seed).await;
    let position = life.market.engine.clock().position();
    assert!(matches!(position, ClockPosition::Standing(_)));
    for _ in 0..STEPS {
        life.step().await;
        life.check_what_is_open().await;
    }
    life.end().await;
    life.check().await;
}

#[test]
fn no_life_breaks_a_promise() {
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let lives = if std::env::var("PEYK_TEST_POSTGRES").is_ok() { SEEDS / 20 } else { SEEDS };
    let seeds = match number("PEYK_SIMULATION_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("PEYK_SIMULATION_SEEDS").unwrap_or(lives),
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let live_every_nth = |thread| {
        for seed in seeds.clone().filter(|seed| seed % threads == thread) {
            let life = std::panic::catch_unwind(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                runtime.unwrap().block_on(live(seed));
            });
            assert!(life.is_ok(), "live this life again with PEYK_SIMULATION_SEED={seed}");
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let live_every_nth = &live_every_nth;
            scope.spawn(move || live_every_nth(thread));
        }
    });
}
