//! Starting a bot: the first message says in the vendor's words from where the person came.

use peyk_engine::{Context, Result, start_bot};
use peyk_model::{Person, Side};
use serde::Deserialize;

/// From where a person comes to a bot.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "touchpoint", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Start {
    /// From one's own post.
    MyPost {
        /// Its token.
        post: String,
    },
    /// From one's own page.
    MyDivar,
    /// From the business panel.
    DivarPro,
    /// From a conversation.
    Chat {
        /// Its key or number.
        conversation: String,
    },
    /// From somebody else's post.
    DemandPost {
        /// Its token.
        post: String,
    },
}

impl Start {
    /// The exact text of the first message, for a person who can be there.
    pub fn text(&self, context: &mut Context<'_, '_>, person: &Person) -> Result<String> {
        Ok(match self {
            Self::MyPost { post } => {
                let post = start_bot::post_seen_from(context, person, post, Side::Seller)?;
                format!("/start MY_POST {}", post.token)
            }
            Self::MyDivar => "/start MY_DIVAR".to_owned(),
            Self::DivarPro => "/start DIVAR_PRO".to_owned(),
            Self::Chat { conversation } => {
                let key = start_bot::key_of(context, person, conversation)?;
                format!("/start CHAT {key}")
            }
            Self::DemandPost { post } => {
                let post = start_bot::post_seen_from(context, person, post, Side::Buyer)?;
                format!("/start DEMAND_POST {}", post.token)
            }
        })
    }
}
