//! Signatures of the Standard Webhooks specification, which a Peyk puts on every event.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use peyk_wire::Secret;
use sha2::Sha256;

use crate::{Error, ErrorKind, Result, Timestamp};

const SECRET_PREFIX: &str = "whsec_";
/// How far the sender's clock may be from ours.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

/// The three headers of a signed request.
///
/// ```
/// # use peyk_client::events::{Signature, Signed};
/// # use peyk_client::Timestamp;
/// let signature = Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let signed = Signed {
///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     timestamp: "1614265330",
///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// };
/// let then = Timestamp::from_micros(1_614_265_330_000_000);
/// signature.verify_at(signed, br#"{"test": 2432232314}"#, then)?;
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Signed<'a> {
    /// `webhook-id`: the same for every attempt.
    pub id: &'a str,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: &'a str,
    /// `webhook-signature`: one or several, divided by spaces.
    pub signature: &'a str,
}

/// Verifies signatures made with one of some secrets.
///
/// ```
/// # use peyk_client::events::{Signature, Signed};
/// # use peyk_client::Timestamp;
/// let signature = Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
/// let signed = Signed {
///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     timestamp: "1614265330",
///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
/// };
/// // That was years ago.
/// assert!(signature.verify(signed, br#"{"test": 2432232314}"#).is_err());
/// # Ok::<(), peyk_client::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Signature {
    keys: Vec<Hmac<Sha256>>,
}

impl Signature {
    /// A verifier for a secret, `whsec_…`.
    ///
    /// # Errors
    /// `Setup` if it is no such secret.
    ///
    /// ```
    /// # use peyk_client::events::Signature;
    /// assert!(Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_ok());
    /// assert!(Signature::new("secret").is_err());
    /// ```
    pub fn new(secret: impl Into<Secret>) -> Result<Self> {
        Self { keys: Vec::new() }.or(secret)
    }

    /// Another secret that is good too, while the old one is replaced.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    ///
    /// ```
    /// # use peyk_client::events::{Signature, Signed};
    /// # use peyk_client::Timestamp;
    /// let signature = Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let both = signature.or("whsec_bmV3ZXIgc2VjcmV0IG9mIG91cnM=")?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn or(mut self, secret: impl Into<Secret>) -> Result<Self> {
        let secret = secret.into();
        let wrong =
            || Error::new(ErrorKind::Setup, "a signing secret looks like whsec_ and base64");
        let key = secret.expose().strip_prefix(SECRET_PREFIX).ok_or_else(wrong)?;
        let key = STANDARD.decode(key).map_err(|_| wrong())?;
        self.keys.push(Hmac::new_from_slice(&key).map_err(|_| wrong())?);
        Ok(self)
    }

    /// Whether the body is what the sender signed, within five minutes of now.
    ///
    /// # Errors
    /// `Forged` if it is not.
    ///
    /// ```
    /// # use peyk_client::events::{Signature, Signed};
    /// # use peyk_client::Timestamp;
    /// let signature = Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let signed = Signed {
    ///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ///     timestamp: "1614265330",
    ///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    /// };
    /// assert!(signature.verify(signed, b"something else").is_err());
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn verify(&self, signed: Signed<'_>, body: &[u8]) -> Result<()> {
        self.verify_at(signed, body, Timestamp::now())
    }

    /// The same at another time.
    ///
    /// # Errors
    /// `Forged` if it is not.
    ///
    /// ```
    /// # use peyk_client::events::{Signature, Signed};
    /// # use peyk_client::Timestamp;
    /// let signature = Signature::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?;
    /// let signed = Signed {
    ///     id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ///     timestamp: "1614265330",
    ///     signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    /// };
    /// let then = Timestamp::from_micros(1_614_265_330_000_000);
    /// signature.verify_at(signed, br#"{"test": 2432232314}"#, then)?;
    /// # Ok::<(), peyk_client::Error>(())
    /// ```
    pub fn verify_at(&self, signed: Signed<'_>, body: &[u8], now: Timestamp) -> Result<()> {
        let forged = |why: &str| Error::new(ErrorKind::Forged, why);
        let seconds: i64 =
            signed.timestamp.parse().map_err(|_| forged("the signature's time is no number"))?;
        let at = Timestamp::from_micros(seconds.saturating_mul(1_000_000));
        if now.since(at).max(at.since(now)) > TOLERANCE {
            return Err(forged("the signature is too old, or a clock is wrong"));
        }
        let given: Vec<Vec<u8>> = signed
            .signature
            .split_whitespace()
            .filter_map(|word| STANDARD.decode(word.strip_prefix("v1,")?).ok())
            .collect();
        let is_ours = self.keys.iter().any(|key| {
            let mut mac = key.clone();
            mac.update(format!("{}.{seconds}.", signed.id).as_bytes());
            mac.update(body);
            given.iter().any(|given| mac.clone().verify_slice(given).is_ok())
        });
        is_ours.then_some(()).ok_or_else(|| forged("the signature is not the sender's"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn signed(signature: &str) -> Signed<'_> {
        Signed { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: "1614265330", signature }
    }

    #[test]
    fn the_published_example_is_genuine_and_nothing_else_is() {
        let ours = Signature::new(SECRET).unwrap();
        let at = Timestamp::from_micros(1_614_265_330_000_000);
        let good = "v1,bm9uc2Vuc2U= v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert!(ours.verify_at(signed(good), BODY, at).is_ok());
        for (signature, body, at) in [
            (good, &b"{}"[..], at),
            ("v1,bm9uc2Vuc2U=", BODY, at),
            ("", BODY, at),
            (good, BODY, at.plus(Duration::from_secs(301))),
        ] {
            let refused = ours.verify_at(signed(signature), body, at).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Forged);
        }
        assert!(Signature::new("secret").is_err());
    }
}
