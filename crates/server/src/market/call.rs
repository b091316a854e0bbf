//! Calls: a request whose sender is known and may do what it asks for.

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::request::Parts;
use http_body_util::{BodyExt, Limited};
use peyk_engine::caller::BusinessCaller;
use peyk_engine::idempotency::Once;
use peyk_model::{BusinessId, KeyScope};
use peyk_wire::Operation;
use peyk_wire::market::header::{API_KEY, BUSINESS_ID};

use super::error::Rejection;
use super::parameters::{Parameters, identifier};
use super::send_file::FORM_MAX_BYTES;
use super::{credentials, limits};
use crate::{Site, magic};

/// Whoever may read.
pub const MAY_READ: Admission = Admission::Scopes(&[
    KeyScope::AllMethods,
    KeyScope::AllMethodsReadOnly,
    KeyScope::Communication,
]);
/// Whoever may write.
pub const MAY_WRITE: Admission =
    Admission::Scopes(&[KeyScope::AllMethods, KeyScope::Communication]);

/// The header that makes a send happen only once.
const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Who may call an operation.
#[derive(Debug, Clone, Copy)]
pub enum Admission {
    /// A business, on its own path, with a key that has one of these scopes.
    Scopes(&'static [KeyScope]),
    /// Any key, but no token.
    KeyAlone,
}

/// A request whose sender may call.
pub struct Call {
    /// What is called.
    pub site: Site,
    /// Who calls.
    pub caller: BusinessCaller,
    /// The query.
    pub parameters: Parameters,
    /// The head of the request.
    pub parts: Parts,
    /// The body, not yet read.
    pub body: Body,
}

/// Finds out who calls, counts the call, and lets the operation answer.
pub async fn answer<F>(
    site: Site,
    operation: Operation,
    admission: Admission,
    request: Request,
    handler: fn(Call) -> F,
) -> Response
where
    F: Future<Output = Result<Response, Rejection>>,
{
    let (parts, body) = request.into_parts();
    let caller = match known(&site, admission, &parts).await {
        Ok(caller) => caller,
        Err(rejection) => {
            drain(body).await;
            let mut response = rejection.into_response();
            limits::tell_unknown(&site, operation, &mut response);
            return response;
        }
    };
    let key = parts.headers.get(API_KEY).and_then(|key| key.to_str().ok());
    if magic::is_over_limit(&site, key.map(str::trim)) {
        drain(body).await;
        return limits::refuse_always(&site, operation, caller.business);
    }
    let counted = match limits::count(&site, operation, caller.business) {
        Ok(counted) => counted,
        Err(reached) => {
            drain(body).await;
            return limits::refuse(&site, operation, caller.business, &reached);
        }
    };
    let mut response = match admit(admission, &parts, &caller) {
        Ok(()) => {
            let parameters = Parameters::of(&parts.uri);
            let answered = handler(Call { site: site.clone(), caller, parameters, parts, body });
            answered.await.unwrap_or_else(IntoResponse::into_response)
        }
        Err(rejection) => {
            drain(body).await;
            rejection.into_response()
        }
    };
    if let Some(counted) = counted {
        counted.finish(&site, &mut response);
    }
    response
}

/// Reads on for a while: a client that is still writing when the connection ends sees no answer.
pub async fn drain(body: Body) {
    let mut body = Limited::new(body, FORM_MAX_BYTES);
    while let Some(Ok(_)) = body.frame().await {}
}

async fn known(
    site: &Site,
    admission: Admission,
    parts: &Parts,
) -> Result<BusinessCaller, Rejection> {
    let presented = match admission {
        Admission::Scopes(_) => credentials::presented(&parts.headers)?,
        Admission::KeyAlone => credentials::key_alone(&parts.headers)?,
    };
    credentials::caller(site, presented).await
}

fn admit(admission: Admission, parts: &Parts, caller: &BusinessCaller) -> Result<(), Rejection> {
    let Admission::Scopes(scopes) = admission else { return Ok(()) };
    let business = business_of_path(parts.uri.path())?;
    check_business_header(parts, business)?;
    caller.require_business(business)?;
    Ok(caller.require(scopes)?)
}

/// The business that a path names.
pub fn business_of_path(path: &str) -> Result<BusinessId, Rejection> {
    let mut segments = path.split('/').skip_while(|segment| *segment != "businesses").skip(1);
    identifier("businessId", segments.next().unwrap_or_default()).map(BusinessId)
}

/// The header may repeat the business of the path, and then must be the same.
fn check_business_header(parts: &Parts, business: BusinessId) -> Result<(), Rejection> {
    let Some(header) = parts.headers.get(BUSINESS_ID) else { return Ok(()) };
    let value = String::from_utf8_lossy(header.as_bytes());
    match value.trim().parse::<i64>() {
        Ok(number) if number == business.0 => Ok(()),
        Ok(number) if number >= 1 => Err(Rejection::bad_request(format!(
            "URL businessId ('{business}') does not match businessId in X-Business-Id header \
             ('{number}')"
        ))),
        _ => {
            let message = format!("Incorrect X-Business-Id header value: '{value}'");
            Err(Rejection::bad_request(message))
        }
    }
}

impl Call {
    /// The mark of a send that must happen only once, if the client wants that.
    ///
    /// `said` is what must be the same when the send comes again.
    pub fn only_once(&self, said: [&[u8]; 3]) -> Result<Option<Once>, Rejection> {
        let Some(key) = self.parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
        let key = String::from_utf8_lossy(key.as_bytes());
        Ok(Some(Once::new(&key, said)?))
    }
}
