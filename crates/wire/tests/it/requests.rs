//! What real clients send is read, and what is wrong is refused.

use peyk_wire::Secret;
use peyk_wire::kenar::bot_send_message::BotSendMessageRequest;
use peyk_wire::kenar::button::ButtonGrid;
use peyk_wire::kenar::error::Status;
use peyk_wire::kenar::event::Event;
use peyk_wire::kenar::message::MessageType;
use peyk_wire::kenar::register_event_subscription::RegisterEventSubscriptionRequest;
use peyk_wire::market::create_chat::CreateChatRequest;
use peyk_wire::market::error::{ErrorEnvelope, code};
use peyk_wire::market::get_chat_history::{GetChatHistoryQuery, GetChatHistoryResult};
use peyk_wire::market::get_chat_message::GetChatMessageQuery;
use peyk_wire::market::get_chats::GetChatsRequest;
use peyk_wire::market::notification::{Notification, NotificationType};
use peyk_wire::market::paging::PageQuery;
use peyk_wire::market::send_message::SendMessageRequest;
use peyk_wire::oauth::authorize::AuthorizeRequest;
use peyk_wire::oauth::token::{GrantType, TokenRequest};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn read<T: DeserializeOwned>(body: Value) -> T {
    serde_json::from_value(body).expect("the body is readable")
}

fn is_refused<T: DeserializeOwned>(body: Value) -> bool {
    serde_json::from_value::<T>(body).is_err()
}

#[test]
fn nulls_and_unknown_keys_are_as_if_absent() {
    let request: BotSendMessageRequest = read(json!({
        "type": "TEXT", "text_message": "hi", "media_token": null, "buttons": null,
        "conversation_id": null, "user_id": "ignored", "new_thing": [1],
    }));
    let expected = BotSendMessageRequest {
        kind: Some(MessageType::Text),
        text_message: Some("hi".to_owned()),
        ..BotSendMessageRequest::default()
    };
    assert_eq!(request, expected);
}

#[test]
fn rows_and_buttons_may_be_null() {
    assert_eq!(read::<ButtonGrid>(json!({ "rows": null })), ButtonGrid::default());
    let grid: ButtonGrid = read(json!({ "rows": [{ "buttons": null }, {}] }));
    assert!(grid.rows.iter().all(|row| row.buttons.is_empty()));
}

#[test]
fn icons_outside_the_list_are_kept() {
    let button = json!({ "caption": "x", "icon": "None", "icon_name": "REAL_STATE" });
    let grid = json!({ "rows": [{ "buttons": [button] }] });
    assert_eq!(serde_json::to_value(read::<ButtonGrid>(grid.clone())).unwrap(), grid);
}

#[test]
fn an_action_with_two_keys_is_kept_for_others_to_judge() {
    let action = json!({ "open_direct_link": "https://example.com", "open_post_page": {} });
    let grid = json!({ "rows": [{ "buttons": [{ "action": action }] }] });
    assert_eq!(serde_json::to_value(read::<ButtonGrid>(grid.clone())).unwrap(), grid);
}

#[test]
fn a_text_that_is_not_a_string_is_refused() {
    assert!(is_refused::<BotSendMessageRequest>(json!({ "text_message": { "text": "hi" } })));
    assert!(is_refused::<SendMessageRequest>(json!({ "message": { "text": "hi" } })));
    assert!(is_refused::<SendMessageRequest>(json!({ "message": 1 })));
    assert!(is_refused::<SendMessageRequest>(json!("hi")));
}

#[test]
fn subscription_metadata_has_two_spellings() {
    let read = read::<RegisterEventSubscriptionRequest>;
    let old = read(json!({ "event_resource_id": "", "meta_data": { "a": 1 } }));
    assert_eq!(Value::from(old.metadata), json!({ "a": 1 }));
    let both = read(json!({ "meta_data": { "a": 1 }, "metadata": { "b": 2 } }));
    assert_eq!(Value::from(both.metadata), json!({ "b": 2 }));
    let null = read(json!({ "event_type": "POST_UPDATE", "metadata": null, "meta_data": null }));
    assert_eq!(null.metadata, None);
}

#[test]
fn a_status_may_come_without_anything() {
    assert_eq!(read::<Status>(json!({})), Status::default());
    assert_eq!(read::<Status>(json!({ "code": 5, "details": null })), Status::new(5, ""));
    let written = serde_json::to_value(Status::new(5, "not found")).unwrap();
    assert_eq!(written, json!({ "code": 5, "message": "not found" }));
}

#[test]
fn an_event_of_a_new_kind_is_still_read() {
    let event: Event = read(json!({ "type": "SOMETHING_NEW", "something_new": {} }));
    assert!(!event.kind.known());
}

#[test]
fn market_filters_may_be_null() {
    let request: GetChatsRequest = read(json!({
        "orderIds": null, "contexts": null, "contextTypes": null, "types": null, "statuses": null,
    }));
    assert_eq!(request, GetChatsRequest::default());
}

#[test]
fn a_chat_can_be_created_with_ids_as_strings() {
    let request: CreateChatRequest =
        read(json!({ "orderId": "7", "context": { "type": "RETURN", "id": "8" } }));
    assert_eq!(request.order_id, Some(7));
    assert_eq!(request.context.and_then(|context| context.id), Some(8));
}

#[test]
fn a_missing_page_is_the_last_one() {
    let result: GetChatHistoryResult =
        read(json!({ "context": { "type": "DIRECT" }, "messages": [], "paging": null }));
    let written = serde_json::to_value(result).unwrap();
    assert_eq!(written["paging"], json!({}));
}

#[test]
fn an_error_envelope_has_at_least_one_error() {
    let written = serde_json::to_value(ErrorEnvelope::new(code::FORBIDDEN, "Access denied"));
    let error = json!({ "code": "FORBIDDEN", "message": "Access denied" });
    assert_eq!(written.unwrap(), json!({ "status": "ERROR", "errors": [error] }));
}

#[test]
fn a_push_without_its_fields_is_refused_by_name() {
    let push = json!({ "notificationType": "CHAT_MESSAGE_SENT", "chatId": 1, "businessId": 1 });
    let error = serde_json::from_value::<Notification>(push).unwrap_err().to_string();
    assert!(error.contains("messageId"), "{error}");
    assert!(is_refused::<Notification>(json!({ "chatId": 1 })));
    let other: Notification = read(json!({ "notificationType": "ORDER_CREATED" }));
    assert_eq!(other.kind(), NotificationType::Unknown("ORDER_CREATED".to_owned()));
}

#[test]
fn page_tokens_have_two_names_in_a_query() {
    let read = |query: &str| serde_urlencoded::from_str::<PageQuery>(query).unwrap();
    assert_eq!(read("limit=20&page_token=old").page_token.as_deref(), Some("old"));
    assert_eq!(read("page_token=old&pageToken=new").page_token.as_deref(), Some("new"));
    assert_eq!(read("pageToken=").page_token.as_deref(), Some(""));
    assert_eq!(read("unknown=1"), PageQuery::default());
    let page = PageQuery { limit: Some(5), page_token: Some("t".to_owned()) };
    assert_eq!(serde_urlencoded::to_string(page).unwrap(), "limit=5&pageToken=t");
}

#[test]
fn ids_are_read_from_a_query() {
    let query: GetChatMessageQuery =
        serde_urlencoded::from_str("chatId=14604709&messageId=1780612617058078").unwrap();
    assert_eq!(query.chat_id, Some(14_604_709));
    assert_eq!(query.message_id, Some(1_780_612_617_058_078));
    let history: GetChatHistoryQuery =
        serde_urlencoded::from_str("chatId=1&limit=100&page_token=t").unwrap();
    assert_eq!(history.chat_id, Some(1));
    assert_eq!(history.page(), PageQuery { limit: Some(100), page_token: Some("t".to_owned()) });
    assert!(serde_urlencoded::from_str::<GetChatMessageQuery>("chatId=abc").is_err());
    assert!(serde_urlencoded::from_str::<GetChatMessageQuery>("chatId=").is_err());
}

#[test]
fn oauth_forms_are_read_and_written() {
    let form = "grant_type=refresh_token&refresh_token=r&client_id=echo&client_secret=s&code=old";
    let request: TokenRequest = serde_urlencoded::from_str(form).unwrap();
    assert_eq!(request.grant_type, Some(GrantType::RefreshToken));
    assert_eq!(request.refresh_token, Some(Secret::from("r")));
    let again = serde_urlencoded::to_string(&request).unwrap();
    assert_eq!(serde_urlencoded::from_str::<TokenRequest>(&again).unwrap(), request);
    let query = "response_type=code&client_id=echo&scope=USER_ID+POST_EDIT.x%20openid&state=s";
    let request: AuthorizeRequest = serde_urlencoded::from_str(query).unwrap();
    assert_eq!(request.scope.as_deref(), Some("USER_ID POST_EDIT.x openid"));
}

#[test]
fn secrets_are_not_printed() {
    let request = TokenRequest { client_secret: Some("hush".into()), ..TokenRequest::default() };
    assert!(!format!("{request:?}").contains("hush"));
    assert_eq!(serde_json::to_value(request).unwrap(), json!({ "client_secret": "hush" }));
}
