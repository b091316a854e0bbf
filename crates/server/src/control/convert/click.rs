//! How a press looks.

use serde_json::{Value, json};

use crate::kenar::callback::{Call, Clicked, Opens};

/// What a press came to.
pub fn clicked(clicked: &Clicked) -> Value {
    let calls: Vec<_> = clicked.calls.iter().map(call).collect();
    let mut shown = json!({ "happened": happened(clicked), "calls": calls });
    if let Some(opens) = &clicked.opens {
        shown["opens"] = match opens {
            Opens::Url(url) => json!({ "type": "url", "url": url }),
            Opens::Post(token) => json!({ "type": "post", "post": token.0 }),
            Opens::PostManagement(token) => json!({ "type": "post_management", "post": token.0 }),
        };
    }
    if let Some(text) = &clicked.text {
        shown["text"] = text.as_str().into();
    }
    if let Some(mistake) = &clicked.mistake {
        shown["mistake"] = mistake.as_str().into();
    }
    shown
}

fn happened(clicked: &Clicked) -> String {
    let opened = clicked.opens.as_ref().map(|opens| match opens {
        Opens::Url(url) => format!("opens {url}"),
        Opens::Post(token) => format!("opens the post {token}"),
        Opens::PostManagement(token) => format!("opens the page where the post {token} is managed"),
    });
    let said = clicked.text.as_ref().map(|text| format!("shows the text `{text}`"));
    let failed = clicked.mistake.as_ref().map(|mistake| format!("the app failed: {mistake}"));
    let parts: Vec<_> = [said, opened, failed].into_iter().flatten().collect();
    parts.join(", ")
}

fn call(call: &Call) -> Value {
    let mut shown = json!({
        "question": call.question,
        "url": call.url,
        "request": call.request,
        "duration_ms": call.took.as_secs_f64() * 1000.0,
    });
    if let Some(reply) = &call.reply {
        shown["status"] = reply.status.into();
        shown["answer"] = String::from_utf8_lossy(&reply.body).into();
    }
    shown
}
