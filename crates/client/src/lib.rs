//! A careful client of the Divar Kenar and Yandex Market chat APIs: for bots, for connectors, for tests.
//!
//! The same program talks to the marketplaces and to a Peyk, the server that speaks both APIs on
//! your own machine: the addresses are the vendors' own, and one line of a builder points everything to a Peyk.
//!
//! ```no_run
//! use peyk_client::{Kenar, Market, Result};
//! use peyk_client::market::{Credential, OrderId};
//!
//! # async fn run() -> Result<()> {
//! let kenar = Kenar::new("key")?;
//! kenar.bot_send(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into(), "سلام").await?;
//!
//! let market = Market::new(209888193, Credential::api_key("ACMA:…:…"))?;
//! let chat = market.find_or_create_chat(OrderId(90001)).await?;
//! market.send(chat.id, "Здравствуйте!").await?;
//! # Ok(()) }
//! ```
//!
//! # A guide in eight steps
//!
//! 1. **Whom do you speak for?** An app at Kenar is [`Kenar`]; with a user's token it is a [`KenarUser`](kenar::KenarUser), and
//!    [`kenar::OAuth`] gets such tokens and keeps them fresh. A cabinet at Market is [`Market`].
//! 2. **Where?** [`Kenar::new`] and [`Market::new`] speak to the marketplaces. `Kenar::builder(key).peyk(address)` and
//!    `Market::builder(id, credential).peyk(address)` speak to a Peyk; `base_url` names any other host, and `paths` chooses one
//!    of the older addresses of an operation.
//! 3. **Say something.** [`Kenar::bot_send`], [`KenarUser::send`](kenar::KenarUser::send) and [`Market::send`] take a text as it
//!    is. [`BotMessage`](kenar::BotMessage), [`ConversationMessage`](kenar::ConversationMessage) and
//!    [`ButtonGrid`](kenar::ButtonGrid) build the rest, and cannot be built wrong: a grid of four rows does not compile.
//! 4. **Send files.** An [`Upload`] is made of a path, of bytes or of a stream; [`Kenar::upload`] does token and file in one
//!    call, and [`Market::send_file`] sends at once. [`Market::download`] shows the credential to nobody it does not belong to.
//! 5. **Read.** [`Market::chats`] and [`Market::history`] are streams that hold one page at a time.
//!    [`Market::messages_since`] misses and repeats nothing, whatever breaks; [`Market::follow`] does it without an end, and
//!    [`Market::updates`] for all chats at once.
//! 6. **Hear.** [`events`] has receivers for any web framework, routers for axum, and [`events::Feed`], a Peyk's own stream, for
//!    which nobody needs a public address.
//! 7. **Make a bot.** [`bot::Bot`] takes handlers by command, text, media, button and kind of chat, for both marketplaces at
//!    once, with state per chat; a [`bot::Source`] is a Peyk's stream, polling, or a webhook that listens by itself, and keeps
//!    its place between two runs.
//! 8. **When it fails**, an [`Error`] has the vendor's code, message and request id, says what to do
//!    ([`advice`](Error::advice)), whether trying again can help ([`is_passing`](Error::is_passing)), and whether it may have
//!    worked all the same ([`may_have_worked`](Error::may_have_worked)).
//!
//! # Careful by default
//!
//! * Every call has a timeout; [`Care`] has all the numbers.
//! * What is harmless to repeat is repeated: reads, uploads, opening a chat, refreshing a token, and anything that was refused
//!   for a limit or never reached the server. `Retry-After` and `X-RateLimit-Resource-Until` are honoured.
//! * A send is not harmless. To a Peyk it carries an `Idempotency-Key` and is repeated under it. At Market the history is read
//!   to see whether it arrived, and only what did not is sent again. At Kenar it is an error that says that it may have worked.
//! * At most four calls of a [`Market`] run at once, and an operation whose hourly window is spent waits on this side, or fails
//!   at once if the wait were longer than [`Care::longest_wait`].
//! * A token is refreshed by one of any number of processes that share a [`FileStore`](kenar::oauth::FileStore), and a caller who
//!   gives up loses no tokens.
//! * Words, fields and forms of numbers that are new to this version are kept: enums have an `Unknown`, messages and chats keep
//!   the JSON they came in ([`Kept`]).
//! * Spans and errors (`tracing`) name operations, statuses and request ids, and never a key, a token, a text or an address.
//!
//! Dropping the future of a call stops waiting at once; whether a send arrived is then unknown, as after a lost answer. Streams
//! and feeds can be dropped between items without a loss.
//!
//! # Coming from the JavaScript, Python, Objective-C or Go client
//!
//! | JavaScript (`ChatAPIApi`) | Python | here |
//! |---|---|---|
//! | `chatAPIChatBotSendMessage` | `chat_api_chat_bot_send_message` | [`Kenar::bot_send`] |
//! | `chatAPIChatBotSendMessage2` | `chat_api_chat_bot_send_message2` | [`KenarUser::bot_send`](kenar::KenarUser::bot_send), or [`Kenar::bot_send_to_user`] without a token |
//! | `chatAPIChatBotSendMessage3` | `chat_api_chat_bot_send_message3` | [`Kenar::bot_send`] with [`KenarPaths::ExperimentalConversations`](kenar::KenarPaths::ExperimentalConversations) |
//! | `chatAPIChatBotSendMessage4` | `chat_api_chat_bot_send_message4` | [`KenarUser::bot_send`](kenar::KenarUser::bot_send) with [`KenarPaths::Experimental`](kenar::KenarPaths::Experimental) |
//! | `chatAPIChatBotSendMessage5` | `chat_api_chat_bot_send_message5` | [`Kenar::bot_send`] with [`KenarPaths::Experimental`](kenar::KenarPaths::Experimental) |
//! | `chatAPIConversationSendMessage` | `chat_api_conversation_send_message` | [`KenarUser::send`](kenar::KenarUser::send) |
//! | `chatAPIGenerateUploadToken` | `chat_api_generate_upload_token` | [`Kenar::upload`], or [`Kenar::upload_token`] alone |
//! | `chatAPIGetConversation` | `chat_api_get_conversation` | [`KenarUser::conversation`](kenar::KenarUser::conversation) |
//!
//! | Objective-C (`OAIChatsApi`) | Go (`ChatsAPI`) | here |
//! |---|---|---|
//! | `createChatWithBusinessId:…` | `CreateChat` | [`Market::create_chat`], [`Market::find_or_create_chat`]; with `orderId` [`Market::create_order_chat`] |
//! | | `GetChat` | [`Market::chat`] |
//! | `getChatHistoryWithBusinessId:…` | `GetChatHistory` | [`Market::history`], [`Market::history_page`], [`Market::messages_since`] |
//! | | `GetChatMessage` | [`Market::message`] |
//! | `getChatsWithBusinessId:…` | `GetChats` | [`Market::chats`], [`Market::chats_page`] with a [`ChatFilter`](market::ChatFilter) |
//! | `sendFileToChatWithBusinessId:…` | `SendFileToChat` | [`Market::send_file`] |
//! | `sendMessageToChatWithBusinessId:…` | `SendMessageToChat` | [`Market::send`] |
//!
//! The Objective-C client and older Go clients call addresses without `/v2`:
//! [`MarketPaths::Unversioned`](market::MarketPaths::Unversioned).
//!
//! | what those clients have | here |
//! |---|---|
//! | `ApiClient.instance.authentications['APIKey'].apiKey`, `configuration.api_key['APIKey']` | [`Kenar::new`] |
//! | `defaultClient.authentications['OAuth'].accessToken`, `configuration.access_token` | [`Kenar::as_user`], with a [`Session`](kenar::Session) that refreshes it |
//! | `context.WithValue(ctx, ContextAPIKeys, …)`, `OAIDefaultConfiguration.apiKey` | [`Credential::api_key`](market::Credential::api_key) |
//! | `basePath`, `host`, `Servers` | [`base_url`](kenar::KenarBuilder::base_url), [`peyk`](kenar::KenarBuilder::peyk) |
//! | `businessId` with every call | once, in [`Market::new`] |
//! | `pageToken`, `page_token`, `limit`, `nextPageToken` | nothing: streams turn the pages; or [`Market::history_page`] |
//! | models as `ChatbotSendMessageRequest`, `SendMessageToChatRequest` | a text as it is, or a builder |
//! | `ApiException`, `error`, `NSError` with a status and a body | [`Error`], which has read the body |
//!
//! # Features
//!
//! | feature | |
//! |---|---|
//! | `rustls` | HTTPS by rustls, with the roots of the operating system; on unless `default-features = false` |
//! | `native-tls` | HTTPS by the operating system's own library |
//! | `receiver-axum` | the routers of `events::axum`, and webhooks that listen by themselves: [`bot::Source`]'s `kenar_webhook` and `market_webhook` |
//!
//! Without either kind of TLS only `http://` addresses can be used, as a Peyk's on the same machine.

#![warn(missing_debug_implementations)]
// A bot runs for months: nothing here may panic.
#![cfg_attr(
    not(test),
    warn(clippy::panic, clippy::expect_used, clippy::indexing_slicing, clippy::unreachable)
)]

#[macro_use]
mod id;
#[macro_use]
mod builder;

pub mod bot;
mod care;
mod chance;
mod download;
mod error;
pub mod events;
mod extra;
mod file;
pub mod kenar;
pub mod market;
mod pages;
mod time;
mod transport;
mod upload;

pub use care::Care;
pub use download::Download;
pub use error::{Error, ErrorKind, Result};
pub use extra::Kept;
pub use kenar::Kenar;
pub use market::Market;
pub use peyk_wire as wire;
pub use peyk_wire::Secret;
pub use time::Timestamp;
pub use upload::Upload;
