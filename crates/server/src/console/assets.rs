//! Assets: the sheet, the module and the fonts, all inside the binary.
//!
//! Their address has a hash of them all, so browsers keep them for good and never an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

use super::ROOT;

struct Asset {
    name: &'static str,
    mime: &'static str,
    bytes: &'static [u8],
}

const SHEET: &str = "text/css; charset=utf-8";
const MODULE: &str = "text/javascript; charset=utf-8";
const FONT: &str = "font/woff2";

macro_rules! assets {
    ($($name:literal: $mime:expr),+ $(,)?) => {
        &[$(Asset {
            name: $name,
            mime: $mime,
            bytes: include_bytes!(concat!("../../assets/console/", $name)),
        }),+]
    };
}

const ASSETS: &[Asset] = assets! {
    "console.css": SHEET,
    "console.js": MODULE,
    "peyk.svg": "image/svg+xml",
    "rubik-arabic.woff2": FONT,
    "rubik-cyrillic.woff2": FONT,
    "rubik-latin.woff2": FONT,
};

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = blake3::Hasher::new();
    for asset in ASSETS {
        hasher.update(asset.bytes);
    }
    hasher.finalize().to_hex()[..12].to_owned()
});

/// Where an asset is.
pub fn url(name: &str) -> String {
    format!("{ROOT}/assets/{}/{name}", *VERSION)
}

/// `GET /console/assets/{version}/{name}`.
pub async fn show(Path((version, name)): Path<(String, String)>) -> Response {
    let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
        return (StatusCode::NOT_FOUND, "not found").into_response();
    };
    let kept = if version == *VERSION { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [(header::CONTENT_TYPE, asset.mime), (header::CACHE_CONTROL, kept)];
    (headers, asset.bytes).into_response()
}
