//! Requests of apps: a form of either encoding or JSON, with the app's name and secret in it or in
//! a header.

use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use peyk_engine::oauth::Client;
use peyk_model::limits::JSON_BODY_MAX_BYTES;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::error::Failure;
use crate::Site;
use crate::json::{bare, read_body};

/// A request with whoever says that it is theirs.
pub struct Asked<T> {
    /// Who asks.
    pub client: Client,
    /// What they ask.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<Site> for Asked<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Site) -> Result<Self, Failure> {
        let basic = basic(request.headers())?;
        let fields = if is_multipart(request.headers()) {
            parts(request).await?
        } else {
            let unreadable = |_| Failure::invalid_request(UNREADABLE);
            fields(&read_body(request.into_body()).await.map_err(unreadable)?)?
        };
        let client = client(&fields, basic)?;
        let body = serde_json::from_value(Value::Object(fields));
        let body = body.map_err(|error| Failure::invalid_request(error.to_string()))?;
        Ok(Self { client, body })
    }
}

const UNREADABLE: &str = "the body is too large or was cut";

/// The fields of a form, or of JSON, which the vendor's guide prints in the place of a form.
fn fields(body: &[u8]) -> Result<Map<String, Value>, Failure> {
    let body = bare(body);
    if body.starts_with(b"{") {
        let fields = serde_json::from_slice(body)
            .map_err(|error| Failure::invalid_request(format!("the body is no json: {error}")))?;
        return Ok(with_values(fields));
    }
    let mut fields = Map::new();
    for (name, value) in url::form_urlencoded::parse(body) {
        add(&mut fields, name.into_owned(), value.into_owned())?;
    }
    Ok(with_values(fields))
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).map_or(&b""[..], HeaderValue::as_bytes);
    let kind = value.split(|byte| *byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"multipart/form-data")
}

/// The fields of a form in parts, which is what the form of a browser's script is.
async fn parts(mut request: Request) -> Result<Map<String, Value>, Failure> {
    DefaultBodyLimit::max(JSON_BODY_MAX_BYTES).apply(&mut request);
    let unreadable = || Failure::invalid_request(UNREADABLE);
    let mut parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
    let mut fields = Map::new();
    while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
        let name = part.name().unwrap_or_default().to_owned();
        let value = part.text().await.map_err(|_| unreadable())?;
        add(&mut fields, name, value)?;
    }
    Ok(with_values(fields))
}

/// None may come twice (RFC 6749, 3.2).
fn add(fields: &mut Map<String, Value>, name: String, value: String) -> Result<(), Failure> {
    if fields.contains_key(&name) {
        return Err(Failure::invalid_request(format!("{name} comes twice")));
    }
    fields.insert(name, Value::String(value));
    Ok(())
}

/// A field without a value is as good as none (RFC 6749, 3.2).
fn with_values(mut fields: Map<String, Value>) -> Map<String, Value> {
    fields.retain(|_, value| !value.is_null() && value.as_str() != Some(""));
    fields
}

fn client(fields: &Map<String, Value>, basic: Option<Client>) -> Result<Client, Failure> {
    let field = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
    let (id, secret) = (field("client_id"), field("client_secret"));
    let Some(basic) = basic else { return Ok(Client { id, secret }) };
    if secret.is_some() || id.is_some_and(|id| basic.id.as_ref() != Some(&id)) {
        return Err(Failure::invalid_request("the client must name itself in one way only"));
    }
    Ok(basic)
}

/// The client in `Authorization: Basic`; any other scheme is not about clients.
fn basic(headers: &HeaderMap) -> Result<Option<Client>, Failure> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some((scheme, encoded)) = value.and_then(|value| value.split_once(' ')) else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Ok(None);
    }
    let decoded = STANDARD.decode(encoded.trim()).ok();
    let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let pair = decoded.as_deref().and_then(|text| text.split_once(':'));
    let malformed = || Failure::invalid_request("the Authorization header is malformed");
    let (id, secret) = pair.ok_or_else(malformed)?;
    Ok(Some(Client { id: Some(form_decoded(id)), secret: Some(form_decoded(secret)) }))
}

/// Name and secret are encoded as in a form before they are put together (RFC 6749, 2.3.1).
fn form_decoded(text: &str) -> String {
    let field = format!("x={}", text.replace('&', "%26"));
    let decoded = url::form_urlencoded::parse(field.as_bytes()).next();
    decoded.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client_of(authorization: &str, body: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        if !authorization.is_empty() {
            headers.insert(header::AUTHORIZATION, authorization.parse().unwrap());
        }
        let client = client(&fields(body.as_bytes()).ok()?, basic(&headers).ok()?).ok()?;
        Some((client.id?, client.secret?))
    }

    #[test]
    fn a_client_names_itself_in_the_body_or_in_the_header_but_not_in_both() {
        let echo = Some(("echo".to_owned(), "s&cret".to_owned()));
        let basic = format!("Basic {}", STANDARD.encode("echo:s%26cret"));
        assert_eq!(client_of("", "client_id=echo&client_secret=s%26cret"), echo);
        assert_eq!(client_of("", "{\"client_id\":\"echo\",\"client_secret\":\"s&cret\"}"), echo);
        assert_eq!(client_of(&basic, "client_id=echo"), echo);
        assert_eq!(client_of(&basic.replace("Basic", "basic"), ""), echo);
        assert_eq!(client_of(&format!("Basic {}", STANDARD.encode("echo:s&cret")), ""), echo);
        assert_eq!(client_of(&basic, "client_id=echo&client_secret=x"), None);
        assert_eq!(client_of(&basic, "client_id=live"), None);
        assert_eq!(client_of("Basic !!", ""), None);
        assert_eq!(client_of("Bearer x", "client_id=echo&client_secret=s%26cret"), echo);
    }

    #[test]
    fn a_field_comes_once_and_says_something() {
        assert!(fields(b"code=a&code=b").is_err());
        assert!(fields(b"code=&scope=x").unwrap().get("code").is_none());
        assert!(fields(b"{\"code\":").is_err());
    }
}
