//! What a user can grant to an app.
//!
//! A scope is written `NAME`, or `NAME.RESOURCE` where it holds for one thing only; in 2023 and 2024 it was `NAME__RESOURCE`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

string_enum! {
    /// The name of a scope, as the enum of the specification spells it.
    ScopeName {
        PostAddonCreate = "POST_ADDON_CREATE",
        UserPhone = "USER_PHONE",
        UserId = "USER_ID",
        UserAddonCreate = "USER_ADDON_CREATE",
        ChatMessageSend = "CHAT_MESSAGE_SEND",
        ChatConversationRead = "CHAT_CONVERSATION_READ",
        UserPostsGet = "USER_POSTS_GET",
        UserPostsStatsRead = "USER_POSTS_STATS_READ",
        ChatPostConversationsRead = "CHAT_POST_CONVERSATIONS_READ",
        ChatPostConversationsMessageSend = "CHAT_POST_CONVERSATIONS_MESSAGE_SEND",
        ChatSupplierAllConversationsRead = "CHAT_SUPPLIER_ALL_CONVERSATIONS_READ",
        ChatSupplierAllConversationsMessageSend = "CHAT_SUPPLIER_ALL_CONVERSATIONS_MESSAGE_SEND",
        ChatBotUserMessageSend = "CHAT_BOT_USER_MESSAGE_SEND",
        UserVerificationCreate = "USER_VERIFICATION_CREATE",
        OfflineAccess = "OFFLINE_ACCESS",
        Openid = "OPENID",
        PaymentAllPostsPricingRead = "PAYMENT_ALL_POSTS_PRICING_READ",
        PaymentAllPostsReorder = "PAYMENT_ALL_POSTS_REORDER",
        PaymentAllPostsRenew = "PAYMENT_ALL_POSTS_RENEW",
        ManagementAppsRead = "MANAGEMENT_APPS_READ",
        ManagementAppsWrite = "MANAGEMENT_APPS_WRITE",
        PostOngoingImagesGet = "POST_ONGOING_IMAGES_GET",
        UserPostsAddonCreate = "USER_POSTS_ADDON_CREATE",
        PostEdit = "POST_EDIT",
        ConversationSendMessage = "CONVERSATION_SEND_MESSAGE",
        BusinessAddonCreate = "BUSINESS_ADDON_CREATE",
        PostSemanticCreate = "POST_SEMANTIC_CREATE",
        NotificationAccessRevocation = "NOTIFICATION_ACCESS_REVOCATION",
        SendEvent = "SEND_EVENT",
        SubmitUserPost = "SUBMIT_USER_POST",
        SubmitUserPayment = "SUBMIT_USER_PAYMENT",
        UserSetCustomizedButton = "USER_SET_CUSTOMIZED_BUTTON",
        BusinessCreateCustomizedButton = "BUSINESS_CREATE_CUSTOMIZED_BUTTON",
        DeleteUserPost = "DELETE_USER_POST",
        EditUserPost = "EDIT_USER_POST",
        UserBusinessesRead = "USER_BUSINESSES_READ",
        ProUserProfileImageRead = "PRO_USER_PROFILE_IMAGE_READ",
        PayUserPostPromotion = "PAY_USER_POST_PROMOTION",
    }
}

impl ScopeName {
    /// The word as it stands in a token's `scope`: the enum's own, but for two that OAuth writes in lower case.
    #[must_use]
    pub fn oauth_word(&self) -> &str {
        if *self == Self::OfflineAccess {
            "offline_access"
        } else if *self == Self::Openid {
            "openid"
        } else {
            self.as_str()
        }
    }
}

/// One scope in a request or a token: a name and, for some, the one thing it holds for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ScopeWord {
    /// The name; one we do not know is kept as it came.
    pub name: ScopeName,
    /// The one thing it holds for.
    pub resource: Option<String>,
}

impl ScopeWord {
    /// Reads one word in any of its forms; whichever separator comes first divides it.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        let dot = word.find('.').map(|at| (at, at + 1));
        let underscores = word.find("__").map(|at| (at, at + 2));
        let Some((end, start)) = [dot, underscores].into_iter().flatten().min() else {
            return Self { name: parse_name(word), resource: None };
        };
        Self { name: parse_name(&word[..end]), resource: Some(word[start..].to_owned()) }
    }

    /// Reads a whole `scope` value, in which words are divided by spaces.
    #[must_use]
    pub fn parse_list(scope: &str) -> Vec<Self> {
        scope.split_whitespace().map(Self::parse).collect()
    }
}

fn parse_name(name: &str) -> ScopeName {
    for lower in [ScopeName::OfflineAccess, ScopeName::Openid] {
        if name.eq_ignore_ascii_case(lower.as_str()) {
            return lower;
        }
    }
    ScopeName::from(name)
}

impl From<&str> for ScopeWord {
    fn from(word: &str) -> Self {
        Self::parse(word)
    }
}

impl fmt::Display for ScopeWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name.oauth_word())?;
        match &self.resource {
            Some(resource) => write!(f, ".{resource}"),
            None => Ok(()),
        }
    }
}

impl Serialize for ScopeWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|word| Self::parse(&word))
    }
}
