//! What the server asks an app when somebody presses a button.
//!
//! Both calls carry the app's identification key in `Authorization`, without a prefix. Values that are not known are written as
//! `null` here and nowhere else, because the guides call these fields nullable and receivers index them unguarded.

use serde::{Deserialize, Serialize};

use super::button::Action;
use crate::JsonObject;

/// The fixed page that leads back into the vendor's app.
pub const COMPLETION_PATH: &str = "/completion";

string_enum! {
    /// Where the press happened.
    ServerLinkSource {
        /// On an addon of a post.
        PostAddon = "POST_ADDON",
        /// In the menu of a chat.
        Chat = "CHAT",
        /// On a button under a message.
        ChatMessageAction = "CHAT_MESSAGE_ACTION",
    }
}

string_enum! {
    /// On which side of the post the person who pressed stands; two pages spell it in two cases.
    UserSide {
        /// Owns the post.
        Supply = "SUPPLY",
        /// Wants what it offers.
        Demand = "DEMAND",
        /// `SUPPLY` in the older case.
        SupplyOld = "Supply",
        /// `DEMAND` in the older case.
        DemandOld = "Demand",
    }
}

string_enum! {
    /// Where a dynamic action was asked for.
    Touchpoint {
        /// In a chat.
        Chat = "CHAT",
        /// On one's own post.
        MyPost = "MY_POST",
        /// On one's own page.
        MyDivar = "MY_DIVAR",
        /// In the business panel.
        DivarPro = "DIVAR_PRO",
        /// On somebody else's post.
        DemandPost = "DEMAND_POST",
    }
}

/// `open_server_link`: asks the app's session URL where to go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ServerLinkRequest {
    /// Where the press happened.
    pub source: ServerLinkSource,
    /// The post, if any.
    pub post_token: Option<String>,
    /// The conversation, if any.
    pub conversation_id: Option<String>,
    /// The presser's side, if the conversation has sides.
    pub user_side: Option<UserSide>,
    /// The button's data; never absent.
    pub extra_data: JsonObject,
    /// The same under its older name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider_data: Option<JsonObject>,
    /// The presser, unless nobody is logged in.
    pub user_id: Option<String>,
    /// Where the app should send the person in the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub completion_url: Option<String>,
}

/// What the session URL was asked before version 2, for buttons that were sent in the oldest way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LegacyServerLinkRequest {
    /// The button's data; never absent.
    pub extra_data: JsonObject,
    /// Where the app should send the person in the end.
    pub callback_url: String,
    /// The post.
    pub post_token: String,
    /// The conversation.
    pub conversation_id: String,
    /// The presser.
    pub user_id: String,
    /// The other side.
    pub peer_id: String,
    /// Who owns the post.
    pub supplier: LegacyParty,
    /// Who wants what it offers.
    pub demand: LegacyParty,
}

/// One of the two people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyParty {
    /// The app's own id of the person.
    pub id: String,
}

/// Where to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerLinkResponse {
    /// The address.
    pub url: String,
}

/// `get_dynamic_action`: asks the app's dynamic action URL what to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DynamicActionRequest {
    /// Where it was asked for.
    pub touchpoint: Touchpoint,
    /// The post, if any.
    pub post_token: Option<String>,
    /// The conversation, if any.
    pub conversation_id: Option<String>,
    /// The presser's side, if the conversation has sides.
    pub user_side: Option<UserSide>,
    /// The button's data; never absent.
    pub extra_data: JsonObject,
    /// The presser, unless nobody is logged in.
    pub user_id: Option<String>,
}

/// What to do: open something, show a text, or both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct DynamicActionResponse {
    /// What to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What to show to the person who pressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_message: Option<String>,
}
