//! What can go wrong, with the vendor's own words and what to do about it.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The outcome of everything in this crate.
///
/// ```
/// async fn greet(kenar: &peyk_client::Kenar, id: &str) -> peyk_client::Result<()> {
///     kenar.bot_send(&id.into(), "سلام").await?;
///     Ok(())
/// }
/// # Ok::<(), peyk_client::Error>(())
/// ```
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of thing went wrong; decides whether trying again can help.
///
/// ```
/// use peyk_client::{Error, ErrorKind};
///
/// fn is_blocked(error: &Error) -> bool {
///     matches!(error.kind(), ErrorKind::RecipientRestricted)
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up wrongly: an address, a header or a TLS library.
    Setup,
    /// The request cannot be right, so it was not sent.
    Invalid,
    /// Nobody answered the call; the request was not sent.
    Unreachable,
    /// The answer did not come in time; the request may have worked.
    Timeout,
    /// The connection broke before the answer was whole; the request may have worked.
    Lost,
    /// The key or the token is missing, wrong, expired or revoked.
    Unauthenticated,
    /// The key or the token is right and may not do this.
    Forbidden,
    /// There is no such thing, for this caller.
    NotFound,
    /// The request is wrong.
    Refused,
    /// Something else was there before.
    Conflict,
    /// The other side does not take messages from this one.
    RecipientRestricted,
    /// A limit is spent; [`Error::retry_after`] may say for how long.
    RateLimited,
    /// The server is broken or busy; the request may have worked.
    Unavailable,
    /// The answer is not what was published; the request worked.
    Unreadable,
    /// What came is not from whom it says: a wrong key, signature or state.
    Forged,
    /// A file or a token store failed.
    Storage,
}

/// Why something did not work.
///
/// ```
/// # use peyk_client::{ErrorKind, Upload};
/// let error = Upload::bytes("", "abc").unwrap_err();
/// assert_eq!(error.to_string(), "a file needs a name; change the request");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    status: Option<u16>,
    code: Option<String>,
    message: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            operation: None,
            status: None,
            code: None,
            message: message.into(),
            request_id: None,
            retry_after: None,
            source: None,
        }))
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, message)
    }

    pub(crate) fn storage(what: &str, source: std::io::Error) -> Self {
        Self::new(ErrorKind::Storage, what).caused_by(source)
    }

    pub(crate) fn caused_by(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    pub(crate) fn during(mut self, operation: &'static str) -> Self {
        self.0.operation.get_or_insert(operation);
        self
    }

    pub(crate) fn answered(mut self, status: u16, code: Option<String>) -> Self {
        self.0.status = Some(status);
        self.0.code = code;
        self
    }

    pub(crate) fn with_request_id(mut self, id: Option<String>) -> Self {
        self.0.request_id = id;
        self
    }

    pub(crate) fn with_retry_after(mut self, pause: Option<Duration>) -> Self {
        self.0.retry_after = pause;
        self
    }

    pub(crate) fn of_transport(error: reqwest::Error) -> Self {
        let (kind, message) = if error.is_builder() {
            (ErrorKind::Setup, "the request cannot be built")
        } else if error.is_connect() {
            (ErrorKind::Unreachable, "the server cannot be reached")
        } else if error.is_timeout() {
            (ErrorKind::Timeout, "the answer did not come in time")
        } else {
            (ErrorKind::Lost, "the connection broke before the answer was whole")
        };
        // The address may hold ids, and goes into logs with the error.
        Self::new(kind, message).caused_by(error.without_url())
    }

    /// What kind of thing went wrong.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// assert_eq!(error.kind(), ErrorKind::Invalid);
    /// ```
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The vendor's name of the operation, if one was called.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// // Nothing was called.
    /// assert_eq!(error.operation(), None);
    /// ```
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The HTTP status, if there was an answer.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// assert_eq!(error.status(), None);
    /// ```
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's code: a gRPC number for Kenar, a word for Market and OAuth.
    ///
    /// ```
    /// fn is_calm_wanted(error: &peyk_client::Error) -> bool {
    ///     error.code() == Some("ENHANCE_YOUR_CALM")
    /// }
    /// ```
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The vendor's message, or ours if there was no answer.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// assert_eq!(error.message(), "a file needs a name");
    /// ```
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The id under which the server logged the request, for its support.
    ///
    /// ```
    /// fn report(error: &peyk_client::Error) {
    ///     eprintln!("{error}; for their support: {:?}", error.request_id());
    /// }
    /// ```
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the server wants to be left alone.
    ///
    /// ```
    /// async fn wait(error: &peyk_client::Error) {
    ///     tokio::time::sleep(error.retry_after().unwrap_or_default()).await;
    /// }
    /// ```
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Whether the request may have worked although there was no answer that says so.
    ///
    /// ```
    /// fn shall_be_looked_for(error: &peyk_client::Error) -> bool {
    ///     // Read the conversation before the same is said again.
    ///     error.may_have_worked()
    /// }
    /// ```
    #[must_use]
    pub fn may_have_worked(&self) -> bool {
        match self.0.kind {
            ErrorKind::Timeout
            | ErrorKind::Lost
            | ErrorKind::Unavailable
            | ErrorKind::Unreadable => true,
            ErrorKind::Setup
            | ErrorKind::Invalid
            | ErrorKind::Unreachable
            | ErrorKind::Unauthenticated
            | ErrorKind::Forbidden
            | ErrorKind::NotFound
            | ErrorKind::Refused
            | ErrorKind::Conflict
            | ErrorKind::RecipientRestricted
            | ErrorKind::RateLimited
            | ErrorKind::Forged
            | ErrorKind::Storage => false,
        }
    }

    /// Whether the same request can work later.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// assert!(!error.is_passing());
    /// ```
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Unreachable
                | ErrorKind::Timeout
                | ErrorKind::Lost
                | ErrorKind::RateLimited
                | ErrorKind::Unavailable
        )
    }

    /// What to do about it.
    ///
    /// ```
    /// # use peyk_client::{ErrorKind, Upload};
    /// let error = Upload::bytes("", "abc").unwrap_err();
    /// assert_eq!(error.advice(), "change the request");
    /// ```
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.0.kind {
            ErrorKind::Setup => "check the base address and the credentials given to the builder",
            ErrorKind::Invalid => "change the request",
            ErrorKind::Unreachable => "check the base address and the network; nothing was sent",
            ErrorKind::Timeout | ErrorKind::Lost => {
                "it may have worked: read before you send the same again"
            }
            ErrorKind::Unauthenticated => "check the key or get a new token",
            ErrorKind::Forbidden => "give the key the permission, or ask the user for the scope",
            ErrorKind::NotFound => "check the id, and that it belongs to this app or cabinet",
            ErrorKind::Refused => "change the request as the message says",
            ErrorKind::Conflict => "use another idempotency key for another request",
            ErrorKind::RecipientRestricted => "leave this person alone: they block messages",
            ErrorKind::RateLimited => "call less often, or wait as long as the server asks",
            ErrorKind::Unavailable => "try again later; read before you send the same again",
            ErrorKind::Unreadable => "it worked, but the answer is new to this version: update it",
            ErrorKind::Forged => "do not trust it; check the configured key",
            ErrorKind::Storage => "check the file's folder and its permissions",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(operation) = inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        match (inner.status, &inner.code) {
            (Some(status), Some(code)) => write!(f, " (status {status}, code {code})")?,
            (Some(status), None) => write!(f, " (status {status})")?,
            (None, Some(_)) | (None, None) => {}
        }
        if let Some(id) = &inner.request_id {
            write!(f, " [request {id}]")?;
        }
        write!(f, "; {}", self.advice())
    }
}

/// As people read it, with its causes: what `main` prints that returns it.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(f, "\n  because: {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| source.as_ref() as &(dyn StdError + 'static))
    }
}

impl From<Infallible> for Error {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}
