//! `GET /v2/businesses/{businessId}/chats/message`.

use peyk_model::message::Content;
use peyk_model::{Author, Contact, Location};
use serde_json::json;

use super::{history, last_message, marketplace_writes, ours, person_sends, refused, result};
use crate::harness::*;

#[tokio::test]
async fn a_message_is_the_one_of_the_history() {
    let peyk = Peyk::start().await;
    marketplace_writes(&peyk, Author::Market, ORDER_CHAT, "Решение принято").await;
    marketplace_writes(&peyk, Author::Support, ORDER_CHAT, "Здравствуйте").await;
    let messages = history(&peyk, ORDER_CHAT).await;
    let senders: Vec<_> = messages.iter().map(|message| message["sender"].clone()).collect();
    assert_eq!(senders, ["CUSTOMER", "PARTNER", "MARKET", "SUPPORT"]);
    for message in messages {
        let id = message["messageId"].as_i64().unwrap();
        let rest = format!("/chats/message?chatId={ORDER_CHAT}&messageId={id}");
        assert_eq!(result(&peyk, ours(&peyk, "GET", &rest)).await, message);
    }
}

#[tokio::test]
async fn places_and_contacts_are_readable() {
    let peyk = Peyk::start().await;
    let place = Location::new(55.5, -37.25).unwrap();
    person_sends(&peyk, "ivan", ORDER_CHAT, Content::Location(place)).await;
    assert_eq!(last_message(&peyk, ORDER_CHAT).await["message"], "55.5, -37.25");
    let contact = Contact::new(Some("Олег".into()), "+79160000009".into()).unwrap();
    person_sends(&peyk, "ivan", ORDER_CHAT, Content::Contact(contact)).await;
    let last = last_message(&peyk, ORDER_CHAT).await;
    let expected = json!({
        "messageId": last["messageId"],
        "createdAt": "2026-11-20T15:00:00+03:00",
        "sender": "CUSTOMER",
        "message": "Олег, +79160000009",
    });
    assert_eq!(last, expected);
}

#[tokio::test]
async fn the_message_must_be_named_by_a_number_from_one_on() {
    let peyk = Peyk::start().await;
    let with =
        |query: &str| ours(&peyk, "GET", &format!("/chats/message?chatId={ORDER_CHAT}{query}"));
    let missing = "Required request parameter 'messageId' is not present";
    refused(&peyk, with(""), 400, missing).await;
    refused(&peyk, with("&messageId="), 400, missing).await;
    refused(&peyk, with("&messageId=last"), 400, "Type mismatch: 'last'").await;
    let small = "'messageId' must be greater than or equal to '1' (rejected value: '-5')";
    refused(&peyk, with("&messageId=-5"), 400, small).await;
}

#[tokio::test]
async fn a_message_of_another_chat_is_not_found() {
    let peyk = Peyk::start().await;
    let elsewhere = last_message(&peyk, ORDER_CHAT).await["messageId"].clone();
    for message in [json!(1), elsewhere] {
        let rest = format!("/chats/message?chatId={DIRECT_CHAT}&messageId={message}");
        let text = format!("Can't find message by id: '{message}' for chat '{DIRECT_CHAT}'");
        refused(&peyk, ours(&peyk, "GET", &rest), 404, &text).await;
    }
}
