//! Typed ids, so that one kind of number cannot be passed for another.

macro_rules! number_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

macro_rules! text_ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub String);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

number_ids! {
    /// A person, on either side of a conversation.
    PersonId,
    /// A third party's program.
    AppId,
    /// One secret that lets a program call.
    ApiKeyId,
    /// What a person allowed an app.
    GrantId,
    /// A seller's cabinet.
    BusinessId,
    /// One of a business's shops.
    CampaignId,
    /// A purchase.
    OrderId,
    /// Goods on their way back.
    ReturnId,
    /// A conversation, inside the server and for programs that want numbers.
    ConversationId,
    /// A message: unique over all conversations, increasing inside each, below 2^53,
    /// and near the microsecond at which it was sent.
    MessageId,
    /// A stored file.
    MediaId,
    /// A fact, with the id of the message if it tells of one.
    EventId,
    /// An address that hears of events.
    WebhookId,
}

text_ids! {
    /// A conversation's public name for programs that want text: a UUID unless a World chose it.
    ConversationKey,
    /// A post's public token.
    PostToken,
}

impl ConversationKey {
    /// The longest key a World may choose, in characters.
    pub const MAX_CHARS: usize = 64;
}

impl PostToken {
    /// The longest token a World may choose, in characters.
    pub const MAX_CHARS: usize = 10;
}
