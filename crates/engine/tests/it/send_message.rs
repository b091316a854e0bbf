//! Sending, from the inside: order, ids and concurrency.

use peyk_engine::open_conversation::Opening;
use peyk_model::{MessageId, OrderId};

use crate::harness::Market;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_senders_share_one_gap_free_order() {
    let market = std::sync::Arc::new(Market::new(1).await);
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    let senders: Vec<_> = (0..8)
        .map(|_| {
            let market = market.clone();
            tokio::spawn(async move {
                for _ in 0..10 {
                    market.says(ivan, chat, "hello").await;
                    market.shop_says(chat, "hello").await;
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let said = market
        .engine
        .read(move |context| Ok(context.tx.messages_from(chat, MessageId(0), 1000)?));
    let said = said.await.unwrap();
    assert_eq!(said.len(), 160);
    for (index, pair) in said.windows(2).enumerate() {
        assert!(pair[0].id < pair[1].id && pair[0].sent_at <= pair[1].sent_at);
        assert_eq!(pair[0].number, index as i64 + 1);
    }
}

#[tokio::test]
async fn ids_go_on_after_the_store_was_closed_and_opened() {
    let mut market = Market::new(1).await;
    let ivan = market.person("ivan").await;
    let chat = market.open(Opening::Order(OrderId(1))).await;
    let before = market.says(ivan, chat, "before").await.message;
    market.reopen().await;
    let after = market.says(ivan, chat, "after").await.message;
    assert!(after.id > before.id);
    assert_eq!(after.number, before.number + 1);
}
