//! Authorisation: a person lets an app act, and the app gets tokens.
//!
//! These verbs answer in a refusal of their own kind, [`OauthRefusal`], because a refusal may have
//! to be written down: showing a code twice takes back what it gave.

pub mod authorize;
pub mod introspect;
pub mod token;

use peyk_model::{App, OauthRefusal};
use peyk_store::Fault;

use crate::caller::app_by_key;
use crate::error::{Error, Result};
use crate::{Context, keyring};

/// What a verb of authorisation answers. What it wrote stays written, refused or not.
pub type Answer<T> = Result<Result<T, OauthRefusal>>;

/// Why a verb of authorisation stopped.
pub(crate) enum Stop {
    Refused(OauthRefusal),
    Failed(Error),
}

impl From<OauthRefusal> for Stop {
    fn from(refusal: OauthRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

pub(crate) fn settle<T>(ran: Result<T, Stop>) -> Answer<T> {
    match ran {
        Ok(done) => Ok(Ok(done)),
        Err(Stop::Refused(refusal)) => Ok(Err(refusal)),
        Err(Stop::Failed(error)) => Err(error),
    }
}

/// Who a client says it is.
#[derive(Clone, Default)]
pub struct Client {
    /// The app's slug.
    pub id: Option<String>,
    /// The app's secret.
    pub secret: Option<String>,
}

impl Client {
    /// The app, if the secret is its own. An app without a secret is nobody's.
    pub(crate) fn authenticate(&self, context: &mut Context<'_, '_>) -> Result<App, Stop> {
        let wrong = OauthRefusal::ClientNotAuthenticated;
        let (Some(id), Some(secret)) = (&self.id, &self.secret) else {
            return Err(wrong.into());
        };
        let shown = keyring::hash_secret(secret);
        let app = context.tx.app_by_slug(id)?.ok_or(wrong.clone())?;
        let known = context.tx.app_secrets(app.id)?.and_then(|known| known.client_secret_hash);
        match known {
            Some(known) if keyring::same_hash(&known, &shown) => Ok(app),
            Some(_) | None => Err(wrong.into()),
        }
    }

    /// The same where one of the app's keys is as good as its secret, as it was before 2024.
    pub(crate) fn authenticate_of_old(&self, context: &mut Context<'_, '_>) -> Result<App, Stop> {
        let refused = match self.authenticate(context) {
            Err(refused @ Stop::Refused(_)) => refused,
            settled => return settled,
        };
        let Some(key) = &self.secret else { return Err(refused) };
        match app_by_key(context, key) {
            Ok(caller) if self.id.as_ref() == Some(&caller.app.slug) => Ok(caller.app),
            Ok(_) | Err(Error::Refused(_)) => Err(refused),
            Err(broken) => Err(broken.into()),
        }
    }
}
