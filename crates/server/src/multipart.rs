//! Multipart bodies: the one part that is a file, as a stream.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use http::header::CONTENT_DISPOSITION;
use peyk_engine::Fault;

/// Why a multipart body has no file for us.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MultipartMistake {
    /// The `Content-Type` is not `multipart/form-data` with a boundary.
    #[error("the body is no multipart/form-data with a boundary")]
    NotMultipart,
    /// The body is not what multipart bodies are.
    #[error("the multipart body is malformed or was cut")]
    Malformed,
    /// There is no part with the right name.
    #[error("the form has no part with the file's name")]
    NoFile,
}

/// Finds the part called `part`, and gives its file name and its bytes to `receive` as they come.
pub async fn with_file<T, F>(
    request: Request,
    part: &str,
    receive: impl FnOnce(
        String,
        std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, Fault>> + Send>>,
    ) -> F,
) -> Result<T, MultipartMistake>
where
    F: Future<Output = T>,
{
    let mut multipart =
        Multipart::from_request(request, &()).await.map_err(|_| MultipartMistake::NotMultipart)?;
    loop {
        let field = multipart.next_field().await.map_err(|_| MultipartMistake::Malformed)?;
        let Some(field) = field else { return Err(MultipartMistake::NoFile) };
        if field.name() != Some(part) {
            continue;
        }
        let name = file_name(&field);
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let bytes = futures_util::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|chunk| (chunk, receiver))
        });
        // Who receives may look once more after the end.
        let bytes = bytes.fuse();
        let pump = async move {
            let mut field = field;
            loop {
                let chunk = match field.chunk().await {
                    Ok(Some(chunk)) => Ok(chunk),
                    Ok(None) => return Ok(()),
                    Err(_) => Err(Fault::Io(
                        "the upload was cut".into(),
                        std::io::ErrorKind::UnexpectedEof.into(),
                    )),
                };
                let is_cut = chunk.is_err();
                let is_wanted = sender.send(chunk).await.is_ok();
                if is_cut {
                    return Err(MultipartMistake::Malformed);
                }
                if !is_wanted {
                    return Ok(());
                }
            }
        };
        // A cut upload is its sender's mistake and no fault of ours, whatever became of the pieces.
        let (received, pumped) = tokio::join!(receive(name, Box::pin(bytes)), pump);
        return pumped.map(|()| received);
    }
}

/// The name of the file: `filename*` before `filename`, which clients that send both fill with
/// something that only mail programs read.
fn file_name(field: &Field<'_>) -> String {
    let disposition = field.headers().get(CONTENT_DISPOSITION);
    let extended = disposition.and_then(|value| extended_name(value.as_bytes()));
    extended.unwrap_or_else(|| field.file_name().unwrap_or_default().to_owned())
}

/// The value of `filename*`, if it is text in UTF-8 (RFC 5987).
fn extended_name(disposition: &[u8]) -> Option<String> {
    let value = parameters(std::str::from_utf8(disposition).ok()?)
        .find_map(|(name, value)| name.eq_ignore_ascii_case("filename*").then_some(value))?;
    // A few clients put quotes around it.
    let value = value.trim_matches('"');
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    if !charset.eq_ignore_ascii_case("utf-8") {
        return None;
    }
    let plain = encoded.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    let (name, _) = url::form_urlencoded::parse(plain.as_bytes()).next()?;
    // Bytes that are no text come out as the mark of what is not known.
    (!name.contains(char::REPLACEMENT_CHARACTER)).then(|| name.into_owned())
}

/// The parameters of a header, with what stands in quotes in one piece.
fn parameters(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = header.split(move |c: char| {
        let is_end = c == ';' && !is_quoted;
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && is_quoted && !is_escaped;
        is_end
    });
    parts.filter_map(|part| part.split_once('=')).map(|(name, value)| (name.trim(), value.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extended_name_is_found_wherever_it_stands() {
        let named = |rest: &str| extended_name(format!("form-data; name=file; {rest}").as_bytes());
        let receipt = Some("чек.pdf".to_owned());
        assert_eq!(named("filename*=UTF-8''%D1%87%D0%B5%D0%BA.pdf"), receipt);
        assert_eq!(named("FileName* = \"utf-8'ru'%D1%87%D0%B5%D0%BA.pdf\""), receipt);
        let both =
            "filename=\"=?utf-8?B?0YfQtdC6LnBkZg==?=\"; filename*=utf-8''%D1%87%D0%B5%D0%BA.pdf";
        assert_eq!(named(both), receipt);
        assert_eq!(named("filename=\"; filename*=utf-8''x\""), None);
        assert_eq!(named("filename=\"\\\"; filename*=utf-8''x\""), None);
        for nothing in ["filename=a", "filename*=a", "filename*=utf-8''", "filename*=utf-8''%ff"] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
        assert_eq!(named("filename*=iso-8859-1''%e9.pdf"), None);
    }
}
