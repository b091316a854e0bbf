//! What all builders share: where the server is, whether it is a Peyk, and how careful the client is.

use url::Url;

use crate::transport::{ErrorReader, Transport, base_url};
use crate::{Care, Result};

/// Where the server is, and how it is asked.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub base: String,
    pub is_peyk: bool,
    pub care: Care,
}

impl Server {
    /// A marketplace at its own address.
    pub fn of_vendor(base: &str) -> Self {
        Self { base: base.to_owned(), is_peyk: false, care: Care::default() }
    }

    /// The way to it; fails if the address cannot be used.
    pub fn open(self, read_error: ErrorReader) -> Result<(Transport, Url)> {
        let base = base_url(&self.base)?;
        Ok((Transport::new(self.care, read_error)?, base))
    }
}

/// The methods that every builder with a `server` has; `$make` is an example's way to one.
macro_rules! server_methods {
    ($make:literal) => {
        /// Points everything to a Peyk, where a lost send can be repeated without doubling it.
        ///
        /// ```
        /// # use peyk_client::{Kenar, Market, kenar::OAuth, market::Credential};
        #[doc = concat!("let client = ", $make, ".peyk(\"http://127.0.0.1:8080\").build()?;")]
        /// # Ok::<(), peyk_client::Error>(())
        /// ```
        #[must_use]
        pub fn peyk(mut self, address: impl Into<String>) -> Self {
            self.server.base = address.into();
            self.server.is_peyk = true;
            self
        }

        /// Points the operations to another host, as the one a vendor had before, or a proxy's; it is treated as the vendor's.
        ///
        /// ```
        /// # use peyk_client::{Kenar, Market, kenar::OAuth, market::Credential};
        #[doc = concat!("let client = ", $make, ".base_url(\"https://proxy.example\").build()?;")]
        /// # Ok::<(), peyk_client::Error>(())
        /// ```
        #[must_use]
        pub fn base_url(mut self, address: impl Into<String>) -> Self {
            self.server.base = address.into();
            self.server.is_peyk = false;
            self
        }

        /// How careful the client is.
        ///
        /// ```
        /// # use peyk_client::{Care, Kenar, Market, kenar::OAuth, market::Credential};
        #[doc = concat!("let client = ", $make, ".care(Care::default().attempts(2)).build()?;")]
        /// # Ok::<(), peyk_client::Error>(())
        /// ```
        #[must_use]
        pub fn care(mut self, care: crate::Care) -> Self {
            self.server.care = care;
            self
        }
    };
}
