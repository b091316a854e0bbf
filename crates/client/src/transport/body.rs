//! What is sent along.

use bytes::Bytes;
use reqwest::header::HeaderValue;
use serde::Serialize;

use crate::upload::{Form, Upload};
use crate::{Error, ErrorKind, Result};

/// A body, which can be made anew for each attempt unless it is somebody's stream.
pub(crate) enum Body<'a> {
    /// None at all.
    Empty,
    /// Bytes of this type.
    Bytes(&'static str, Bytes),
    /// A multipart form with one file.
    File(Form<'a>),
}

/// A body on its way.
pub(crate) struct Sent {
    pub content_type: HeaderValue,
    pub length: Option<u64>,
    pub body: reqwest::Body,
}

impl<'a> Body<'a> {
    pub fn json(value: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(value).map_err(|error| {
            Error::new(ErrorKind::Invalid, "the request cannot be written as JSON").caused_by(error)
        })?;
        Ok(Self::Bytes("application/json", bytes.into()))
    }

    pub fn form(pairs: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        let text = form.extend_pairs(pairs).finish();
        Self::Bytes("application/x-www-form-urlencoded", text.into())
    }

    pub fn file(part: &'static str, upload: &'a Upload) -> Self {
        Self::File(Form::new(part, upload))
    }

    pub fn is_repeatable(&self) -> bool {
        match self {
            Self::Empty | Self::Bytes(..) => true,
            Self::File(form) => form.is_repeatable(),
        }
    }

    pub async fn open(&self) -> Result<Option<Sent>> {
        match self {
            Self::Empty => Ok(None),
            Self::Bytes(content_type, bytes) => Ok(Some(Sent {
                content_type: HeaderValue::from_static(content_type),
                length: None,
                body: bytes.clone().into(),
            })),
            Self::File(form) => form.open().await.map(Some),
        }
    }
}
