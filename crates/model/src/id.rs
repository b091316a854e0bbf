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
    /// Somebody who looks after a server.
    AccountId,
    /// Somebody's stay in the console.
    SessionId,
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

    /// The key, if any conversation could have it.
    pub fn parse(key: &str) -> Option<Self> {
        can_be_a_name(key, Self::MAX_CHARS).then(|| Self(key.to_owned()))
    }
}

impl PostToken {
    /// The longest token a World may choose, in characters.
    pub const MAX_CHARS: usize = 10;

    /// The token, if any post could have it.
    pub fn parse(token: &str) -> Option<Self> {
        can_be_a_name(token, Self::MAX_CHARS).then(|| Self(token.to_owned()))
    }
}

/// Whether it is worth looking for: a store need not be able to hold every character.
fn can_be_a_name(name: &str, max_chars: usize) -> bool {
    (1..=max_chars).contains(&name.chars().count()) && !name.contains(char::is_control)
}

/// Whether a text can be an id that a person chose: letters, digits, `-` and `_`, so that it needs
/// no escaping in paths, scopes and files.
pub fn is_identifier(text: &str, max_chars: usize) -> bool {
    (1..=max_chars).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_nothing_can_have_are_not_looked_for() {
        assert!(ConversationKey::parse(&"k".repeat(64)).is_some());
        assert!(ConversationKey::parse(&"k".repeat(65)).is_none());
        assert!(ConversationKey::parse("").is_none());
        assert!(PostToken::parse("gZd7omnS").is_some());
        assert!(PostToken::parse("a\0b").is_none());
    }
}
