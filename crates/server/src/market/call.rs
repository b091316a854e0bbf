//! Calls: a request with a secret, on its way to the operation that it asks for.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt, Limited};
use peyk_engine::caller::BusinessCaller;
use peyk_engine::idempotency::Once;
use peyk_engine::{Context, Credential};
use peyk_model::{BusinessId, KeyScope, LimitReached};
use peyk_wire::Operation;
use peyk_wire::market::header::BUSINESS_ID;

use super::credentials::Presented;
use super::error::Rejection;
use super::limits::Counted;
use super::parameters::{Parameters, identifier};
use super::pass::{Pass, Refused, Target};
use super::send_file::FORM_MAX_BYTES;
use super::{credentials, limits};
use crate::echoes::Asked;
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

/// A request whose sender showed a secret. Whether they may call is found out in the transaction
/// that does what they ask, so that nobody is let in on what was true a moment ago.
pub struct Call {
    /// What is called.
    pub site: Site,
    /// The business of the path; nobody's where the path has none.
    pub business: BusinessId,
    /// The query.
    pub parameters: Parameters,
    /// The head of the request.
    pub parts: Parts,
    /// The body, not yet read.
    pub body: Body,
    pass: Arc<Pass>,
}

/// Counts the call, lets the operation answer, and has the last word on who may call.
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
    let presented = match admission {
        Admission::Scopes(_) => credentials::presented(&parts.headers),
        Admission::KeyAlone => credentials::key_alone(&parts.headers),
    };
    let presented = match presented {
        Ok(presented) => presented,
        Err(rejection) => return refuse_unknown(&site, operation, body, rejection).await,
    };
    let counted = match count(&site, operation, &presented).await {
        Ok(counted) => counted,
        Err(Uncounted::Unknown(rejection)) => {
            return refuse_unknown(&site, operation, body, rejection).await;
        }
        Err(Uncounted::TooMany(business, reached)) => {
            drain(body).await;
            return limits::refuse(&site, operation, business, &reached);
        }
        Err(Uncounted::Always(business)) => {
            drain(body).await;
            return limits::refuse_always(&site, operation, business);
        }
    };
    let (target, wrong) = match target(admission, &parts) {
        Ok(target) => (target, None),
        Err(rejection) => (None, Some(rejection)),
    };
    let pass = Arc::new(Pass::new(presented, target));
    let answered = match wrong {
        Some(rejection) => {
            drain(body).await;
            Err(rejection)
        }
        None => {
            let business = target.map_or(BusinessId(0), |(business, _)| business);
            let (site, parameters) = (site.clone(), Parameters::of(&parts.uri));
            handler(Call { site, business, parameters, parts, body, pass: pass.clone() }).await
        }
    };
    let mut response = match pass.last_word(&site, answered).await {
        Ok(response) => response,
        Err(Refused::Unknown(rejection)) => {
            if let Some(counted) = counted {
                counted.take_back(&site);
            }
            let mut response = rejection.into_response();
            limits::tell_unknown(&site, operation, &mut response);
            return response;
        }
        Err(Refused::Known(rejection)) => rejection.into_response(),
    };
    if let Some(counted) = counted {
        counted.finish(&site, &mut response);
    }
    response
}

async fn refuse_unknown(
    site: &Site,
    operation: Operation,
    body: Body,
    rejection: Rejection,
) -> Response {
    drain(body).await;
    let mut response = rejection.into_response();
    limits::tell_unknown(site, operation, &mut response);
    response
}

/// Why a call is not counted.
enum Uncounted {
    Unknown(Rejection),
    TooMany(BusinessId, LimitReached),
    /// The key is always over its limit.
    Always(BusinessId),
}

/// Counts the call of whoever has this secret, if calls are counted at all.
async fn count(
    site: &Site,
    operation: Operation,
    presented: &Presented,
) -> Result<Option<Counted>, Uncounted> {
    let broken = |error: peyk_engine::Error| Uncounted::Unknown(error.into());
    let found = || {
        let presented = presented.clone();
        site.engine.look(move |context| presented.caller(context))
    };
    let Presented { secret, credential } = presented;
    if *credential == Credential::Key && magic::is_over_limit(site, Some(secret)) {
        return Err(Uncounted::Always(found().await.map_err(broken)?.business));
    }
    if site.settings.limits.market.is_none() {
        return Ok(None);
    }
    let Some(owner) = site.engine.business_of(secret, *credential).await.map_err(broken)? else {
        // Nobody's: the operation finds out in which words to say so.
        return Ok(None);
    };
    match limits::count(site, operation, owner) {
        Ok(counted) => Ok(counted),
        Err(reached) => {
            found().await.map_err(broken)?;
            Err(Uncounted::TooMany(owner, reached))
        }
    }
}

/// Reads on for a while: a client that is still writing when the connection ends sees no answer.
pub async fn drain(body: Body) {
    let mut body = Limited::new(body, FORM_MAX_BYTES);
    while let Some(Ok(_)) = body.frame().await {}
}

/// Which business is meant, and which scopes its key needs; nothing where any key will do.
fn target(admission: Admission, parts: &Parts) -> Result<Option<Target>, Rejection> {
    let Admission::Scopes(scopes) = admission else { return Ok(None) };
    let business = business_of_path(parts.uri.path())?;
    check_business_header(parts, business)?;
    Ok(Some((business, scopes)))
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
    /// Runs a verb that reads a few rows by their keys, for a caller who may.
    pub fn look<F, T>(&self, mut verb: F) -> impl Future<Output = Result<T, Rejection>> + use<F, T>
    where
        F: FnMut(&mut Context<'_, '_>, &BusinessCaller) -> peyk_engine::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (pass, engine) = (self.pass.clone(), self.site.engine.clone());
        async move {
            let looked = engine.look(move |context| {
                let caller = pass.admit(context)?;
                verb(context, &caller)
            });
            Ok(looked.await?)
        }
    }

    /// Runs a verb that only reads, for a caller who may.
    pub fn read<F, T>(&self, mut verb: F) -> impl Future<Output = Result<T, Rejection>> + use<F, T>
    where
        F: FnMut(&mut Context<'_, '_>, &BusinessCaller) -> peyk_engine::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (pass, engine) = (self.pass.clone(), self.site.engine.clone());
        async move {
            let read = engine.read(move |context| {
                let caller = pass.admit(context)?;
                verb(context, &caller)
            });
            Ok(read.await?)
        }
    }

    /// Everything that an answer to this caller depends on beside what is committed.
    pub fn asked(&self, operation: &Operation, parts: &[&[u8]]) -> Asked {
        let business = self.business.0.to_be_bytes();
        let own = [operation.name.as_bytes(), self.pass.word(), self.pass.secret(), &business];
        Asked::of(own.into_iter().chain(parts.iter().copied()))
    }

    /// What was answered to the same, if it is still right and the caller may still have it.
    pub fn echo(&self, asked: &Asked) -> Option<Bytes> {
        self.site.echoes.proven(&self.site.engine, asked)
    }

    /// Runs a verb that writes, for a caller who may.
    pub fn write<F, T>(&self, mut verb: F) -> impl Future<Output = Result<T, Rejection>> + use<F, T>
    where
        F: FnMut(&mut Context<'_, '_>, &BusinessCaller) -> peyk_engine::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (pass, engine) = (self.pass.clone(), self.site.engine.clone());
        async move {
            let written = engine.write(move |context| {
                let caller = pass.admit(context)?;
                verb(context, &caller)
            });
            Ok(written.await?)
        }
    }

    /// The mark of a send that must happen only once, if the client wants that.
    ///
    /// `said` is what must be the same when the send comes again.
    pub fn only_once(&self, said: [&[u8]; 3]) -> Result<Option<Once>, Rejection> {
        let Some(key) = self.parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
        let key = String::from_utf8_lossy(key.as_bytes());
        Ok(Some(Once::new(&key, said)?))
    }
}
