//! A request, taken apart the same way for every operation with a JSON body.

use axum::RequestExt;
use axum::extract::{FromRequest, RawPathParams, Request};
use bytes::Bytes;
use peyk_engine::idempotency::Once;
use peyk_wire::Operation;
use serde::de::DeserializeOwned;

use super::credentials::{Credentials, Needs};
use super::error::Failure;
use crate::Site;
use crate::json::{JsonMistake, bare, parse, read_body};

/// The header that makes a send happen only once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What came with a request.
pub struct Asked {
    /// Who asks.
    pub credentials: Credentials,
    /// The one parameter of the path, decoded; empty where the path has none.
    pub target: String,
    idempotency_key: Option<String>,
    body: Bytes,
}

impl FromRequest<Site> for Asked {
    type Rejection = Failure;

    async fn from_request(mut request: Request, _: &Site) -> Result<Self, Failure> {
        let target = target(&mut request).await?;
        let headers = request.headers();
        let credentials = Credentials::of(headers);
        let idempotency_key = headers
            .get(IDEMPOTENCY_KEY)
            .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned());
        let body = read_body(request.into_body()).await?;
        Ok(Self { credentials, target, idempotency_key, body })
    }
}

/// The one parameter of a path, decoded; empty where the path has none.
pub async fn target(request: &mut Request) -> Result<String, Failure> {
    let params = request.extract_parts::<RawPathParams>().await;
    let params = params.map_err(|_| Failure::argument("the path must be utf-8"))?;
    Ok(params.iter().next().map(|(_, value)| value.to_owned()).unwrap_or_default())
}

impl Asked {
    /// The body as JSON; nothing, `null` and an empty list are an empty object.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        match bare(&self.body) {
            b"null" => Ok(parse(b"{}")?),
            // PHP writes an empty object as an empty list.
            [b'[', inside @ .., b']'] if inside.trim_ascii().is_empty() => Ok(parse(b"{}")?),
            // A list would be read as the fields of a struct in their order, which nobody means.
            [b'[', ..] => {
                let (path, message) = (".".into(), "invalid type: list, expected an object".into());
                Err(JsonMistake::Shape { path, message }.into())
            }
            body => Ok(parse(body)?),
        }
    }

    /// The mark of a send that must happen only once, if the client wants it so.
    pub fn once(&self, operation: &Operation) -> Result<Option<Once>, Failure> {
        let Some(key) = &self.idempotency_key else { return Ok(None) };
        let parts = [operation.name.as_bytes(), self.target.as_bytes(), &self.body];
        Ok(Some(Once::new(key, parts).map_err(Failure::from)?))
    }

    /// What was asked for, in nouns.
    ///
    /// Who may not ask is told so first, rather than what is wrong with the question. The look at
    /// the store is spared where nothing is wrong, for then the verb admits the caller itself.
    pub async fn understood<T>(
        &self,
        site: &Site,
        needs: Needs,
        convert: impl FnOnce(&Self) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let converted = convert(self);
        if converted.is_err() {
            let credentials = self.credentials.clone();
            site.engine.look(move |context| credentials.admit(context, needs).map(drop)).await?;
        }
        converted
    }
}
