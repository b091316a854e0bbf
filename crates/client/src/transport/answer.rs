//! What came back.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use crate::{Error, ErrorKind, Result, Timestamp};

const REQUEST_ID_HEADERS: [&str; 4] =
    ["x-request-id", "x-req-id", "x-correlation-id", "x-market-req-id"];

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub async fn read(mut response: reqwest::Response, max_bytes: usize) -> Result<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(Error::of_transport)? {
            if body.len() + chunk.len() > max_bytes {
                let message = format!("the answer is larger than {max_bytes} bytes");
                return Err(Error::new(ErrorKind::Unreadable, message));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Self { status, headers, body: body.freeze() })
    }

    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn request_id(&self) -> Option<String> {
        REQUEST_ID_HEADERS.iter().find_map(|name| self.header(name)).map(str::to_owned)
    }

    /// The server's time, by which its other times are to be understood.
    pub fn date(&self) -> Timestamp {
        self.header(DATE.as_str()).and_then(Timestamp::parse_http).unwrap_or_else(Timestamp::now)
    }

    pub fn retry_after(&self) -> Option<Duration> {
        let value = self.header(RETRY_AFTER.as_str())?;
        match value.trim().parse() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => Timestamp::parse_http(value).map(|until| until.since(self.date())),
        }
    }

    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let status = self.status.as_u16();
            Error::new(ErrorKind::Unreadable, "the answer cannot be read")
                .caused_by(error)
                .answered(status, None)
                .with_request_id(self.request_id())
        })
    }
}
