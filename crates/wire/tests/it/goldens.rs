//! Bodies as the vendors write them survive our types unchanged, and what we write is what the files publish.

use std::collections::BTreeSet;
use std::fs;

use peyk_wire::{kenar, market, oauth};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use peyk_wire::spec::Spec;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");

/// Reads a golden into `T` and writes it again; the two must be the same JSON value.
fn round_trip<T: Serialize + DeserializeOwned>(golden: &str) -> Value {
    let text = fs::read_to_string(format!("{FOLDER}/{golden}.json")).expect(golden);
    let raw: Value = serde_json::from_str(&text).expect(golden);
    let parsed: T = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{golden}: {e}"));
    let written = serde_json::to_value(parsed).expect(golden);
    assert_eq!(written, raw, "{golden}");
    written
}

/// How a golden is checked against a file.
enum Against {
    Schema(&'static str),
    Request(&'static str),
    Answer(&'static str, u16),
    GetAnswer(&'static str),
    Nothing,
}

use Against::{Answer, GetAnswer, Nothing, Request, Schema};

/// A golden's name, its trip through its type, and what publishes it.
type Case = (&'static str, fn(&str) -> Value, Against);

fn check(spec: &Spec, cases: &[Case]) {
    for (golden, round_trip, against) in cases {
        let written = round_trip(golden);
        let result = match against {
            Schema(name) => spec.check_schema(name, &written),
            Request(path) => spec.check_request(path, "POST", &written),
            Answer(path, status) => spec.check_response(path, "POST", *status, &written),
            GetAnswer(path) => spec.check_response(path, "GET", 200, &written),
            Nothing => Ok(()),
        };
        assert_eq!(result, Ok(()), "{golden}");
    }
}

macro_rules! cases {
    ($($name:literal: $type:ty => $against:expr;)*) => {
        &[$( ($name, round_trip::<$type>, $against) ),*]
    };
}

const KENAR_OPERATIONS: &[Case] = {
    use kenar::*;
    cases! {
        "kenar_bot_send_message_request": bot_send_message::BotSendMessageRequest => Request("/v1/open-platform/chat/bot/users/u/messages");
        "kenar_bot_send_media_request": bot_send_message::BotSendMessageRequest => Request("/v1/open-platform/chat/bot/conversations/c/messages");
        "kenar_bot_send_message_response": bot_send_message::BotSendMessageResponse => Answer("/experimental/open-platform/chatbot-conversations/c/messages", 200);
        "kenar_conversation_send_message_request": conversation_send_message::ConversationSendMessageRequest => Request("/v2/open-platform/conversations/c/messages");
        "kenar_conversation_send_message_response": conversation_send_message::ConversationSendMessageResponse => Answer("/v2/open-platform/conversations/c/messages", 200);
        "kenar_legacy_send_message_request": legacy_send_message::LegacySendMessageRequest => Nothing;
        "kenar_generate_upload_token_response": generate_upload_token::GenerateUploadTokenResponse => Answer("/experimental/open-platform/chat/upload", 200);
        "kenar_upload_response": upload::UploadResponse => Answer("/upload/image", 200);
        "kenar_get_conversation_response": get_conversation::GetConversationResponse => GetAnswer("/v1/open-platform/chat/conversations/c");
        "kenar_get_user_response": get_user::GetUserResponse => GetAnswer("/v1/open-platform/users");
        "kenar_get_user_id_by_phone_request": get_user_id_by_phone::GetUserIdByPhoneRequest => Request("/v1/open-platform/get-user-id-by-phone");
        "kenar_get_user_id_by_phone_response": get_user_id_by_phone::GetUserIdByPhoneResponse => Answer("/v1/open-platform/get-user-id-by-phone", 200);
        "kenar_register_event_subscription_request": register_event_subscription::RegisterEventSubscriptionRequest => Request("/v1/open-platform/events/subscriptions");
        "kenar_legacy_post_conversations_request": legacy_post_conversations::LegacyPostConversationsRequest => Nothing;
        "kenar_get_oauth_scopes_response": assets::GetOauthScopesResponse => GetAnswer("/v1/open-platform/assets/oauth-scope");
        "kenar_get_permissions_response": assets::GetPermissionsResponse => GetAnswer("/v1/open-platform/assets/permission");
        "kenar_error_recipient": error::Status => Answer("/v1/open-platform/chat/bot/conversations/c/messages", 412);
        "kenar_error_details": error::Status => Answer("/v1/open-platform/users", 429);
    }
};

const KENAR_OUTGOING: &[Case] = {
    use kenar::{callback::*, event::Event};
    cases! {
        "kenar_event_new_message": Event => Schema("WebhookEvent");
        "kenar_event_new_chatbot_message": Event => Schema("WebhookEvent");
        "kenar_event_image": Event => Schema("WebhookEvent");
        "kenar_event_file": Event => Schema("WebhookEvent");
        "kenar_event_voice": Event => Schema("WebhookEvent");
        "kenar_event_video": Event => Schema("WebhookEvent");
        "kenar_event_location": Event => Schema("WebhookEvent");
        "kenar_event_contact": Event => Schema("WebhookEvent");
        "kenar_event_user_access_revocation": Event => Schema("WebhookEvent");
        "kenar_event_post_update": Event => Schema("WebhookEvent");
        "kenar_event_payment_transaction": Event => Schema("WebhookEvent");
        "kenar_server_link_request": ServerLinkRequest => Schema("ServerLinkRequest");
        "kenar_server_link_response": ServerLinkResponse => Schema("ServerLinkResponse");
        "kenar_dynamic_action_request": DynamicActionRequest => Schema("DynamicActionRequest");
        "kenar_dynamic_action_response": DynamicActionResponse => Schema("DynamicActionResponse");
    }
};

const OAUTH: &[Case] = {
    use oauth::*;
    cases! {
        "oauth_token_request": token::TokenRequest => Request("/oauth2/token");
        "oauth_token_response": token::TokenResponse => Answer("/oauth2/token", 200);
        "oauth_error": error::OauthError => Answer("/oauth2/token", 401);
        "oauth_introspect_response": introspect::IntrospectResponse => Nothing;
        "oauth_metadata": metadata::Metadata => Nothing;
    }
};

const MARKET_OPERATIONS: &[Case] = {
    use market::*;
    cases! {
        "market_get_chats_request": get_chats::GetChatsRequest => Request("/businesses/1/chats");
        "market_get_chats_response": get_chats::GetChatsResponse => Answer("/businesses/1/chats", 200);
        "market_get_chat_response": get_chat::GetChatResponse => GetAnswer("/v2/businesses/1/chat.json");
        "market_get_chat_history_request": get_chat_history::GetChatHistoryRequest => Request("/v2/businesses/1/chats/history");
        "market_get_chat_history_response": get_chat_history::GetChatHistoryResponse => Answer("/v2/businesses/1/chats/history", 200);
        "market_get_chat_message_response": get_chat_message::GetChatMessageResponse => GetAnswer("/v2/businesses/1/chats/message");
        "market_send_message_request": send_message::SendMessageRequest => Request("/v2/businesses/1/chats/message");
        "market_empty_response": send_message::SendMessageResponse => Answer("/v2/businesses/1/chats/message", 200);
        "market_create_chat_request": create_chat::CreateChatRequest => Request("/v2/businesses/1/chats/new");
        "market_create_chat_old_request": create_chat::CreateChatRequest => Request("/v2/businesses/1/chats/new");
        "market_create_chat_response": create_chat::CreateChatResponse => Answer("/v2/businesses/1/chats/new", 200);
        "market_auth_token_response": auth_token::AuthTokenResponse => Nothing;
        "market_error": error::ErrorEnvelope => Answer("/v2/businesses/1/chats/file/send", 401);
    }
};

const MARKET_PUSHES: &[Case] = {
    use market::notification::*;
    cases! {
        "market_push_ping": Notification => Request("/notification");
        "market_push_chat_created": Notification => Request("/notification");
        "market_push_chat_message_sent": Notification => Request("/notification");
        "market_push_chat_arbitrage_started": Notification => Request("/notification");
        "market_push_chat_arbitrage_finished": Notification => Request("/notification");
        "market_push_other": Notification => Nothing;
        "market_push_answer": NotificationAnswer => Answer("/notification", 200);
        "market_push_error_answer": NotificationErrorAnswer => Answer("/notification", 400);
    }
};

#[test]
fn kenar_bodies_survive_and_are_as_published() {
    check(&Spec::kenar(), KENAR_OPERATIONS);
    check(&Spec::kenar(), KENAR_OUTGOING);
    check(&Spec::kenar(), OAUTH);
}

#[test]
fn market_bodies_survive_and_are_as_published() {
    check(&Spec::market(), MARKET_OPERATIONS);
    check(&Spec::market(), MARKET_PUSHES);
}

#[test]
fn every_golden_is_checked() {
    let all = [KENAR_OPERATIONS, KENAR_OUTGOING, OAUTH, MARKET_OPERATIONS, MARKET_PUSHES];
    let all: BTreeSet<String> = all.into_iter().flatten().map(|case| case.0.to_owned()).collect();
    let files = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().file_name());
    let files: BTreeSet<String> =
        files.map(|name| name.to_str().unwrap().trim_end_matches(".json").to_owned()).collect();
    assert_eq!(files, all);
}
