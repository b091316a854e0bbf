//! The app's chatbot speaks.

use peyk_wire::kenar::{bot_send_message, bot_send_message_to_user};

use super::{BotMessage, ConversationId, Kenar, Sent, UserId, segment};
use crate::transport::Safety;
use crate::{Error, Result};

impl Kenar {
    /// Writes as the app's chatbot into a conversation it already has.
    ///
    /// `POST /v1/open-platform/chat/bot/conversations/{conversation_id}/messages` and its three older addresses; permission
    /// `CHAT_BOT_SEND_MESSAGE`; no scope. A text or a file, up to three rows of three buttons.
    ///
    /// # Errors
    /// `RecipientRestricted` (412, code 9) if the person blocks the bot, `NotFound` for a conversation of another app,
    /// `Forbidden` without the permission, `RateLimited` when the minutely limit or the daily quota is spent. A lost answer
    /// is an error whose [`may_have_worked`](Error::may_have_worked) is true; only a Peyk is asked again.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, _| {
    /// let id = "edbb9499-cccc-4d35-b21f-621fa95f2b3e".into();
    /// kenar.bot_send(&id, "سلام").await?;
    /// # Ok(()) });
    /// ```
    pub async fn bot_send<M>(
        &self,
        conversation: &ConversationId,
        message: M,
    ) -> Result<ConversationId>
    where
        M: TryInto<BotMessage, Error: Into<Error>>,
    {
        let message = message.try_into().map_err(Into::into)?;
        let body = Sent::json(&message.to_wire())?;
        let values = [("conversation_id", segment(conversation.as_str())?)];
        let call = self.call(&bot_send_message::OPERATION, &values, body, Safety::Once);
        let sent: bot_send_message::BotSendMessageResponse = self.send(call).await?;
        Ok(sent.conversation_id.into())
    }

    /// Writes as the app's chatbot to a user without a token, as an older client library does.
    ///
    /// `POST /v1/open-platform/chat/bot/users/{user_id}/messages`; permission `CHAT_BOT_SEND_MESSAGE`. The specification wants
    /// the scope `CHAT_BOT_USER_MESSAGE_SEND`, so [`KenarUser::bot_send`](super::KenarUser::bot_send) is the one to prefer.
    ///
    /// # Errors
    /// As [`bot_send`](Self::bot_send), and `Forbidden` where a token is wanted.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |kenar, _, user| {
    /// let user = kenar.user_id_by_phone("+989120000001").await?;
    /// kenar.bot_send_to_user(&user, "سلام").await?;
    /// # Ok(()) });
    /// ```
    pub async fn bot_send_to_user<M>(&self, user: &UserId, message: M) -> Result<ConversationId>
    where
        M: TryInto<BotMessage, Error: Into<Error>>,
    {
        let message = message.try_into().map_err(Into::into)?;
        let body = Sent::json(&message.to_wire())?;
        let values = [("user_id", segment(user.as_str())?)];
        let call = self.call(&bot_send_message_to_user::OPERATION, &values, body, Safety::Once);
        let sent: bot_send_message::BotSendMessageResponse = self.send(call).await?;
        Ok(sent.conversation_id.into())
    }
}
