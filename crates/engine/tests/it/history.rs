//! Histories that are kept: whatever happens, what is called the same is the same.

use std::collections::HashMap;

use peyk_engine::open_conversation::Opening;
use peyk_engine::read_conversation::{History, Paging, Read, history_of_business};
use peyk_engine::send_message::{Finished, send_as_business, send_as_person};
use peyk_engine::snapshot::{make_snapshot, restore_snapshot};
use peyk_engine::world::{World, WorldPerson, load_world};
use peyk_engine::{Dice, Engine};
use peyk_model::{ConversationId, Locale, MessageId, OrderId, PersonId};

use crate::harness::{Market, SHOP, draft};

const STEPS: usize = 300;
const LIMITS: [i64; 3] = [1, 3, 50];

/// What was asked: a chat, from which message on, and which page.
type Question = (ConversationId, Option<MessageId>, Paging);

async fn ask(engine: &Engine, question: &Question, kept: Option<&Read>) -> History {
    let ((chat, from, paging), mark) = (question.clone(), kept.map(|read| read.mark.clone()));
    let read = engine.read(move |context| {
        history_of_business(context, SHOP, chat, from, &paging, mark.as_ref())
    });
    read.await.unwrap()
}

async fn truth(engine: &Engine, question: &Question) -> Read {
    match ask(engine, question, None).await {
        History::Read(read) => *read,
        History::Same => panic!("nothing was shown"),
    }
}

/// All of an answer that anybody is shown.
fn shown(read: &Read) -> impl PartialEq + std::fmt::Debug {
    let listed = &read.listed;
    let subject = listed.conversation.subject.clone();
    (subject, listed.campaign, listed.buyer.clone(), read.page.clone())
}

/// Asks with what was kept of last time, compares the answer with the truth, and keeps it.
async fn check(engine: &Engine, question: Question, kept: &mut HashMap<String, Read>) -> bool {
    let name = format!("{question:?}");
    let truth = truth(engine, &question).await;
    let answer = ask(engine, &question, kept.get(&name)).await;
    let is_same = answer == History::Same;
    if let History::Read(read) = answer {
        kept.insert(name.clone(), *read);
    }
    assert_eq!(shown(&kept[&name]), shown(&truth), "{name}");
    is_same
}

/// A question about the beginning, the middle or the end of a chat.
async fn question(engine: &Engine, chats: &[ConversationId], draw: &[u8; 8]) -> Question {
    let chat = chats[usize::from(draw[1]) % chats.len()];
    let limit = LIMITS[usize::from(draw[2]) % LIMITS.len()];
    let mut question = (chat, None, Paging { cursor: None, limit });
    for _ in 0..draw[3] % 4 {
        let page = truth(engine, &question).await.page;
        let Some(next) = page.next else { break };
        question.2.cursor = Some(next);
    }
    if draw[3].is_multiple_of(4) {
        question.1 = truth(engine, &question).await.page.items.last().map(|last| last.id);
    }
    question
}

async fn rename(engine: &Engine, name: String) {
    let (handle, phone) = ("ivan".to_owned(), "+71".to_owned());
    let ivan = WorldPerson { handle, name, phone, locale: Locale::Persian };
    let world = World { people: vec![ivan], ..World::default() };
    engine.write(move |context| load_world(context, &world)).await.unwrap();
}

async fn change(engine: &Engine, chat: ConversationId, ivan: PersonId, draw: &[u8; 8]) {
    let text = draft(&format!("{draw:?}"));
    match draw[4] % 16 {
        0 => rename(engine, format!("Иван {}", draw[5] % 3)).await,
        1..=7 => {
            let sent = engine.write(move |c| send_as_person(c, ivan, chat, &text));
            sent.await.map(drop).unwrap();
        }
        _ => {
            let sent = engine
                .write(move |c| send_as_business(c, SHOP, chat, &text, Finished::Reopens, None));
            sent.await.map(drop).unwrap();
        }
    }
}

#[tokio::test]
async fn what_is_called_the_same_is_the_same_whoever_writes() {
    let market = Market::new(1).await;
    let engines = [market.engine.clone(), market.second_engine_or_same().await];
    let ivan = market.person("ivan").await;
    let mut chats = Vec::new();
    for order in 1..=3 {
        chats.push(market.open(Opening::Order(OrderId(order))).await);
    }
    let dice = Dice::seeded(7);
    // What each server keeps of its own.
    let mut kept = [HashMap::new(), HashMap::new()];
    let mut same = 0;
    for _ in 0..STEPS {
        let draw: [u8; 8] = dice.bytes();
        let (asks, writes) = (usize::from(draw[0] % 2), usize::from(draw[6] % 2));
        if draw[7].is_multiple_of(3) {
            let chat = chats[usize::from(draw[7]) % chats.len()];
            change(&engines[writes], chat, ivan, &draw).await;
        }
        let question = question(&engines[asks], &chats, &draw).await;
        same += usize::from(check(&engines[asks], question, &mut kept[asks]).await);
    }
    assert!(same > STEPS / 10, "only {same} answers were kept, which proves nothing");
}

#[tokio::test]
async fn what_was_kept_before_everything_was_put_back_is_not_the_same() {
    let market = Market::new(1).await;
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    make_snapshot(&market.engine, "empty").await.unwrap();
    let (mut kept, question) = (HashMap::new(), (chat, None, Paging { cursor: None, limit: 1 }));
    for texts in [["one", "two"], ["three", "four"]] {
        restore_snapshot(&market.engine, "empty").await.unwrap();
        for text in texts {
            market.says(ivan, chat, text).await;
        }
        assert!(!check(&market.engine, question.clone(), &mut kept).await);
        assert!(check(&market.engine, question.clone(), &mut kept).await);
    }
}

#[tokio::test]
async fn a_page_that_others_follow_stays_the_same_when_more_is_said() {
    let market = Market::new(1).await;
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    for text in ["one", "two"] {
        market.says(ivan, chat, text).await;
    }
    let full = (chat, None, Paging { cursor: None, limit: 1 });
    let open = (chat, None, Paging { cursor: None, limit: 2 });
    let mut kept = HashMap::new();
    for question in [&full, &open] {
        assert!(!check(&market.engine, question.clone(), &mut kept).await);
        assert!(check(&market.engine, question.clone(), &mut kept).await);
    }
    market.says(ivan, chat, "three").await;
    assert!(check(&market.engine, full, &mut kept).await);
    assert!(!check(&market.engine, open, &mut kept).await);
}
