//! A user's token: who they are, their conversations, messages in their name.

use std::sync::Arc;

use peyk_wire::kenar::bot_send_message::BotSendMessageResponse;
use peyk_wire::kenar::conversation_send_message::ConversationSendMessageResponse;
use peyk_wire::kenar::event::EventMessage;
use peyk_wire::kenar::{
    bot_send_message_to_user, conversation as wire_conversation, conversation_send_message,
    get_conversation, get_user, register_event_subscription,
};
use peyk_wire::{Operation, Secret};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    BotMessage, Conversation, ConversationId, ConversationMessage, Kenar, Message, PostToken, Sent,
    Session, SubscribedEventType, UserId, segment,
};
use crate::transport::Safety;
use crate::{Error, ErrorKind, Kept, Result};

/// The token of a user: one that is fixed, or a session that refreshes itself.
///
/// ```
/// use peyk_client::kenar::UserToken;
///
/// let fixed = UserToken::from("ory_at_demo");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum UserToken {
    /// An access token, for as long as it lives.
    Fixed(Secret),
    /// Tokens in a store, refreshed when they end.
    Session(Arc<Session>),
}

impl From<&str> for UserToken {
    fn from(token: &str) -> Self {
        Self::Fixed(token.into())
    }
}

impl From<Secret> for UserToken {
    fn from(token: Secret) -> Self {
        Self::Fixed(token)
    }
}

impl From<Arc<Session>> for UserToken {
    fn from(session: Arc<Session>) -> Self {
        Self::Session(session)
    }
}

/// A client that also carries a user's token; cheap to clone.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |kenar, _, _| {
/// let sara = kenar.as_user("ory_at_demo");
/// println!("{:?}", sara.me().await?.phone);
/// # Ok(()) });
/// ```
#[derive(Debug, Clone)]
pub struct KenarUser {
    kenar: Kenar,
    token: UserToken,
}

/// What the app may know of a user.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, _, user| {
/// let me = user.me().await?;
/// assert_eq!(me.phone.as_deref(), Some("+989120000001"));
/// # Ok(()) });
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The id, under `USER_ID`.
    pub id: Option<UserId>,
    /// The phone, under `USER_PHONE`.
    pub phone: Option<String>,
}

/// What an app wants to hear of.
///
/// ```
/// use peyk_client::kenar::Subscription;
///
/// let one = Subscription::messages().of_post("gZd7omnS".into());
/// let all = Subscription::messages();
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Subscription(register_event_subscription::RegisterEventSubscriptionRequest);

impl Subscription {
    fn new(kind: SubscribedEventType) -> Self {
        Self(register_event_subscription::RegisterEventSubscriptionRequest {
            event_type: Some(kind),
            // Absent and empty mean the same; a published client always sends it.
            event_resource_id: Some(String::new()),
            metadata: None,
        })
    }

    /// Messages in conversations about the user's posts.
    ///
    /// ```
    /// # use peyk_client::kenar::Subscription;
    /// let all = Subscription::messages();
    /// ```
    #[must_use]
    pub fn messages() -> Self {
        Self::new(SubscribedEventType::NewMessageOnPost)
    }

    /// Changes of the user's posts.
    ///
    /// ```
    /// # use peyk_client::kenar::Subscription;
    /// let changes = Subscription::post_updates();
    /// ```
    #[must_use]
    pub fn post_updates() -> Self {
        Self::new(SubscribedEventType::PostUpdate)
    }

    /// Only of this post.
    ///
    /// ```
    /// # use peyk_client::kenar::Subscription;
    /// let one = Subscription::messages().of_post("gZd7omnS".into());
    /// ```
    #[must_use]
    pub fn of_post(mut self, post: PostToken) -> Self {
        self.0.event_resource_id = Some(post.0);
        self
    }

    /// Comes back with every event.
    ///
    /// ```
    /// # use peyk_client::kenar::Subscription;
    /// let note = [("shop".to_owned(), "7".into())].into_iter().collect();
    /// let marked = Subscription::messages().metadata(note);
    /// ```
    #[must_use]
    pub fn metadata(mut self, metadata: Map<String, Value>) -> Self {
        self.0.metadata = Some(metadata);
        self
    }
}

/// As `GetConversationResponse`, with what came kept and either spelling of times and sizes.
#[derive(Deserialize)]
struct ReadConversation {
    conversation: wire_conversation::Conversation,
    #[serde(default)]
    messages: Vec<Kept<EventMessage>>,
}

impl Kenar {
    /// A client that also carries a user's token, fixed or refreshed by a [`Session`].
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// let sara = kenar.as_user("ory_at_demo");
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn as_user(&self, token: impl Into<UserToken>) -> KenarUser {
        KenarUser { kenar: self.clone(), token: token.into() }
    }
}

impl KenarUser {
    /// Writes into a conversation about a post, in the user's name.
    ///
    /// `POST /v2/open-platform/conversations/{conversation_id}/messages`; permission `CHAT_SEND_MESSAGE_OAUTH`; any one of the
    /// scopes `CONVERSATION_SEND_MESSAGE.{conversation_id}`, `CHAT_POST_CONVERSATIONS_MESSAGE_SEND.{post_token}`,
    /// `CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND`. The first message opens a conversation that is not there yet.
    ///
    /// # Errors
    /// `RecipientRestricted` (412, code 9) if one side blocks the other, `Forbidden` without permission or scope,
    /// `Unauthenticated` for an ended token. A lost answer is not repeated, except to a Peyk.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// let id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e".into();
    /// user.send(&id, "هنوز هست.").await?;
    /// # Ok(()) });
    /// ```
    pub async fn send<M>(
        &self,
        conversation: &ConversationId,
        message: M,
    ) -> Result<ConversationSendMessageResponse>
    where
        M: TryInto<ConversationMessage, Error: Into<Error>>,
    {
        let request = message.try_into().map_err(Into::into)?.to_wire();
        let values = [("conversation_id", segment(conversation.as_str())?)];
        let operation = &conversation_send_message::OPERATION;
        self.call(operation, &values, || Sent::json(&request), Safety::Once).await
    }

    /// Writes as the app's chatbot to the token's user, who need not have written before.
    ///
    /// `POST /v1/open-platform/chat/bot/users/{user_id}/messages` and its older address; permission `CHAT_BOT_SEND_MESSAGE`;
    /// scope `CHAT_BOT_USER_MESSAGE_SEND`; the id must be the one of the token's user.
    ///
    /// # Errors
    /// As [`Kenar::bot_send`].
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// let id = user.me().await?.id.unwrap();
    /// user.bot_send(&id, "سلام").await?;
    /// # Ok(()) });
    /// ```
    pub async fn bot_send<M>(&self, user: &UserId, message: M) -> Result<ConversationId>
    where
        M: TryInto<BotMessage, Error: Into<Error>>,
    {
        let request = message.try_into().map_err(Into::into)?.to_wire();
        let values = [("user_id", segment(user.as_str())?)];
        let operation = &bot_send_message_to_user::OPERATION;
        let sent: BotSendMessageResponse =
            self.call(operation, &values, || Sent::json(&request), Safety::Once).await?;
        Ok(sent.conversation_id.into())
    }

    /// Reads a conversation and its text messages, oldest first.
    ///
    /// `GET /v1/open-platform/chat/conversations/{conversation_id}`; permission `CHAT_READ_CONVERSATION`; scope
    /// `CHAT_CONVERSATION_READ.{conversation_id}`. There are no pages, and only texts are returned.
    ///
    /// # Errors
    /// `NotFound` for a conversation that is not the user's, `Forbidden` without permission or scope.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// let (conversation, messages) = user.conversation(&"edbb9499-cccc-4d35-b21f-621fa95f2b3e".into()).await?;
    /// for message in &messages {
    ///     println!("{:?}", message.text());
    /// }
    /// # Ok(()) });
    /// ```
    pub async fn conversation(&self, id: &ConversationId) -> Result<(Conversation, Vec<Message>)> {
        let values = [("conversation_id", segment(id.as_str())?)];
        let operation = &get_conversation::OPERATION;
        let read: ReadConversation =
            self.call(operation, &values, || Ok(Sent::Empty), Safety::Repeatable).await?;
        let messages = read.messages.into_iter().map(Message::from).collect();
        Ok((read.conversation.into(), messages))
    }

    /// Who the token's user is.
    ///
    /// `GET /v1/open-platform/users`; permission `USER_RETRIEVE`; scopes `USER_ID`, `USER_PHONE` or both, each for its field.
    ///
    /// # Errors
    /// `Forbidden` without the permission or any of the scopes.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// println!("{:?}", user.me().await?.id);
    /// # Ok(()) });
    /// ```
    pub async fn me(&self) -> Result<User> {
        self.who(&get_user::OPERATION, || Ok(Sent::Empty)).await
    }

    /// The same with the `POST` of older clients.
    ///
    /// `POST /v1/open-platform/users` with an empty body; permission and scopes as [`me`](Self::me).
    ///
    /// # Errors
    /// As [`me`](Self::me).
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// assert_eq!(user.me_by_post().await?, user.me().await?);
    /// # Ok(()) });
    /// ```
    pub async fn me_by_post(&self) -> Result<User> {
        let empty = || Ok(Sent::Bytes("application/json", bytes::Bytes::new()));
        self.who(&get_user::LEGACY_OPERATION, empty).await
    }

    async fn who(
        &self,
        operation: &'static Operation,
        body: impl Fn() -> Result<Sent<'static>>,
    ) -> Result<User> {
        let user: get_user::GetUserResponse =
            self.call(operation, &[], body, Safety::Repeatable).await?;
        let phone = user.phone_number.or_else(|| user.phone_numbers.into_iter().next());
        Ok(User { id: user.user_id.map(UserId), phone })
    }

    /// Asks for events, which go to the address that the app's panel has.
    ///
    /// `POST /v1/open-platform/events/subscriptions`; permission `EVENTS_REGISTER_SUBSCRIPTION`; for messages the scope
    /// `CHAT_POST_CONVERSATIONS_READ.{post_token}` or `CHAT_SUPPLIER_ALL_CONVERSATIONS_READ`, for changes `USER_POSTS_GET`.
    ///
    /// It holds for as long as the token: after a refresh the app must subscribe again. [`Session::refreshes`] counts them.
    ///
    /// # Errors
    /// `Forbidden` without permission or scope.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, _, user| {
    /// use peyk_client::kenar::Subscription;
    ///
    /// user.subscribe(&Subscription::messages().of_post("gZd7omnS".into())).await?;
    /// # Ok(()) });
    /// ```
    pub async fn subscribe(&self, subscription: &Subscription) -> Result<()> {
        let operation = &register_event_subscription::OPERATION;
        let done: register_event_subscription::RegisterEventSubscriptionResponse =
            self.call(operation, &[], || Sent::json(&subscription.0), Safety::Repeatable).await?;
        let register_event_subscription::RegisterEventSubscriptionResponse {} = done;
        Ok(())
    }

    /// Calls with the token; a session whose token was refused is refreshed and asked once more.
    pub(super) async fn call<'a, T: DeserializeOwned>(
        &self,
        operation: &'static Operation,
        values: &[(&str, &str)],
        body: impl Fn() -> Result<Sent<'a>>,
        safety: Safety,
    ) -> Result<T> {
        let session = match &self.token {
            UserToken::Fixed(token) => {
                return self.with(token, operation, values, body()?, safety).await;
            }
            UserToken::Session(session) => session,
        };
        let token = session.token().await?;
        match self.with(&token, operation, values, body()?, safety).await {
            Err(error) if error.kind() == ErrorKind::Unauthenticated => {
                let token = session.token_other_than(&token).await?;
                self.with(&token, operation, values, body()?, safety).await
            }
            outcome => outcome,
        }
    }

    async fn with<T: DeserializeOwned>(
        &self,
        token: &Secret,
        operation: &'static Operation,
        values: &[(&str, &str)],
        body: Sent<'_>,
        safety: Safety,
    ) -> Result<T> {
        let mut call = self.kenar.call(operation, values, body, safety);
        self.kenar.put_token(&mut call.headers, token)?;
        match safety {
            Safety::Once => self.kenar.send(call).await,
            Safety::Repeatable => self.kenar.json(call).await,
        }
    }
}
