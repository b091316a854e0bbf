//! Copies: a request written down so that it can be sent again, by `curl` or by a program.
//!
//! Secrets are variables of the environment. Everything else is quoted so that it arrives as it
//! was, whatever is in it.

use serde::Serialize;

use super::exchange::{self, Exchange, Way, fields_of};
use super::mask::MASK;
use super::shown::Reading;

/// Stands for a secret while a request is being written down: no text holds this character.
const SECRET: &str = "\u{fdd0}";
/// Headers that a client writes itself.
const OWN_FIELDS: [&str; 8] = [
    "host",
    "content-length",
    "connection",
    "transfer-encoding",
    "accept-encoding",
    "user-agent",
    "x-request-id",
    "expect",
];

/// One request in four languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Copies {
    /// For a shell.
    pub curl: String,
    /// For Python with requests.
    pub python: String,
    /// For JavaScript with fetch, as a module.
    pub javascript: String,
    /// For Rust with reqwest and tokio.
    pub rust: String,
}

/// A text, in pieces between secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// The value of this variable.
    Variable(&'static str),
}

type Pieces = Vec<Piece>;

/// A request, taken apart.
#[derive(Debug)]
struct Request {
    method: String,
    url: Pieces,
    fields: Vec<(String, Pieces)>,
    body: Option<Pieces>,
    /// Whether the body is a form with a file, of which the record has nothing.
    has_file: bool,
    /// Whether not all of the body is known.
    is_cut: bool,
}

impl Copies {
    /// The request of an exchange; one that came in goes to this address again.
    pub(super) fn of(exchange: &Exchange, public_url: &str) -> Self {
        Self::written(&Request::of(exchange, public_url))
    }

    /// A letter of which an attempt keeps the address, the headers and the body.
    pub fn of_letter(url: &str, headers: &str, body: &str) -> Self {
        let field = |(name, value): &(String, String)| {
            let name = name.to_ascii_lowercase();
            let value = pieces(&value.replace(MASK, SECRET), variable(&name));
            (name, value)
        };
        let fields = fields_of(headers);
        let fields = fields
            .iter()
            .filter(|(name, _)| !OWN_FIELDS.contains(&name.to_ascii_lowercase().as_str()));
        let body = pieces(&body.replace(MASK, SECRET), "PEYK_SECRET");
        Self::written(&Request {
            method: "POST".to_owned(),
            url: pieces(url, "PEYK_SECRET"),
            fields: fields.map(field).collect(),
            body: Some(body).filter(|body| !body.is_empty()),
            has_file: false,
            is_cut: false,
        })
    }

    fn written(request: &Request) -> Self {
        Self {
            curl: curl(request),
            python: python(request),
            javascript: javascript(request),
            rust: rust(request),
        }
    }
}

impl Request {
    fn of(exchange: &Exchange, public_url: &str) -> Self {
        let Reading { head, masks, .. } = Reading::of(exchange);
        let masks = masks.with(SECRET);
        let base = match exchange.way {
            Way::In(_) => public_url,
            Way::Out(_) => "",
        };
        let kind = head.field("content-type").unwrap_or_default();
        let has_file = kind.starts_with("multipart/");
        let is_sent = |name: &str, value: &str| {
            let is_default = name == "accept" && value == "*/*";
            let is_own = OWN_FIELDS.contains(&name) || (has_file && name == "content-type");
            !is_own && !is_default
        };
        let fields = head.fields.iter().filter(|(name, value)| is_sent(name, value));
        let fields = fields
            .map(|(name, value)| (name.clone(), pieces(&masks.field(name, value), variable(name))));
        let body = exchange.body.bytes().filter(|_| !has_file).map(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            pieces(&masks.body(kind, &text), "PEYK_MASKED")
        });
        let url = format!("{base}{}", masks.target(&head.target));
        Self {
            method: head.method.clone(),
            url: pieces(&url, "PEYK_MASKED"),
            fields: fields.collect(),
            body: body.filter(|body| !body.is_empty()),
            has_file,
            is_cut: matches!(exchange.body, exchange::Body::Cut(..) | exchange::Body::Partial(_)),
        }
    }

    fn note(&self, mark: &str) -> String {
        match self.is_cut {
            true => format!("{mark} Only the beginning of the body was kept.\n"),
            false => String::new(),
        }
    }
}

/// The variable that holds what a header hides.
fn variable(name: &str) -> &'static str {
    match name {
        "x-api-key" | "api-key" => "PEYK_API_KEY",
        "authorization" | "x-access-token" => "PEYK_TOKEN",
        "cookie" => "PEYK_COOKIE",
        _ => "PEYK_MASKED",
    }
}

fn pieces(text: &str, variable: &'static str) -> Pieces {
    let mut pieces = Vec::new();
    for (index, part) in text.split(SECRET).enumerate() {
        if index > 0 {
            pieces.push(Piece::Variable(variable));
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
    }
    pieces
}

/// Pieces as one expression of a language.
fn joined(
    pieces: &Pieces,
    between: &str,
    text: impl Fn(&str) -> String,
    variable: impl Fn(&str) -> String,
) -> String {
    let written = pieces.iter().map(|piece| match piece {
        Piece::Text(piece) => text(piece),
        Piece::Variable(name) => variable(name),
    });
    let written: Vec<_> = written.collect();
    if written.is_empty() { text("") } else { written.join(between) }
}

fn curl(request: &Request) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    let word = |pieces: &Pieces| joined(pieces, "", quoted, |name| format!("\"${name}\""));
    let named = |name: &str, value: &Pieces| match value.as_slice() {
        // `name:` alone would take the header away.
        [] => quoted(&format!("{name};")),
        [Piece::Text(text), rest @ ..] => {
            let mut all = vec![Piece::Text(format!("{name}: {text}"))];
            all.extend_from_slice(rest);
            word(&all)
        }
        rest => {
            let mut all = vec![Piece::Text(format!("{name}: "))];
            all.extend_from_slice(rest);
            word(&all)
        }
    };
    // Brackets and braces in an address mean nothing here.
    let mut words = vec![format!("curl -g -X {} {}", quoted(&request.method), word(&request.url))];
    words.extend(request.fields.iter().map(|(name, value)| format!("-H {}", named(name, value))));
    if request.has_file {
        words.push("-F \"file=@$PEYK_FILE\"".to_owned());
    }
    if let Some(body) = &request.body {
        words.push(format!("--data-raw {}", word(body)));
        if !request.fields.iter().any(|(name, _)| name == "content-type") {
            // curl would call it a form.
            words.push("-H 'content-type:'".to_owned());
        }
    }
    format!("{}{}\n", request.note("#"), words.join(" \\\n  "))
}

/// A string of JSON is one of Python and of JavaScript too.
fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn python(request: &Request) -> String {
    // Python has no surrogates in texts and JSON here writes none.
    let value =
        |pieces: &Pieces| joined(pieces, " + ", json, |name| format!("os.environ[\"{name}\"]"));
    let mut text = format!(
        "{}import os\n\nimport requests\n\nresponse = requests.request(\n    {},\n    {},\n",
        request.note("#"),
        json(&request.method),
        value(&request.url)
    );
    if !request.fields.is_empty() {
        text += "    headers={\n";
        for (name, field) in &request.fields {
            // Headers that are no ASCII go out byte for byte.
            text += &format!("        {}: ({}).encode(),\n", json(name), value(field));
        }
        text += "    },\n";
    }
    if request.has_file {
        text += "    files={\"file\": open(os.environ[\"PEYK_FILE\"], \"rb\")},\n";
    }
    if let Some(body) = &request.body {
        text += &format!("    data=({}).encode(),\n", value(body));
    }
    text + ")\nprint(response.status_code)\nprint(response.text)\n"
}

fn javascript(request: &Request) -> String {
    let value = |pieces: &Pieces| joined(pieces, " + ", json, |name| format!("process.env.{name}"));
    let mut text = request.note("//");
    if request.has_file {
        text += "import { openAsBlob } from \"node:fs\";\n\nconst form = new FormData();\n\
                 form.append(\"file\", await openAsBlob(process.env.PEYK_FILE), process.env.PEYK_FILE);\n";
    }
    text += &format!("const response = await fetch({}, {{\n", value(&request.url));
    text += &format!("  method: {},\n", json(&request.method));
    if !request.fields.is_empty() {
        text += "  headers: {\n";
        for (name, field) in &request.fields {
            text += &format!("    {}: {},\n", json(name), value(field));
        }
        text += "  },\n";
    }
    if request.has_file {
        text += "  body: form,\n";
    } else if let Some(body) = &request.body {
        text += &format!("  body: {},\n", value(body));
    }
    text + "});\nconsole.log(response.status);\nconsole.log(await response.text());\n"
}

fn rust(request: &Request) -> String {
    let literal = |text: &str| format!("{text:?}");
    let value = |pieces: &Pieces| match pieces.as_slice() {
        [] => literal(""),
        [Piece::Text(text)] => literal(text),
        _ => {
            let all = joined(
                pieces,
                ", ",
                |text| format!("{text:?}.to_owned()"),
                |name| format!("variable(\"{name}\")"),
            );
            format!("[{all}].concat()")
        }
    };
    let has_variable = {
        let is_variable =
            |pieces: &Pieces| pieces.iter().any(|piece| matches!(piece, Piece::Variable(_)));
        let mut values = request.fields.iter().map(|(_, value)| value);
        values.any(is_variable)
            || is_variable(&request.url)
            || request.body.as_ref().is_some_and(is_variable)
            || request.has_file
    };
    let mut text = request.note("//");
    text += "#[tokio::main]\nasync fn main() -> Result<(), Box<dyn std::error::Error>> {\n";
    if has_variable {
        text += "    let variable = |name: &str| std::env::var(name).expect(name);\n";
    }
    if request.has_file {
        text += "    let form = reqwest::multipart::Form::new()\n        \
                 .file(\"file\", variable(\"PEYK_FILE\"))\n        .await?;\n";
    }
    text += "    let response = reqwest::Client::new()\n";
    text += &format!(
        "        .request(reqwest::Method::from_bytes(b{:?})?, {})\n",
        request.method,
        value(&request.url)
    );
    for (name, field) in &request.fields {
        text += &format!("        .header({}, {})\n", literal(name), value(field));
    }
    if request.has_file {
        text += "        .multipart(form)\n";
    } else if let Some(body) = &request.body {
        text += &format!("        .body({})\n", value(body));
    }
    text + "        .send()\n        .await?;\n    println!(\"{}\", response.status());\n    \
            println!(\"{}\", response.text().await?);\n    Ok(())\n}\n"
}
