//! Permissions: what a program's key lets it call.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$item])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The published word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The value with this published word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an app's key may do.
    Permission {
        /// Send messages as the app's bot.
        BotSendMessage = "CHAT_BOT_SEND_MESSAGE",
        /// Read a conversation that its person opened to the app.
        ReadConversation = "CHAT_READ_CONVERSATION",
        /// Send messages as a person who granted it.
        SendMessage = "CHAT_SEND_MESSAGE_OAUTH",
        /// Upload files.
        UploadMedia = "CHAT_UPLOAD_MEDIA",
        /// Subscribe to events.
        RegisterSubscription = "EVENTS_REGISTER_SUBSCRIPTION",
        /// Turn a phone number into a user id.
        UserIdByPhone = "GET_USER_ID_BY_PHONE",
        /// Read the id or the phone of a person who granted it.
        RetrieveUser = "USER_RETRIEVE",
    }
}

words! {
    /// What a business's key may do.
    KeyScope {
        /// Everything.
        AllMethods = "all-methods",
        /// Every reading operation.
        AllMethodsReadOnly = "all-methods:read-only",
        /// Everything about conversations.
        Communication = "communication",
    }
}
