//! The Yandex Market chats API: what a seller's program says to the server, and what the server pushes to it.
//!
//! Camel case JSON in a `{status, result}` envelope. Clients of this API refuse keys they do not know, so a response holds
//! exactly the published fields.

pub mod auth_token;
pub mod chat;
pub mod context;
pub mod create_chat;
pub mod envelope;
pub mod error;
pub mod get_chat;
pub mod get_chat_history;
pub mod get_chat_message;
pub mod get_chats;
pub mod header;
pub mod message;
pub mod notification;
pub mod paging;
pub mod scope;
pub mod send_file;
pub mod send_message;

use crate::Operation;

/// Every incoming operation of this API.
pub const OPERATIONS: &[Operation] = &[
    get_chats::OPERATION,
    get_chat::OPERATION,
    get_chat_history::OPERATION,
    get_chat_message::OPERATION,
    send_message::OPERATION,
    send_file::OPERATION,
    create_chat::OPERATION,
    auth_token::OPERATION,
];
