//! Every enum has the words of the file, in its order.

use peyk_wire::kenar::{
    assets::LifecycleState,
    callback::{ServerLinkSource, Touchpoint},
    conversation::ConversationType,
    event::{EventType, PostUpdateType},
    message::{MessageType, SenderSide, SenderType},
    permission::Permission,
    register_event_subscription::SubscribedEventType,
    scope::ScopeName,
    upload::MediaType,
};
use peyk_wire::market::{
    chat::{ChatStatus, ChatType},
    context::ContextType,
    envelope::ResponseStatus,
    message::MessageSender,
    notification::{NotificationErrorType, NotificationType},
    scope::{AuthScope, Scope},
};
use peyk_wire::oauth::token::GrantType;
use serde_json::{Value, json};

use peyk_wire::spec::Spec;

fn words<T: std::fmt::Display>(all: &[T]) -> Value {
    all.iter().map(ToString::to_string).collect()
}

fn check<T: std::fmt::Display>(spec: &Spec, pointer: &str, all: &[T]) {
    let published = spec.document().pointer(pointer);
    assert_eq!(published, Some(&words(all)), "{pointer}");
}

fn schema(name: &str) -> String {
    format!("/components/schemas/{name}/enum")
}

fn property(schema: &str, property: &str) -> String {
    format!("/components/schemas/{schema}/properties/{property}/enum")
}

#[test]
fn kenar_enums_have_the_words_of_the_file() {
    let spec = Spec::kenar();
    check(&spec, &schema("OAuthScopeScope"), ScopeName::ALL);
    check(&spec, &schema("chatapiConversationType"), ConversationType::ALL);
    check(&spec, &schema("chatapiMessageType"), MessageType::ALL);
    check(&spec, &schema("chatapiMessageSenderSide"), SenderSide::ALL);
    check(&spec, &schema("chatapiMessageSenderType"), SenderType::ALL);
    check(&spec, &schema("WebhookEventType"), EventType::ALL);
    check(&spec, &schema("RegisterEventSubscriptionRequestEventType"), SubscribedEventType::ALL);
    check(&spec, &schema("assetsGetPermissionsResponseLifeCycleState"), LifecycleState::ALL);
    check(&spec, &property("WebhookPostUpdate", "type"), PostUpdateType::ALL);
    check(&spec, &property("ServerLinkRequest", "source"), ServerLinkSource::ALL);
    check(&spec, &property("DynamicActionRequest", "touchpoint"), Touchpoint::ALL);
    check(&spec, &property("TokenRequest", "grant_type"), GrantType::ALL);
    check(&spec, "/x-permissions", Permission::ALL);
    let media = "/paths/~1upload~1{media_type}/post/parameters/0/schema/enum";
    check(&spec, media, MediaType::ALL);
}

#[test]
fn market_enums_have_the_words_of_the_file() {
    let spec = Spec::market();
    check(&spec, &schema("ChatType"), ChatType::ALL);
    check(&spec, &schema("ChatStatusType"), ChatStatus::ALL);
    check(&spec, &schema("ChatContextType"), ContextType::ALL);
    check(&spec, &schema("ChatMessageSenderType"), MessageSender::ALL);
    check(&spec, &schema("ApiResponseStatusType"), ResponseStatus::ALL);
    check(&spec, &schema("NotificationApiErrorType"), NotificationErrorType::ALL);
    check(&spec, "/x-auth-scope-names/request", Scope::ALL);
    let pushed = spec.document()["x-limits"]["pushTypesFull"].as_array().unwrap();
    assert!(NotificationType::ALL.iter().all(|kind| pushed.contains(&json!(kind))));
}

#[test]
fn a_word_we_do_not_know_is_kept() {
    let sticker: MessageType = serde_json::from_value(json!("STICKER")).unwrap();
    assert_eq!(sticker, MessageType::Unknown("STICKER".to_owned()));
    assert!(!sticker.known());
    assert!(MessageType::Text.known());
    assert_eq!(serde_json::to_value(&sticker).unwrap(), "STICKER");
    assert_eq!(MessageType::from("TEXT"), MessageType::Text);
    assert!(serde_json::from_value::<MessageType>(json!(1)).is_err());
}

#[test]
fn a_scope_is_described_in_upper_case() {
    let described: Vec<AuthScope> = Scope::ALL.iter().map(AuthScope::from).collect();
    assert_eq!(described, AuthScope::ALL);
    let new = Scope::from("settings-management:read-only");
    assert_eq!(AuthScope::from(&new).as_str(), "SETTINGS_MANAGEMENT_READ_ONLY");
}
