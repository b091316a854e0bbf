//! What a shop hears.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use peyk_engine::arbitration::{finish_arbitration, start_arbitration};
use peyk_model::{ConversationId, EventId};
use peyk_server::{MarketManners, Settings};
use peyk_store::{DeliveryFilter, DeliveryOrder};
use serde_json::{Value, json};

use super::{Heard, Receiver, says, start, start_with};
use crate::harness::{BUSINESS, FRESH_ORDER, MARKET_KEY, ORDER_CHAT, Peyk, send};
use peyk_wire::spec::Spec;

fn yes() -> Response {
    let answer = json!({ "version": "1.0", "name": "shop", "time": "2026-11-20T12:00:00.000Z" });
    Json(answer).into_response()
}

async fn shop() -> (Receiver, Peyk) {
    let receiver = Receiver::start(|_| yes()).await;
    let peyk = start(None, Some(format!("{}/webhook/market", receiver.url))).await;
    (receiver, peyk)
}

fn checked(heard: &Heard) -> Value {
    let notification = heard.json();
    Spec::market().check_schema("SendNotificationRequest", &notification).unwrap();
    notification
}

#[tokio::test]
async fn a_shop_is_greeted_before_it_hears_anything() {
    let (receiver, peyk) = shop().await;
    let ping = receiver.next().await;
    assert_eq!(ping.path, "/webhook/market");
    assert_eq!(
        checked(&ping),
        json!({ "notificationType": "PING", "time": "2026-11-20T12:00:00.000Z" })
    );
    assert!(ping.headers.get("authorization").is_none());
    peyk.stop().await;
}

#[tokio::test]
async fn an_address_may_be_a_base_and_the_sender_the_vendors() {
    let receiver = Receiver::start(|_| yes()).await;
    let market = MarketManners {
        notification_path: Some("/notification".into()),
        forwarded_for: Some("5.45.207.10".parse().unwrap()),
        ..MarketManners::default()
    };
    let settings = Settings { market, ..Settings::default() };
    let peyk = start_with(None, Some(format!("{}/hook", receiver.url)), settings).await;
    for kind in ["PING", "CHAT_MESSAGE_SENT"] {
        let heard = receiver.next().await;
        assert_eq!(checked(&heard)["notificationType"], kind);
        assert_eq!(heard.path, "/hook/notification");
        assert_eq!(heard.headers["x-forwarded-for"], "5.45.207.10");
        says(&peyk, "ivan", ConversationId(ORDER_CHAT), "Здравствуйте!").await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_shop_hears_of_new_chats_and_messages_with_ids_as_text() {
    let (receiver, peyk) = shop().await;
    receiver.next().await;
    let request = peyk
        .request("POST", &format!("/v2/businesses/{BUSINESS}/chats/new"))
        .header("Api-Key", MARKET_KEY)
        .json(&json!({ "orderId": FRESH_ORDER }));
    let chat = send(request).await.json()["result"]["chatId"].as_i64().unwrap();
    let created = checked(&receiver.next().await);
    let expected = json!({
        "notificationType": "CHAT_CREATED",
        "chatId": chat,
        "businessId": BUSINESS,
        "createdAt": "2026-11-20T12:00:00.000Z"
    });
    assert_eq!(created, expected);
    says(&peyk, "olga", ConversationId(chat), "Здравствуйте!").await;
    let sent = checked(&receiver.next().await);
    let id = sent["messageId"].as_str().unwrap();
    let expected = json!({
        "notificationType": "CHAT_MESSAGE_SENT",
        "chatId": chat,
        "messageId": id,
        "businessId": BUSINESS,
        "sentAt": "2026-11-20T12:00:00.000Z"
    });
    assert_eq!(sent, expected);
    let request = peyk
        .request(
            "GET",
            &format!("/v2/businesses/{BUSINESS}/chats/message?chatId={chat}&messageId={id}"),
        )
        .header("Api-Key", MARKET_KEY);
    assert_eq!(send(request).await.json()["result"]["message"], "Здравствуйте!");
    peyk.stop().await;
}

#[tokio::test]
async fn a_dispute_is_heard_when_it_starts_and_when_it_is_over() {
    let (receiver, peyk) = shop().await;
    receiver.next().await;
    let engine = &peyk.running().site().engine;
    let chat = ConversationId(ORDER_CHAT);
    engine.write(move |context| start_arbitration(context, chat)).await.unwrap();
    let request = || {
        let path = format!("/v2/businesses/{BUSINESS}/chat?chatId={ORDER_CHAT}");
        peyk.request("GET", &path).header("Api-Key", MARKET_KEY)
    };
    let shown = send(request()).await.json();
    let state = (&shown["result"]["type"], &shown["result"]["status"]);
    assert_eq!(state, (&json!("ARBITRAGE"), &json!("WAITING_FOR_ARBITER")));
    engine.write(move |context| finish_arbitration(context, chat)).await.unwrap();
    assert_eq!(send(request()).await.json()["result"]["status"], "FINISHED");
    for (kind, when) in
        [("CHAT_ARBITRAGE_STARTED", "startedAt"), ("CHAT_ARBITRAGE_FINISHED", "finishedAt")]
    {
        let expected = json!({
            "notificationType": kind,
            "chatId": ORDER_CHAT,
            "businessId": BUSINESS,
            when: "2026-11-20T12:00:00.000Z"
        });
        assert_eq!(checked(&receiver.next().await), expected);
    }
    peyk.stop().await;
}

#[tokio::test]
async fn an_answer_without_a_version_is_tried_again_and_the_reason_is_kept() {
    let receiver = Receiver::start(|heard| match heard.json()["notificationType"].as_str() {
        Some("PING") => yes(),
        _ => (StatusCode::OK, Json(json!({ "name": "shop" }))).into_response(),
    })
    .await;
    let peyk = start(None, Some(receiver.url.clone())).await;
    receiver.next().await;
    says(&peyk, "ivan", ConversationId(ORDER_CHAT), "Алло").await;
    let message = receiver.next().await.json()["messageId"].as_str().unwrap().parse().unwrap();
    let engine = &peyk.running().site().engine;
    let filter = DeliveryFilter { event: Some(EventId(message)), ..DeliveryFilter::default() };
    // The attempt is written down after the answer was heard.
    let reason = loop {
        let filter = filter.clone();
        let found = engine.read(move |context| {
            let (delivery, event) =
                context.tx.deliveries(&filter, DeliveryOrder::NewestFirst(None), 1)?.remove(0);
            Ok(context.tx.attempts(delivery.webhook, event.id, 1)?.pop())
        });
        match found.await.unwrap() {
            Some(attempt) => break attempt.reason,
            None => tokio::task::yield_now().await,
        }
    };
    assert_eq!(reason.as_deref(), Some("answered 200, but `version` is missing or no text"));
    peyk.stop().await;
}
