//! Bytes from an address that a marketplace gave; credentials go only where they belong.

use std::path::Path;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{BoxStream, StreamExt as _};
use futures_util::{TryStreamExt as _, stream};
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, LOCATION};
use tokio::io::AsyncWriteExt as _;
use url::Url;

use crate::transport::Transport;
use crate::{Error, ErrorKind, Result};

/// Most redirects that are followed.
const REDIRECTS_MAX: usize = 5;

/// What proves who asks, and whom it may be shown.
pub(crate) struct Credentials<F> {
    pub headers: HeaderMap,
    pub trusted: F,
}

/// Bytes on their way.
///
/// ```
/// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
/// # fake::run(async |_, market, _| {
/// let file = market.message(5001.into(), 7.into()).await?.files.remove(0);
/// let download = market.download(&file.url).await?;
/// println!("{:?} {:?}", download.content_type, download.length);
/// # Ok(()) });
/// ```
#[non_exhaustive]
pub struct Download {
    /// What they are, as the server says.
    pub content_type: Option<String>,
    /// How many, as the server says.
    pub length: Option<u64>,
    stream: BoxStream<'static, Result<Bytes>>,
}

impl Download {
    /// The bytes as they come.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// use futures_util::TryStreamExt as _;
    ///
    /// let file = market.message(5001.into(), 7.into()).await?.files.remove(0);
    /// let mut bytes = market.download(&file.url).await?.into_stream();
    /// while let Some(chunk) = bytes.try_next().await? {
    ///     println!("{} more", chunk.len());
    /// }
    /// # Ok(()) });
    /// ```
    #[must_use]
    pub fn into_stream(self) -> BoxStream<'static, Result<Bytes>> {
        self.stream
    }

    /// All bytes at once; fails beyond so many.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// let file = market.message(5001.into(), 7.into()).await?.files.remove(0);
    /// let bytes = market.download(&file.url).await?.bytes(1024 * 1024).await?;
    /// assert_eq!(bytes, "abc");
    /// # Ok(()) });
    /// ```
    pub async fn bytes(mut self, max: usize) -> Result<Bytes> {
        let mut whole = BytesMut::new();
        while let Some(chunk) = self.stream.try_next().await? {
            if whole.len() + chunk.len() > max {
                return Err(Error::new(
                    ErrorKind::Unreadable,
                    format!("more than {max} bytes came"),
                ));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole.freeze())
    }

    /// Writes the bytes into a file, which is made or emptied, and tells how many there were.
    ///
    /// ```
    /// # mod fake { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/fake.rs")); }
    /// # fake::run(async |_, market, _| {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("a.txt");
    /// let file = market.message(5001.into(), 7.into()).await?.files.remove(0);
    /// assert_eq!(market.download(&file.url).await?.save(&path).await?, 3);
    /// # Ok(()) });
    /// ```
    pub async fn save(mut self, path: impl AsRef<Path>) -> Result<u64> {
        let failed = |error| Error::storage("the file cannot be written", error);
        let mut file = tokio::fs::File::create(path).await.map_err(failed)?;
        let mut written = 0;
        while let Some(chunk) = self.stream.try_next().await? {
            file.write_all(&chunk).await.map_err(failed)?;
            written += u64::try_from(chunk.len()).unwrap_or(0);
        }
        file.flush().await.map_err(failed)?;
        Ok(written)
    }
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("content_type", &self.content_type)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}

/// Follows the link and opens the bytes behind it.
pub(crate) async fn download<F: Fn(&Url) -> bool>(
    transport: &Transport,
    link: &str,
    credentials: &Credentials<F>,
) -> Result<Download> {
    let mut url = parse(link)?;
    for _ in 0..=REDIRECTS_MAX {
        let mut request = transport.http().get(url.clone());
        if (credentials.trusted)(&url) {
            request = request.headers(credentials.headers.clone());
        }
        let request = request.timeout(transport.care().media_timeout);
        let response = request.send().await.map_err(Error::of_transport)?;
        let status = response.status();
        if status.is_redirection() {
            let target = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
            let target = target.and_then(|target| url.join(target).ok());
            let target = target.ok_or_else(|| refused(status.as_u16(), "a redirect to nowhere"))?;
            url = parse(target.as_str())?;
            continue;
        }
        if !status.is_success() {
            return Err(refused(status.as_u16(), "the server does not give the bytes"));
        }
        return Ok(open(response));
    }
    Err(Error::new(ErrorKind::Refused, format!("more than {REDIRECTS_MAX} redirects")))
}

fn parse(link: &str) -> Result<Url> {
    let url = Url::parse(link)
        .map_err(|error| Error::invalid("the link is no address").caused_by(error))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        scheme => Err(Error::invalid(format!("{scheme} is no way to download"))),
    }
}

fn open(response: reqwest::Response) -> Download {
    let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
    let content_type = header(CONTENT_TYPE).map(str::to_owned);
    let length = header(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let stream = stream::try_unfold(response, |mut response| async move {
        let chunk = response.chunk().await.map_err(Error::of_transport)?;
        Ok(chunk.map(|chunk| (chunk, response)))
    });
    Download { content_type, length, stream: stream.boxed() }
}

fn refused(status: u16, message: &str) -> Error {
    let kind = match status {
        401 => ErrorKind::Unauthenticated,
        403 => ErrorKind::Forbidden,
        404 | 410 => ErrorKind::NotFound,
        420 | 429 => ErrorKind::RateLimited,
        500.. => ErrorKind::Unavailable,
        _ => ErrorKind::Refused,
    };
    Error::new(kind, message).answered(status, None)
}
