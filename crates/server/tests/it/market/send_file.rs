//! `POST /v2/businesses/{businessId}/chats/file/send`.

use reqwest::RequestBuilder;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{ask, done, history, last_message, ours, refused, status};
use crate::harness::*;

const LARGEST: usize = 5 * 1024 * 1024;

fn file(name: &str, bytes: impl Into<Vec<u8>>) -> Form {
    Form::new().part("file", Part::bytes(bytes.into()).file_name(name.to_owned()))
}

fn to(peyk: &Peyk, chat: i64, form: Form) -> RequestBuilder {
    ours(peyk, "POST", &format!("/chats/file/send?chatId={chat}")).multipart(form)
}

#[tokio::test]
async fn a_file_becomes_a_message_that_every_credential_downloads() {
    let peyk = Peyk::start().await;
    let bytes = b"%PDF-1.4 receipt".to_vec();
    done(to(&peyk, ORDER_CHAT, file("чек.pdf", bytes.clone()))).await;
    let last = last_message(&peyk, ORDER_CHAT).await;
    let url = last["payload"][0]["url"].as_str().unwrap().to_owned();
    let expected = json!({
        "messageId": last["messageId"],
        "createdAt": "2026-11-20T15:00:00+03:00",
        "sender": "PARTNER",
        "payload": [{ "name": "чек.pdf", "url": url, "size": 16 }],
    });
    assert_eq!(last, expected);
    assert!(url.starts_with(&peyk.url));
    for (header, value) in [
        ("X-Nothing", "none"),
        ("Api-Key", MARKET_KEY),
        ("Authorization", "Bearer y0_demo"),
        ("Authorization", "OAuth y0_demo"),
        ("Authorization", r#"OAuth oauth_token="y0_demo", oauth_client_id="b""#),
    ] {
        let response = peyk.http.get(&url).header(header, value).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.bytes().await.unwrap(), bytes);
    }
    assert_eq!(status(&peyk, ORDER_CHAT).await, "WAITING_FOR_CUSTOMER");
}

#[tokio::test]
async fn a_file_of_any_type_is_accepted_under_a_harmless_name() {
    let peyk = Peyk::start().await;
    for (given, kept) in [
        ("a.exe", "a.exe"),
        ("file", "file"),
        ("../../etc/passwd", "passwd"),
        ("C:\\счёт.xyz", "счёт.xyz"),
        ("..", "file"),
    ] {
        done(to(&peyk, ORDER_CHAT, file(given, "x"))).await;
        assert_eq!(last_message(&peyk, ORDER_CHAT).await["payload"][0]["name"], kept);
    }
    let unnamed = Form::new().part("file", Part::bytes("x".as_bytes()));
    done(to(&peyk, ORDER_CHAT, unnamed)).await;
    assert_eq!(last_message(&peyk, ORDER_CHAT).await["payload"][0]["name"], "file");
    let long = "🚲".repeat(300);
    done(to(&peyk, ORDER_CHAT, file(&long, "x"))).await;
    let last = last_message(&peyk, ORDER_CHAT).await;
    assert_eq!(last["payload"][0]["name"].as_str().unwrap().chars().count(), 255);
    let url = last["payload"][0]["url"].as_str().unwrap();
    assert!(url.len() <= 2000);
    assert_eq!(peyk.http.get(url).send().await.unwrap().text().await.unwrap(), "x");
}

#[tokio::test]
async fn a_name_may_come_in_the_form_that_mail_has_for_it() {
    let peyk = Peyk::start().await;
    for names in [
        "filename*=UTF-8''%D1%87%D0%B5%D0%BA.pdf",
        "filename=\"=?utf-8?B?0YfQtdC6LnBkZg==?=\"; filename*=utf-8''%D1%87%D0%B5%D0%BA.pdf",
        "filename=\"чек.pdf\"; filename*=utf-8''%ff",
    ] {
        let form = format!(
            "--b\r\nContent-Disposition: form-data; name=file; {names}\r\n\r\n%PDF-1.4\r\n--b--\r\n"
        );
        let path = format!("/chats/file/send?chatId={ORDER_CHAT}");
        let request = ours(&peyk, "POST", &path).body(form);
        done(request.header("Content-Type", "multipart/form-data; boundary=\"b\"")).await;
        let last = last_message(&peyk, ORDER_CHAT).await;
        assert_eq!(last["payload"][0]["name"], "чек.pdf", "{names}");
    }
}

#[tokio::test]
async fn the_largest_file_fits_and_one_byte_more_does_not() {
    let peyk = Peyk::start().await;
    done(to(&peyk, ORDER_CHAT, file("a.bin", vec![7; LARGEST]))).await;
    assert_eq!(last_message(&peyk, ORDER_CHAT).await["payload"][0]["size"], LARGEST);
    let text = |size: &str| {
        format!(
            "The request is too big: Maximum allowed request size must be less than '5120' KB, \
             but passed '{size}' MB"
        )
    };
    let request = to(&peyk, ORDER_CHAT, file("a.bin", vec![7; LARGEST + 1]));
    refused(&peyk, request, 400, &text("5.01")).await;
    let request = to(&peyk, ORDER_CHAT, file("a.bin", vec![7; LARGEST + 100_000]));
    refused(&peyk, request, 400, &text("5.10")).await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 3);
}

#[tokio::test]
async fn other_parts_of_the_form_are_passed_over() {
    let peyk = Peyk::start().await;
    let form = Form::new().text("comment", "чек").part("file", Part::bytes("x".as_bytes()));
    done(to(&peyk, ORDER_CHAT, form)).await;
}

#[tokio::test]
async fn a_form_without_a_file_is_refused() {
    let peyk = Peyk::start().await;
    let missing = "Required request parameter 'file' is not present";
    refused(&peyk, to(&peyk, ORDER_CHAT, Form::new().text("comment", "x")), 400, missing).await;
    let empty = "'file' must not be empty (rejected value: '')";
    refused(&peyk, to(&peyk, ORDER_CHAT, file("a.bin", "")), 400, empty).await;
    let broken = to(&peyk, ORDER_CHAT, file("a.png", b"\x89PNG\r\n\x1a\n Exif".to_vec()));
    refused(&peyk, broken, 400, "Illegal input at 'file'").await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 2);
}

#[tokio::test]
async fn what_is_no_form_is_refused() {
    let peyk = Peyk::start().await;
    let path = format!("/chats/file/send?chatId={ORDER_CHAT}");
    let with = |kind: &str, body: &'static str| {
        ours(&peyk, "POST", &path).header("Content-Type", kind).body(body)
    };
    for kind in ["application/json", "text/plain", "multipart/form-data"] {
        let text = format!("Content type '{kind}' not supported");
        refused(&peyk, with(kind, "{}"), 415, &text).await;
    }
    refused(&peyk, with("form", "{}"), 415, "Unknown content-type: 'form'").await;
    refused(&peyk, ours(&peyk, "POST", &path).body("x"), 415, "Missing Content-Type").await;
    let form = "multipart/form-data; boundary=b";
    let head = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let cut = format!("{head}half of it");
    for body in ["no form", head, Box::leak(cut.into_boxed_str())] {
        refused(&peyk, with(form, body), 400, "Unexpected end of content").await;
    }
}

#[tokio::test]
async fn a_file_for_nobody_is_refused() {
    let peyk = Peyk::start().await;
    for chat in [1, OTHER_CHAT] {
        let request = to(&peyk, chat, file("a.bin", vec![7; LARGEST]));
        refused(&peyk, request, 404, &format!("Can't find chat by id: '{chat}'")).await;
    }
}

#[tokio::test]
async fn a_repeated_file_with_a_key_is_sent_once() {
    let peyk = Peyk::start().await;
    let keyed = |name: &str, bytes: &str| {
        to(&peyk, ORDER_CHAT, file(name, bytes)).header("Idempotency-Key", "one")
    };
    done(keyed("a.bin", "x")).await;
    done(keyed("a.bin", "x")).await;
    assert_eq!(history(&peyk, ORDER_CHAT).await.len(), 3);
    let conflict = "Idempotency-Key was already used with another request";
    refused(&peyk, keyed("a.bin", "y"), 400, conflict).await;
    refused(&peyk, keyed("b.bin", "x"), 400, conflict).await;
    let request = ours(&peyk, "POST", &format!("/chats/message?chatId={ORDER_CHAT}"));
    let request = request.header("Idempotency-Key", "one").json(&json!({ "message": "x" }));
    assert_eq!(ask(&peyk, request).await.0, 400);
}
