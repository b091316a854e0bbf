//! Manners: where the real Market is said to be stricter, or to post elsewhere, than clients show.

use std::net::IpAddr;

use peyk_engine::send_message::Finished;

/// How the Market dialect behaves where more than one way was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MarketManners {
    /// Whether what the real one is said to refuse but clients do is refused: a page limit above
    /// the maximum, a missing body, a chat that only the body names.
    pub is_strict: bool,
    /// What becomes of a shop's message in a chat that is finished.
    pub finished: Finished,
    /// What ends the address of every receiver: the real one puts `/notification` there itself.
    pub notification_path: Option<String>,
    /// Where notifications say they come from, for receivers that trust a proxy's word and let only
    /// the vendor's addresses in.
    pub forwarded_for: Option<IpAddr>,
}

impl MarketManners {
    /// Where a notification goes for a receiver with this address.
    pub fn notification_url(&self, url: &str) -> String {
        match &self.notification_path {
            Some(path) if !url.ends_with(path.as_str()) => {
                format!("{}{path}", url.trim_end_matches('/'))
            }
            _ => url.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_the_path_once() {
        let path = Some("/notification".to_owned());
        let real = MarketManners { notification_path: path, ..MarketManners::default() };
        for (url, there) in [
            ("http://bot/webhook", "http://bot/webhook/notification"),
            ("http://bot/webhook/", "http://bot/webhook/notification"),
            ("http://bot/notification", "http://bot/notification"),
            ("http://bot", "http://bot/notification"),
        ] {
            assert_eq!(real.notification_url(url), there);
            assert_eq!(MarketManners::default().notification_url(url), url);
        }
    }
}
