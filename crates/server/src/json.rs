//! JSON bodies: read up to a bound, and every mistake told apart.

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use peyk_model::limits::JSON_BODY_MAX_BYTES;
use serde::de::DeserializeOwned;

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonMistake {
    /// It is larger than [`JSON_BODY_MAX_BYTES`].
    #[error("the body is larger than {JSON_BODY_MAX_BYTES} bytes")]
    TooLarge,
    /// The connection broke.
    #[error("the connection broke in the middle of the body")]
    Cut,
    /// It is no JSON.
    #[error("the body is no JSON: {message}")]
    Syntax {
        /// What the parser found, with line and column.
        message: String,
    },
    /// It ended in the middle.
    #[error("the body is no JSON: it ends in the middle")]
    EndsEarly,
    /// It is JSON, but not of the right shape.
    #[error("the body is JSON of another shape, at `{path}`: {message}")]
    Shape {
        /// Where, as `contexts[0].type`; `.` for the whole.
        path: String,
        /// What was found and expected.
        message: String,
    },
}

/// How much of a body that is too large is still read: a client that is still writing when the
/// connection ends does not see the answer.
const DRAINED_MAX_BYTES: usize = 4 * JSON_BODY_MAX_BYTES;

/// Reads a whole body, up to [`JSON_BODY_MAX_BYTES`].
pub async fn read_body(mut body: Body) -> Result<Bytes, JsonMistake> {
    match Limited::new(&mut body, JSON_BODY_MAX_BYTES).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            let mut rest = Limited::new(body, DRAINED_MAX_BYTES);
            while let Some(Ok(_)) = rest.frame().await {}
            Err(JsonMistake::TooLarge)
        }
        Err(_) => Err(JsonMistake::Cut),
    }
}

/// What some programs write before text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A body without what stands around it: blanks, and a mark of UTF-8, which JSON may begin with
/// if its reader allows it (RFC 8259, 8.1).
pub fn bare(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii()
}

/// Reads JSON. Blank counts as `{}`: several clients send nothing where all keys are optional.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, JsonMistake> {
    let bytes = match bare(bytes) {
        b"" => b"{}",
        bytes => bytes,
    };
    // Finding out where a mistake is costs more than reading, so only mistakes are looked for.
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        mistake(path, &error.into_inner())
    })?;
    reader.end().map_err(|error| mistake(".".into(), &error))?;
    Ok(value)
}

fn mistake(path: String, error: &serde_json::Error) -> JsonMistake {
    use serde_json::error::Category;
    match error.classify() {
        Category::Eof => JsonMistake::EndsEarly,
        Category::Syntax => JsonMistake::Syntax { message: error.to_string() },
        Category::Data => JsonMistake::Shape { path, message: error.to_string() },
        Category::Io => JsonMistake::Cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    type Ids = BTreeMap<String, Vec<i64>>;

    #[test]
    fn nothing_is_an_empty_object() {
        assert_eq!(parse::<Ids>(b" \n"), Ok(Ids::new()));
    }

    #[test]
    fn a_mark_of_utf_8_is_passed_over() {
        assert_eq!(parse::<Ids>("\u{feff}{\"a\":[]}".as_bytes()).map(|ids| ids.len()), Ok(1));
        assert_eq!(parse::<Ids>("\u{feff}".as_bytes()), Ok(Ids::new()));
        assert!(parse::<Ids>("\u{feff}\u{feff}{}".as_bytes()).is_err());
    }

    #[test]
    fn mistakes_are_told_apart() {
        assert_eq!(parse::<Ids>(b"{\"a\":["), Err(JsonMistake::EndsEarly));
        assert!(matches!(parse::<Ids>(b"{]"), Err(JsonMistake::Syntax { .. })));
        assert!(matches!(parse::<Ids>(b"{} x"), Err(JsonMistake::Syntax { .. })));
        let Err(JsonMistake::Shape { path, .. }) = parse::<Ids>(b"{\"a\":[1,\"x\"]}") else {
            panic!("a text is no number");
        };
        assert_eq!(path, "a[1]");
    }
}
