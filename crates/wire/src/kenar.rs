//! The Divar Kenar chat API: what an app says to the server, and what the server says to an app.
//!
//! Snake case JSON in proto3 style: absent values are left out, `null` in a request means absent, 64-bit numbers are strings.

pub mod assets;
pub mod bot_send_message;
pub mod bot_send_message_to_user;
pub mod button;
pub mod callback;
pub mod conversation;
pub mod conversation_send_message;
pub mod error;
pub mod event;
pub mod generate_upload_token;
pub mod get_conversation;
pub mod get_user;
pub mod get_user_id_by_phone;
pub mod header;
pub mod legacy_post_conversations;
pub mod legacy_send_message;
pub mod message;
pub mod permission;
pub mod register_event_subscription;
pub mod scope;
pub mod upload;

use crate::Operation;

/// Every incoming operation of this API.
pub const OPERATIONS: &[Operation] = &[
    bot_send_message::OPERATION,
    bot_send_message_to_user::OPERATION,
    conversation_send_message::OPERATION,
    legacy_send_message::OPERATION,
    generate_upload_token::OPERATION,
    upload::OPERATION,
    get_conversation::OPERATION,
    get_user::OPERATION,
    get_user::LEGACY_OPERATION,
    get_user_id_by_phone::OPERATION,
    register_event_subscription::OPERATION,
    legacy_post_conversations::OPERATION,
    assets::SCOPES_OPERATION,
    assets::PERMISSIONS_OPERATION,
];
