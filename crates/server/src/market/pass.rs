//! Passes: the secret of a call and what it is needed for, checked inside the call's transaction.

use std::sync::atomic::{AtomicBool, Ordering};

use peyk_engine::caller::BusinessCaller;
use peyk_engine::{Context, Credential};
use peyk_model::{BusinessId, KeyScope};

use super::credentials::Presented;
use super::error::Rejection;
use crate::Site;

/// Whose conversations are meant, and one of which scopes that takes.
pub type Target = (BusinessId, &'static [KeyScope]);

/// A secret, and what it is needed for.
pub struct Pass {
    presented: Presented,
    target: Option<Target>,
    is_proven: AtomicBool,
}

/// Why a call is refused.
pub enum Refused {
    /// Nobody knows the caller.
    Unknown(Rejection),
    /// Somebody known may not do this, or did it wrongly.
    Known(Rejection),
}

impl Pass {
    /// A secret that is needed for this.
    pub fn new(presented: Presented, target: Option<Target>) -> Self {
        Self { presented, target, is_proven: AtomicBool::new(false) }
    }

    /// The secret.
    pub fn secret(&self) -> &[u8] {
        self.presented.secret.as_bytes()
    }

    /// In which header it came.
    pub fn word(&self) -> &'static [u8] {
        match self.presented.credential {
            Credential::Key => b"key",
            Credential::Token => b"token",
        }
    }

    /// The caller, unless they may not do this.
    pub fn admit(&self, context: &mut Context<'_, '_>) -> peyk_engine::Result<BusinessCaller> {
        let caller = self.presented.caller(context)?;
        self.allows(&caller)?;
        self.is_proven.store(true, Ordering::Relaxed);
        Ok(caller)
    }

    fn allows(&self, caller: &BusinessCaller) -> peyk_engine::Result<()> {
        let Some((business, scopes)) = self.target else { return Ok(()) };
        caller.require_business(business)?;
        caller.require(scopes)
    }

    /// What is answered in the end: who may not call hears that, rather than what is wrong with
    /// the call. Where nothing is wrong the operation has asked for itself.
    pub async fn last_word<T>(
        self: &std::sync::Arc<Self>,
        site: &Site,
        answered: Result<T, Rejection>,
    ) -> Result<T, Refused> {
        let rejection = match answered {
            Ok(answer) => return Ok(answer),
            Err(rejection) if self.is_proven.load(Ordering::Relaxed) => {
                return Err(Refused::Known(rejection));
            }
            Err(rejection) => rejection,
        };
        let pass = self.clone();
        let looked = site.engine.look(move |context| {
            let caller = pass.presented.caller(context)?;
            Ok(pass.allows(&caller))
        });
        Err(match looked.await {
            Err(unknown) => Refused::Unknown(unknown.into()),
            Ok(Err(refused)) => Refused::Known(refused.into()),
            Ok(Ok(())) => Refused::Known(rejection),
        })
    }
}
