//! Files on their way to a marketplace: from a path, from bytes or from a stream.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use peyk_wire::kenar::upload::MediaType;
use reqwest::header::HeaderValue;
use tokio::io::AsyncReadExt as _;

use crate::transport::Sent;
use crate::{Error, ErrorKind, Result, chance};

const CHUNK_BYTES: usize = 64 * 1024;
const KIB: u64 = 1024;
/// Kenar's published kinds: the extensions of each, and the most bytes it may have.
const KENAR_KINDS: [(MediaType, &[&str], u64); 4] = [
    (MediaType::Image, &["png", "jpeg", "jpg"], 5 * KIB * KIB),
    (MediaType::File, &["pdf", "doc", "docx", "xlsx", "xls", "pptx", "ppt"], 5 * KIB * KIB),
    (MediaType::Voice, &["m4a", "3gp"], 3 * KIB * KIB / 2),
    (MediaType::Video, &["mp4"], 50 * KIB * KIB),
];
/// Market's published limit.
const MARKET_MAX_BYTES: u64 = 5 * KIB * KIB;

/// A file to be sent.
///
/// ```
/// use peyk_client::Upload;
///
/// let upload = Upload::bytes("receipt.pdf", &b"%PDF-1.7"[..])?;
/// assert_eq!(upload.name(), "receipt.pdf");
/// # Ok::<(), peyk_client::Error>(())
/// ```
pub struct Upload {
    name: String,
    length: Option<u64>,
    source: Source,
}

enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    Stream(Mutex<Option<BoxStream<'static, io::Result<Bytes>>>>),
}

impl Upload {
    /// The bytes themselves; the extension of the name tells what they are.
    ///
    /// ```
    /// # use peyk_client::Upload;
    /// let receipt = Upload::bytes("receipt.pdf", vec![0x25, 0x50, 0x44, 0x46])?;
    /// assert_eq!(receipt.length(), Some(4));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Result<Self> {
        let bytes = bytes.into();
        let length = u64::try_from(bytes.len()).ok();
        Self::checked(name.into(), length, Source::Bytes(bytes))
    }

    /// The file at this path, under its own name; read while it is sent, and read anew for another attempt.
    ///
    /// ```
    /// # use peyk_client::Upload;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> peyk_client::Result<()> {
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("photo.png");
    /// # std::fs::write(&path, "bytes").unwrap();
    /// let photo = Upload::path(&path).await?;
    /// assert_eq!(photo.name(), "photo.png");
    /// # Ok(()) }
    /// ```
    pub async fn path(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let metadata = tokio::fs::metadata(path).await;
        let metadata = metadata.map_err(|error| {
            Error::storage(&format!("{} cannot be read", path.display()), error)
        })?;
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Error::invalid("the file has no name in UTF-8"))?;
        Self::checked(name.to_owned(), Some(metadata.len()), Source::Path(path.to_owned()))
    }

    /// Whatever this stream yields; it can be sent once, so nothing is tried again.
    ///
    /// ```
    /// # use peyk_client::Upload;
    /// let chunks = futures_util::stream::iter([Ok("a,b\n".into()), Ok("1,2\n".into())]);
    /// let table = Upload::stream("table.csv", Some(8), chunks)?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn stream<S>(name: impl Into<String>, length: Option<u64>, bytes: S) -> Result<Self>
    where
        S: Stream<Item = io::Result<Bytes>> + Send + 'static,
    {
        Self::checked(name.into(), length, Source::Stream(Mutex::new(Some(bytes.boxed()))))
    }

    fn checked(name: String, length: Option<u64>, source: Source) -> Result<Self> {
        if name.trim().is_empty() {
            return Err(Error::invalid("a file needs a name"));
        }
        if length == Some(0) {
            return Err(Error::invalid("the file is empty"));
        }
        Ok(Self { name, length, source })
    }

    /// The name the other side will see.
    ///
    /// ```
    /// # use peyk_client::Upload;
    /// assert_eq!(Upload::bytes("a.txt", "abc")?.name(), "a.txt");
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many bytes, if that is known.
    ///
    /// ```
    /// # use peyk_client::Upload;
    /// assert_eq!(Upload::bytes("a.txt", "abc")?.length(), Some(3));
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    #[must_use]
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// What Kenar takes this for, by the extension of its name.
    ///
    /// ```
    /// # use peyk_client::{Upload, kenar::MediaType};
    /// assert_eq!(Upload::bytes("song.m4a", "bytes")?.media_type()?, MediaType::Voice);
    /// assert!(Upload::bytes("notes.txt", "bytes")?.media_type().is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn media_type(&self) -> Result<MediaType> {
        let extension = self.name.rsplit_once('.').map(|(_, word)| word.to_ascii_lowercase());
        let extension = extension.unwrap_or_default();
        let kind = KENAR_KINDS.iter().find(|(_, words, _)| words.contains(&extension.as_str()));
        let (kind, _, max) = kind.ok_or_else(|| {
            let known: Vec<&str> =
                KENAR_KINDS.iter().flat_map(|(_, words, _)| *words).copied().collect();
            Error::invalid(format!("Kenar takes files named *.{}", known.join(", *.")))
        })?;
        self.at_most(*max)?;
        Ok(kind.clone())
    }

    pub(crate) fn is_repeatable(&self) -> bool {
        match self.source {
            Source::Bytes(_) | Source::Path(_) => true,
            Source::Stream(_) => false,
        }
    }

    pub(crate) fn check_for_market(&self) -> Result<()> {
        self.at_most(MARKET_MAX_BYTES)
    }

    fn at_most(&self, max: u64) -> Result<()> {
        match self.length {
            Some(length) if length > max => {
                Err(Error::invalid(format!("the file has {length} bytes, {max} are the limit")))
            }
            Some(_) | None => Ok(()),
        }
    }
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("name", &self.name).field("length", &self.length).finish()
    }
}

/// A multipart form whose only part is a file.
pub(crate) struct Form<'a> {
    upload: &'a Upload,
    boundary: String,
    head: Bytes,
    tail: Bytes,
}

impl<'a> Form<'a> {
    pub fn new(part: &str, upload: &'a Upload) -> Self {
        let boundary = format!("peyk-{}", chance::word());
        let name = upload.name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{part}\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Self { upload, boundary, head: head.into(), tail: tail.into() }
    }

    pub fn is_repeatable(&self) -> bool {
        self.upload.is_repeatable()
    }

    pub async fn open(&self) -> Result<Sent> {
        let file = match &self.upload.source {
            Source::Bytes(bytes) => stream::iter([Ok(bytes.clone())]).boxed(),
            Source::Path(path) => {
                let file = tokio::fs::File::open(path).await;
                chunks(file.map_err(|error| Error::storage("the file cannot be read", error))?)
            }
            Source::Stream(stream) => {
                let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                stream.take().ok_or_else(|| Error::invalid("the stream was sent already"))?
            }
        };
        let content_type = format!("multipart/form-data; boundary={}", self.boundary);
        let content_type = HeaderValue::from_str(&content_type).map_err(|error| {
            Error::new(ErrorKind::Setup, "the boundary cannot be written").caused_by(error)
        })?;
        let around = u64::try_from(self.head.len() + self.tail.len()).unwrap_or(u64::MAX);
        let whole = stream::iter([Ok(self.head.clone())])
            .chain(file)
            .chain(stream::iter([Ok(self.tail.clone())]));
        Ok(Sent {
            content_type,
            length: self.upload.length.and_then(|length| length.checked_add(around)),
            body: reqwest::Body::wrap_stream(whole.into_stream()),
        })
    }
}

fn chunks(file: tokio::fs::File) -> BoxStream<'static, io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let mut chunk = bytes::BytesMut::with_capacity(CHUNK_BYTES);
        let read = file.read_buf(&mut chunk).await?;
        Ok((read > 0).then(|| (chunk.freeze(), file)))
    })
    .boxed()
}
