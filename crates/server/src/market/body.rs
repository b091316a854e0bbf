//! Bodies: of the right kind, not too large, and JSON objects.

use http::{HeaderMap, header};
use peyk_model::limits::JSON_BODY_MAX_BYTES;
use serde::de::DeserializeOwned;

use super::call::Call;
use super::error::Rejection;
use crate::json::{self, JsonMistake};

/// What kind of body a request says it has.
pub fn content_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?;
    let value = String::from_utf8_lossy(value.as_bytes()).trim().to_owned();
    Some(value).filter(|value| !value.is_empty())
}

/// How large a body is said to be.
pub fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl Call {
    /// The body as JSON; where every key is optional, a missing body is an empty object.
    pub async fn json<T: DeserializeOwned>(&mut self) -> Result<T, Rejection> {
        let size_bytes = content_length(&self.parts.headers);
        let body = std::mem::take(&mut self.body);
        let bytes = json::read_body(body).await.map_err(|mistake| match mistake {
            JsonMistake::TooLarge => {
                let size_bytes = size_bytes.unwrap_or(JSON_BODY_MAX_BYTES + 1);
                Rejection::too_big(JSON_BODY_MAX_BYTES, size_bytes)
            }
            other => other.into(),
        })?;
        let mut bytes = json::bare(&bytes);
        if bytes == b"null" {
            bytes = b"";
        }
        if bytes.is_empty() && self.site.settings.market.is_strict {
            return Err(Rejection::bad_request("Required request body is missing"));
        }
        if !bytes.is_empty() {
            check_json(content_type(&self.parts.headers).as_deref())?;
        }
        // A list would be taken for an object whose keys are left out.
        if bytes.first() == Some(&b'[') {
            let message = json::parse::<serde_json::Value>(bytes)
                .map_or_else(Rejection::from, |_| {
                    Rejection::bad_request("JSON: expected an object, found a list")
                });
            return Err(message);
        }
        Ok(json::parse(bytes)?)
    }
}

/// Refuses what is said to be no JSON; a body of an unsaid kind is taken for JSON.
fn check_json(content_type: Option<&str>) -> Result<(), Rejection> {
    let Some(content_type) = content_type else { return Ok(()) };
    let kind = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((_, subtype)) = kind.split_once('/') else {
        return Err(Rejection::unknown_content_type(content_type));
    };
    if subtype == "json" || subtype.ends_with("+json") {
        Ok(())
    } else {
        Err(Rejection::wrong_content_type(content_type))
    }
}
