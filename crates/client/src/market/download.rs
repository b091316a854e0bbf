//! Files of messages.

use super::Market;
use crate::Result;
use crate::download::{self, Credentials, Download};

/// Hosts under these names are the vendor's own and may see its credential.
const OWN_DOMAINS: [&str; 3] =
    ["market.yandex.ru", "market.yandex.net", "files.messenger.yandex.net"];

impl Market {
    /// Downloads a file of a message.
    ///
    /// `GET` the file's address; the credential is shown to this client's own server and to the vendor's hosts over HTTPS, and
    /// to nobody else on the way. At most five redirects.
    ///
    /// # Errors
    /// `NotFound` for an old address, `Forbidden` for somebody else's, `Refused` for too many redirects.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let file = market.message(5001.into(), 7.into()).await?.files.remove(0);
    /// let bytes = market.download(&file.url).await?.bytes(1024).await?;
    /// # Ok(()) });
    /// ```
    pub async fn download(&self, url: &str) -> Result<Download> {
        let base = &self.0.base;
        let trusted = |url: &url::Url| {
            let is_own = url.origin() == base.origin();
            let host = url.host_str().unwrap_or_default();
            let is_vendors = url.scheme() == "https"
                && OWN_DOMAINS.iter().any(|domain| {
                    host.strip_suffix(domain)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                });
            is_own || is_vendors
        };
        let credentials = Credentials { headers: self.0.credential.file_headers()?, trusted };
        download::download(&self.0.transport, url, &credentials).await
    }
}
