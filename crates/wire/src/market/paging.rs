//! Pages: an opaque token leads to the next one.

use serde::{Deserialize, Serialize};

use crate::number;

/// Where the next page is; empty on the last one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Paging {
    /// Goes into `pageToken` of the next call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_page_token: Option<String>,
}

/// Which page is asked for; the token is also read from `page_token`, its older name, and the newer one wins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "SentPage", rename_all = "camelCase")]
pub struct PageQuery {
    /// How many entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i32>,
    /// Where the page begins; empty or absent means the first one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_token: Option<String>,
}

/// Both names may come at once, which a serde alias would refuse.
#[derive(Deserialize)]
struct SentPage {
    #[serde(default, deserialize_with = "number::optional_int32")]
    limit: Option<i32>,
    #[serde(rename = "pageToken")]
    page_token: Option<String>,
    #[serde(rename = "page_token")]
    old_page_token: Option<String>,
}

impl From<SentPage> for PageQuery {
    fn from(sent: SentPage) -> Self {
        Self { limit: sent.limit, page_token: sent.page_token.or(sent.old_page_token) }
    }
}
