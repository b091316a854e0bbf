//! A message as the API shows it, over REST and in events.
//!
//! The two differ in how a time and a 64-bit size are spelled, so those are parameters: [`Message`] alone is the REST form, and
//! [`super::event::EventMessage`] is the form of events.

use serde::{Deserialize, Serialize};

use super::conversation::Conversation;
use crate::Uint64Text;

string_enum! {
    /// What kind of body a message has.
    MessageType {
        /// `text`.
        Text = "TEXT",
        /// `image_data`.
        Image = "IMAGE",
        /// `file_data`.
        File = "FILE",
        /// `voice_data`.
        Voice = "VOICE",
        /// `location_data`.
        Location = "LOCATION",
        /// `video_data`.
        Video = "VIDEO",
        /// `contact_data`.
        Contact = "CONTACT",
    }
}

string_enum! {
    /// On which side of a post the sender stands.
    SenderSide {
        /// Wants what the post offers.
        Buyer = "BUYER",
        /// Owns the post.
        Seller = "SELLER",
    }
}

string_enum! {
    /// What the sender is.
    SenderType {
        /// A person.
        Human = "HUMAN",
        /// An app.
        Bot = "BOT",
    }
}

/// Who wrote a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The side; absent in a chatbot's conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<SenderSide>,
    /// Person or app.
    #[serde(rename = "type")]
    pub kind: SenderType,
}

/// A message; `Time` is how `sent_at` is spelled and `Size` how `size_bytes` is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message<Time = String, Size = Uint64Text> {
    /// A UUID.
    pub id: String,
    /// Where it was said.
    pub conversation: Conversation,
    /// Who said it.
    pub sender: Sender,
    /// Which of the fields below it has.
    #[serde(rename = "type")]
    pub kind: MessageType,
    /// When it was said; over REST an RFC 3339 string.
    pub sent_at: Time,
    /// The text, for `TEXT` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image_data: Option<ImageData<Size>>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_data: Option<FileData<Size>>,
    /// The recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voice_data: Option<VoiceData<Size>>,
    /// The film.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub video_data: Option<VideoData<Size>>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location_data: Option<LocationData>,
    /// The person to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_data: Option<ContactData>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageData<Size = Uint64Text> {
    /// Where the bytes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<Size>,
    /// Height in pixels, always a bare number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height_px: Option<u32>,
    /// Width in pixels, always a bare number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width_px: Option<u32>,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileData<Size = Uint64Text> {
    /// Where the bytes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The file's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<Size>,
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceData<Size = Uint64Text> {
    /// Where the bytes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<Size>,
}

/// A film.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoData<Size = Uint64Text> {
    /// Where the bytes are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Where a still picture of it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub thumbnail_link: Option<String>,
    /// How many bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<Size>,
}

/// A place.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LocationData {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

/// A person to call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactData {
    /// The name, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The phone.
    pub phone: String,
}
