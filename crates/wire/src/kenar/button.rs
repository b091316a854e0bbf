//! Buttons under a message, and what pressing one does.
//!
//! The forms are as open as the schema: that an action has exactly one key, and a grid at most so many rows, is judged elsewhere.

use serde::{Deserialize, Serialize};

use crate::{JsonObject, null};

/// Rows of buttons; no rows means no buttons.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ButtonGrid {
    /// Rows, from the top.
    #[serde(default, deserialize_with = "null::as_default")]
    pub rows: Vec<ButtonRow>,
}

/// Buttons side by side.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ButtonRow {
    /// Buttons, in reading order.
    #[serde(default, deserialize_with = "null::as_default")]
    pub buttons: Vec<Button>,
}

/// One button.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Button {
    /// What pressing it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// The text on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The icon; kept as sent, because clients use names outside the published list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
    /// The older, free-form icon name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub icon_name: Option<String>,
}

/// What pressing a button does; exactly one field should be there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Action {
    /// Open this address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_direct_link: Option<String>,
    /// Ask the app's session URL for an address and open that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_server_link: Option<ActionData>,
    /// Ask the app's dynamic action URL what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub get_dynamic_action: Option<ActionData>,
    /// Open a post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_post_page: Option<PostReference>,
    /// Open the owner's page of a post.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub open_post_manage_page: Option<PostReference>,
}

/// What the app gets back when the button is pressed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ActionData {
    /// Any JSON object, kept as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<JsonObject>,
}

/// A post, by its token.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PostReference {
    /// The token; required, and optional here so that its absence can be named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub post_token: Option<String>,
}
