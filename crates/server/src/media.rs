//! `GET /media/{link}/{name}`: the bytes of a file, for whoever knows its unguessable address.
//!
//! Credentials are neither needed nor looked at: clients send whatever they have.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::{HeaderMap, StatusCode, header};
use peyk_engine::{Error, upload};
use peyk_wire::Operation;
use std::ops::Range;

use crate::Site;
use crate::faults::{self, Dialect, Door};

/// Reading a file, as rules of what goes wrong name it.
pub const OPERATION: Operation =
    Operation::get("readMedia", &["/media/{link}/{name}", "/media/{link}"]);
/// The statuses with which a file is not given.
pub const FAULT_STATUSES: [u16; 6] = [401, 403, 404, 410, 500, 503];

/// The routes of files.
pub fn routes(site: &Site) -> Router<Site> {
    let door = Door { dialect: Dialect::Media, operation: OPERATION };
    Router::new()
        .route("/media/{link}/{name}", get(read_media))
        .route("/media/{link}", get(read_media_unnamed))
        .route_layer(from_fn_with_state((site.clone(), door), faults::at_door))
}

/// Whether an address is one of these.
pub fn owns_path(path: &str) -> bool {
    path.starts_with("/media/")
}

async fn read_media_unnamed(
    State(site): State<Site>,
    Path(link): Path<String>,
    headers: HeaderMap,
) -> Response {
    answer(&site, link, &headers).await
}

async fn read_media(
    State(site): State<Site>,
    Path((link, _name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    answer(&site, link, &headers).await
}

async fn answer(site: &Site, link: String, headers: &HeaderMap) -> Response {
    let found = site.engine.look(move |context| upload::media_by_link(context, &link)).await;
    let media = match found {
        Ok(media) => media,
        Err(Error::Refused(_)) => return StatusCode::NOT_FOUND.into_response(),
        Err(Error::Broken(fault)) => {
            tracing::error!(fault = %peyk_engine::chain(&fault), "a file cannot be found");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let size = u64::try_from(media.file.size_bytes).unwrap_or(0);
    let range = match wanted_range(headers, size) {
        Ok(range) => range,
        Err(()) => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
            return (StatusCode::RANGE_NOT_SATISFIABLE, range).into_response();
        }
    };
    let stream = match site.engine.objects().read(&media.file.object, range.clone()).await {
        Ok((_, stream)) => stream,
        Err(fault) => {
            tracing::error!(fault = %peyk_engine::chain(&fault), "a file cannot be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let (status, length) = match &range {
        Some(range) => (StatusCode::PARTIAL_CONTENT, range.end - range.start),
        None => (StatusCode::OK, size),
    };
    let shown = if is_shown(&media.file.mime) { "inline" } else { "attachment" };
    let disposition = format!("{shown}; filename*=UTF-8''{}", path_segment(&media.file.name));
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, &media.file.mime)
        .header(header::CONTENT_LENGTH, length)
        .header(header::CONTENT_DISPOSITION, disposition)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::CACHE_CONTROL, "private, max-age=31536000, immutable")
        .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
        .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    if let Some(range) = range {
        let range = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        response = response.header(header::CONTENT_RANGE, range);
    }
    let built = response.body(Body::from_stream(stream));
    built.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// Whether a browser may show it: pictures, films and sound that were recognised by content.
fn is_shown(mime: &str) -> bool {
    const SHOWN: [&str; 7] = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "video/mp4",
        "audio/mp4",
        "audio/x-m4a",
    ];
    SHOWN.contains(&mime)
}

/// The one range of bytes that is asked for; an odd header is ignored, as RFC 9110 allows.
fn wanted_range(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, ()> {
    let Some(asked) = headers.get(header::RANGE).and_then(|range| range.to_str().ok()) else {
        return Ok(None);
    };
    let Some((first, last)) = asked.strip_prefix("bytes=").and_then(|spec| spec.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(count)) if first.is_empty() => size.saturating_sub(count)..size,
        _ => return Ok(None),
    };
    if range.is_empty() { Err(()) } else { Ok(Some(range)) }
}

/// A text as one segment of a path: everything but unreserved characters is percent-encoded.
pub fn path_segment(text: &str) -> String {
    use std::fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(asked: &str) -> Result<Option<Range<u64>>, ()> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, asked.parse().unwrap());
        wanted_range(&headers, 100)
    }

    #[test]
    fn ranges_are_cut_to_the_file() {
        assert_eq!(range("bytes=0-9"), Ok(Some(0..10)));
        assert_eq!(range("bytes=90-200"), Ok(Some(90..100)));
        assert_eq!(range("bytes=90-"), Ok(Some(90..100)));
        assert_eq!(range("bytes=-10"), Ok(Some(90..100)));
        assert_eq!(range("bytes=100-"), Err(()));
        assert_eq!(range("bytes=1-2,4-5"), Ok(None));
        assert_eq!(range("pages=1-2"), Ok(None));
    }
}
