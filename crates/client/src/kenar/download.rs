//! Bytes of what was sent.

use reqwest::header::HeaderMap;

use super::Kenar;
use crate::Result;
use crate::download::{self, Credentials, Download};

impl Kenar {
    /// Downloads the bytes behind a link of a message.
    ///
    /// `GET` the link; links cannot be guessed and take no credential. At most five redirects.
    ///
    /// # Errors
    /// `NotFound` for an old link, `Refused` for too many redirects.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run_at(async |url| {
    /// let kenar = peyk_client::Kenar::builder("key").peyk(url).build()?;
    /// let bytes = kenar.download(&format!("{url}/files/a.txt")).await?.bytes(1024).await?;
    /// assert_eq!(bytes, "abc");
    /// # Ok(()) });
    /// ```
    pub async fn download(&self, link: &str) -> Result<Download> {
        let credentials = Credentials { headers: HeaderMap::new(), trusted: |_: &url::Url| false };
        download::download(&self.0.transport, link, &credentials).await
    }
}
