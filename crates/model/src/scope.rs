//! Scopes: what a person can allow an app, some of them bound to one conversation or post.

use crate::permission::words;

words! {
    /// The published scopes.
    ScopeName {
        /// Add a widget to one post.
        PostAddonCreate = "POST_ADDON_CREATE",
        /// Know the person's phone number.
        UserPhone = "USER_PHONE",
        /// Know the person's id.
        UserId = "USER_ID",
        /// Add a widget to all the person's posts.
        UserAddonCreate = "USER_ADDON_CREATE",
        /// Send in one conversation, named by its post and its people (the oldest form).
        ChatMessageSend = "CHAT_MESSAGE_SEND",
        /// Read one conversation.
        ConversationRead = "CHAT_CONVERSATION_READ",
        /// List the person's posts.
        UserPostsGet = "USER_POSTS_GET",
        /// Read the numbers of the person's posts.
        UserPostsStatsRead = "USER_POSTS_STATS_READ",
        /// Hear every conversation about one post.
        PostConversationsRead = "CHAT_POST_CONVERSATIONS_READ",
        /// Send in every conversation about one post.
        PostConversationsSend = "CHAT_POST_CONVERSATIONS_MESSAGE_SEND",
        /// Hear every conversation about all the person's posts.
        AllConversationsRead = "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        /// Send in every conversation about all the person's posts.
        AllConversationsSend = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
        /// Let the app's bot write to the person first.
        BotSendToUser = "CHAT_BOT_USER_MESSAGE_SEND",
        /// Attest something about the person.
        UserVerificationCreate = "USER_VERIFICATION_CREATE",
        /// Stay allowed while the person is away.
        OfflineAccess = "OFFLINE_ACCESS",
        /// Sign in with OpenID Connect.
        OpenId = "OPENID",
        /// Read prices of promotions.
        PaymentPricingRead = "PAYMENT_ALL_POSTS_PRICING_READ",
        /// Put posts on top.
        PaymentReorder = "PAYMENT_ALL_POSTS_REORDER",
        /// Renew posts.
        PaymentRenew = "PAYMENT_ALL_POSTS_RENEW",
        /// Read managed apps.
        ManagementAppsRead = "MANAGEMENT_APPS_READ",
        /// Change managed apps.
        ManagementAppsWrite = "MANAGEMENT_APPS_WRITE",
        /// Read the pictures of a post in review.
        PostOngoingImagesGet = "POST_ONGOING_IMAGES_GET",
        /// Add widgets to the person's posts.
        UserPostsAddonCreate = "USER_POSTS_ADDON_CREATE",
        /// Edit one post.
        PostEdit = "POST_EDIT",
        /// Send in one conversation.
        ConversationSend = "CONVERSATION_SEND_MESSAGE",
        /// Add a widget to a business.
        BusinessAddonCreate = "BUSINESS_ADDON_CREATE",
        /// Attach meaning to a post.
        PostSemanticCreate = "POST_SEMANTIC_CREATE",
        /// Hear when the person takes the grant back.
        AccessRevocation = "NOTIFICATION_ACCESS_REVOCATION",
        /// Send events to the marketplace.
        SendEvent = "SEND_EVENT",
        /// Submit posts for the person.
        SubmitUserPost = "SUBMIT_USER_POST",
        /// Submit payments for the person.
        SubmitUserPayment = "SUBMIT_USER_PAYMENT",
        /// Set a button of the person's profile.
        UserSetCustomizedButton = "USER_SET_CUSTOMIZED_BUTTON",
        /// Create a button of a business.
        BusinessCreateCustomizedButton = "BUSINESS_CREATE_CUSTOMIZED_BUTTON",
        /// Delete the person's posts.
        DeleteUserPost = "DELETE_USER_POST",
        /// Edit the person's posts.
        EditUserPost = "EDIT_USER_POST",
        /// List the person's businesses.
        UserBusinessesRead = "USER_BUSINESSES_READ",
        /// See the person's professional picture.
        ProUserProfileImageRead = "PRO_USER_PROFILE_IMAGE_READ",
        /// Pay for promotions of the person's posts.
        PayUserPostPromotion = "PAY_USER_POST_PROMOTION",
    }
}

/// What the resource of a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoundTo {
    /// The scope names none.
    Nothing,
    /// A conversation, by its key.
    Conversation,
    /// A post, by its token.
    Post,
    /// A post and two people: `user:post:peer` in base64.
    PostAndPeople,
    /// Something that has no part in conversations.
    Other,
}

impl ScopeName {
    /// What a scope of this name must name.
    pub const fn bound_to(self) -> BoundTo {
        match self {
            Self::ConversationRead | Self::ConversationSend => BoundTo::Conversation,
            Self::PostConversationsRead
            | Self::PostConversationsSend
            | Self::PostAddonCreate
            | Self::PostEdit
            | Self::PostOngoingImagesGet
            | Self::PostSemanticCreate => BoundTo::Post,
            Self::ChatMessageSend => BoundTo::PostAndPeople,
            Self::BusinessAddonCreate
            | Self::BusinessCreateCustomizedButton
            | Self::ManagementAppsRead
            | Self::ManagementAppsWrite => BoundTo::Other,
            Self::UserPhone
            | Self::UserId
            | Self::UserAddonCreate
            | Self::UserPostsGet
            | Self::UserPostsStatsRead
            | Self::AllConversationsRead
            | Self::AllConversationsSend
            | Self::BotSendToUser
            | Self::UserVerificationCreate
            | Self::OfflineAccess
            | Self::OpenId
            | Self::PaymentPricingRead
            | Self::PaymentReorder
            | Self::PaymentRenew
            | Self::UserPostsAddonCreate
            | Self::AccessRevocation
            | Self::SendEvent
            | Self::SubmitUserPost
            | Self::SubmitUserPayment
            | Self::UserSetCustomizedButton
            | Self::DeleteUserPost
            | Self::EditUserPost
            | Self::UserBusinessesRead
            | Self::ProUserProfileImageRead
            | Self::PayUserPostPromotion => BoundTo::Nothing,
        }
    }
}

/// A scope, perhaps bound to one resource.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// What is allowed.
    pub name: ScopeName,
    /// On which conversation, post or other resource, if the scope names one.
    pub resource: Option<String>,
}

impl Scope {
    /// A scope that names no resource.
    pub fn plain(name: ScopeName) -> Self {
        Self { name, resource: None }
    }

    /// A scope bound to one resource.
    pub fn on(name: ScopeName, resource: impl Into<String>) -> Self {
        Self { name, resource: Some(resource.into()) }
    }

    /// Reads `NAME`, `NAME.resource` and the old `NAME__resource`.
    ///
    /// The two OpenID words are written in either case.
    pub fn parse(word: &str) -> Option<Self> {
        let (name, resource) = match word.split_once('.').or_else(|| word.split_once("__")) {
            Some((name, resource)) => (name, Some(resource)),
            None => (word, None),
        };
        if resource.is_some_and(str::is_empty) {
            return None;
        }
        let name = match ScopeName::parse(name) {
            Some(name) => name,
            None if name.eq_ignore_ascii_case("offline_access") => ScopeName::OfflineAccess,
            None if name.eq_ignore_ascii_case("openid") => ScopeName::OpenId,
            None => return None,
        };
        Some(Self { name, resource: resource.map(str::to_owned) })
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.name {
            ScopeName::OfflineAccess => "offline_access",
            ScopeName::OpenId => "openid",
            name => name.word(),
        };
        match &self.resource {
            Some(resource) => write!(f, "{word}.{resource}"),
            None => f.write_str(word),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_of_bound_scopes_mean_the_same() {
        let new = Scope::parse("CONVERSATION_SEND_MESSAGE.edbb9499");
        assert_eq!(new, Scope::parse("CONVERSATION_SEND_MESSAGE__edbb9499"));
        assert_eq!(new, Some(Scope::on(ScopeName::ConversationSend, "edbb9499")));
    }

    #[test]
    fn the_openid_words_are_read_in_either_case_and_written_in_lower() {
        assert_eq!(Scope::parse("OFFLINE_ACCESS"), Scope::parse("offline_access"));
        assert_eq!(Scope::plain(ScopeName::OfflineAccess).to_string(), "offline_access");
    }

    #[test]
    fn an_unknown_word_and_an_empty_resource_are_no_scope() {
        assert_eq!(Scope::parse("READ_MINDS"), None);
        assert_eq!(Scope::parse("POST_EDIT."), None);
    }
}
