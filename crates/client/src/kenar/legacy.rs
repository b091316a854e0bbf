//! What older clients still call.

use peyk_wire::kenar::conversation_send_message::ConversationSendMessageResponse;
use peyk_wire::kenar::message::MessageType;
use peyk_wire::kenar::{legacy_post_conversations, legacy_send_message};
use peyk_wire::{JsonObject, Secret};
use serde_json::{Map, Value};

use super::{KenarUser, PostToken, Sent, UserId};
use crate::transport::Safety;
use crate::{Error, Result};

pub use peyk_wire::kenar::legacy_post_conversations::LegacyPostConversationsResponse;

/// A text in a user's name in the oldest form: named by its post and its two people, one button for each side.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, _, user| {
/// use peyk_client::kenar::LegacyMessage;
///
/// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
/// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
/// user.legacy_send(&message).await?;
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LegacyMessage(legacy_send_message::LegacySendMessageRequest);

impl LegacyMessage {
    /// What `user` says to `peer` about a post; fails if there is nothing in the text.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyMessage;
    /// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
    /// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn text(user: &UserId, peer: &UserId, post: &PostToken, text: &str) -> Result<Self> {
        if text.trim().is_empty() {
            return Err(Error::invalid("a text must not be empty"));
        }
        Ok(Self(legacy_send_message::LegacySendMessageRequest {
            user_id: Some(user.0.clone()),
            peer_id: Some(peer.0.clone()),
            post_token: Some(post.0.clone()),
            kind: Some(MessageType::Text),
            message: Some(text.to_owned()),
            sender_btn: None,
            receiver_btn: None,
        }))
    }

    /// A button for the user's own side that opens an address.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyMessage;
    /// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
    /// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
    /// let message = message.sender_link("نقشه", "https://example.ir");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn sender_link(mut self, caption: &str, address: &str) -> Self {
        self.0.sender_btn = Some(direct(caption, address));
        self
    }

    /// A button for the other side that opens an address.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyMessage;
    /// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
    /// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
    /// let message = message.receiver_link("نقشه", "https://example.ir");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn receiver_link(mut self, caption: &str, address: &str) -> Self {
        self.0.receiver_btn = Some(direct(caption, address));
        self
    }

    /// A button for the other side that asks the app's session URL, with this data.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyMessage;
    /// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
    /// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
    /// let data = [("invoice".to_owned(), "7".into())].into_iter().collect();
    /// let message = message.receiver_server_link("پرداخت", &data);
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn receiver_server_link(mut self, caption: &str, data: &Map<String, Value>) -> Self {
        self.0.receiver_btn = Some(legacy_send_message::LegacyButton {
            action: Some(legacy_send_message::LegacyButtonAction::Link),
            data: Some(legacy_send_message::LegacyButtonData {
                caption: Some(caption.to_owned()),
                extra_data: Some(JsonObject::from(data)),
                ..Default::default()
            }),
        });
        self
    }
}

fn direct(caption: &str, address: &str) -> legacy_send_message::LegacyButton {
    legacy_send_message::LegacyButton {
        action: Some(legacy_send_message::LegacyButtonAction::DirectLink),
        data: Some(legacy_send_message::LegacyButtonData {
            caption: Some(caption.to_owned()),
            direct_link: Some(address.to_owned()),
            extra_data: Some(JsonObject::from(&Map::new())),
            ..Default::default()
        }),
    }
}

/// One post's messages to one address, in the oldest form.
///
/// ```
/// use peyk_client::kenar::LegacyWebhook;
///
/// let webhook = LegacyWebhook::new("gZd7omnS".into(), "https://example.ir/webhook", "identification");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LegacyWebhook {
    /// The post.
    pub post: PostToken,
    /// The address that gets the messages.
    pub endpoint: String,
    /// What they carry in `Authorization`.
    pub identification_key: Secret,
    /// The phone of the post's owner.
    pub phone: Option<String>,
}

impl LegacyWebhook {
    /// The messages of this post, to this address, with this key.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyWebhook;
    /// let webhook = LegacyWebhook::new("gZd7omnS".into(), "https://example.ir/webhook", "identification");
    /// ```
    pub fn new(
        post: PostToken,
        endpoint: impl Into<String>,
        identification_key: impl Into<Secret>,
    ) -> Self {
        let (endpoint, identification_key) = (endpoint.into(), identification_key.into());
        Self { post, endpoint, identification_key, phone: None }
    }

    /// With the phone of the post's owner.
    ///
    /// ```
    /// # use peyk_client::kenar::LegacyWebhook;
    /// let webhook = LegacyWebhook::new("gZd7omnS".into(), "https://example.ir/webhook", "identification");
    /// let webhook = webhook.phone("+989120000001");
    /// ```
    #[must_use]
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }
}

impl KenarUser {
    /// Writes in the user's name in the oldest form.
    ///
    /// `POST /v2/open-platform/chat/conversation`; permission `CHAT_SEND_MESSAGE_OAUTH`; scope
    /// `CHAT_MESSAGE_SEND.base64(user_id:post_token:peer_id)`. Not in the specification any more.
    ///
    /// # Errors
    /// As [`send`](Self::send).
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// # use peyk_client::kenar::LegacyMessage;
    /// let (me, you, post) = ("u1".into(), "u2".into(), "gZd7omnS".into());
    /// let message = LegacyMessage::text(&me, &you, &post, "سلام")?;
    /// user.legacy_send(&message).await?;
    /// # Ok(()) });
    /// ```
    pub async fn legacy_send(
        &self,
        message: &LegacyMessage,
    ) -> Result<ConversationSendMessageResponse> {
        let operation = &legacy_send_message::OPERATION;
        self.call(operation, &[], || Sent::json(&message.0), Safety::Once).await
    }

    /// Asks for one post's messages in the oldest form.
    ///
    /// `POST /v1/open-platform/notify/chat/post-conversations`; permission `EVENTS_REGISTER_SUBSCRIPTION`; scope
    /// `CHAT_POST_CONVERSATIONS_READ.{post_token}` or `CHAT_SUPPLIER_ALL_CONVERSATIONS_READ`. Not in the specification any more.
    ///
    /// # Errors
    /// `Forbidden` without the permission or the scope.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// # use peyk_client::kenar::LegacyWebhook;
    /// let webhook = LegacyWebhook::new("gZd7omnS".into(), "https://example.ir/webhook", "identification");
    /// user.legacy_webhook(&webhook).await?;
    /// # Ok(()) });
    /// ```
    pub async fn legacy_webhook(&self, webhook: &LegacyWebhook) -> Result<()> {
        let request = legacy_post_conversations::LegacyPostConversationsRequest {
            post_token: Some(webhook.post.0.clone()),
            endpoint: Some(webhook.endpoint.clone()),
            identification_key: Some(webhook.identification_key.clone()),
            phone: webhook.phone.clone(),
        };
        let operation = &legacy_post_conversations::OPERATION;
        let done: LegacyPostConversationsResponse =
            self.call(operation, &[], || Sent::json(&request), Safety::Repeatable).await?;
        let LegacyPostConversationsResponse {} = done;
        Ok(())
    }
}
