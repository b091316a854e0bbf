//! `POST /upload/{media_type}`, and what becomes of the file.

use std::time::Duration;

use peyk_model::{Body, MediaKind};
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{Call, check_against_spec, last};
use crate::harness::{self, APP_KEY, Answer, BOT_CHAT, LIVE_BOT_CHAT, LIVE_KEY, Peyk};

/// A picture of 3 by 2 with a comment that tells a secret.
const PNG: &str = "89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d000000\
                   1474455874436f6d6d656e740073656372657420706c616365680fa98d0000000e49444154789c63\
                   60840106380b0000c800130362952b0000000049454e44ae426082";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n";
const M4A: &[u8] = b"\0\0\0\x10ftypM4A \0\0\x02\0\0\0\0\x10mdat12345678";
const MP4: &[u8] = b"\0\0\0\x10ftypisom\0\0\x02\0\0\0\0\x10mdat12345678";

fn png() -> Vec<u8> {
    let digits: Vec<u8> = PNG.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// These bytes, made longer with zeros.
fn padded(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes.resize(size, 0);
    bytes
}

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Form {
    Form::new().part("file", Part::bytes(bytes.into()).file_name(name.to_owned()))
}

async fn upload_token(peyk: &Peyk, key: &str) -> String {
    let call = Call::post("/experimental/open-platform/chat/upload", json!({})).key(key);
    call.send(peyk).await.1["token"].as_str().unwrap().to_owned()
}

async fn upload(peyk: &Peyk, kind: &str, form: Form) -> (u16, Value) {
    let token = upload_token(peyk, APP_KEY).await;
    let path = format!("/upload/{kind}");
    checked(
        &path,
        harness::send(peyk.request("POST", &path).bearer_auth(token).multipart(form)).await,
    )
}

fn checked(path: &str, answer: Answer) -> (u16, Value) {
    let body = answer.json();
    check_against_spec("POST", path, answer.status, &body);
    (answer.status, body)
}

fn refused(status: u16, code: i32, message: &str) -> (u16, Value) {
    (status, json!({ "code": code, "message": message }))
}

/// Uploads and gives the media token.
async fn uploaded(peyk: &Peyk, kind: &str, form: Form) -> String {
    let (status, body) = upload(peyk, kind, form).await;
    assert_eq!(status, 200, "{body}");
    let id = body["id"].as_str().unwrap().to_owned();
    assert_eq!(body, json!({ "id": id, "status": "ok" }));
    id
}

fn send(media_token: &str) -> Call {
    let path = format!("/v1/open-platform/chat/bot/conversations/{BOT_CHAT}/messages");
    Call::post(path, json!({ "media_token": media_token }))
}

/// Sends an uploaded file and gives where its bytes are.
async fn sent(peyk: &Peyk, media_token: &str, kind: MediaKind) -> String {
    send(media_token).gives(peyk, json!({ "conversation_id": BOT_CHAT })).await;
    let Body::Media(media) = last(peyk, BOT_CHAT).await.body else { panic!("it is a file") };
    assert_eq!(media.file.kind, kind);
    peyk.running().site().media_url(&media)
}

#[tokio::test]
async fn every_kind_is_uploaded_sent_and_read_again() {
    let peyk = Peyk::start().await;
    for (kind, name, bytes) in [
        (MediaKind::File, "سند ۱.pdf", PDF),
        (MediaKind::Voice, "voice.m4a", M4A),
        (MediaKind::Video, "film.mp4", MP4),
        (MediaKind::File, "report.xls", b"<table><tr><td>1</td></tr></table>"),
        // Some clients name the part but not the file.
        (MediaKind::File, "", PDF),
    ] {
        let token = uploaded(&peyk, kind.word(), file(name, bytes)).await;
        let link = sent(&peyk, &token, kind).await;
        let answer = harness::send(peyk.http.get(&link)).await;
        assert_eq!((answer.status, answer.body.as_bytes()), (200, bytes));
        let some = harness::send(peyk.http.get(&link).header("range", "bytes=1-3")).await;
        assert_eq!((some.status, some.body.as_bytes()), (206, &bytes[1..4]));
        let range = format!("bytes 1-3/{}", bytes.len());
        assert_eq!(some.headers["content-range"], range.as_str());
        // A token can be used again.
        sent(&peyk, &token, kind).await;
    }
    peyk.stop().await;
}

#[tokio::test]
async fn a_picture_is_measured_and_loses_what_it_tells_about_its_maker() {
    let peyk = Peyk::start().await;
    let token = uploaded(&peyk, "image", file("a.png", png())).await;
    let link = sent(&peyk, &token, MediaKind::Image).await;
    let Body::Media(media) = last(&peyk, BOT_CHAT).await.body else { panic!("it is a file") };
    assert_eq!(media.file.dimensions, Some((3, 2)));
    assert_eq!(media.file.mime, "image/png");
    let answer = peyk.http.get(&link).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "image/png");
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(bytes.len(), usize::try_from(media.file.size_bytes).unwrap());
    assert!(bytes.len() < png().len());
    assert!(!bytes.windows(6).any(|window| window == b"secret"));
    peyk.stop().await;
}

#[tokio::test]
async fn the_largest_file_fits_and_one_byte_more_does_not() {
    let peyk = Peyk::start().await;
    for (kind, name, bytes) in [
        (MediaKind::File, "a.pdf", PDF),
        (MediaKind::Voice, "a.m4a", M4A),
        (MediaKind::Video, "a.mp4", MP4),
    ] {
        let most = kind.max_bytes();
        uploaded(&peyk, kind.word(), file(name, padded(bytes, most))).await;
        let message = format!("the file must not be larger than {most} bytes");
        for size in [most + 1, most + most / 2] {
            let answer = upload(&peyk, kind.word(), file(name, padded(bytes, size))).await;
            assert_eq!(answer, refused(413, 3, &message));
        }
    }
    let most = MediaKind::Image.max_bytes();
    let message = format!("the file must not be larger than {most} bytes");
    let answer = upload(&peyk, "image", file("a.png", padded(&png(), most + 1))).await;
    assert_eq!(answer, refused(413, 3, &message));
    peyk.stop().await;
}

#[tokio::test]
async fn a_file_must_be_what_it_is_uploaded_as() {
    let peyk = Peyk::start().await;
    let image = "the type of the image must be one of: png, jpeg, jpg";
    let document = "the type of the file must be one of: pdf, doc, docx, xlsx, xls, pptx, ppt";
    for (kind, name, bytes, message) in [
        ("image", "a.pdf", png(), image),
        ("image", "a.png", PDF.to_vec(), image),
        // It cannot be cleaned, and may tell something.
        ("image", "a.png", b"\x89PNG\r\n\x1a\nbroken tEXt".to_vec(), image),
        ("file", "a.exe", PDF.to_vec(), document),
        ("file", "a.pdf", b"MZ".to_vec(), document),
        ("voice", "a.mp4", M4A.to_vec(), "the type of the voice must be one of: m4a, 3gp"),
        ("video", "a.mp4", M4A.to_vec(), "the type of the video must be one of: mp4"),
        ("file", "a.pdf", Vec::new(), "the file is empty"),
    ] {
        let answer = upload(&peyk, kind, file(name, bytes)).await;
        assert_eq!(answer, refused(400, 3, message), "{kind} {name}");
    }
    let words = "the media type must be one of: image, file, voice, video";
    for kind in ["pdf", "IMAGE", "%00"] {
        let answer = upload(&peyk, kind, file("a.pdf", PDF)).await;
        assert_eq!(answer, refused(400, 3, words));
    }
    peyk.stop().await;
}

#[tokio::test]
async fn an_upload_is_a_form_with_a_file() {
    let peyk = Peyk::start().await;
    let other = Form::new().part("image", Part::bytes(png()).file_name("a.png"));
    let no_file = refused(400, 3, "the form needs a part `file`");
    assert_eq!(upload(&peyk, "image", other).await, no_file);
    // Other parts are passed by.
    let more =
        Form::new().text("caption", "hi").part("file", Part::bytes(png()).file_name("a.png"));
    assert_eq!(upload(&peyk, "image", more).await.0, 200);
    let token = upload_token(&peyk, APP_KEY).await;
    let request = || peyk.request("POST", "/upload/file").bearer_auth(&token);
    let json = harness::send(request().json(&json!({}))).await;
    let no_form = "the body must be multipart/form-data with a boundary";
    assert_eq!(checked("/upload/file", json), refused(400, 3, no_form));
    let none = harness::send(request()).await;
    assert_eq!(checked("/upload/file", none), refused(400, 3, no_form));
    let cut =
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7";
    for body in ["nonsense", "--x\r\nnonsense", cut] {
        let broken = request().header("content-type", "multipart/form-data; boundary=x").body(body);
        let answer = checked("/upload/file", harness::send(broken).await);
        assert_eq!(answer, refused(400, 3, "the multipart body is malformed"), "{body}");
    }
    peyk.stop().await;
}

#[tokio::test]
async fn an_upload_token_is_good_for_an_hour_and_for_uploads_only() {
    let peyk = Peyk::start().await;
    let token = upload_token(&peyk, APP_KEY).await;
    let send = async |token: Option<String>| {
        let request = peyk.request("POST", "/upload/file").multipart(file("a.pdf", PDF));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        checked("/upload/file", harness::send(request).await)
    };
    let invalid = refused(401, 16, "upload token is invalid or expired");
    for bad in
        [None, Some(String::new()), Some("nobody's".into()), Some(harness::SARA_TOKEN.into())]
    {
        assert_eq!(send(bad).await, invalid);
    }
    assert_eq!(send(Some(format!("{token}x"))).await, invalid);
    peyk.clock().advance(Duration::from_secs(3599));
    assert_eq!(send(Some(token.clone())).await.0, 200);
    peyk.clock().advance(Duration::from_secs(1));
    assert_eq!(send(Some(token)).await, invalid);
    peyk.stop().await;
}

#[tokio::test]
async fn a_media_token_is_for_the_app_that_uploaded() {
    let peyk = Peyk::start().await;
    let token = uploaded(&peyk, "file", file("a.pdf", PDF)).await;
    let path = format!("/v1/open-platform/chat/bot/conversations/{LIVE_BOT_CHAT}/messages");
    let other = send(&token).key(LIVE_KEY).path(path);
    other.is_refused(&peyk, 404, 5, "media not found").await;
    peyk.stop().await;
}
