//! What an API key may do.

string_enum! {
    /// A permission of an API key.
    Permission {
        /// Write as a chatbot.
        ChatBotSendMessage = "CHAT_BOT_SEND_MESSAGE",
        /// Read a conversation.
        ChatReadConversation = "CHAT_READ_CONVERSATION",
        /// Write in a user's name.
        ChatSendMessageOauth = "CHAT_SEND_MESSAGE_OAUTH",
        /// Upload media.
        ChatUploadMedia = "CHAT_UPLOAD_MEDIA",
        /// Subscribe to events.
        EventsRegisterSubscription = "EVENTS_REGISTER_SUBSCRIPTION",
        /// Look a user up by phone.
        GetUserIdByPhone = "GET_USER_ID_BY_PHONE",
        /// Ask who the token's user is.
        UserRetrieve = "USER_RETRIEVE",
    }
}
