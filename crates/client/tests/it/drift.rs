//! A server that is newer than this client.

use peyk_client::ErrorKind;
use peyk_client::events::{KenarEvent, MarketReceiver, Notification};
use peyk_client::kenar::{Body, ConversationType, MessageType};
use peyk_client::market::{ChatId, ChatStatus, MessageId, MessageSender};
use serde_json::json;

use crate::proxy::{Fault, Proxy};
use crate::{kenar, market};

async fn answering(body: serde_json::Value) -> Proxy {
    let proxy = Proxy::before("http://127.0.0.1:9").await;
    proxy.next([Fault::json("200 OK", body)]);
    proxy
}

#[tokio::test]
async fn new_words_new_fields_and_other_forms_of_numbers_are_read() {
    let proxy = answering(json!({ "status": "OK", "new": 1, "result": {
        "chatId": "7", "context": { "type": "GIFT", "orderId": null, "rank": 1 }, "type": "CHAT",
        "status": "ON_HOLD", "createdAt": "2017-11-21T00:00:00+03:00", "updatedAt": "soon",
        "mood": "good"
    }}))
    .await;
    let chat = market(&proxy.url).chat(ChatId(7)).await.unwrap();
    assert_eq!((chat.id, chat.status), (ChatId(7), ChatStatus::Unknown("ON_HOLD".into())));
    assert_eq!((chat.created_at.is_some(), chat.updated_at), (true, None));
    assert_eq!(json!(chat.wire.unknown_fields()), json!({ "mood": "good" }));

    let proxy = answering(json!({ "status": "OK", "result": { "context": null, "messages": [{
        "messageId": "1780212617058078", "createdAt": "2026-05-31T00:00:00.5Z", "sender": "ROBOT",
        "payload": [{ "name": "a", "url": "http://x/a", "size": "3" }], "message": null, "reply": 5
    }], "paging": null }}))
    .await;
    let page = market(&proxy.url).history_page(ChatId(7), None, 100, None).await.unwrap();
    let message = &page.items[0];
    assert_eq!(message.id, MessageId(1_780_212_617_058_078));
    assert_eq!(message.sender, MessageSender::Unknown("ROBOT".into()));
    assert_eq!((message.files[0].size_bytes, message.text.clone()), (3, None));
    assert!(message.wire.raw().contains("\"reply\":5"));
    assert_eq!(page.next, None);
}

#[tokio::test]
async fn both_forms_of_kenars_times_and_sizes_are_read() {
    let message = |sent_at: serde_json::Value, size: serde_json::Value, kind: &str| {
        json!({ "id": "m", "conversation": { "id": "c", "type": "GROUP" }, "type": kind,
                "sender": { "type": "USER", "side": "JUDGE" }, "sent_at": sent_at, "stars": 5,
                "image_data": { "link": "https://x/y", "size_bytes": size } })
    };
    let proxy = answering(json!({
        "conversation": { "id": "c", "type": "GROUP", "title": "new" },
        "messages": [
            message(json!("2024-10-20T13:12:06.140Z"), json!("204800"), "IMAGE"),
            message(json!(1_729_429_926_140_000_i64), json!(204_800), "IMAGE"),
            message(json!("1729429926140000"), json!(1), "STICKER"),
        ]
    }))
    .await;
    let user = kenar(&proxy.url).as_user("t");
    let (conversation, said) = user.conversation(&"c".into()).await.unwrap();
    assert_eq!(conversation.kind, ConversationType::Unknown("GROUP".into()));
    assert!(said.iter().all(|one| one.sent_at == said[0].sent_at && one.sent_at.is_some()));
    assert_eq!(said[0].body, said[1].body);
    assert_eq!(said[2].body, Body::Unknown(MessageType::Unknown("STICKER".into())));
    assert_eq!(json!(said[0].wire.unknown_fields()), json!({ "stars": 5 }));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_no_reason_to_repeat() {
    let proxy = answering(json!({ "status": "OK", "result": { "id": 7 } })).await;
    let error = market(&proxy.url).chat(ChatId(7)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Unreadable && error.may_have_worked());
    assert_eq!(proxy.requests().len(), 1);
}

#[test]
fn events_of_tomorrow_are_kept_whole() {
    let event = br#"{"type":"NEW_STICKER","new_sticker":{"id":1}}"#;
    assert!(matches!(KenarEvent::parse(event).unwrap(), KenarEvent::Unknown(_)));
    let payment = br#"{"type":"PAYMENT_TRANSACTION","transaction":{"id":"p"}}"#;
    assert!(matches!(KenarEvent::parse(payment).unwrap(), KenarEvent::Payment(_)));
    assert!(KenarEvent::parse(b"[]").is_err());

    let receiver = MarketReceiver::new("shop", "1");
    let (told, answer) = receiver.receive(br#"{"notificationType":"ORDER_CREATED","orderId":1}"#);
    assert!(matches!(told.unwrap(), Notification::Unknown(_)) && answer.status == 200);
    let sent = br#"{"notificationType":"CHAT_MESSAGE_SENT","chatId":"1","businessId":2,"messageId":3,"sentAt":"x"}"#;
    let (told, _) = receiver.receive(sent);
    assert_eq!(told.unwrap(), Notification::MessageSent(2.into(), ChatId(1), MessageId(3)));
    let (told, answer) = receiver.receive(b"{}");
    assert!(told.is_err() && answer.status == 400 && answer.body.contains("WRONG_EVENT_FORMAT"));
}
